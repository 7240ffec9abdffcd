"""Verdicts on fairness: is any group further off, or more often in too low a class, than may be?"""

from __future__ import annotations

from collections.abc import Sequence

from normenkader.bands.fairness import Grouping
from normenkader.bands.unseen_checks import OWN_CHOICE, TOO_UNCERTAIN, three_ways
from normenkader.evidence import Check
from normenkader.model.grouped import Figure
from normenkader.terms.names import factor_name

MOST_EXTRA_TOO_LOW = 0.1
_NOT_APART = (
    "Niet te zeggen: ten minste één groep is niet van de aanbieder te onderscheiden. Te weinig aanbieders helpen zowel "
    "deze groep als anderen."
)
_ESTIMATED = (
    "Dit kenmerk zit in de normtabel zelf, en dan is de gemiddelde fout per groep bij weglaten van aanbieders al bijna "
    "nul. Gemeten is hier wat afronden, gestelde richtingen en andere bronnen doen."
)
_NOT_ENOUGH = "Er zijn geen twee groepen die groot genoeg zijn om te tonen."
_BEHIND_CAPS = (
    "Niet te zeggen: van te veel cliënten is alleen bekend dat zij ten minste het toegekende maximum nodig hebben. In "
    "welke klasse hun minuten vallen, volgt daar niet uit."
)


def fairness_checks(found: Sequence[Grouping], band_step: int, unit: str) -> tuple[Check, ...]:
    """Two checks a grouping: the largest difference in error, and the largest extra share in too low a class."""
    return tuple(check for grouping in found for check in (_error(grouping, band_step, unit), _too_low(grouping)))


def _error(grouping: Grouping, band_step: int, unit: str) -> Check:
    figures = [group.error for group in grouping.shown() if group.error is not None]
    passed, worst = three_ways(figures, float(band_step)) if len(figures) > 1 else (None, None)
    passed = None if passed and not grouping.all_apart() else passed
    return Check(
        code=f"fair_error_{grouping.name}", question=f"Klopt de norm voor elke groep even goed ({_dutch(grouping)})?",
        value=None if worst is None else worst.value, unit=unit, interval=None if worst is None else worst.interval,
        limit=f"In elke groep gemiddeld minder dan {band_step} ernaast, één stap van de klassen, alle groepen tegelijk "
              f"met 95% zekerheid. {OWN_CHOICE}",
        passed=passed, reason=_why_error(grouping, passed, figures),
        reservation=f"De norm ligt voor ten minste één groep ({_dutch(grouping)}) meer dan een stap van de klassen "
                    "naast wat geleverd is.",
    )  # fmt: skip


def _too_low(grouping: Grouping) -> Check:
    figures = [group.extra_too_low for group in grouping.groups if group.extra_too_low is not None]
    passed, worst = three_ways(figures, MOST_EXTRA_TOO_LOW) if len(figures) > 1 else (None, None)
    # A share that tells of single clients is not shown, but a group that gets too little of which it is makes it fail.
    found = [group.exact_extra_too_low for group in grouping.groups if group.exact_extra_too_low is not None]
    passed = False if _some_beyond(found) else True if passed is False else passed
    passed = None if passed and not grouping.all_apart() else passed
    return Check(
        code=f"fair_class_{grouping.name}",
        question=f"Krijgt geen groep vaker een te lage klasse ({_dutch(grouping)})?",
        value=None if worst is None else worst.value, unit="share", interval=None if worst is None else worst.interval,
        limit="In elke groep ten hoogste 0,1 meer cliënten in een te lage klasse dan andere cliënten van dezelfde "
              f"klasse, alle groepen tegelijk met 95% zekerheid. {OWN_CHOICE}",
        passed=passed, reason=_why_class(grouping, passed, figures),
        reservation=f"Ten minste één groep ({_dutch(grouping)}) krijgt vaker een te lage klasse dan andere cliënten "
                    "van dezelfde klasse.",
    )  # fmt: skip


def _some_beyond(figures: Sequence[Figure]) -> bool:
    """Only too low a class counts here: a group that has it less often is no ground for failure."""
    level = 1 - 0.05 / max(len(figures), 1)
    known = [figure.interval_at(level) for figure in figures] if len(figures) > 1 else []
    return any(interval is not None and interval[0] > MOST_EXTRA_TOO_LOW for interval in known)


def _why_error(grouping: Grouping, passed: bool | None, figures: Sequence[Figure]) -> str:
    known = _why(grouping, passed, figures)
    return f"{known} {_ESTIMATED}".strip() if grouping.in_norm and figures else known


def _why(grouping: Grouping, passed: bool | None, figures: Sequence[Figure]) -> str:
    if passed is None and not grouping.all_apart():
        return _NOT_APART
    if len(figures) < 2:
        return _NOT_ENOUGH
    return TOO_UNCERTAIN if passed is None else ""


def _why_class(grouping: Grouping, passed: bool | None, figures: Sequence[Figure]) -> str:
    if not grouping.classes_known:
        return _BEHIND_CAPS
    return "" if passed is False else _why(grouping, passed, figures)


def _dutch(grouping: Grouping) -> str:
    return factor_name(grouping.name)
