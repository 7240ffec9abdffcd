"""Recovery and coverage: synthetic studies with known truth, fitted, and set beside rivals that know more or less.

Plain functions. Nothing here says how many processes to use: a caller states that with ``joblib.parallel_config``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy.special import log_ndtr

import normenkader as nk
from normenkader.casemix.synthetic import SyntheticData, Truth, casemix_of, simulate, truth_of
from normenkader.casemix.synthetic.regimes import regime_of
from normenkader.model.results import MinutesModel

FloatArray = npt.NDArray[np.float64]

IJKCLIENT = "ijkclient"
_MOST_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One study of validity: a regime at a size, over seeds 1 to `n_seeds`."""

    name: str
    regime: str
    n_providers: int
    n_clients: int
    n_seeds: int

    def seeds(self) -> range:
        """All its seeds."""
        return range(1, self.n_seeds + 1)

    def truth(self) -> Truth:
        """The same for every seed."""
        return truth_of(regime_of(self.regime))


def _setting(regime: str, n_providers: int | None = None, *, n_seeds: int = 200) -> Setting:
    """A regime at its own size, or with other providers of the same average size."""
    own = regime_of(regime)
    n = n_providers or own.n_providers
    return Setting(
        name=regime if n_providers is None else f"{regime}_{n}", regime=regime, n_providers=n,
        n_clients=own.n_clients * n // own.n_providers, n_seeds=n_seeds,
    )  # fmt: skip


