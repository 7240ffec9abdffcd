"""The verdict on an applied table, against tables made by hand and clients counted by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from normenkader.bands.decision import decide
from normenkader.study import Study, study_from_text
from normenkader.verification.applied_table import AppliedBand, AppliedTable, AppliedTerm
from normenkader.verification.comparison import AppliedComparison, Calibrated, compare_applied
from normenkader.verification.departures import AppliedDeparture
from tests.tracking.output_folder import STUDY, bands_document, norms_document

AREAS = ("geen", "licht", "zwaar")


@pytest.fixture(scope="module")
def study() -> Study:
    return study_from_text(STUDY, folder=Path("unused"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Sixteen clients of each profile, over four providers; no level without a norm."""
    profiles = [
        {"orientation": o, "duration_weeks": d, "leefgebied_financien": f, "leefgebied_wonen": w}
        for o in ("behoudgericht", "ontwikkelgericht") for d in ("<=13", "14-26", "27-52") for f in AREAS for w in AREAS
    ]  # fmt: skip
    rows = [profile | {"provider": f"p{i % 4}"} for profile in profiles for i in range(16)]
    return pd.DataFrame(rows).assign(client=[f"c{i}" for i in range(len(rows))])


@pytest.fixture(scope="module")
def calibrated(study: Study, frame: pd.DataFrame) -> Calibrated:
    return Calibrated(norms=norms_document(study), bands=bands_document(), calibration_number="ab" * 32, study=study,
                      frame=frame)  # fmt: skip


def applied_as_calibrated(calibrated: Calibrated) -> AppliedTable:
    norms = calibrated.norms
    terms = tuple(
        AppliedTerm(factor=t["factor"], level=t["level"], minutes=t["published"],
                    with_factor=(t["with"] or {}).get("factor", ""), with_level=(t["with"] or {}).get("level", ""))
        for t in norms["terms"]
    )  # fmt: skip
    bands = tuple(AppliedBand(label=b["label"], lower=b["lower"], upper=b["upper"]) for b in calibrated.bands["bands"])
    return AppliedTable(file="t.toml", ijkclient_minutes=norms["ijkclient_minutes"]["published"], bands=bands,
                        terms=terms, premises=(("P1", "Reistijd  telt niet mee."),))  # fmt: skip


def with_band(table: AppliedTable, at: int, **changed: Any) -> AppliedTable:
    return replace(table, bands=tuple(replace(b, **changed) if i == at else b for i, b in enumerate(table.bands)))


def with_term(table: AppliedTable, at: int, minutes: float | None) -> AppliedTable:
    return replace(table, terms=tuple(replace(t, minutes=minutes) if i == at else t for i, t in enumerate(table.terms)))


def found(table: AppliedTable, calibrated: Calibrated) -> list[AppliedDeparture]:
    return [departure for departure, _ in compare_applied(table, calibrated).departures]


def by_hand(frame: pd.DataFrame, norms: dict[str, Any], bands: dict[str, Any]) -> list[int]:
    """Band of every client, one by one, by the room that decides on one client; without doubt zones."""
    plain = {**bands, "in_doubt": "table"}
    names = [factor["name"] for factor in norms["factors"]]
    known = {}
    for row in frame[names].drop_duplicates().to_dict("records"):
        known[tuple(row.values())] = decide(norms, plain, row, explain=False).table_band
    return [known[key] for key in frame[names].itertuples(index=False, name=None)]


def rounded_to_five(n: int) -> int | None:
    return None if n < 10 else math.floor(n / 5 + 0.5) * 5


def test_every_value_the_same_is_supported(calibrated: Calibrated) -> None:
    answer = compare_applied(applied_as_calibrated(calibrated), calibrated)
    assert (answer.verdict, answer.reasons, answer.departures) == ("onderbouwd", (), ())
    assert answer.compared == ("ijkclient", "terms", "bands", "premises")


