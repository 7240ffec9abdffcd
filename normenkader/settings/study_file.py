"""The whole of study.toml: every section, and the rules between them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from normenkader.settings.factor import Factor, check_factors
from normenkader.settings.section import Names, Section, as_tuple, demand
from normenkader.settings.sections import (
    BandSettings,
    CasemixSettings,
    DeviationSettings,
    DisclosureSettings,
    ModelSettings,
    PlanSettings,
    Premise,
    Sources,
    StudyInfo,
    TriangulationSettings,
)


class StudyFile(Section):
    """The whole of study.toml."""

    study: StudyInfo
    sources: Sources
    columns: dict[Literal["episodes", "minutes", "vignettes", "judgements", "assessments"], dict[str, Names]] = Field(
        default_factory=dict
    )
    factor: Annotated[tuple[Factor, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    model: ModelSettings = ModelSettings()
    bands: BandSettings = BandSettings()
    triangulation: TriangulationSettings = TriangulationSettings()
    casemix: CasemixSettings = CasemixSettings()
    disclosure: DisclosureSettings = DisclosureSettings()
    deviation: DeviationSettings = DeviationSettings()
    plan: PlanSettings | None = None
    premise: Annotated[tuple[Premise, ...], BeforeValidator(as_tuple)] = ()
    research: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        demand(
            bool(self.sources.episodes or self.sources.summaries),
            "[sources] episodes is required, or summaries that providers sent in place of them",
        )
        check_factors(self.factor)
        _check_overlap(self)
        ids = [premise.id for premise in self.premise]
        demand(len(set(ids)) == len(ids), "[[premise]] an id is used twice")
        demand(bool(self.sources.vignettes) or not self.sources.judgements, "[sources] judgements need vignettes")
        demand(
            self.triangulation.margin is not None or not self.sources.judgements,
            "[triangulation] margin is required with judgements",
        )
        return self


def _check_overlap(file: StudyFile) -> None:
    groups = {factor.group for factor in file.factor} - {None}
    if "overlap" in file.model.model_fields_set:
        for group in file.model.overlap:
            demand(group in groups, f"[model] overlap names group '{group}', which no factor has")
    for group, breaks in file.model.overlap_breaks.items():
        demand(group in file.model.overlap, f"[model] overlap_breaks names '{group}', which is not in overlap")
        demand(len(breaks) > 0 and list(breaks) == sorted(set(breaks)), "[model] overlap_breaks must rise")
    for group in file.model.overlap:
        ordered = all(factor.is_ordered for factor in file.factor if factor.group == group)
        demand(ordered, f"[model] overlap: a nominal factor in group '{group}' has no lowest level")
