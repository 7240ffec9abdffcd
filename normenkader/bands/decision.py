"""One client's norm, band and lower bound, from norms.json and bands.json alone, with what would change them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from normenkader.bands.normsum import NormLine, norm_lines, published_sum, unrounded_sum
from normenkader.bands.periods import PeriodAmount, equivalents, round_up
from normenkader.bands.profile import Document, Profile, levels_of_profile, with_overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class BandChange:
    """One single fact that would give this client another band.

    Attributes
    ----------
    factor, level : str
        The factor, and the level it would have instead.
    norm_minutes : float
        Norm under that level.
    band, label
        Band that would apply.
    by_doubt : bool
        Whether it applies by the rule for doubt zones only; by the table alone it would be a lower one.
    """

    factor: str
    level: str
    norm_minutes: float
    band: int
    label: str
    by_doubt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the norm table and the bands say for one client, and how sure that is.

    Attributes
    ----------
    unit : str
        Unit of every amount, such as ``minutes per week``.
    lines : tuple of NormLine
        The sum, line by line.
    norm_unrounded : float or None
        Sum of the unrounded estimates.
    norm_sum : float or None
        Plain sum of the published minutes.
    norm_minutes : float or None
        The norm: `norm_sum`, where below zero counts as zero. None when a level carries no norm.
    below_zero : bool
        Whether the plain sum was below zero.
    table_band : int or None
        Band that holds the norm, by the table alone.
    near_boundary : bool
        Whether the norm lies in a doubt zone.
    possible_bands : tuple of int
        All bands at stake; the table's alone when no edge is near.
    in_doubt : str
        Rule in force for a doubt zone: ``higher`` or ``table``.
    band : int or None
        Band that applies, by that rule.
    label : str
        Its label; empty when there is no band.
    lower_bound : int or None
        Lower bound of the band that applies, rounded up to a whole unit.
    lower_bound_per_month : int or None
        The same a month (x 52/12), rounded up; None when the unit is not per week.
    equivalents : tuple of PeriodAmount
        The lower bound a week, two weeks, four weeks and month, each rounded up; empty when the unit is not per week.
    to_higher : float or None
        Minutes from the norm to the next band; None in the highest.
    to_lower : float or None
        The norm may fall this far and keep its band; more moves it down. None in the lowest.
    changes : tuple of BandChange
        Every single other level that would give another band, by factor and level.
    """

    unit: str
    lines: tuple[NormLine, ...]
    norm_unrounded: float | None
    norm_sum: float | None
    norm_minutes: float | None
    below_zero: bool
    table_band: int | None
    near_boundary: bool
    possible_bands: tuple[int, ...]
    in_doubt: str
    band: int | None
    label: str
    lower_bound: int | None
    lower_bound_per_month: int | None
    equivalents: tuple[PeriodAmount, ...]
    to_higher: float | None
    to_lower: float | None
    changes: tuple[BandChange, ...]

    def lines_without_norm(self) -> tuple[NormLine, ...]:
        """Lines whose level carries no norm, because too few clients or providers were observed."""
        return tuple(line for line in self.lines if line.minutes is None and line.kind != "interaction")

    def lines_merged(self) -> tuple[NormLine, ...]:
        """Lines that take the minutes of a neighbouring level."""
        return tuple(line for line in self.lines if line.merged_with and line.minutes is not None)

    def lines_fallen_back(self) -> tuple[NormLine, ...]:
        """Interactions without support: their two main terms are the norm."""
        return tuple(line for line in self.lines if line.kind == "interaction" and line.minutes is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    table: int
    possible: tuple[int, ...]
    applies: int


def decide(norms: Document, bands: Document, profile: Profile, *, explain: bool = True) -> Decision:
    """Norm, band and lower bound of one client.

    Parameters
    ----------
    norms, bands : mapping
        Content of norms.json and bands.json; nothing else is used, so the same can be done by hand.
    profile : mapping
        Factor name to the name of a level; a numeric factor may be given as a number.
    explain : bool
        Also look for every single fact that would change the band.

    Returns
    -------
    Decision

    Raises
    ------
    InputRefused
        If the profile lacks a factor, or names a factor or level that the norm table does not have.
    """
    levels = levels_of_profile(norms, profile)
    lines = norm_lines(norms, levels)
    total, edges = published_sum(lines), bands["bands"]
    norm = None if total is None else max(total, 0)
    rule = _in_doubt_rule(bands)
    placed = None if norm is None else _place(edges, norm, rule)
    return Decision(
        unit=str(norms["unit"]), lines=lines, norm_unrounded=_rounded(unrounded_sum(lines)), norm_sum=total,
        norm_minutes=norm, below_zero=total is not None and total < 0, in_doubt=rule,
        changes=_changes(norms, edges, levels, placed, rule) if placed and explain else (),
        **_band_fields(edges, norm, placed, str(norms["unit"])),
    )  # fmt: skip


def _band_fields(edges: Sequence[Document], norm: float | None, placed: _Placed | None, unit: str) -> dict[str, Any]:
    if norm is None or placed is None:
        return dict(table_band=None, near_boundary=False, possible_bands=(), band=None, label="", lower_bound=None,
                    lower_bound_per_month=None, equivalents=(), to_higher=None, to_lower=None)  # fmt: skip
    table, applies = edges[placed.table], edges[placed.applies]
    lower_bound = round_up(applies["lower"])
    periods = equivalents(lower_bound, unit)
    return dict(
        table_band=int(table["band"]), near_boundary=len(placed.possible) > 1,
        possible_bands=tuple(int(edges[i]["band"]) for i in placed.possible),
        band=int(applies["band"]), label=str(applies["label"]), lower_bound=lower_bound,
        lower_bound_per_month=periods[-1].amount if periods else None, equivalents=periods,
        to_higher=None if table["upper"] is None else table["upper"] - norm,
        to_lower=None if placed.table == 0 else norm - table["lower"],
    )  # fmt: skip


def _place(edges: Sequence[Document], norm: float, rule: str) -> _Placed:
    table = bisect_right([band["lower"] for band in edges], norm) - 1
    doubted = [i for i, band in enumerate(edges) if i > 0 and _within(band["doubt_zone"], norm)]
    possible = sorted({table, *doubted, *(i - 1 for i in doubted)})
    return _Placed(table=table, possible=tuple(possible), applies=possible[-1] if rule == "higher" else table)


def _within(zone: Any, norm: float) -> bool:
    return zone is not None and zone[0] is not None and bool(zone[0] <= norm <= zone[1])


def _in_doubt_rule(bands: Document) -> str:
    rule = bands.get("rule")
    return str(bands.get("in_doubt") or (rule.get("in_doubt") if isinstance(rule, Mapping) else "") or "higher")


def _changes(
    norms: Document, edges: Sequence[Document], levels: Mapping[str, str], placed: _Placed, rule: str
) -> tuple[BandChange, ...]:
    found = []
    for factor in norms["factors"]:
        for level in factor["levels"]:
            total = published_sum(norm_lines(norms, with_overlap(norms, {**levels, factor["name"]: level})))
            if total is None:
                continue
            there = _place(edges, max(total, 0), rule)
            if there.applies != placed.applies:
                found.append(_change(str(factor["name"]), str(level), max(total, 0), edges, there))
    return tuple(found)


def _change(factor: str, level: str, norm: float, edges: Sequence[Document], there: _Placed) -> BandChange:
    band = edges[there.applies]
    return BandChange(factor=factor, level=level, norm_minutes=norm, band=int(band["band"]), label=str(band["label"]),
                      by_doubt=there.applies != there.table)  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2) + 0.0
