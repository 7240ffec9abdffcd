"""What is known of every row's need where some deliveries are only lower limits: for figures about a prediction.

`expected` is the mean of a need beyond the cap *by the fit itself*. Taken for what was measured it has no residual
noise, and it follows the fit: errors come out too small, slopes of what the fit does not hold too flat, and what
chance put into the fit seems to come true. Three things mend that.

- The variance that remains of it (`extra_variance`) belongs to every squared error, and its spread (`drawn_out`) to
  every error as such.
- `response` is the working response, the fitted mean plus score over expected information. Its mean is the need's,
  whatever the fit's mean was, up to the square of how far that is off: it takes the place of the outcome in whatever is
  linear in it.
- `information` is the share of one measured need's information that the row still has: the working response has the
  variance of a measured need over this share, so weights are multiplied by it.

Without lower limits in force all of this is the outcome itself.

References
----------
McCullagh & Nelder (1989), Generalized Linear Models, section 2.5 (working response, Fisher scoring). Tobin (1958),
Econometrica 26(1). Louis (1982), Finding the observed information matrix when using the EM algorithm, JRSS B 44(2)
(information that is lost).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from normenkader.model.censored import CensoredFit, normal_hazard

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LEAST_INFORMATION = 0.1
"""Below this share a row's working response is mostly noise; it is then not blown up any further."""

VALUES_PER_ROW = 8
"""Where some outcome is a lower limit, every row stands for so many equally likely values in `drawn_out`."""

_GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """Outcomes by row; all arrays read-only.

    Attributes
    ----------
    expected : (n,) outcome, or its expectation given that it is at least what was delivered
    extra_variance : (n,) variance around `expected`; 0 for what was seen
    response : (n,) working response
    information : (n,) share of a measured outcome's information, `LEAST_INFORMATION` to 1
    mean, sd : (n,) of the outcome by the fit, own provider's level included
    delivered : (n,)
    lower_limit : (n,) whether only a lower limit is known
    """

    expected: FloatArray
    extra_variance: FloatArray
    response: FloatArray
    information: FloatArray
    mean: FloatArray
    sd: FloatArray
    delivered: FloatArray
    lower_limit: BoolArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            getattr(self, name).setflags(write=False)

    def among(self, rows: BoolArray) -> Outcomes:
        """The same for some of the rows."""
        return Outcomes(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def squared_error(self, predicted: FloatArray, beside: FloatArray) -> FloatArray:
        """Squared error of a prediction, so that its gain on `beside` is free of what the fit put into outcomes; (n,).

        The gain of f on m is ``(f - m) (2 y - m - f)``, linear in y: there the working response takes the place of y.

        Parameters
        ----------
        predicted : (n,)
        beside : (n,)
            Prediction by something else that it is compared with; its own squared error is that beside itself.
        """
        own = (self.expected - predicted) ** 2 + self.extra_variance
        return np.asarray(own + 2.0 * (predicted - beside) * (self.expected - self.response))

    def drawn_out(self) -> tuple[IntArray, FloatArray]:
        """Rows and equally likely values of their outcomes; each row once where no outcome is a lower limit."""
        if not self.lower_limit.any():
            return np.arange(len(self.expected)), self.expected
        row = np.repeat(np.arange(len(self.expected)), VALUES_PER_ROW)
        # Each row's values lie elsewhere between the same bounds, so that together they leave no gaps.
        within = (row + 0.5) * _GOLDEN % 1.0
        part = (np.arange(len(row)) % VALUES_PER_ROW + within) / VALUES_PER_ROW
        beyond = ndtr((self.mean - self.delivered) / self.sd)[row]
        tail = self.mean[row] - self.sd[row] * ndtri(np.maximum(beyond * (1 - part), 1e-300))
        return row, np.where(self.lower_limit[row], np.maximum(tail, self.delivered[row]), self.delivered[row])


def as_measured(outcome: FloatArray) -> Outcomes:
    """Outcomes none of which is a lower limit."""
    zero = np.zeros_like(outcome)
    return Outcomes(
        expected=outcome, extra_variance=zero, response=outcome, information=np.ones_like(outcome), mean=outcome,
        sd=zero, delivered=outcome, lower_limit=np.zeros(len(outcome), dtype=bool),
    )  # fmt: skip


def behind_caps(
    fit: CensoredFit, mean: FloatArray, sd: FloatArray, delivered: FloatArray, limit: FloatArray, at_cap: BoolArray
) -> Outcomes:
    """Outcomes of a fit in which some deliveries count as lower limits.

    Parameters
    ----------
    fit : CensoredFit
    mean, sd : (n,) by the fit
    delivered : (n,)
    limit : (n,)
        From where a delivery counts as at its cap; nan where none is known.
    at_cap : (n,) whether it lies there, also where it counts as delivered all the same
    """
    limit = np.where(fit.lower_limit, delivered, limit)
    capable = np.isfinite(limit) & ~(at_cap & ~fit.lower_limit)
    information = np.ones_like(mean)
    information[capable] = information_share((limit[capable] - mean[capable]) / sd[capable])
    information = np.maximum(information, LEAST_INFORMATION)
    return Outcomes(
        expected=fit.expected, extra_variance=fit.extra_variance, response=mean + (fit.expected - mean) / information,
        information=information, mean=mean, sd=sd, delivered=delivered, lower_limit=fit.lower_limit,
    )  # fmt: skip


def information_share(z: FloatArray) -> FloatArray:
    """Share of the information on a normal mean that is left when values from `z` standard deviations up are capped.

    The variance of the score, ``Phi(z) - z phi(z) + phi(z) hazard(z)``, for variance 1.
    """
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return np.asarray(np.clip(ndtr(z) - z * density + density * normal_hazard(z), 0.0, 1.0))
