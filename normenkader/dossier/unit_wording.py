"""The dossier's own words for a study that counts hours or days: they speak of minutes, and are read in its unit."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from jinja2 import Environment, PackageLoader

from normenkader.casemix.quality_words import NOT_IN_MINUTES, QUALITY_REASONS_DUTCH
from normenkader.dossier import wording
from normenkader.terms.units import counted_in, in_unit

# What courts said stands as they said it.
_AS_THEY_STAND = ("chapters/rulings.html.j2",)
# These sentences speak of minutes on the clock, whatever the study counts.
_OF_THE_CLOCK = frozenset({QUALITY_REASONS_DUTCH[NOT_IN_MINUTES]})

_MOST_SET_ASIDE, _MOST_FOUND = "meer minuten dan een week heeft, ", ", of de minuten boven 10.080 per week liggen"


class TemplatesInUnit(PackageLoader):
    """Templates of this room, which speak of minutes, in a study's own unit; a template holds words of ours alone."""

    def __init__(self, unit: str) -> None:
        super().__init__("normenkader.dossier", "templates")
        self._unit = unit

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        """The template's source, as `PackageLoader` gives it."""
        source, name, is_current = super().get_source(environment, template)
        return source if template in _AS_THEY_STAND else in_unit(self._unit, source), name, is_current


class WordsInUnit:
    """Functions of a module of words, that answer in a study's own unit."""

    def __init__(self, module: ModuleType, unit: str) -> None:
        self._module, self._unit = module, unit

    def __getattr__(self, name: str) -> Callable[..., str]:
        found = getattr(self._module, name)
        return lambda *codes: in_unit(self._unit, found(*codes))

    def quality(self, code: str) -> str:
        """A finding of the data-quality report; how often a time is a round number of minutes is just that."""
        told = self._without_most(wording.quality(code), _MOST_FOUND)
        return told if code.startswith("heaping") else in_unit(self._unit, told)

    def set_aside(self, code: str) -> str:
        """Why rows with this code of the ledger were set aside."""
        return in_unit(self._unit, self._without_most(wording.set_aside(code), _MOST_SET_ASIDE))

    def _without_most(self, told: str, most: str) -> str:
        """Only of minutes is it known how many a week can hold, so only then are more set aside."""
        return told if counted_in(self._unit) == "minuten" else told.replace(most, "")

    def reason(self, text: str | None) -> str:
        """Why there is no value."""
        told = wording.reason(text)
        return told if told in _OF_THE_CLOCK else in_unit(self._unit, told)
