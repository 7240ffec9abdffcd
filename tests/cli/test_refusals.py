"""What `calibrate` refuses for the content of a file, `check` refuses too: one broken content of every kind of file."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main
from normenkader.federated.files import write_summary
from normenkader.federated.summarise import summarise

Break = Callable[[Path], object]
EPISODES, MINUTES = "aanbieders/aanbieder-01.csv", "registraties/aanbieder-01.csv"
#: In every id of the study, and in every wrong value that is put in below: neither may stand in a message.
MARKS = ("synthetisch-c", "synthetisch-e0", "zzq", "123456782")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("whole") / "study", regime="practice", n_clients=300, n_providers=4)


def edited(name: str, change: Callable[[str], str]) -> Break:
    def apply(study: Path) -> None:
        raw = (study / name).read_bytes()
        encoding = "cp1252" if b"\xeb" in raw or (b"\xe9" in raw and name == EPISODES) else "utf-8"
        text = raw.decode(encoding)
        changed = change(text)
        assert changed != text, f"{name} was not broken"
        (study / name).write_bytes(changed.encode(encoding))

    return apply


def swapped(name: str, old: str, new: str, n: int = -1) -> Break:
    return edited(name, lambda text: text.replace(old, new, n))


def written(name: str, content: bytes) -> Break:
    return lambda study: (study / name).write_bytes(content)


def as_utf16(name: str) -> Break:
    return lambda study: (study / name).write_bytes((study / name).read_text("utf-8").encode("utf-16"))


def both(*breaks: Break) -> Break:
    return lambda study: [apply(study) for apply in breaks]


def twice(name: str, change: Callable[[str], str] = lambda line: line) -> Break:
    return edited(name, lambda text: text + change(text.splitlines()[1]) + "\n")


def settings(text: str, *, without: str = "") -> Break:
    """Add to study.toml, and leave a line out."""
    return edited("study.toml", lambda old: re.sub(without, "", old, flags=re.M) + f"\n{text}\n")


def only_expert(text: str) -> str:
    return "\n".join(line for k, line in enumerate(text.splitlines()) if not k or "x01," in line) + "\n"


def half_commas(text: str) -> str:
    return "\n".join(line if k % 2 else line.replace(";", ",") for k, line in enumerate(text.splitlines()))


def with_bsn(text: str) -> str:
    return "\n".join(line + (";123456782" if k else ";BSN") for k, line in enumerate(text.splitlines()))


def summaries_of(study: Path, *, change: Callable[[dict], object] = lambda content: None, rounds: int = 2) -> None:
    """Put summaries of two providers in the place of the episodes."""
    import normenkader as nk

    casemix = nk.read_casemix(nk.read_study(study))
    for provider in ("aanbieder-01", "aanbieder-02")[:rounds]:
        write_summary(summarise(casemix, provider), study / f"{provider}.json", casemix.study)
    content = json.loads((study / "aanbieder-01.json").read_text("utf-8"))
    change(content)
    (study / "aanbieder-01.json").write_text(json.dumps(content), encoding="utf-8")
    lines = (study / "study.toml").read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("episodes =", "minutes ="))]
    kept.insert(kept.index("[sources]") + 1, 'summaries = ["aanbieder-*.json"]')
    (study / "study.toml").write_text("\n".join(kept) + "\n", encoding="utf-8")


AUTO = settings('[bands]\nn = "auto"', without=r"^\[bands\]\n(?:[^\[\n].*\n)*")
#: Kind of file, what an analyst did to it, and what the message must name.
BROKEN: dict[str, tuple[Break, str]] = {
    "study: a misspelt key": (
        swapped("study.toml", "time_definition", "time_defintion"),
        r"unknown key; did you mean 'time_definition'.*line 7"),
    "study: a Dutch date": (swapped("study.toml", "2025-09-01", "01-09-2025"), r"line 6.*write a date as 2025-09-01"),
    "study: a text for a number": (
        swapped("study.toml", "seed = 20260101", 'seed = "zzq"'), r"\[study\] seed: a whole number.*line 8"),
    "study: empty": (written("study.toml", b""), r"study.toml, \[study\]: this key is required"),
    "study: UTF-16": (as_utf16("study.toml"), r"study.toml: the file cannot be read as UTF-8"),
    "study: no such file": (
        swapped("study.toml", "aanbieders/*", "aanbieder/*"), r"aanbieder/\*: no file.*\[sources\]"),
    "study: auto without assessments": (
        both(swapped("study.toml", 'assessments = "dubbel.csv"\n', ""), AUTO),
        r"\[bands\] n: 'auto' needs evidence"),
    "study: auto with too few assessments": (
        both(edited("dubbel.csv", lambda text: "\n".join(text.splitlines()[:7]) + "\n"), AUTO),
        r"\[bands\] n: 'auto' needs evidence"),
    "episodes: another delimiter": (
        swapped(EPISODES, ";", "|"), rf"{EPISODES}, column 'client': .*one column only.*not delimited"),
    "episodes: half of the delimiters": (
        edited(EPISODES, half_commas),
        rf"{EPISODES}: .*more cells than the header.*lines 3, 5"),
    "episodes: a missing column": (
        swapped(EPISODES, "Startdatum", "Begin"),
        rf"{EPISODES}, column 'start': .*none called 'Startdatum' or 'start';"),
    "episodes: other capitals": (
        swapped(EPISODES, "ontwikkelgericht", "Ontwikkelgericht"),
        rf"{EPISODES}, column 'orientation': .*Capitals count"),
    "episodes: an unknown level": (
        swapped(EPISODES, "ontwikkelgericht", "zzq"), rf"{EPISODES}, column 'orientation': .*levels are.*\(lines 2, "),
    "episodes: one id twice": (
        twice(EPISODES, lambda line: line.replace(";IB2;", ";IB1;").replace(";geen;", ";licht;", 1)),
        rf"{EPISODES}, column 'episode': one episode id"),
    "episodes: empty": (written(EPISODES, b""), f"{EPISODES}: this file is empty"),
    "episodes: a header only": (edited(EPISODES, lambda t: t.splitlines()[0] + "\n"), f"{EPISODES}: .*no rows"),
    "episodes: no text": (written(EPISODES, bytes(range(256)) * 20), f"{EPISODES}: this file is not text"),
    "episodes: a BSN": (
        edited(EPISODES, with_bsn),
        rf"{EPISODES}, column 'BSN': .*BSN"),
    "minutes: a missing column": (
        swapped(MINUTES, "Minuten direct", "Tijd"), f"{MINUTES}, column 'minutes_direct': this column is required"),
    "minutes: empty": (written(MINUTES, b""), f"{MINUTES}: this file is empty"),
    "vignettes: an unknown level": (
        swapped("vignetten.csv", "behoudgericht", "zzq"), "vignetten.csv, .*'orientation'"),
    "vignettes: one twice": (twice("vignetten.csv"), r"vignetten.csv, column 'vignette': .*lines 2, "),
    "vignettes: empty": (written("vignetten.csv", b""), "vignetten.csv: this file is empty"),
    "judgements: a missing column": (
        swapped("deskundigen.csv", "minutes_best", "zzq"), "deskundigen.csv, column 'minutes_best'"),
    "judgements: points that cross": (
        swapped("deskundigen.csv", "140,250,440", "440,250,140", 1), r"'minutes_low': .*low <= best.*line 2"),
    "judgements: no number": (
        swapped("deskundigen.csv", "140,250,440", "zzq,250,440"), "'minutes_low': .*not a number"),
    "judgements: one expert": (
        edited("deskundigen.csv", only_expert), "deskundigen.csv, column 'expert': one expert"),
    "assessments: an unknown level": (
        swapped("dubbel.csv", "behoudgericht", "zzq"), "dubbel.csv, column 'orientation'"),
    "assessments: a missing column": (swapped("dubbel.csv", "assessor", "wie"), "dubbel.csv, column 'assessor'"),
    "source_norms: no TOML": (
        swapped("bronnormen.toml", "minutes = 20", "minutes = twintig", 1),
        "bronnormen.toml: .*text stands in quotation"),
    "source_norms: an unknown level": (
        swapped("bronnormen.toml", '"ontwikkelgericht"', '"zzq"', 1), r"bronnormen.toml, \[\[term\]\] number 1 level"),
    "source_norms: empty": (written("bronnormen.toml", b""), "bronnormen.toml, name: this key is required"),
    "tariff: a misspelt key": (
        swapped("tarief.toml", "gross_hourly_wage", "hourly_wage"),
        r"tarief.toml, \[staff_costs\] hourly_wage: unknown"),
    "tariff: a decimal comma": (
        edited("tarief.toml", lambda t: re.sub(r"(gross_hourly_wage = \d+)\.", r"\1,", t)), "decimal with a point"),
    "tariff: other time": (
        swapped("tarief.toml", '= "direct"', '= "direct+indirect"'), "tarief.toml: .*paid twice"),
    "tariff: UTF-16": (as_utf16("tarief.toml"), "tarief.toml: this file cannot be read as UTF-8"),
    "tariff: empty": (written("tarief.toml", b""), "tarief.toml: .*all six elements"),
    "summaries: changed": (
        lambda study: summaries_of(study, change=lambda content: content.update(zzq=1)), "aanbieder-01.json: "),
    "summaries: no JSON": (
        both(summaries_of, written("aanbieder-02.json", b"zzq")), "aanbieder-02.json: "),
}  # fmt: skip


def refusal(verb: list[str]) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, verb)
    told = [line for line in result.stderr.splitlines() if not re.search(r"\d\.\d s$", line)]
    return result.exit_code, "\n".join(told), result.stdout


@pytest.mark.parametrize("name", BROKEN)
def test_check_and_calibrate_refuse_in_the_same_words_before_anything_is_fitted(
    name: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, words = BROKEN[name]
    study = Path(shutil.copytree(whole, tmp_path / "study"))
    change(study)
    monkeypatch.setattr("normenkader.model.fit.fit_minutes", lambda *_, **__: pytest.fail("it was fitted"))
    checked = refusal(["check", str(study)])
    assert (checked[0], checked[2]) == (2, "")
    assert checked[1].startswith("Refused: ")
    assert re.search(words, checked[1]), checked[1]
    assert not [mark for mark in MARKS if mark in checked[1]]
    assert refusal(["calibrate", str(study), "--out", str(tmp_path / "out")]) == checked
    assert not (tmp_path / "out").exists()


def test_every_kind_of_file_of_a_study_is_among_them() -> None:
    from normenkader.settings.sections import Sources

    assert {name.partition(":")[0] for name in BROKEN} == {"study", *Sources.model_fields}


def test_the_whole_study_is_not_refused(whole: Path) -> None:
    code, told, _ = refusal(["check", str(whole)])
    assert (code, told) == (0, "")


def test_that_one_provider_cannot_be_calibrated_is_told_and_not_refused(whole: Path, tmp_path: Path) -> None:
    """A provider checks its own files before it makes a summary of them."""
    study = Path(shutil.copytree(whole, tmp_path / "study"))
    swapped("study.toml", "aanbieders/*", EPISODES)(study)
    code, _, text = refusal(["check", str(study)])
    assert code == 0
    assert "Calibrate would refuse this: after setting rows aside fewer than two providers are left" in text
    assert "after setting rows aside fewer than two" in refusal(["calibrate", str(study)])[1]


@pytest.mark.parametrize(
    "spoil",
    [lambda out: out.write_text("mine"), lambda out: (out.mkdir(), (out / "notes.txt").write_text("mine")),
     lambda out: (out.mkdir(), (out / "receipt.json").write_text('{"settings_sha256": "00", "inputs": []}'))],
)  # fmt: skip
def test_a_folder_with_other_content_is_refused_at_once_and_in_the_words_of_the_end(
    spoil: Callable[[Path], object], whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from normenkader.dossier.write import OTHER_CONTENT

    out = tmp_path / "out"
    spoil(out)
    monkeypatch.setattr("normenkader.casemix.read.read_tables", lambda *_, **__: pytest.fail("data were read"))
    code, told, _ = refusal(["calibrate", str(whole), "--out", str(out)])
    assert (code, told) == (2, "Refused: " + OTHER_CONTENT.format(folder=out))


def test_a_folder_of_the_same_inputs_and_an_empty_one_are_let_through(whole: Path, tmp_path: Path) -> None:
    import normenkader as nk
    from normenkader.bands.calibration import no_stage
    from normenkader.bands.inputs import read_inputs
    from normenkader.cli.calibrate import _is_of

    study = nk.read_study(whole)
    given = read_inputs(study, stage=no_stage)
    files = [*given.casemix.files, *given.panel.files, *given.assessments.files, given.source_norms.file,
             given.prices.input_file]  # fmt: skip
    inputs = [{"table": f.table, "file": f.file, "sha256": f.sha256} for f in files]
    receipt = {"settings_sha256": study.sha256(), "inputs": inputs}
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    assert _is_of(tmp_path, study)
    inputs[0]["sha256"] = "00"
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    assert not _is_of(tmp_path, study)