def test_a_part_that_is_left_out_is_not_compared_and_said_to_be_so(calibrated: Calibrated) -> None:
    whole = applied_as_calibrated(calibrated)
    answer = compare_applied(AppliedTable(file="t", bands=whole.bands), calibrated)
    assert answer.verdict == "onderbouwd"
    assert answer.not_compared == ("ijkclient", "terms", "premises")


def test_an_edge_rounded_down_is_named_with_its_ruling_and_its_clients(
    calibrated: Calibrated, frame: pd.DataFrame
) -> None:
    """155 minutes become two and a half hours."""
    bands, lowered = bands_document(), bands_document()
    bands["bands"][3]["lower"] = bands["bands"][2]["upper"] = 155
    calibrated = replace(calibrated, bands=bands)
    answer = compare_applied(with_band(with_band(applied_as_calibrated(calibrated), 3, lower=150), 2, upper=150),
                             calibrated)  # fmt: skip
    ((edge, effect),) = answer.departures
    assert answer.verdict == "afwijkend"
    assert (edge.place, edge.calibrated, edge.applied, edge.difference) == ("veel meer, lower", 155, 150, -5)
    assert edge.rounded_down_to == 30
    assert "rounded down" in edge.text
    assert "2016:1402" in edge.text
    before, after = by_hand(frame, calibrated.norms, bands), by_hand(frame, calibrated.norms, lowered)
    higher = sum(new > old for old, new in zip(before, after, strict=True))
    stay = sum(old == new == 4 for old, new in zip(before, after, strict=True))
    assert higher > 0
    assert stay > 0
    assert effect.n_higher_band == rounded_to_five(higher)
    assert effect.n_lower_band is None
    assert effect.n_less == rounded_to_five(stay)
    assert effect.mean_less == 5
    assert effect.n_more == rounded_to_five(higher)
    assert effect.mean_more == 30


@pytest.mark.parametrize(
    ("calibrated_edge", "applied_edge", "step"),
    [
        (155, 150, 30),
        (195, 180, 60),
        (125, 105, None),
        (128, 120, 60),
        (128, 125, 5),
        (155, 145, None),
        (150, 155, None),
    ],
)
def test_rounding_down_is_told_from_other_departures(
    calibrated: Calibrated, calibrated_edge: int, applied_edge: int, step: int | None
) -> None:
    bands = bands_document()
    bands["bands"][3]["lower"] = calibrated_edge
    table = with_band(applied_as_calibrated(calibrated), 3, lower=applied_edge)
    edge = next(d for d in found(table, replace(calibrated, bands=bands)) if d.place == "veel meer, lower")
    assert edge.rounded_down_to == step


def test_a_term_moves_the_clients_that_have_it(calibrated: Calibrated, frame: pd.DataFrame) -> None:
    table = with_term(applied_as_calibrated(calibrated), 0, 5)
    ((term, effect),) = compare_applied(table, calibrated).departures
    assert (term.place, term.calibrated, term.applied) == ("orientation: ontwikkelgericht", 30, 5)
    assert term.rounded_down_to is None
    norms = {**calibrated.norms, "terms": [dict(t) for t in calibrated.norms["terms"]]}
    norms["terms"][0]["published"] = 5
    before, after = by_hand(frame, calibrated.norms, calibrated.bands), by_hand(frame, norms, calibrated.bands)
    lower = sum(new < old for old, new in zip(before, after, strict=True))
    edges = [band["lower"] for band in calibrated.bands["bands"]]
    lost = [edges[old - 1] - edges[new - 1] for old, new in zip(before, after, strict=True) if new < old]
    assert effect.n_lower_band == effect.n_less == rounded_to_five(lower)
    assert effect.mean_less == round(sum(lost) / len(lost), 1)
    assert effect.n_more is None


def test_all_together_is_not_the_sum_of_each(calibrated: Calibrated) -> None:
    table = with_term(applied_as_calibrated(calibrated), 0, 5)
    table = replace(table, ijkclient_minutes=125)
    answer = compare_applied(table, calibrated)
    assert [d.place for d, _ in answer.departures] == ["ijkclient", "orientation: ontwikkelgericht"]
    up, down = (effect for _, effect in answer.departures)
    assert up.n_more is not None
    assert down.n_less is not None
    assert answer.together.n_more is not None
    assert answer.together.n_less in (None, *range(down.n_less))


