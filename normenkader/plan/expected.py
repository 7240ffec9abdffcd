"""How certain a study of some size will be: a few made-up studies through the tool's own chain, and their averages."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from normenkader.bands.chain import run_chain
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import demands_of, norm_cells, optimum_of
from normenkader.bands.optimum import Partition
from normenkader.bands.promises import needed_providers
from normenkader.bands.stability import stability
from normenkader.errors import InputRefused
from normenkader.model.fit import fit_minutes
from normenkader.model.intervals import provider_draws
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.plan.assumptions import Assumptions, TermKey
from normenkader.plan.simulate import simulated_casemix
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
N_STUDIES, N_RESAMPLES, MIDDLE_OF_RANGE = 12, 400, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTerm:
    """A term of the norm table in studies of the planned size.

    Attributes
    ----------
    factor, level, with_factor, with_level : str
    half_width : float or None
        Half the 95 % interval, averaged over the studies in which the term is supported; None where it never is.
    supported : float
        Share of the studies in which it carries a norm.
    """

    factor: str
    level: str
    with_factor: str
    with_level: str
    half_width: float | None
    supported: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a study of the planned size can be expected to give.

    Attributes
    ----------
    n_providers, n_clients : int
    weeks : float
    n_bands : int
        Number of bands planned for.
    ijkclient : float
        Half the 95 % interval of the ijkclient's minutes.
    terms : tuple of ExpectedTerm
    edges : tuple of (half width, standard error)
        For each edge between two bands: half its 95 % stability interval, and the Monte-Carlo error of that.
    unsupported : float
        Share of the terms without a norm of their own.
    promise_possible : float
        Share of studies in which every band has clients of as many providers as the study's promise asks for.
    bands_possible : float
        Share of studies in which the demands allow this number of bands.
    n_studies : int
    """

    n_providers: int
    n_clients: int
    weeks: float
    n_bands: int
    ijkclient: float
    terms: tuple[ExpectedTerm, ...]
    edges: tuple[tuple[float, float], ...]
    unsupported: float
    promise_possible: float
    bands_possible: float
    n_studies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _OneStudy:
    """What one made-up study gave."""

    ijkclient: float
    terms: dict[TermKey, float | None]
    edges: FloatArray | None
    promise_possible: bool


def expect(
    study: Study, assumed: Assumptions, *, n_providers: int, n_clients: int, weeks: float | None = None,
    n_studies: int = N_STUDIES, n_resamples: int = N_RESAMPLES,
) -> Expected:  # fmt: skip
    """Average half widths over made-up studies, each through fit, norm table and resamples as a real one.

    Parameters
    ----------
    study : Study
        Factors, demands on the bands, and seed.
    assumed : Assumptions
    n_providers, n_clients : int
    weeks : float, optional
        Length of the measurement; by default as long as the assumptions hold for.
    n_studies, n_resamples : int

    Raises
    ------
    InputRefused
        With fewer than three providers, or fewer clients than providers.
    """
    if n_providers < 3 or n_clients < 2 * n_providers:
        raise InputRefused("a plan needs at least three providers, and at least two clients a provider")
    planned = _with_number_of_bands(study)
    seeds = np.random.SeedSequence([study.info.seed, n_providers, n_clients]).spawn(n_studies)
    length = weeks or assumed.weeks
    found = [
        _one(planned, simulated_casemix(planned, assumed, n_providers=n_providers, n_clients=n_clients, weeks=length,
                                        seed=seed), n_resamples)
        for seed in seeds
    ]  # fmt: skip
    return _averaged(found, n_providers, n_clients, length, int(planned.bands.n))


def _with_number_of_bands(study: Study) -> Study:
    """``auto`` rests on assessments that a plan has not: the number nearest to five within the range."""
    if study.bands.n != "auto":
        return study
    low, high = study.bands.range
    n_bands = min(max(MIDDLE_OF_RANGE, low), high)
    return replace(study, bands=study.bands.model_copy(update={"n": n_bands}))


def _one(study: Study, casemix: object, n_resamples: int) -> _OneStudy:
    model = fit_minutes(casemix)  # type: ignore[arg-type]
    norms = make_norm_table(model)
    low, high = model.ijkclient.interval
    terms = {
        (t.factor, t.level, t.with_factor, t.with_level): _half(t.estimate.interval) if t.estimate else None
        for t in model.terms
    }
    partition, fewer = optimum_of(norms)
    if fewer is not None:
        return _OneStudy(ijkclient=(high - low) / 2, terms=terms, edges=None, promise_possible=False)
    draws = provider_draws(model.n_providers, n_resamples, study.info.seed)
    chain = run_chain(norms, draws, n_bands=partition.n_bands, demands=demands_of(norms))
    held = stability(partition.edges, chain, norm_step=norms.step)
    widths = [np.nan if interval is None else _half(interval) for interval in held.intervals[1:]]
    return _OneStudy(
        ijkclient=(high - low) / 2, terms=terms, edges=np.array(widths), promise_possible=_enough(norms, partition)
    )


def _enough(norms: NormTable, partition: Partition) -> bool:
    cells = norm_cells(norms)
    band = band_numbers(cells.lower, partition.edges)
    by_band = [int((cells.providers[band == k + 1].sum(axis=0) > 0).sum()) for k in range(partition.n_bands)]
    return min(by_band) >= needed_providers(norms.model.study.bands.promise)


def _averaged(found: list[_OneStudy], n_providers: int, n_clients: int, weeks: float, n_bands: int) -> Expected:
    keys = list(dict.fromkeys(key for one in found for key in one.terms))
    terms = tuple(_term(key, [one.terms.get(key) for one in found]) for key in keys)
    edges = [one.edges for one in found if one.edges is not None]
    return Expected(
        n_providers=n_providers, n_clients=n_clients, weeks=weeks, n_bands=n_bands,
        ijkclient=float(np.mean([one.ijkclient for one in found])), terms=terms,
        edges=tuple(_mean_and_error(np.array(edges))) if edges else (),
        unsupported=1 - float(np.mean([term.supported for term in terms])),
        promise_possible=float(np.mean([one.promise_possible for one in found])),
        bands_possible=len(edges) / len(found), n_studies=len(found),
    )  # fmt: skip


def _term(key: TermKey, widths: list[float | None]) -> ExpectedTerm:
    known = [width for width in widths if width is not None]
    factor, level, other, their = key
    return ExpectedTerm(
        factor=factor, level=level, with_factor=other, with_level=their,
        half_width=float(np.mean(known)) if known else None, supported=len(known) / len(widths),
    )  # fmt: skip


def _mean_and_error(widths: FloatArray) -> list[tuple[float, float]]:
    error = widths.std(axis=0, ddof=1) / np.sqrt(len(widths)) if len(widths) > 1 else np.full(widths.shape[1], np.nan)
    return [(float(m), float(e)) for m, e in zip(np.nanmean(widths, axis=0), error, strict=True)]


def _half(interval: tuple[float, float]) -> float:
    return (interval[1] - interval[0]) / 2
