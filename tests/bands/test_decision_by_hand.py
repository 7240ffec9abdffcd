"""One client's norm and band from norms.json and bands.json by plain arithmetic that shares no code with ours.

The rules below are those of the file formats, written down once more: nothing of the decision is imported.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from hypothesis import given, settings

from normenkader.bands.decision import decide
from normenkader.bands.periods import equivalents
from tests.bands.decision_documents import documents


def by_hand(norms: dict[str, Any], bands: dict[str, Any], profile: dict[str, str]) -> dict[str, Any]:
    """Ijkclient, plus each level's minutes, plus each declared pair of departures, plus each overlap class."""
    has = dict(profile)
    for group in norms["overlap"]:
        members = [f for f in norms["factors"] if f["group"] == group["group"]]
        count = len([f for f in members if has[f["name"]] != f["levels"][0]])
        has[group["factor"]] = group["classes"][len([b for b in group["breaks"] if count > b])]
    total = Fraction(norms["ijkclient_minutes"]["published"])
    unrounded = Fraction(str(norms["ijkclient_minutes"]["estimate"]))
    for row in norms["terms"]:
        pair = row["with"]
        if has[row["factor"]] == row["level"] and (pair is None or has[pair["factor"]] == pair["level"]):
            total += row["published"]
            unrounded += Fraction(str(row["estimate"]))
    norm = max(total, Fraction(0))
    table = [b for b in bands["bands"] if b["lower"] <= norm and (b["upper"] is None or norm < b["upper"])]
    assert len(table) == 1, "bands are contiguous and do not overlap"
    applies = table[0]
    if bands["in_doubt"] == "higher":
        for b in bands["bands"]:
            zone = b["doubt_zone"]
            if zone and zone[0] <= norm <= zone[1] and b["band"] > applies["band"]:
                applies = b
    return {"sum": total, "unrounded": unrounded, "norm": norm, "table": table[0]["band"], "band": applies["band"],
            "lower": applies["lower"]}  # fmt: skip


@given(documents())
@settings(max_examples=300, deadline=None)
def test_sum_band_and_lower_bound_are_those_of_pen_and_paper(drawn: tuple[dict, dict, dict]) -> None:
    norms, bands, profile = drawn
    ours, hand = decide(norms, bands, profile, explain=False), by_hand(norms, bands, profile)
    assert ours.norm_sum == hand["sum"] == sum(line.minutes for line in ours.lines)
    assert ours.norm_minutes == hand["norm"]
    assert abs(Fraction(ours.norm_unrounded) - hand["unrounded"]) <= Fraction(1, 200)
    assert (ours.table_band, ours.band, ours.lower_bound) == (hand["table"], hand["band"], hand["lower"])


@given(documents())
@settings(max_examples=100, deadline=None)
def test_each_single_fact_gives_the_band_that_pen_and_paper_gives(drawn: tuple[dict, dict, dict]) -> None:
    norms, bands, profile = drawn
    own = by_hand(norms, bands, profile)["band"]
    moved = {}
    for f in norms["factors"]:
        for level in f["levels"]:
            there = by_hand(norms, bands, {**profile, f["name"]: level})
            if there["band"] != own:
                moved[f["name"], level] = (there["norm"], there["band"])
    changes = decide(norms, bands, profile).changes
    assert {(c.factor, c.level): (c.norm_minutes, c.band) for c in changes} == moved


@given(documents())
@settings(max_examples=200, deadline=None)
def test_the_distance_to_the_neighbours_is_exact(drawn: tuple[dict, dict, dict]) -> None:
    bands = drawn[1]
    decision, table = decide(*drawn, explain=False), {b["band"]: b for b in bands["bands"]}
    own = table[decision.table_band]
    if decision.to_higher is not None:
        assert decision.norm_minutes + decision.to_higher == table[decision.table_band + 1]["lower"]
    if decision.to_lower is not None:
        assert decision.norm_minutes - decision.to_lower == own["lower"]
    assert (decision.to_higher is None) == (own["upper"] is None)


@given(documents())
@settings(max_examples=200, deadline=None)
def test_in_no_period_the_lower_bound_falls_below_its_unrounded_value(drawn: tuple[dict, dict, dict]) -> None:
    norms, bands, profile = drawn
    edge = Fraction(next(b["lower"] for b in bands["bands"] if b["band"] == by_hand(*drawn)["band"]))
    decision = decide(norms, bands, profile, explain=False)
    weeks = {"week": Fraction(1), "two_weeks": Fraction(2), "four_weeks": Fraction(4), "month": Fraction(52) / 12}
    told = {e.period: e.amount for e in decision.equivalents}
    assert told.keys() == weeks.keys()
    for period, factor in weeks.items():
        assert edge * factor <= told[period] < edge * factor + 1
    assert decision.lower_bound_per_month == told["month"]


def test_every_whole_lower_bound_of_a_week_is_rounded_up_over_a_month() -> None:
    for lower in range(10_081):
        month = {e.period: e.amount for e in equivalents(lower, "minutes per week")}["month"]
        assert month == -(-lower * 52 // 12) == math.ceil(Fraction(lower * 52, 12))