def test_what_is_absent_and_what_is_extra_departs(calibrated: Calibrated) -> None:
    whole = applied_as_calibrated(calibrated)
    extra = AppliedTerm(factor="huisdieren", level="hond", minutes=10)
    table = replace(whole, terms=(*whole.terms[1:], extra))
    answer = compare_applied(table, calibrated)
    kinds = {d.place: (d.kind, effect.reason) for d, effect in answer.departures}
    assert kinds["orientation: ontwikkelgericht"] == ("absent", "")
    assert kinds["huisdieren: hond"][0] == "extra"
    assert "no such factor" in kinds["huisdieren: hond"][1]
    assert len(kinds) == 2


def test_a_level_without_a_norm_need_not_be_listed_and_may_not_get_minutes(calibrated: Calibrated) -> None:
    whole = applied_as_calibrated(calibrated)
    at = next(i for i, t in enumerate(whole.terms) if (t.factor, t.level) == ("duration_weeks", ">52"))
    assert found(replace(whole, terms=(*whole.terms[:at], *whole.terms[at + 1 :])), calibrated) == []
    (departure,) = found(with_term(whole, at, 20), calibrated)
    assert (departure.calibrated, departure.applied) == (None, 20)


def test_the_ijkclient_s_own_levels_may_be_listed_with_nothing_but_zero(calibrated: Calibrated) -> None:
    whole = applied_as_calibrated(calibrated)
    own = AppliedTerm(factor="orientation", level="behoudgericht", minutes=0)
    assert found(replace(whole, terms=(*whole.terms, own)), calibrated) == []
    (departure,) = found(replace(whole, terms=(*whole.terms, replace(own, minutes=5))), calibrated)
    assert (departure.calibrated, departure.applied) == (0, 5)


def test_an_interaction_may_be_listed_under_either_factor(calibrated: Calibrated) -> None:
    whole = applied_as_calibrated(calibrated)
    turned = tuple(
        replace(t, factor=t.with_factor, level=t.with_level, with_factor=t.factor, with_level=t.level)
        if t.with_factor else t for t in whole.terms
    )  # fmt: skip
    assert found(replace(whole, terms=turned), calibrated) == []


def test_a_band_that_is_absent_or_extra(calibrated: Calibrated) -> None:
    whole = applied_as_calibrated(calibrated)
    answer = compare_applied(replace(whole, bands=(*whole.bands[:2], whole.bands[3])), calibrated)
    kinds = [(d.kind, d.place) for d, _ in answer.departures]
    assert ("absent", "meer, lower") in kinds
    assert ("value", "ijkclient, upper") in kinds
    assert answer.together.n_lower_band is not None
    more = AppliedBand(label="heel veel meer", lower=200)
    extra = compare_applied(replace(whole, bands=(*whole.bands, more)), calibrated)
    assert [(d.kind, d.place) for d, _ in extra.departures] == [("extra", "heel veel meer, lower")]
    assert extra.together == extra.departures[0][1]


def test_upper_edges_that_are_included_are_read_as_such(calibrated: Calibrated) -> None:
    whole = applied_as_calibrated(calibrated)
    bands = tuple(replace(b, upper=None if b.upper is None else b.upper - 1) for b in whole.bands)
    answer = compare_applied(replace(whole, bands=bands), calibrated)
    assert answer.verdict == "onderbouwd"
    assert any("included" in note for note in answer.notes)


def test_a_gap_between_bands_departs(calibrated: Calibrated) -> None:
    (gap,) = found(with_band(applied_as_calibrated(calibrated), 1, upper=110), calibrated)
    assert (gap.place, gap.calibrated, gap.applied) == ("ijkclient, upper", 120, 110)


