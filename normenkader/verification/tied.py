"""Which calibrated value an applied one stands for: terms by factor and level, bands by label or by order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from normenkader.verification.applied_table import AppliedBand, AppliedTerm

Document = Mapping[str, Any]
TermKey = tuple[str, str, str, str]
"""Factor, level, and those of an interaction's partner or empty."""


def calibrated_terms(norms: Document) -> dict[TermKey, float | None]:
    """Published minutes by term, the ijkclient's own levels (0) included; None: a level without a norm."""
    own = {f["name"]: f["ijkclient"] for f in norms["factors"]} | {
        o["factor"]: o["ijkclient"] for o in norms["overlap"]
    }
    found: dict[TermKey, float | None] = {(factor, level, "", ""): 0.0 for factor, level in own.items()}
    for term in norms["terms"]:
        beside = term["with"] or {"factor": "", "level": ""}
        found[term["factor"], term["level"], beside["factor"], beside["level"]] = term["published"]
    return found


def tied_bands(applied: tuple[AppliedBand, ...], bands: Document) -> tuple[int | None, ...] | None:
    """Number of the calibrated band that each applied band is: by label, else by order; None when neither ties."""
    numbers = {str(band["label"]).casefold(): int(band["band"]) for band in bands["bands"]}
    by_label = tuple(numbers.get(band.label.casefold()) for band in applied)
    if any(by_label):
        return by_label
    return tuple(range(1, len(applied) + 1)) if len(applied) == len(bands["bands"]) else None


def has_inclusive_uppers(applied: tuple[AppliedBand, ...]) -> bool:
    """Whether the table writes "150 - 194" where the next band starts at 195: then the upper edge is 195."""
    known = [(a.upper, b.lower) for a, b in pairwise(applied) if a.upper is not None]
    return bool(known) and all(upper == lower - 1 for upper, lower in known)


def key_of(term: AppliedTerm, calibrated: Mapping[TermKey, float | None]) -> TermKey:
    """The calibration's own key: an interaction may be listed under either of its factors."""
    key = (term.factor, term.level, term.with_factor, term.with_level)
    turned = (term.with_factor, term.with_level, term.factor, term.level)
    return turned if key not in calibrated and turned in calibrated else key


def is_own_level(key: TermKey, norms: Document) -> bool:
    """Whether this is a level of the ijkclient's own, whose minutes are 0 by definition and need not be listed."""
    own = [(f["name"], f["ijkclient"]) for f in norms["factors"]] + [
        (o["factor"], o["ijkclient"]) for o in norms["overlap"]
    ]
    return not key[2] and key[:2] in own


def estimates_of(norms: Document) -> dict[TermKey, float | None]:
    """Unrounded minutes by term."""
    beside = {"factor": "", "level": ""}
    return {
        (t["factor"], t["level"], (t["with"] or beside)["factor"], (t["with"] or beside)["level"]): t["estimate"]
        for t in norms["terms"]
    }


def place_of(key: TermKey) -> str:
    """The term in words."""
    beside = f" with {key[2]}: {key[3]}" if key[2] else ""
    return f"{key[0]}: {key[1]}{beside}"
