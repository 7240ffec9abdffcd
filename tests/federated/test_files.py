"""Reading what providers sent: every refusal names the file and the rule, and no value of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from normenkader.casemix.casemix import Casemix
from normenkader.errors import InputRefused
from normenkader.federated.files import read_summaries, write_summary
from normenkader.federated.refusals import listed, refuse_other_rounds
from normenkader.federated.summarise import summarise_cells
from normenkader.federated.summary import CellSummary, Summary
from normenkader.federated.told import Told
from normenkader.provenance import sealed
from normenkader.study import Study, study_from_text

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def centre(tmp_path: Path, casemix: Casemix, summaries: list[Summary]) -> Study:
    for summary in summaries[:3]:
        write_summary(summary, tmp_path / "sent" / summary.provider, casemix.study)
    text = casemix.study.text
    start, end = text.index("[sources]"), text.index("[[factor]]")
    return study_from_text(f'{text[:start]}[sources]\nsummaries = ["sent/*.json"]\n{text[end:]}', folder=tmp_path)


def _edit(centre: Study, edit: Edit) -> str:
    """Change the second file and seal it anew, as who understands the format could."""
    name = sorted(path.name for path in (centre.folder / "sent").glob("*.json"))[1]
    document = json.loads((centre.folder / "sent" / name).read_text(encoding="utf-8"))
    edit(document)
    (centre.folder / "sent" / name).write_text(json.dumps(sealed(document)), encoding="utf-8")
    return f"sent/{name}"


def test_what_was_written_is_read(centre: Study, summaries: list[Summary]) -> None:
    found = read_summaries(centre)
    assert [s.provider for s in found.first] == [s.provider for s in summaries[:3]]
    assert found.file_of[1, summaries[0].provider] == f"sent/{summaries[0].provider}.json"
    assert [s.at_cap for s in found.first] == [s.at_cap for s in summaries[:3]]


@pytest.mark.parametrize(("edit", "rule"), [
    (lambda d: d.update(format=1), "another format than format 2"),
    (lambda d: d.update(kind="something"), "no summary of a provider"),
    (lambda d: d.pop("round"), "a key of this summary is absent"),
    (lambda d: d.update(round=3), "a key of this summary is absent"),
    (lambda d: d.update(provider=7), "another kind of value"),
    (lambda d: d.update(n_clients=-3), "another kind of value"),
    (lambda d: d.update(at_cap=4), "another kind of value"),
    (lambda d: d.pop("n_episodes"), "a key of this summary is absent"),
    (lambda d: d["terms"].pop(), "another kind of value"),
    (lambda d: d["terms"][0].update(level="onbekend"), "another kind of value"),
    (lambda d: d["sums"]["x"].append(1.0), "another kind of value"),
    (lambda d: d["sums"]["xx"].pop(), "another kind of value"),
    (lambda d: d["sums"].update(y="veel"), "another kind of value"),
    (lambda d: d["ijkclient_level_clients"].popitem(), "another kind of value"),
    (lambda d: d.update(agreement="0" * 64), "other factors, another window"),
])  # fmt: skip
def test_a_wrong_file_is_named_with_the_rule(centre: Study, edit: Edit, rule: str) -> None:
    name = _edit(centre, edit)
    with pytest.raises(InputRefused, match=rule) as refused:
        read_summaries(centre)
    assert refused.value.file == name


def test_no_json_and_no_number_are_refused(centre: Study) -> None:
    path = sorted((centre.folder / "sent").glob("*.json"))[0]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"yy": ', '"yy": NaN, "was": ', 1), encoding="utf-8")
    with pytest.raises(InputRefused, match="seal does not fit") as refused:
        read_summaries(centre)
    assert refused.value.file == f"sent/{path.name}"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputRefused, match="no JSON"):
        read_summaries(centre)


def test_two_of_one_provider_are_both_named(centre: Study, summaries: list[Summary]) -> None:
    first = centre.folder / "sent" / f"{summaries[0].provider}.json"
    (centre.folder / "sent" / "again.json").write_bytes(first.read_bytes())
    with pytest.raises(InputRefused, match="of round 1 and of one provider") as refused:
        read_summaries(centre)
    assert refused.value.file == f"sent/{first.name}, sent/again.json"


def _cells(summary: Summary, **change: Any) -> CellSummary:
    import numpy as np

    one = np.array([1])
    content = {
        "provider": summary.provider, "agreement": "a", "norms": "n", "step": 15, "lower": 15 * one,
        "n_clients": one * summary.n_clients, "n_episodes": one * summary.n_episodes, "norm_minutes": one * 1.0,
        "norm_squares": one * 1.0, "minutes": one * 1.0, "without_norm": Told(low=0, high=0),
    }  # fmt: skip
    return CellSummary(**{**content, **change})


def test_rounds_that_do_not_belong_together_name_their_files(summaries: list[Summary]) -> None:
    a, b, c = summaries[:3]
    files = {(r, s.provider): f"{s.provider}-{r}.json" for r in (1, 2) for s in (a, b, c)}

    def refused(first: list[Summary], second: list[CellSummary]) -> tuple[str, str]:
        with pytest.raises(InputRefused) as found:
            refuse_other_rounds(first, second, norms_sha256="n", files=files)
        return found.value.file, found.value.rule

    refuse_other_rounds([a, b], [_cells(a), _cells(b)], norms_sha256="n", files=files)
    file, rule = refused([a, b, c], [_cells(b)])
    assert file == f"{a.provider}-1.json, {c.provider}-1.json"
    assert "sent no round 2" in rule
    assert refused([a], [_cells(a), _cells(b)])[0] == f"{b.provider}-2.json"
    assert refused([a, b], [_cells(a), _cells(b, norms="other")])[0] == f"{b.provider}-2.json"
    file, rule = refused([a], [_cells(a, without_norm=Told(low=1, high=10))])
    assert file == f"{a.provider}-2.json"
    assert "same data" in rule


def test_both_rounds_of_the_same_data_belong_together(
    casemix: Casemix, summaries: list[Summary], norms_of_region: dict[str, Any]
) -> None:
    cells = [summarise_cells(casemix, s.provider, norms=norms_of_region, norms_sha256="n") for s in summaries]
    refuse_other_rounds(summaries, cells, norms_sha256="n", files={})


def test_many_files_are_not_all_listed() -> None:
    assert listed(f"{n}.json" for n in range(8)) == "0.json, 1.json, 2.json, 3.json, 4.json and 3 more"