def test_own_labels_are_compared_by_order(calibrated: Calibrated) -> None:
    whole = applied_as_calibrated(calibrated)
    named = replace(whole, bands=tuple(replace(b, label=f"Klasse {i}") for i, b in enumerate(whole.bands)))
    answer = compare_applied(named, calibrated)
    assert answer.verdict == "onderbouwd"
    assert any("order" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"unit": "uren per week"}, "unit"),
        ({"time_definition": "direct+indirect"}, "definition of time"),
        ({"calibration_number": "cd" * 8}, "another calibration"),
        ({"terms": (AppliedTerm(factor="x", level="y", minutes=5),)}, "no factor and level"),
        ({"bands": (AppliedBand(label="A", lower=0), AppliedBand(label="B", lower=90))}, "no band"),
    ],
)
def test_what_cannot_be_tied_is_not_supported(calibrated: Calibrated, changed: dict[str, Any], reason: str) -> None:
    answer = compare_applied(replace(applied_as_calibrated(calibrated), **changed), calibrated)
    assert answer.verdict == "niet onderbouwd"
    assert any(reason in text for text in answer.reasons)


def test_its_own_number_and_unit_in_dutch_are_fine(calibrated: Calibrated) -> None:
    table = replace(applied_as_calibrated(calibrated), calibration_number="abababab", unit="Minuten per week")
    assert compare_applied(table, calibrated).verdict == "onderbouwd"


def test_a_calibration_that_does_not_stand_supports_nothing(calibrated: Calibrated) -> None:
    answer = compare_applied(applied_as_calibrated(calibrated), replace(calibrated, faults=("broken",)))
    assert (answer.verdict, answer.reasons) == ("niet onderbouwd", ("broken",))


def test_another_premise_is_a_departure_with_its_ruling(calibrated: Calibrated) -> None:
    table = replace(applied_as_calibrated(calibrated), premises=(("P1", "Reistijd telt mee."), ("P2", "Meer.")))
    answer = compare_applied(table, calibrated)
    assert [(d.place, d.kind) for d, _ in answer.departures] == [("P1", "value"), ("P2", "extra")]
    assert all("2018:3835" in d.text for d, _ in answer.departures)
    assert answer.verdict == "afwijkend"


def test_few_clients_are_not_told(calibrated: Calibrated, frame: pd.DataFrame) -> None:
    few = frame.groupby(["orientation", "duration_weeks", "leefgebied_financien", "leefgebied_wonen"]).head(1)
    nine = few[few["orientation"] == "ontwikkelgericht"].head(9)
    answer = compare_applied(with_term(applied_as_calibrated(calibrated), 0, -200), replace(calibrated, frame=nine))
    ((_, effect),) = answer.departures
    assert effect.reason == ""
    assert (effect.n_lower_band, effect.n_less, effect.mean_less) == (None, None, None)


def without_clients(calibrated: Calibrated, table: AppliedTable, cells: Any) -> AppliedComparison:
    return compare_applied(table, replace(calibrated, frame=None, no_clients="not to be had", cells=cells))


def test_without_inputs_clients_are_counted_from_cells_where_these_part_them(calibrated: Calibrated) -> None:
    cells = {"lower": [0, 60, 120, 135, 150], "n_clients": [20, 40, 15, 10, 35]}
    table = with_band(with_band(applied_as_calibrated(calibrated), 3, lower=135), 2, upper=135)
    ((_, effect),) = without_clients(calibrated, table, cells).departures
    assert (effect.n_higher_band, effect.n_more, effect.mean_more) == (10, 10, 15)
    assert (effect.n_less, effect.mean_less) == (35, 15)
    between = with_band(with_band(applied_as_calibrated(calibrated), 3, lower=140), 2, upper=140)
    ((_, unknown),) = without_clients(calibrated, between, cells).departures
    assert unknown.n_less is None
    assert "not split" in unknown.reason


def test_without_inputs_or_cells_nothing_is_counted_and_the_reason_stands(calibrated: Calibrated) -> None:
    table = with_term(applied_as_calibrated(calibrated), 0, 5)
    ((_, effect),) = without_clients(calibrated, table, None).departures
    assert (effect.n_less, effect.reason) == (None, "not to be had")
