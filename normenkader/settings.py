"""The sections of study.toml: keys, types, defaults, and the rules between them."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

DEFAULT_OVERLAP_BREAKS = (2, 4, 6)
MINUTES_BASES = ("measured", "registered", "declared", "planned", "estimated")
DEVIATION_REASONS = (
    "bijzondere_omstandigheden",
    "passende_bijdrage",
    "niet_planbare_zorg",
    "mantelzorger_overbelast",
    "eigen_kracht_of_netwerk",
    "veiligheid",
    "overgang",
    "andere",
)
TABLES = ("episodes", "minutes", "vignettes", "judgements", "assessments")


def level_names(breaks: Any) -> tuple[str, ...]:
    """Names of the intervals (a, b] between `breaks`: ``<=13``, ``14-26``, ``>26``; for fractions ``>0.5-1.5``."""
    edges = [float(b) for b in breaks]
    inner = tuple(_interval_name(a, b) for a, b in pairwise(edges))
    return (f"<={edges[0]:g}", *inner, f">{edges[-1]:g}")


def count_level_names(breaks: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the classes of a count from zero: ``0-2``, ``3-4``, ``5-6``, ``>6``."""
    first = f"0-{breaks[0]}" if breaks[0] > 0 else "0"
    return (first, *level_names(breaks)[1:])


def _interval_name(a: float, b: float) -> str:
    if not (a.is_integer() and b.is_integer()):
        return f">{a:g}-{b:g}"
    return f"{b:g}" if b == a + 1 else f"{a + 1:g}-{b:g}"


