"""A factor of the norm: its levels in order, and the rules between factors."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from normenkader.settings.levels import level_names
from normenkader.settings.section import Names, Numbers, Section, demand

RESERVED_NAMES = (
    "client", "provider", "municipality", "episode", "start", "end", "minutes", "exposure_days", "minutes_basis",
    "assigned_minutes_per_week", "product", "target_group", "need_met",
    "date", "minutes_direct", "minutes_indirect", "contact",
    "vignette", "realised_minutes", "expert", "round", "minutes_low", "minutes_best", "minutes_high", "employer",
    "assessor",
    "minutes_per_week", "at_cap", "start_day", "ijkclient", "all",
    "minutes_unrounded", "supported", "below_zero", "band", "band_minutes", "label", "lower_bound", "table_band",
    "near_boundary",
)  # fmt: skip
"""Names that no factor may have: columns of the tables (episodes, minutes, the panel's, assessments) and those made
beside them, the ijkclient's own key among terms, everybody among groups, and columns of a registered model's answer.
"""


class Factor(Section):
    """One ``[[factor]]``: its levels in order, the ijkclient's level, and the direction minutes may go."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    kind: Literal["nominal", "ordinal", "numeric"]
    ijkclient: str
    levels: Names = ()
    breaks: Numbers = ()
    direction: Literal["up", "down", "free"] = "free"
    group: str | None = None
    interacts_with: Names = ()

    @model_validator(mode="before")
    @classmethod
    def _levels_from_breaks(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("kind") == "numeric" and "levels" not in given and given.get("breaks"):
            return {**given, "levels": list(level_names(given["breaks"]))}
        return given

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        demand(self.kind != "numeric" or len(self.breaks) > 0, "a numeric factor needs breaks")
        demand(self.kind == "numeric" or not self.breaks, "breaks are for numeric factors only")
        demand(list(self.breaks) == sorted(set(self.breaks)), "breaks must rise")
        demand(self.kind != "numeric" or self.levels == level_names(self.breaks), "levels follow from breaks")
        demand(len(self.levels) >= 2, "a factor needs at least two levels")
        demand(len(set(self.levels)) == len(self.levels), "a level is named twice")
        demand(self.ijkclient in self.levels, f"ijkclient must be one of {', '.join(self.levels)}")
        demand(self.kind != "nominal" or self.direction == "free", "a nominal factor has no direction")
        return self

    @property
    def is_ordered(self) -> bool:
        """Whether the levels have an order, so that neighbours exist."""
        return self.kind != "nominal"


def check_factors(factors: tuple[Factor, ...]) -> None:
    """Names, partners and interactions of all factors together."""
    names = [factor.name for factor in factors]
    demand(len(set(names)) == len(names), "[[factor]] a factor is named twice")
    _check_reserved(factors)
    for factor in factors:
        for other in factor.interacts_with:
            demand(other in names and other != factor.name, f"[[factor]] {factor.name} interacts_with names no factor")
    _check_partners(factors)


def _check_reserved(factors: tuple[Factor, ...]) -> None:
    """No factor may be named as a column of a table, a key of the output, or the count of a group's factors."""
    counts = {f"n_{factor.group}": factor.group for factor in factors if factor.group}
    for name in (factor.name for factor in factors):
        rule = (
            f"[[factor]] '{name}' is a name with another meaning here and cannot be a factor's; give the factor "
            f"another name, and name its own column under [columns.episodes]. Reserved are {', '.join(RESERVED_NAMES)}"
        )
        demand(name not in RESERVED_NAMES, rule)
        rule = (
            f"[[factor]] '{name}' is the name of the number of factors in group '{counts.get(name)}' that play a part; "
            "give the factor or the group another name"
        )
        demand(name not in counts, rule)


def _check_partners(factors: tuple[Factor, ...]) -> None:
    pairs = [frozenset((f.name, other)) for f in factors for other in f.interacts_with]
    demand(len(set(pairs)) == len(pairs), "[[factor]] an interaction is declared twice")
    for factor in factors:
        partners = sum(factor.name in pair for pair in pairs)
        rule = f"[[factor]] {factor.name} has a direction and may then interact with one other factor at most"
        demand(factor.direction == "free" or partners <= 1, rule)
