from __future__ import annotations

import numpy as np
import pytest

from normenkader.bands import chain
from normenkader.bands.cells import make_cells
from normenkader.bands.chain import draw_tables, run_chain
from normenkader.bands.norm_bands import demands_of, options
from normenkader.bands.optimum import Partition, optimal_edges
from normenkader.model.intervals import provider_draws
from normenkader.model.norm_table import NormTable, round_up
from normenkader.model.restriction import order_constraints, restrict
from normenkader.model.rounding import round_terms


def refit_by_rows(norms: NormTable, draw: np.ndarray) -> tuple[np.ndarray, int, tuple[int, ...] | None]:
    """One draw the long way: rows repeated, a dummy a drawn provider, least squares, rounding, edges."""
    model = norms.model
    x, y, w = model.design().matrix(), model.outcome(), model.weights()
    provider = model.design().provider_codes()
    rows = np.concatenate([np.flatnonzero(provider == g) for g in range(len(draw)) for _ in range(int(draw[g]))])
    copy = np.concatenate(
        [np.full((provider == g).sum(), f"{g}-{k}") for g in range(len(draw)) for k in range(int(draw[g]))]
    )
    dummies = (copy[:, None] == np.unique(copy)[None, :]).astype(float)
    root = np.sqrt(w[rows])[:, None]
    full = np.hstack([x[rows], dummies])
    solution = np.linalg.lstsq(full * root, y[rows] * root[:, 0], rcond=1e-10)[0]
    terms, levels = solution[: x.shape[1]], solution[x.shape[1] :]
    level = float((dummies @ levels).mean())
    return _from_terms(norms, terms, level, rows)


def _from_terms(
    norms: NormTable, terms: np.ndarray, level: float, rows: np.ndarray
) -> tuple[np.ndarray, int, tuple[int, ...] | None]:
    x, w = norms.model.design().matrix()[rows], norms.model.weights()[rows]
    metric = (x * w[:, None]).T @ x
    restricted = restrict(terms[None], metric[None], order_constraints(norms.plan(), len(terms)))
    published = round_terms(restricted, x.sum(axis=0)[None], norms.plan(), norms.step)[0] * norms.step
    ijkclient = int(round_up(np.array(level), norms.step))
    minutes = np.maximum(ijkclient + x @ published, 0)
    providers = norms.model.design().provider_codes()[rows]
    demands = {**options(demands_of(norms)), "ijkclient_minutes": float(ijkclient)}
    found = optimal_edges(make_cells(minutes, providers, step=15), n_bands=4, **demands)
    return published, ijkclient, found.edges if isinstance(found, Partition) else None


def test_every_draw_equals_refitting_by_rows(norms: NormTable) -> None:
    draws = provider_draws(norms.model.n_providers, 12, seed=5)
    result = run_chain(norms, draws, n_bands=4, demands=demands_of(norms))
    used = [cell.column for cell in norms.model.design().cells if cell.column >= 0]
    agree = 0
    for b, draw in enumerate(draws):
        published, ijkclient, edges = refit_by_rows(norms, draw)
        # A term that the drawn providers cannot tell apart may come out otherwise; no drawn client carries it.
        seen = [j for j in used if _told_apart(norms, draw, j)]
        assert (result.published[b][seen] == published[seen]).all()
        assert result.ijkclient_minutes[b] == ijkclient
        assert (tuple(result.edges[b]) if result.feasible[b] else None) == edges
        agree += edges is not None
    assert agree >= 6


def _told_apart(norms: NormTable, draw: np.ndarray, column: int) -> bool:
    inside = norms.model.design().matrix()[:, column] > 0
    held = np.bincount(norms.model.design().provider_codes()[inside], minlength=len(draw))
    return bool((held[draw > 0] > 0).any())


def test_all_providers_once_is_the_calibration_itself(norms: NormTable) -> None:
    result = run_chain(norms, np.ones((1, norms.model.n_providers)), n_bands=5, demands=demands_of(norms))
    assert (result.published[0] == norms.published()).all()
    assert result.ijkclient_minutes[0] == norms.ijkclient_minutes


@pytest.mark.parametrize("block", [1_000, 10_000_000])
def test_blocks_do_not_matter(norms: NormTable, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = provider_draws(norms.model.n_providers, 30, seed=1)
    whole = run_chain(norms, draws, n_bands=5, demands=demands_of(norms))
    monkeypatch.setattr("normenkader.bands.chain._BLOCK_VALUES", block)
    parts = run_chain(norms, draws, n_bands=5, demands=demands_of(norms))
    assert (whole.edges == parts.edges).all()
    assert (whole.feasible == parts.feasible).all()


def test_tables_drawn_once_serve_every_number_of_bands(norms: NormTable) -> None:
    draws = provider_draws(norms.model.n_providers, 30, seed=1)
    drawn = draw_tables(norms, draws)
    for n_bands in (3, 5, 7):
        alone = run_chain(norms, draws, n_bands=n_bands, demands=demands_of(norms))
        shared = drawn.edges(n_bands=n_bands, demands=demands_of(norms))
        assert (alone.edges == shared.edges).all()
        assert (alone.published == shared.published).all()


def test_draws_whose_norm_runs_off_have_no_bands_and_change_no_other(
    norms: NormTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = provider_draws(norms.model.n_providers, 200, 3)
    usual = run_chain(norms, draws, n_bands=4, demands=demands_of(norms))
    monkeypatch.setattr(chain, "_RUNS_OFF", 1.05)
    drawn = draw_tables(norms, draws)
    found = drawn.edges(n_bands=4, demands=demands_of(norms))
    assert 0 < drawn.lost.sum() < len(draws)
    assert (found.edges[drawn.lost] == -1).all()
    assert not found.feasible[drawn.lost].any()
    np.testing.assert_array_equal(found.edges[~drawn.lost], usual.edges[~drawn.lost])
