"""Checks on time in the episode: front-loading, and whether a client's own weeks and months stay within the band."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from normenkader.bands.grid import band_numbers
from normenkader.evidence import UNSURE, Check, three_way
from normenkader.model.norm_table import NormTable
from normenkader.model.time_in_episode import FIRST_WEEKS, TimeCurve
from normenkader.model.within_client import WithinClient, within_client
from normenkader.terms.names import factor_name, level_name

LARGEST_FRONT_LOADING = 1.10
MOST_FORTNIGHTLY = 0.10
OWN_CHOICE = "Deze grens is een keuze van dit onderzoek."
NO_WEEKS = "Er zijn geen weekregels."
_NO_GRADE = "Het onderzoek stelt hiervoor geen grens."
_REGRESSION = (
    "Minder minuten na een zwaar begin komt voor een deel doordat hulp op een slecht moment begint (regressie naar "
    "het gemiddelde). Dit heet hier geen vooruitgang."
)


def weeks_within_bands(norms: NormTable, edges: Sequence[int]) -> WithinClient | None:
    """How the weeks of one client lie within the band of that client's norm; None without weekly rows."""
    norm = norms.norm_minutes()
    band = band_numbers(np.nan_to_num(norm), edges) - 1
    lower, upper = np.asarray(edges, dtype=float), np.append(np.asarray(edges[1:], dtype=float), np.inf)
    silent = np.isnan(norm)
    return within_client(norms.model, np.where(silent, np.nan, lower[band]), np.where(silent, np.nan, upper[band]))


def time_checks(curves: Sequence[TimeCurve], weeks: WithinClient | None) -> tuple[Check, ...]:
    """Checks in a fixed order: front-loading by level, then how one client's weeks differ."""
    loading = [_front_loading(curve, k + 1) for k, curve in enumerate(curves)] or [_front_loading(None, 1)]
    return (*loading, *_within(weeks))


def _front_loading(curve: TimeCurve | None, number: int) -> Check:
    known = curve is not None and curve.front_loading is not None and curve.interval is not None
    known_group = curve is not None and curve.factor
    whose = f" (cliënten met {factor_name(curve.factor)} ‘{level_name(curve.level)}’)" if curve and known_group else ""
    few = "Te weinig trajecten begonnen in de meetperiode."
    passed = three_way(curve.interval, most=LARGEST_FRONT_LOADING) if known and curve is not None else None
    told = f"{_REGRESSION} {UNSURE}" if passed is None else _REGRESSION
    return Check(
        code=f"front_loading_{number}",
        question=f"Hoeveel keer zo veel wordt in de eerste {FIRST_WEEKS} weken geleverd als later in hetzelfde "
                 f"traject?{whose}",
        value=curve.front_loading if curve is not None else None, unit="ratio",
        interval=curve.interval if curve is not None else None,
        limit=f"Ten hoogste 1,1: anders hangt een norm af van wanneer is gemeten. {OWN_CHOICE}",
        passed=passed, reason=told if known else few if curve else NO_WEEKS,
        reservation="In de eerste weken van een traject wordt meer geleverd dan later. De norm hangt mede af van "
                    "hoeveel trajecten net begonnen waren.",
    )  # fmt: skip


def _within(weeks: WithinClient | None) -> tuple[Check, ...]:
    silent = WithinClient(weeks_in_band=None, periods_in_band=None, fortnightly=None, peaks=None)
    found, reason = weeks or silent, _NO_GRADE if weeks else NO_WEEKS
    fortnightly = found.fortnightly
    return (
        Check(
            code="periods_in_band", question="Welk deel van de perioden van vier weken blijft binnen de klasse?",
            value=found.periods_in_band, unit="share", limit="Geen.", passed=None, reason=reason,
        ),
        Check(
            code="weeks_in_band", question="Welk deel van de losse weken blijft binnen de klasse?",
            value=found.weeks_in_band, unit="share", limit="Geen.", passed=None, reason=reason,
        ),
        Check(
            code="fortnightly_delivery", question="Bij welk deel van de trajecten komt hulp om de week?",
            value=fortnightly, unit="share",
            limit=f"Ten hoogste 0,10: anders zegt een norm per week weinig over een losse week. {OWN_CHOICE}",
            passed=None if fortnightly is None else fortnightly <= MOST_FORTNIGHTLY,
            reason="" if fortnightly is not None else NO_WEEKS,
            reservation="Bij meer dan een op de tien trajecten komt hulp om de week. Lees de norm als gemiddelde over "
                        "vier weken.",
        ),
        Check(
            code="peak_weeks",
            question="Welk deel van de weken ligt boven tweemaal het eigen gemiddelde van de cliënt?",
            value=found.peaks, unit="share", limit="Geen.", passed=None, reason=reason,
        ),
    )  # fmt: skip