def _demand(holds: bool, rule: str) -> None:
    if not holds:
        raise ValueError(rule)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else _as_tuple(value)


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
Numbers = Annotated[tuple[float, ...], BeforeValidator(_as_tuple)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class StudyInfo(_Section):
    """Section ``[study]``: what is measured, when, and the seed of everything random."""

    name: Annotated[str, Field(min_length=1)]
    window: Annotated[tuple[date, date], BeforeValidator(_as_tuple)]
    time_definition: Literal["direct", "direct+indirect"]
    seed: Annotated[int, Field(ge=0)]
    unit: str = "minutes per week"
    outcome_is: Literal["total", "rate"] = "total"

    @field_validator("window")
    @classmethod
    def _in_order(cls, window: tuple[date, date]) -> tuple[date, date]:
        if window[1] < window[0]:
            raise ValueError("the last day of the window is before the first")
        return window

    @property
    def window_days(self) -> int:
        """Number of days in the window, both ends included."""
        return (self.window[1] - self.window[0]).days + 1


class Sources(_Section):
    """Section ``[sources]``: files or globs, relative to study.toml."""

    episodes: Names = ()
    minutes: Names = ()
    summaries: Names = ()
    vignettes: Names = ()
    judgements: Names = ()
    assessments: Names = ()
    source_norms: Names = ()
    tariff: Names = ()


class Factor(_Section):
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
        _demand(self.kind != "numeric" or len(self.breaks) > 0, "a numeric factor needs breaks")
        _demand(self.kind == "numeric" or not self.breaks, "breaks are for numeric factors only")
        _demand(list(self.breaks) == sorted(set(self.breaks)), "breaks must rise")
        _demand(self.kind != "numeric" or self.levels == level_names(self.breaks), "levels follow from breaks")
        _demand(len(self.levels) >= 2, "a factor needs at least two levels")
        _demand(len(set(self.levels)) == len(self.levels), "a level is named twice")
        _demand(self.ijkclient in self.levels, f"ijkclient must be one of {', '.join(self.levels)}")
        _demand(self.kind != "nominal" or self.direction == "free", "a nominal factor has no direction")
        return self

    @property
    def is_ordered(self) -> bool:
        """Whether the levels have an order, so that neighbours exist."""
        return self.kind != "nominal"


class ModelSettings(_Section):
    """Section ``[model]``."""

    step: Annotated[int, Field(gt=0)] = 5
    overlap: Names = ("leefgebied",)
    overlap_breaks: dict[str, Annotated[tuple[int, ...], BeforeValidator(_as_tuple)]] = {}
    variance: Literal["constant", "mean", "mean_squared", "auto"] = "auto"
    censoring: Literal["on", "off", "auto"] = "auto"
    thin_levels: Literal["merge", "blank"] = "merge"

    def breaks_of(self, group: str) -> tuple[int, ...]:
        """Breaks of the number of factors above their lowest level in `group`."""
        return self.overlap_breaks.get(group, DEFAULT_OVERLAP_BREAKS)


class BandSettings(_Section):
    """Section ``[bands]``."""

    n: Annotated[int, Field(ge=2, le=20)] | Literal["auto"] = 5
    range: Annotated[tuple[int, int], BeforeValidator(_as_tuple)] = (3, 8)
    step: Annotated[int, Field(gt=0)] = 15
    min_share: Share = 0.05
    min_providers: Annotated[int, Field(ge=1)] = 3
    min_width: Annotated[float, Field(ge=0)] = 15
    same_band_floor: Share = 0.5
    ijkclient_band: Annotated[int, Field(ge=1)] | None = None
    in_doubt: Literal["higher", "table"] = "higher"
    labels: Names = ("veel minder", "minder", "ijkclient", "meer", "veel meer")
    promise: Annotated[float, Field(gt=0, lt=1)] = 0.90
    edges: Annotated[tuple[int, ...], BeforeValidator(_as_tuple)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _number_from_edges(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("edges"), list | tuple) and "n" not in given:
            return {**given, "n": len(given["edges"])}
        return given

    @model_validator(mode="after")
    def _chosen_edges(self) -> Self:
        edges = self.edges
        if edges is not None:
            _demand(edges[:1] == (0,) and list(edges) == sorted(set(edges)), "edges start at 0 and rise")
            _demand(all(edge % self.step == 0 for edge in edges), f"edges are multiples of the step, {self.step}")
            _demand(self.n == len(edges), "n is another number than that of the edges; leave n out or make them agree")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _demand(self.range[0] <= self.range[1] and self.range[0] >= 2, "range must rise and start at 2 or more")
        _demand(self.labels.count("ijkclient") == 1, "labels must hold 'ijkclient' once")
        _demand(self.n == "auto" or (self.ijkclient_band or 1) <= self.n, "ijkclient_band is beyond n")
        return self


class TriangulationSettings(_Section):
    """Section ``[triangulation]``."""

    margin: Annotated[float, Field(gt=0)] | None = None
    on_conflict: Literal["data", "experts", "cautious", "open"] = "open"


class CasemixSettings(_Section):
    """Section ``[casemix]``."""

    accepted_basis: Names = ("measured", "registered", "declared")
    concurrent: Literal["sum", "separate"] = "sum"

    @field_validator("accepted_basis")
    @classmethod
    def _known(cls, accepted: tuple[str, ...]) -> tuple[str, ...]:
        known = len(accepted) > 0 and set(accepted) <= set(MINUTES_BASES)
        _demand(known, f"accepted_basis takes one or more of {', '.join(MINUTES_BASES)}")
        return accepted


class DisclosureSettings(_Section):
    """Section ``[disclosure]``: below these, a cell is never published."""

    min_clients: Annotated[int, Field(ge=1)] = 10
    min_providers: Annotated[int, Field(ge=1)] = 3
    round_to: Annotated[int, Field(ge=1)] = 5
    provider_rows: bool = False
    dominant_providers: Annotated[int, Field(ge=1)] = 2
    dominant_share: Annotated[float, Field(gt=0, le=1)] = 0.9

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _demand(self.round_to <= self.min_clients, "round_to may not be above min_clients: a count could become zero")
        return self


class DeviationSettings(_Section):
    """Section ``[deviation]``: why a decision may depart from the norm, and when departures call for a new calibration.

    The reasons are a closed list of codes: free text would hold health data. That a tenth of the decisions is the
    limit is a choice of this toolkit; no law or ruling says so.
    """

    reasons: Names = DEVIATION_REASONS
    trigger_share: Annotated[float, Field(gt=0, lt=1)] = 0.10

    @field_validator("reasons")
    @classmethod
    def _codes(cls, reasons: tuple[str, ...]) -> tuple[str, ...]:
        good = all(re.fullmatch(r"[a-z][a-z0-9_]{1,39}", code) for code in reasons)
        _demand(good and len(reasons) > 0, "reasons are short codes of a-z, 0-9 and _, never free text")
        _demand(len(set(reasons)) == len(reasons), "a reason is named twice")
        return reasons


class PlanSettings(_Section):
    """Section ``[plan]``: what is supposed of the region before anything is collected; without it, a pilot shows it."""

    residual_sd: Annotated[float, Field(gt=0)]
    provider_sd: Annotated[float, Field(ge=0)]
    ijkclient_minutes: Annotated[float, Field(gt=0)] | None = None
    week_share: Share | None = None
    shares: dict[str, Numbers] = {}


class Premise(_Section):
    """One ``[[premise]]``: what is assumed, and where it comes from."""

    id: str
    text: str
    source: str = ""


class StudyFile(_Section):
    """The whole of study.toml."""

    study: StudyInfo
    sources: Sources
    columns: dict[Literal["episodes", "minutes", "vignettes", "judgements", "assessments"], dict[str, Names]] = {}
    factor: Annotated[tuple[Factor, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
    model: ModelSettings = ModelSettings()
    bands: BandSettings = BandSettings()
    triangulation: TriangulationSettings = TriangulationSettings()
    casemix: CasemixSettings = CasemixSettings()
    disclosure: DisclosureSettings = DisclosureSettings()
    deviation: DeviationSettings = DeviationSettings()
    plan: PlanSettings | None = None
    premise: Annotated[tuple[Premise, ...], BeforeValidator(_as_tuple)] = ()
    research: dict[str, Any] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _demand(
            bool(self.sources.episodes or self.sources.summaries),
            "[sources] episodes is required, or summaries that providers sent in place of them",
        )
        _check_factors(self.factor)
        _check_overlap(self)
        ids = [premise.id for premise in self.premise]
        _demand(len(set(ids)) == len(ids), "[[premise]] an id is used twice")
        _demand(bool(self.sources.vignettes) or not self.sources.judgements, "[sources] judgements need vignettes")
        _demand(
            self.triangulation.margin is not None or not self.sources.judgements,
            "[triangulation] margin is required with judgements",
        )
        return self


def _check_factors(factors: tuple[Factor, ...]) -> None:
    names = [factor.name for factor in factors]
    _demand(len(set(names)) == len(names), "[[factor]] a factor is named twice")
    for factor in factors:
        for other in factor.interacts_with:
            _demand(other in names and other != factor.name, f"[[factor]] {factor.name} interacts_with names no factor")
    _check_partners(factors)


def _check_partners(factors: tuple[Factor, ...]) -> None:
    pairs = [frozenset((f.name, other)) for f in factors for other in f.interacts_with]
    _demand(len(set(pairs)) == len(pairs), "[[factor]] an interaction is declared twice")
    for factor in factors:
        partners = sum(factor.name in pair for pair in pairs)
        rule = f"[[factor]] {factor.name} has a direction and may then interact with one other factor at most"
        _demand(factor.direction == "free" or partners <= 1, rule)


def _check_overlap(file: StudyFile) -> None:
    groups = {factor.group for factor in file.factor} - {None}
    if "overlap" in file.model.model_fields_set:
        for group in file.model.overlap:
            _demand(group in groups, f"[model] overlap names group '{group}', which no factor has")
    for group, breaks in file.model.overlap_breaks.items():
        _demand(group in file.model.overlap, f"[model] overlap_breaks names '{group}', which is not in overlap")
        _demand(len(breaks) > 0 and list(breaks) == sorted(set(breaks)), "[model] overlap_breaks must rise")
    for group in file.model.overlap:
        ordered = all(factor.is_ordered for factor in file.factor if factor.group == group)
        _demand(ordered, f"[model] overlap: a nominal factor in group '{group}' has no lowest level")
