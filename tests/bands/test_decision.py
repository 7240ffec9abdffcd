"""One client's decision against sums done by hand and by brute force."""

from __future__ import annotations

import copy
import json
import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normenkader.bands.decision import decide
from normenkader.bands.periods import round_up
from normenkader.errors import InputRefused
from tests.bands.decision_documents import IJKCLIENT, band, documents, hand_bands, hand_norms, term


def brute_force(norms: dict[str, Any], profile: dict[str, str]) -> float:
    """Every term in the file whose conditions the client meets, added up."""
    levels = dict(profile)
    for overlap in norms["overlap"]:
        members = [f for f in norms["factors"] if f["group"] == overlap["group"]]
        count = len([f for f in members if f["levels"].index(profile[f["name"]]) > 0])
        levels[overlap["factor"]] = {0: "0", 1: "1"}.get(count, ">1")
    total = norms["ijkclient_minutes"]["published"]
    for entry in norms["terms"]:
        beside = entry["with"]
        meets = levels[entry["factor"]] == entry["level"]
        if meets and (beside is None or levels[beside["factor"]] == beside["level"]):
            total += entry["published"]
    return total


@given(documents())
@settings(max_examples=200, deadline=None)
def test_the_sum_is_that_of_every_term_the_client_meets(drawn: tuple[dict, dict, dict]) -> None:
    norms, bands, profile = drawn
    decision = decide(norms, bands, profile)
    assert decision.norm_sum == brute_force(norms, profile)
    assert decision.norm_minutes == max(decision.norm_sum, 0)
    assert decision.below_zero == (decision.norm_sum < 0)
    assert decision.norm_sum == sum(line.minutes for line in decision.lines)


@given(documents())
@settings(max_examples=200, deadline=None)
def test_the_band_holds_the_norm_and_the_lower_bound_is_its_own(drawn: tuple[dict, dict, dict]) -> None:
    norms, bands, profile = drawn
    decision = decide(norms, bands, profile)
    holding = [b for b in bands["bands"] if b["lower"] <= decision.norm_minutes < (b["upper"] or math.inf)]
    assert [b["band"] for b in holding] == [decision.table_band]
    applying = next(b for b in bands["bands"] if b["band"] == decision.band)
    assert decision.lower_bound >= applying["lower"]
    assert decision.lower_bound_per_month >= Fraction(decision.lower_bound * 52, 12)
    assert decision.band == (max(decision.possible_bands) if bands["in_doubt"] == "higher" else decision.table_band)
    assert decision.table_band in decision.possible_bands


@given(documents(), st.data())
@settings(max_examples=150, deadline=None)
def test_more_minutes_for_a_level_never_lower_band_or_bound(
    drawn: tuple[dict, dict, dict], data: st.DataObject
) -> None:
    norms, bands, profile = drawn
    more = copy.deepcopy(norms)
    data.draw(st.sampled_from([more["ijkclient_minutes"], *more["terms"]]))["published"] += 40
    before, after = decide(norms, bands, profile), decide(more, bands, profile)
    assert after.norm_minutes >= before.norm_minutes
    assert after.table_band >= before.table_band
    assert after.band >= before.band
    assert after.lower_bound >= before.lower_bound


@given(documents())
@settings(max_examples=100, deadline=None)
def test_the_changes_are_all_single_facts_that_move_the_band(drawn: tuple[dict, dict, dict]) -> None:
    norms, bands, profile = drawn
    decision = decide(norms, bands, profile)
    expected = []
    for factor in norms["factors"]:
        for level in factor["levels"]:
            other = decide(norms, bands, {**profile, factor["name"]: level}, explain=False)
            if other.band != decision.band:
                doubt = other.band != other.table_band
                expected.append((factor["name"], level, other.norm_minutes, other.band, doubt))
    assert [(c.factor, c.level, c.norm_minutes, c.band, c.by_doubt) for c in decision.changes] == expected


@given(documents())
@settings(max_examples=100, deadline=None)
def test_the_distances_are_exact(drawn: tuple[dict, dict, dict]) -> None:
    norms, bands, profile = drawn
    decision = decide(norms, bands, profile)

    def moved(minutes: float) -> int:
        shifted = copy.deepcopy(norms)
        shifted["ijkclient_minutes"]["published"] += decision.norm_minutes - decision.norm_sum + minutes
        return decide(shifted, bands, profile, explain=False).table_band

    if decision.to_higher is not None:
        assert moved(decision.to_higher) == decision.table_band + 1
        assert moved(decision.to_higher - 1) == decision.table_band
    if decision.to_lower is not None:
        assert moved(-decision.to_lower) == decision.table_band
        assert moved(-decision.to_lower - 1) == decision.table_band - 1


