"""The settings of a study as study.toml states them: keys, types, defaults, and the rules between them."""

from __future__ import annotations

from normenkader.settings.factor import RESERVED_NAMES, Factor
from normenkader.settings.levels import count_level_names, level_names
from normenkader.settings.sections import (
    DEFAULT_OVERLAP_BREAKS,
    MINUTES_BASES,
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
from normenkader.settings.study_file import StudyFile

__all__ = [
    "DEFAULT_OVERLAP_BREAKS",
    "MINUTES_BASES",
    "RESERVED_NAMES",
    "BandSettings",
    "CasemixSettings",
    "DeviationSettings",
    "DisclosureSettings",
    "Factor",
    "ModelSettings",
    "PlanSettings",
    "Premise",
    "Sources",
    "StudyFile",
    "StudyInfo",
    "TriangulationSettings",
    "count_level_names",
    "level_names",
]
