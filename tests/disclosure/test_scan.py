"""Everything that leaves a study with few clients in many places, read by a stranger and by an attacker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from attacker import learns
from click.testing import CliRunner
from dominated import of_few, rows
from dominated import told as means_of_few
from everything import Left, run_everything
from published import Truth, attack, brought
from rare_study import DOMINATED, MARKS, rare_study
from scan import leaves, numbers_not_in, small_counts, small_shares, texts_of

from normenkader.bands.table import BandTable
from normenkader.cli import main
from normenkader.disclosure import Contributions
from normenkader.dossier import write
from normenkader.dossier.volume_tables import volumes_document
from normenkader.provenance import readable_json

LEAST, STEP = 10, 5


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    with pytest.MonkeyPatch.context() as patch:
        yield run_everything(tmp_path_factory.mktemp("rare"), patch)


def test_the_study_is_as_rare_as_it_should_be(left: Left) -> None:
    frame = left.bands.norms.model.casemix.to_frame()
    few = ("orientation", "crisisgericht"), ("municipality", "kleindorp"), ("product", "IB3"), (
        "leefgebied_justitie", "zwaar")  # fmt: skip
    for column, value in (*few, ("provider", "kleine aanbieder")):
        assert 0 < (frame[column] == value).sum() < LEAST


def test_no_count_of_few_clients_and_no_exact_count_stands_anywhere(left: Left) -> None:
    everything = {**left.documents, **for_publication(left.printed)}
    assert small_counts(everything, least=LEAST, step=STEP) == []
    assert small_shares(everything, least=LEAST) == []


def test_nobody_learns_more_of_a_small_count_than_that_it_is_small(left: Left) -> None:
    assert told(left.documents, left.bands) == {}


def told(documents: dict[str, Any], bands: BandTable) -> dict[Any, tuple[float, float]]:
    """Small counts of which the attacker learns more than the rules say, with what remains possible."""
    truth = Truth(bands)
    attacker = attack(documents, truth)
    brought(attacker, documents)
    known = {name: truth[name] for name in attacker.place}
    assert attacker.broken(known) == []
    small = [name for name, n in known.items() if n < LEAST]
    assert len(small) > 20
    found = {name: attacker.interval(name) for name in small}
    return {name: interval for name, interval in found.items() if learns(interval, LEAST)}


def test_no_mean_of_minutes_is_that_of_few_providers_or_clients(left: Left) -> None:
    frame = left.bands.norms.model.casemix.to_frame()
    own = frame[frame["municipality"] == DOMINATED]
    assert own["client"].nunique() > LEAST
    assert own["provider"].nunique() == 3
    assert of_few(own)
    listed = list(rows(left.documents, left.bands))
    dominated = {(r.table, r.name) for r in listed if r.inside.sum() >= LEAST and of_few(frame[r.inside])}
    assert ("fairness municipality", DOMINATED) in dominated
    assert sum(len(r.shown) for r in listed) > 100
    assert means_of_few(left.documents, left.bands) == []


def test_the_scan_sees_means_of_few_when_the_rule_is_off(left: Left) -> None:
    """Fairness and impact name the municipality; without the rule both would show its mean."""
    from normenkader.bands.fairness import fairness
    from normenkader.bands.impact import impact

    norms, edges = left.bands.norms, left.bands.edges()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Contributions, "left_out", lambda self, row, n_rows, settings: np.zeros(n_rows, dtype=bool))
        soundness = replace(left.bands.soundness, fairness=fairness(norms, edges))
        robustness = replace(left.bands.robustness, impact=impact(norms, edges, left.bands.stability))
    documents = left.documents | documents_again(replace(left.bands, soundness=soundness, robustness=robustness))
    found = means_of_few(documents, left.bands)
    for table in ("fairness municipality", "impact assigned municipality", "impact product_average municipality"):
        assert any(line.startswith(f"{table}: {DOMINATED} shows") for line in found)


def test_no_client_episode_or_assessor_appears_in_any_output(left: Left) -> None:
    places = [left.folder, *(left.study.parent / name for name in ("home", "vignettes", "pages", "sums"))]
    texts = {name: text for place in places for name, text in texts_of(place)}
    assert {"dossier.html", "bands.json", "mlflow.db"} <= {Path(name).name for name in texts}
    printed = {f"{name} --json": json.dumps(document) for name, document in left.printed.items()}
    for mark in MARKS:
        everything = {**texts, **left.texts, **printed, "progress": left.progress}
        assert [name for name, text in everything.items() if mark in text] == []


def for_publication(printed: dict[str, Any]) -> dict[str, Any]:
    """What verbs print, without the two parts of ``check`` that are exact and marked not for publication."""
    check = {key: value for key, value in printed["check"].items() if key not in ("set_aside", "files")}
    return {**printed, "check": check}


def test_every_verb_is_among_those_that_are_scanned(left: Left) -> None:
    """A new verb that tells of a study is scanned, or says here why it need not be."""
    silent = {"init": "reads files before there is a study", "synthesise": "makes up its own study",
              "withdraw": "prints the same event as adopt", "sign": "prints a hash"}  # fmt: skip
    assert {name.split()[0] for name in left.printed} == set(main.list_commands(click.Context(main))) - set(silent)


def test_text_on_the_terminal_tells_no_number_that_json_does_not(left: Left) -> None:
    """The scan reads JSON; so whatever is printed as text must stand there too."""
    for name, text in left.texts.items():
        # Each run of these adds an event or a line, so that its text and its JSON tell of different ones.
        if not name.startswith(("adopt", "deviate ")):
            known = [left.printed[name], *ALSO_KNOWN.get(name, lambda _: [])(left)]
            assert numbers_not_in(text, known) == [], name


#: Text that is made from files that are scanned themselves.
ALSO_KNOWN = {
    "calibrate": lambda left: [left.documents["norms.json"], left.documents["bands.json"]],
    "plan": lambda left: [list(range(1, len(left.printed["plan"]["expected"]["edges"]) + 1))],
    "explore": lambda left: [(left.study.parent / "pages" / "page.html").stat().st_size / 1000],
}


def test_a_number_that_json_does_not_tell_is_seen() -> None:
    document = {"n": 45, "share": 0.125, "mean": 16.24, "text": "in 2026-03"}
    assert numbers_not_in("45 clients, 12.5 % or 12,5%, by 16.2 in 2026-03", [document]) == []
    assert numbers_not_in("46 clients; € 1.234,50", [document]) == ["46", "1.234,50"]


def test_the_store_holds_no_exact_row_count(left: Left) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{left.study.parent / 'home' / 'mlflow.db'}")
    (run,) = [r for e in client.search_experiments() for r in client.search_runs([e.experiment_id])]
    rows = {name: value for name, value in run.data.metrics.items() if name.startswith("rows")}
    profiles = [json.loads(entry.dataset.profile) for entry in run.inputs.dataset_inputs]
    rows |= {f"{k} {name}": n for k, p in enumerate(profiles) for name, n in p.items() if name.startswith("rows")}
    assert rows
    assert all(n == 0 or (n >= LEAST and n % STEP == 0) for n in rows.values())


def test_shares_of_all_clients_come_in_steps_that_hide_ten(left: Left) -> None:
    """460 clients: a step of 5 % is 23 of them."""
    validation = left.documents["validation.json"]
    shares = [value for path, value in leaves({k: validation[k] for k in ("multiverse", "gameability", "exclusions")})
              if "share" in path[-1] or "survive" in path[-1]]  # fmt: skip
    assert len(shares) > 20
    assert all(share is None or round(share * 20, 6) == round(share * 20) for share in shares)


@pytest.mark.parametrize(
    ("rule", "switched_off"),
    [
        ("normenkader.dossier.withheld.withheld_levels", lambda *_, **__: frozenset()),
        ("normenkader.dossier.robustness_tables.withheld", lambda counts, *_, **__: [n < LEAST for n in counts]),
        ("normenkader.disclosure.shares.withheld", lambda counts, *_, **__: [n < LEAST for n in counts]),
    ],
)  # fmt: skip
def test_the_attacker_gets_in_when_a_rule_is_off(left: Left, rule: str, switched_off: Any) -> None:
    """A test that cannot fail would prove nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule, switched_off)
        documents = left.documents | documents_again(left.bands)
    assert told(documents, left.bands)