# A thousand seeds where every single term must keep to a limit: with 200 the lowest of some 280 figures is mostly luck.
CORE = tuple(_setting(regime, n, n_seeds=1000) for n in (None, 12) for regime in ("clean", "practice", "heavy"))
SETTINGS = (
    *CORE, *(_setting(regime) for regime in ("few", "overlap", "nosignal", "rare")), _setting("capped", n_seeds=400),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """One seed's figures; arrays run over `names_of` the truth, nan where a term is not supported.

    Attributes
    ----------
    estimate, low, high : ours, with its 95 % interval
    pooled : weighted least squares without providers, our weights
    within_oracle : within providers, the true variances known
    full_oracle : the true variances and every provider's effect known
    uncensored : ours without censoring; nan but in a capped regime
    uncensored_oracle : within providers, the true variances known, deliveries taken as they are; likewise
    p_value : of the specification test
    share_at_cap, power : of the deliveries; of the mean, by the modified Park test
    """

    seed: int
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    pooled: FloatArray
    within_oracle: FloatArray
    full_oracle: FloatArray
    uncensored: FloatArray
    uncensored_oracle: FloatArray
    p_value: float
    share_at_cap: float
    power: float


def names_of(truth: Truth) -> tuple[str, ...]:
    """The ijkclient first, then every true term."""
    return (IJKCLIENT, *(_name(t.factor, t.level, t.with_factor, t.with_level) for t in truth.terms))


def values_of(truth: Truth) -> FloatArray:
    """True minutes in the order of `names_of`."""
    return np.array([truth.ijkclient_minutes, *(term.minutes for term in truth.terms)])


def run_setting(setting: Setting, seeds: Sequence[int]) -> list[Draw]:
    """Some seeds of one setting, in their order."""
    return list(Parallel()(delayed(draw)(setting, seed) for seed in seeds))


def draw(setting: Setting, seed: int) -> Draw:
    """Simulate and fit once."""
    data = simulate(setting.regime, seed=seed, n_providers=setting.n_providers, n_clients=setting.n_clients)
    model, names = nk.fit_minutes(casemix_of(data)), names_of(data.truth)
    ours, known = published(model, names), _known_of(model, data)
    uncensored, uncensored_oracle = _uncensored(model, known, names)
    return Draw(
        seed=seed, estimate=ours[:, 0], low=ours[:, 1], high=ours[:, 2],
        pooled=_in_order(model, pooled(model), names),
        within_oracle=_in_order(model, within_oracle(model, known), names),
        full_oracle=_in_order(model, full_oracle(model, known), names),
        uncensored=uncensored, uncensored_oracle=uncensored_oracle,
        p_value=model.specification.p_value if model.specification else float("nan"),
        share_at_cap=model.censoring.share_at_cap, power=model.variance.power,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    """What no one can know outside a simulation, by row: the true spread and the provider's effect."""

    y: FloatArray
    sd: FloatArray
    effect: FloatArray
    at_cap: npt.NDArray[np.bool_]


def _known_of(model: MinutesModel, data: SyntheticData) -> _Known:
    frame = data.to_frame()
    at_cap = model.casemix.to_frame()["at_cap"].to_numpy(bool) & model.censoring.applied
    return _Known(
        y=frame["minutes_per_week"].to_numpy(), sd=np.sqrt(frame["variance"].to_numpy()),
        effect=frame["provider_effect"].to_numpy(), at_cap=at_cap,
    )  # fmt: skip


def pooled(model: MinutesModel) -> FloatArray:
    """Least squares with our weights and outcome as if there were no providers: intercept and terms."""
    root = np.sqrt(model.weights())
    return np.asarray(np.linalg.lstsq(_with_ones(model) * root[:, None], model.outcome() * root, rcond=None)[0])


def within_oracle(model: MinutesModel, known: _Known) -> FloatArray:
    """A dummy a provider, and the true variances; the level is that of the average client's provider."""
    dummies = np.equal.outer(model.design().provider_codes(), np.arange(model.n_providers)).astype(float)
    x = np.column_stack([dummies, model.design().matrix()])
    found = _fit_knowing(x, known.y, known)
    return np.append(dummies.mean(axis=0) @ found[: model.n_providers], found[model.n_providers :])


def full_oracle(model: MinutesModel, known: _Known) -> FloatArray:
    """The true variances, and every provider's true effect taken off beforehand."""
    return _fit_knowing(_with_ones(model), known.y - known.effect, known)


def _fit_knowing(x: FloatArray, y: FloatArray, known: _Known) -> FloatArray:
    """Least squares with the true variances; with deliveries at a cap the normal likelihood, by Newton's method."""
    x, y = x / known.sd[:, None], y / known.sd
    found = np.linalg.lstsq(x, y, rcond=None)[0]
    for _ in range(_MOST_STEPS if known.at_cap.any() else 0):
        z = y - x @ found
        hazard = np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(-z))
        score = np.where(known.at_cap, hazard, z)
        root = np.sqrt(np.where(known.at_cap, hazard * (hazard - z), 1.0))
        step = np.linalg.lstsq(x * root[:, None], score / root, rcond=None)[0]
        found = found + step
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(found)


def _with_ones(model: MinutesModel) -> FloatArray:
    return np.column_stack([np.ones(model.n_rows), model.design().matrix()])


def _uncensored(model: MinutesModel, known: _Known, names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Ours and the oracle's terms with deliveries at the cap taken for need; nan where the cap was not in force."""
    if not model.censoring.applied:
        return np.full(len(names), np.nan), np.full(len(names), np.nan)
    as_delivered = replace(known, at_cap=np.zeros_like(known.at_cap))
    ours = published(nk.fit_minutes(model.casemix, censoring="off"), names)[:, 0]
    return ours, _in_order(model, within_oracle(model, as_delivered), names)


def published(model: MinutesModel, names: Sequence[str]) -> FloatArray:
    """Value, low and high of every name; nan where a term is not supported."""
    found = {_name(t.factor, t.level, t.with_factor, t.with_level): t.estimate for t in model.terms}
    found[IJKCLIENT] = model.ijkclient
    rows = [found.get(name) for name in names]
    return np.array([[e.value, *e.interval] if e else [np.nan] * 3 for e in rows])


def _in_order(model: MinutesModel, coefficients: FloatArray, names: Sequence[str]) -> FloatArray:
    """Intercept and columns of the design in the order of `names_of`; nan where ours is not supported."""
    column = {_name(t.factor, t.level, t.with_factor, t.with_level): t.column for t in model.terms if t.estimate}
    column[IJKCLIENT] = -1
    return np.array([coefficients[1 + column[name]] if name in column else np.nan for name in names])


def _name(factor: str, level: str, with_factor: str, with_level: str) -> str:
    return f"{factor}={level}" + (f" x {with_factor}={with_level}" if with_factor else "")
