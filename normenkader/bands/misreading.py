"""Do the intervals of the terms still keep their promise when levels are recorded with assessors' errors?

Errors on the levels move the terms, mostly towards zero, and an interval knows nothing of that: it is as wide as
chance. `corrected_terms` says how far each term was moved. If that is its bias, an interval of the estimate plus and
minus q standard errors, with q of t, contains the truth with chance T(q - d) - T(-q - d), d being the shift in standard
errors; the mean of these chances is the coverage to expect. d is itself an estimate: its square is too large by its
variance, so that coverage comes out too low, and more so the smaller the study. The jackknife over providers takes that
away (for a mean of squares exactly) and gives the interval. Of the chance in the double assessments themselves it knows
nothing.

T is the t distribution of the interval, and d has the study's own standard error: in draws with a known shift and
estimated standard errors this was nearer to what was counted than the noncentral t, which wants the true one.

References
----------
Kuechenhoff, Mwalili & Lesaffre (2006), Biometrics 62, 85-96: the shift. Efron & Tibshirani (1993), An Introduction to
the Bootstrap, chapters 10 and 11: the jackknife. That the shift is held against intervals in this way, and the limit,
are our own choice and experimental.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from normenkader.bands.assessed import NO_ASSESSMENTS, Assessed
from normenkader.evidence import Check
from normenkader.experts.corrected_terms import CorrectedTerms
from normenkader.model.intervals import degrees_of_freedom, t_interval
from normenkader.model.results import MinutesModel
from normenkader.terms.dutch_numbers import decimal

FloatArray = npt.NDArray[np.float64]

PROMISED, LEAST_COVERAGE = 0.95, 0.93
_LEAST_PROVIDERS = 3
_NO_INTERVALS = "Met zo weinig aanbieders zijn er geen intervallen om te beoordelen."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCoverage:
    """The share of intervals, of terms and ijkclient, that are expected to contain the minutes without errors.

    Attributes
    ----------
    value : float
        At most what was promised.
    interval : (low, high)
        95 %, by the jackknife over providers.
    errors_in_record : float
        How many times one assessor's error the recorded levels appear to hold.
    """

    value: float
    interval: tuple[float, float]
    errors_in_record: float


def coverage_under_shift(shift: FloatArray, degrees: FloatArray) -> FloatArray:
    """Chance that a 95 % t interval contains the truth when its estimate lies `shift` standard errors off.

    Parameters
    ----------
    shift : (..., k) in standard errors
    degrees : (k,) degrees of freedom of the intervals
    """
    reach = stats.t.ppf(0.5 + PROMISED / 2, degrees)
    return np.asarray(stats.t.cdf(reach - shift, degrees) - stats.t.cdf(-reach - shift, degrees))


def expected_coverage(model: MinutesModel, corrected: CorrectedTerms) -> ExpectedCoverage | None:
    """Coverage of the intervals of all terms with a value of their own and the ijkclient; None without intervals."""
    own = [term for term in model.terms if term.estimate is not None and not term.merged_with]
    columns = [*(term.column for term in own), len(corrected.by_column)]
    errors = np.array([*(t.estimate.standard_error for t in own if t.estimate), model.ijkclient.standard_error])
    if model.n_providers < _LEAST_PROVIDERS or not (errors > 0).all():
        return None
    degrees = degrees_of_freedom(model.profile())[columns]
    found = coverage_under_shift(corrected.shift[columns] / errors, degrees).mean()
    left_out = coverage_under_shift(corrected.shift_left_out[:, columns] / errors, degrees).mean(axis=1)
    value, interval = jackknifed(float(found), left_out)
    return ExpectedCoverage(value=value, interval=interval, errors_in_record=corrected.errors_in_record)


def jackknifed(found: float, left_out: FloatArray) -> tuple[float, tuple[float, float]]:
    """A coverage without what its own noise takes off, with its 95 % interval; none beyond 0 or what was promised.

    Parameters
    ----------
    found : float
    left_out : (G,) with each provider left out
    """
    n = len(left_out)
    value = n * found - (n - 1) * left_out.mean()
    error = np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    low, high = t_interval(np.asarray(value), error, n - 1)
    value, low, high = np.clip([value, low, high], 0.0, PROMISED).tolist()
    return value, (low, high)


def misreading_check(assessed: Assessed | None, found: ExpectedCoverage | None) -> Check:
    """Passes when it is certain that intervals cover enough; what chance leaves open counts against them."""
    return Check(
        code="intervals_bear_misreading",
        question="Kloppen de intervallen van de normtabel nog als fouten van beoordelaars meetellen?",
        value=None if found is None else found.value, unit="share",
        interval=None if found is None else found.interval,
        limit="De ondergrens van het interval is ten minste 0,93: van de honderd intervallen bevatten er dan ten "
              "minste 93 de minuten zonder fouten. Beloofd is 0,95. Deze grens is een keuze van dit onderzoek.",
        passed=None if found is None else found.interval[0] >= LEAST_COVERAGE,
        reason=_silent(assessed) if found is None else _said(found),
        reservation="Niveaus zijn soms verkeerd vastgelegd. Daardoor staat niet vast dat de intervallen van de "
                    "normtabel kloppen: minuten kunnen verder van de juiste liggen dan hun interval zegt.",
    )  # fmt: skip


def _silent(assessed: Assessed | None) -> str:
    return NO_ASSESSMENTS if assessed is None else assessed.reason or _NO_INTERVALS


def _said(found: ExpectedCoverage) -> str:
    return (
        f"Wat is vastgelegd, bevat naar schatting {decimal(found.errors_in_record)} keer de fouten van één beoordelaar "
        "(0: geen; 1: evenveel)."
    )
