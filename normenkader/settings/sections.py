"""The sections of study.toml, apart from its factors: keys, types, defaults, and the rules within one."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from normenkader.settings.section import Names, Numbers, Section, Share, as_tuple, demand

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


class StudyInfo(Section):
    """Section ``[study]``: what is measured, when, and the seed of everything random."""

    name: Annotated[str, Field(min_length=1)]
    window: Annotated[tuple[date, date], BeforeValidator(as_tuple)]
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


class Sources(Section):
    """Section ``[sources]``: files or globs, relative to study.toml."""

    episodes: Names = ()
    minutes: Names = ()
    summaries: Names = ()
    vignettes: Names = ()
    judgements: Names = ()
    assessments: Names = ()
    source_norms: Names = ()
    tariff: Names = ()


class ModelSettings(Section):
    """Section ``[model]``."""

    step: Annotated[int, Field(gt=0)] = 5
    overlap: Names = ("leefgebied",)
    overlap_breaks: dict[str, Annotated[tuple[int, ...], BeforeValidator(as_tuple)]] = Field(default_factory=dict)
    variance: Literal["constant", "mean", "mean_squared", "auto"] = "auto"
    censoring: Literal["on", "off", "auto"] = "auto"
    thin_levels: Literal["merge", "blank"] = "merge"

    def breaks_of(self, group: str) -> tuple[int, ...]:
        """Breaks of the number of factors above their lowest level in `group`."""
        return self.overlap_breaks.get(group, DEFAULT_OVERLAP_BREAKS)


class BandSettings(Section):
    """Section ``[bands]``."""

    n: Annotated[int, Field(ge=2, le=20)] | Literal["auto"] = 5
    range: Annotated[tuple[int, int], BeforeValidator(as_tuple)] = (3, 8)
    step: Annotated[int, Field(gt=0)] = 15
    min_share: Share = 0.05
    min_providers: Annotated[int, Field(ge=1)] = 3
    min_width: Annotated[float, Field(ge=0)] = 15
    same_band_floor: Share = 0.5
    ijkclient_band: Annotated[int, Field(ge=1)] | None = None
    in_doubt: Literal["higher", "table"] = "higher"
    labels: Names = ("veel minder", "minder", "ijkclient", "meer", "veel meer")
    promise: Annotated[float, Field(gt=0, lt=1)] = 0.90
    edges: Annotated[tuple[int, ...], BeforeValidator(as_tuple)] | None = None

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
            demand(edges[:1] == (0,) and list(edges) == sorted(set(edges)), "edges start at 0 and rise")
            demand(all(edge % self.step == 0 for edge in edges), f"edges are multiples of the step, {self.step}")
            demand(self.n == len(edges), "n is another number than that of the edges; leave n out or make them agree")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        demand(self.range[0] <= self.range[1] and self.range[0] >= 2, "range must rise and start at 2 or more")
        demand(self.labels.count("ijkclient") == 1, "labels must hold 'ijkclient' once")
        demand(self.n == "auto" or (self.ijkclient_band or 1) <= self.n, "ijkclient_band is beyond n")
        return self


class TriangulationSettings(Section):
    """Section ``[triangulation]``."""

    margin: Annotated[float, Field(gt=0)] | None = None
    on_conflict: Literal["data", "experts", "cautious", "open"] = "open"


class CasemixSettings(Section):
    """Section ``[casemix]``."""

    accepted_basis: Names = ("measured", "registered", "declared")
    concurrent: Literal["sum", "separate"] = "sum"

    @field_validator("accepted_basis")
    @classmethod
    def _known(cls, accepted: tuple[str, ...]) -> tuple[str, ...]:
        known = len(accepted) > 0 and set(accepted) <= set(MINUTES_BASES)
        demand(known, f"accepted_basis takes one or more of {', '.join(MINUTES_BASES)}")
        return accepted


class DisclosureSettings(Section):
    """Section ``[disclosure]``: below these, a cell is never published."""

    min_clients: Annotated[int, Field(ge=1)] = 10
    min_providers: Annotated[int, Field(ge=1)] = 3
    round_to: Annotated[int, Field(ge=1)] = 5
    provider_rows: bool = False
    dominant_providers: Annotated[int, Field(ge=1)] = 2
    dominant_share: Annotated[float, Field(gt=0, le=1)] = 0.9

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        demand(self.round_to <= self.min_clients, "round_to may not be above min_clients: a count could become zero")
        return self


class DeviationSettings(Section):
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
        demand(good and len(reasons) > 0, "reasons are short codes of a-z, 0-9 and _, never free text")
        demand(len(set(reasons)) == len(reasons), "a reason is named twice")
        return reasons


class PlanSettings(Section):
    """Section ``[plan]``: what is supposed of the region before anything is collected; without it, a pilot shows it."""

    residual_sd: Annotated[float, Field(gt=0)]
    provider_sd: Annotated[float, Field(ge=0)]
    ijkclient_minutes: Annotated[float, Field(gt=0)] | None = None
    week_share: Share | None = None
    casemix_sd: Annotated[float, Field(ge=0)] = 0.0
    style_correlation: Annotated[float, Field(ge=-1, le=1)] = 0.0
    shares: dict[str, Numbers] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _along_something(self) -> Self:
        demand(
            not self.style_correlation or self.casemix_sd > 0,
            "style_correlation says how levels go with case mix, so casemix_sd, by how many minutes providers' mean "
            "norms differ, must be stated too",
        )
        return self


class Premise(Section):
    """One ``[[premise]]``: what is assumed, and where it comes from."""

    id: str
    text: str
    source: str = ""