def test_the_ijkclient_has_the_ijkclients_minutes() -> None:
    decision = decide(hand_norms(), hand_bands(), IJKCLIENT)
    assert (decision.norm_minutes, decision.norm_unrounded) == (100, 98.2)
    assert (decision.band, decision.label, decision.lower_bound, decision.lower_bound_per_month) == (
        2,
        "ijkclient",
        90,
        390,
    )
    assert (decision.to_higher, decision.to_lower, decision.near_boundary) == (50, 10, False)
    assert all(line.is_ijkclient for line in decision.lines[1:])


def test_a_sum_done_on_paper() -> None:
    profile = {"wonen": "zwaar", "financien": "licht", "orientation": "ontwikkel", "duration": 8}
    decision = decide(hand_norms(), hand_bands(), profile)
    assert [(line.kind, line.factor, line.minutes) for line in decision.lines] == [
        ("ijkclient", "", 100), ("main", "wonen", 35), ("main", "financien", 10), ("main", "orientation", 15),
        ("interaction", "orientation", 25), ("main", "duration", 5), ("overlap", "n_leefgebied", -10),
    ]  # fmt: skip
    assert decision.norm_minutes == 180
    assert decision.norm_unrounded == pytest.approx(98.2 + 35.4 + 10.4 + 15.4 + 25.4 + 5.4 - 9.6)
    assert (decision.band, decision.to_higher, decision.to_lower) == (3, None, 30)


@pytest.mark.parametrize(("rule", "band_number", "lower"), [("higher", 3, 150), ("table", 2, 90)])
def test_in_a_doubt_zone_the_rule_of_the_study_decides(rule: str, band_number: int, lower: int) -> None:
    bands = {**hand_bands(), "in_doubt": rule}
    decision = decide(hand_norms(), bands, {**IJKCLIENT, "wonen": "zwaar", "financien": "licht"} | {"duration": "<=13"})
    assert decision.norm_minutes == 140
    assert decision.near_boundary
    assert decision.possible_bands == (2, 3)
    assert (decision.table_band, decision.band, decision.lower_bound) == (2, band_number, lower)


def test_the_rule_may_stand_among_the_settings_of_the_bands() -> None:
    bands = {"bands": hand_bands()["bands"], "rule": {"in_doubt": "table"}}
    assert decide(hand_norms(), bands, IJKCLIENT).in_doubt == "table"


def test_a_level_without_support_carries_no_norm() -> None:
    decision = decide(hand_norms(), hand_bands(), {**IJKCLIENT, "duration": 30})
    assert decision.norm_minutes is None
    assert decision.band is None
    assert decision.lower_bound is None
    assert [(line.factor, line.level) for line in decision.lines_without_norm()] == [("duration", ">26")]


def test_a_merged_level_takes_its_neighbours_minutes_and_says_so() -> None:
    decision = decide(hand_norms(), hand_bands(), {**IJKCLIENT, "financien": "zwaar"})
    merged = decision.lines_merged()
    assert [(line.level, line.merged_with, line.minutes, line.estimate) for line in merged] == [
        ("zwaar", "licht", 10, 10.4)
    ]


def test_a_level_merged_with_the_ijkclients_own_counts_as_nothing() -> None:
    norms = hand_norms()
    norms["terms"][3] = term("financien", "zwaar", 0, merged_with="geen", estimate=None, supported=False)
    decision = decide(norms, hand_bands(), {**IJKCLIENT, "financien": "zwaar"})
    assert decision.norm_unrounded == pytest.approx(98.2 - 9.6)


def test_an_interaction_without_support_falls_back_on_its_mains() -> None:
    norms = hand_norms()
    norms["terms"] = [
        t if t["level"] != ">26" or t["with"] else {**t, "published": 20, "estimate": 19.0} for t in norms["terms"]
    ]
    decision = decide(norms, hand_bands(), {**IJKCLIENT, "orientation": "ontwikkel", "duration": ">26"})
    assert decision.norm_minutes == 135
    assert [line.with_level for line in decision.lines_fallen_back()] == [">26"]


def test_below_zero_counts_as_zero_and_is_reported() -> None:
    norms = hand_norms()
    norms["ijkclient_minutes"]["published"] = 10
    decision = decide(norms, hand_bands(), {**IJKCLIENT, "wonen": "geen"})
    assert (decision.norm_sum, decision.norm_minutes, decision.below_zero, decision.band) == (-5, 0, True, 1)
    assert decision.to_lower is None