def test_the_reader_sees_when_a_rule_is_off(left: Left) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("normenkader.dossier.soundness_tables.published_clients", lambda n, _: n)
        assert small_counts(documents_again(left.bands), least=LEAST, step=STEP)
    assert small_shares({"a": [{"n_clients": 150, "share_down": 0.96}]}, least=LEAST)
    assert small_shares({"a": [{"n_clients": 150, "share_down": 0.9}]}, least=LEAST) == []
    assert small_counts({"a": {"n_of_something_new": 3}}, least=LEAST, step=STEP)


def test_marks_and_exact_counts_would_be_seen(left: Left, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<img src="data:image/svg+xml;base64,enpxY2xpZW50MDAwMQ==">')
    assert [name for name, text in texts_of(tmp_path) if MARKS[0] in text] == ["page.html (figure)"]
    assert all(mark in (left.study / "assessments.csv").read_text() for mark in MARKS[1:])


def test_free_text_stops_the_run_and_is_not_repeated(left: Left, tmp_path: Path) -> None:
    study = rare_study(tmp_path / "study", n_clients=60)
    rows = (study / "episodes.csv").read_text().splitlines()
    texts = [rows[0] + ",toelichting", *(f"{row},zzqtekst over deze mevrouw en haar dochter" for row in rows[1:])]
    (study / "episodes.csv").write_text("\n".join(texts) + "\n")
    result = CliRunner().invoke(main, ["check", str(study), "--json"])
    assert result.exit_code == 2
    assert "toelichting" in result.stderr
    assert not any(mark in result.stdout + result.stderr for mark in (*MARKS, "zzqtekst"))


def documents_again(bands: BandTable) -> dict[str, Any]:
    """The documents of the same bands, made anew."""
    made = write.documents_of(bands)
    found = {"norms.json": made.norms, "bands.json": made.bands, "validation.json": made.validation}
    return {name: json.loads(readable_json(document)) for name, document in found.items()}


def test_what_a_product_brings_in_does_not_tell_its_clients_in_a_band(left: Left) -> None:
    """Of 14 clients in two bands of 100 and 200 minutes, a mean of 121.43 says that 3 are in the upper one."""
    product = next(row for row in left.bands.volumes.products if row.name == "IB1")

    def shown(*by_band: int) -> float | None:
        row = replace(product, by_band=by_band, n_clients=sum(by_band))
        found = volumes_document(replace(left.bands.volumes, products=(row,)), left.bands.study)
        value = found["products"][0]["mean_band_minutes"]
        return None if value is None else float(value)

    assert [shown(11, 3), shown(20, 5, 20)] == [None, None]
    assert None not in (shown(20, 14), shown(14), shown(60, 5, 60, 60))
