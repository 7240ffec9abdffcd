"""Fictitious profiles on which a logged model must answer as `bands.decide` does, before a version is registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]
Profile = dict[str, str]
Answer = dict[str, Any]

# Both sides round the unrounded sum to 2 decimals; the order of summing may turn the last one.
UNROUNDED_TOLERANCE_MINUTES = 0.0101
OUTPUT_TYPES = {
    "minutes": "double",
    "minutes_unrounded": "double",
    "supported": "boolean",
    "below_zero": "boolean",
    "band": "long",
    "label": "string",
    "lower_bound": "long",
    "table_band": "long",
    "near_boundary": "boolean",
}
NEVER_MISSING = ("supported", "below_zero", "near_boundary")


def example_profiles(norms: Document) -> list[Profile]:
    """The ijkclient, every change of one factor, every pair with an interaction, all lowest and all highest.

    They are made from the levels of the norm table alone; no client stands behind them.
    """
    factors = norms["factors"]
    ijkclient = {factor["name"]: factor["ijkclient"] for factor in factors}
    single = [ijkclient | {f["name"]: level} for f in factors for level in f["levels"] if level != f["ijkclient"]]
    paired = [
        ijkclient | {term["factor"]: term["level"], term["with"]["factor"]: term["with"]["level"]}
        for term in norms["terms"]
        if term["with"]
    ]
    ends = [{factor["name"]: factor["levels"][end] for factor in factors} for end in (0, -1)]
    return [ijkclient, *single, *paired, *ends]


def decided(profile: Profile, norms: Document, bands: Document) -> Answer:
    """What the model must answer for `profile`, as `decide` has it."""
    from normenkader.bands.decision import decide

    decision = decide(norms, bands, profile, explain=False)
    mains = [line for line in decision.lines if line.kind != "interaction"]
    return {
        "minutes": decision.norm_minutes,
        "minutes_unrounded": decision.norm_unrounded,
        "supported": all(line.supported and line.minutes is not None for line in mains),
        "below_zero": decision.below_zero,
        "band": decision.band,
        "label": decision.label or None,
        "lower_bound": decision.lower_bound,
        "table_band": decision.table_band,
        "near_boundary": decision.near_boundary,
    }


def departures(expected: Sequence[Answer], given: Sequence[Answer]) -> list[str]:
    """Outputs on which two lists of answers differ, with how often; empty when they are the same."""
    if len(expected) != len(given):
        return ["the number of rows"]
    pairs = list(zip(expected, given, strict=True))
    counts = {name: sum(not _same(e[name], g.get(name), name) for e, g in pairs) for name in OUTPUT_TYPES}
    return [f"{name} ({count} of {len(expected)} profiles)" for name, count in counts.items() if count]


def _same(expected: Any, given: Any, name: str) -> bool:
    if expected is None or given is None:
        return expected is None and given is None
    if name == "minutes_unrounded":
        return bool(abs(expected - given) < UNROUNDED_TOLERANCE_MINUTES)
    return bool(expected == given)