@pytest.mark.parametrize(
    ("number", "level"), [(13, "<=13"), (13.5, "14-26"), (26, "14-26"), (27, ">26"), ("20", "14-26")]
)
def test_a_number_becomes_a_level_by_the_breaks(number: Any, level: str) -> None:
    decision = decide({**hand_norms(), "terms": [*hand_norms()["terms"][:-3], term("duration", ">26", 15),
                       *hand_norms()["terms"][-2:]]}, hand_bands(), {**IJKCLIENT, "duration": number})  # fmt: skip
    assert next(line.level for line in decision.lines if line.factor == "duration") == level


def test_a_whole_number_may_be_the_name_of_a_level() -> None:
    norms = hand_norms()
    norms["factors"][2] |= {"levels": ["1", "ontwikkel"], "ijkclient": "1"}
    assert decide(norms, hand_bands(), {**IJKCLIENT, "orientation": 1}).norm_minutes == 100


@pytest.mark.parametrize(
    ("wrong", "column", "words"),
    [
        ({"wonen": "Jansen"}, "wonen", "geen, licht, zwaar"),
        ({"duration": "Jansen"}, "duration", "or a number"),
        ({"duration": float("nan")}, "duration", "14-26"),
        ({"duration": True}, "duration", "14-26"),
        ({"wonenn": "licht"}, "wonenn", "did you mean 'wonen'"),
        ({"wonen": None}, "wonen", "geen, licht, zwaar"),
    ],
)
def test_a_wrong_factor_or_level_is_refused_with_what_is_allowed(wrong: dict, column: str, words: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        decide(hand_norms(), hand_bands(), {**IJKCLIENT, **wrong})
    assert refusal.value.column == column
    assert words in str(refusal.value)
    assert "Jansen" not in str(refusal.value)


def test_a_missing_factor_is_named() -> None:
    with pytest.raises(InputRefused, match="missing: orientation, duration"):
        decide(hand_norms(), hand_bands(), {"wonen": "licht", "financien": "geen"})


def test_norms_without_a_term_for_the_level_are_refused() -> None:
    norms = {**hand_norms(), "terms": hand_norms()["terms"][1:]}
    with pytest.raises(InputRefused, match=r"norms\.json"):
        decide(norms, hand_bands(), {**IJKCLIENT, "wonen": "geen"})


def test_another_unit_has_no_month() -> None:
    decision = decide({**hand_norms(), "unit": "days"}, hand_bands(), IJKCLIENT)
    assert (decision.lower_bound, decision.lower_bound_per_month) == (90, None)


@given(st.floats(0, 1e6))
def test_what_is_told_is_never_rounded_down(amount: float) -> None:
    assert Fraction(repr(amount)) <= round_up(amount) < Fraction(repr(amount)) + 1


def test_a_lower_edge_between_whole_minutes_rounds_up() -> None:
    bands = {"in_doubt": "higher", "bands": [band(1, 0, 62.1), band(2, 62.1, None)]}
    assert decide(hand_norms(), bands, IJKCLIENT).lower_bound == 63


def test_a_decision_needs_nothing_but_the_two_files(tmp_path: Any) -> None:
    (tmp_path / "norms.json").write_text(json.dumps(hand_norms()))
    (tmp_path / "bands.json").write_text(json.dumps(hand_bands()))
    read = [json.loads((tmp_path / name).read_text()) for name in ("norms.json", "bands.json")]
    assert decide(*read, IJKCLIENT) == decide(hand_norms(), hand_bands(), IJKCLIENT)


@pytest.mark.parametrize("given", [-1, -0.5, "-4"])
def test_a_duration_below_zero_is_refused(given: Any) -> None:
    with pytest.raises(InputRefused, match="below zero") as refusal:
        decide(hand_norms(), hand_bands(), {**IJKCLIENT, "duration": given})
    assert refusal.value.column == "duration"


@pytest.mark.parametrize("given", [math.nan, math.inf, "inf", True, [], "dertien"])
def test_what_is_no_duration_is_refused(given: Any) -> None:
    with pytest.raises(InputRefused, match="or a number"):
        decide(hand_norms(), hand_bands(), {**IJKCLIENT, "duration": given})


def test_a_factor_whose_breaks_lie_below_zero_takes_numbers_below_zero() -> None:
    norms = hand_norms()
    norms["factors"][3] = {**norms["factors"][3], "breaks": [-13, 26]}
    assert decide(norms, hand_bands(), {**IJKCLIENT, "duration": -20}).lines[-2].level == "<=13"


@pytest.mark.parametrize("unit", ["hours per week", "days per week"])
def test_another_unit_per_week_has_its_own_month(unit: str) -> None:
    decision = decide({**hand_norms(), "unit": unit}, hand_bands(), IJKCLIENT)
    assert [e.amount for e in decision.equivalents] == [90, 180, 360, 390]
