"""A client with several episodes counts once where clients are counted: edges, resamples, floors; checked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from normenkader.bands.chain import draw_tables, run_chain
from normenkader.bands.norm_bands import demands_of, norm_cells, optimum_of
from normenkader.bands.under_delivery import under_delivery
from normenkader.disclosure import rows_as_clients, share_of_all
from normenkader.model.clients import client_shares, clients_by, distinct
from normenkader.model.estimands import provider_spread, with_outcome
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.time_in_episode import time_curves
from normenkader.settings import DisclosureSettings
from tests.made_studies import made

FLOOR = DisclosureSettings(min_clients=10, min_providers=3)


@pytest.fixture(scope="module")
def norms() -> NormTable:
    """Every third client of a provider has the episodes of the two that follow as well."""
    casemix = made(n=600, providers=8)
    place = casemix._rows.groupby("provider").cumcount()
    client = casemix._rows["client"].where(place % 3 == 0).ffill()
    return make_norm_table(fit_minutes(replace(casemix, _rows=casemix._rows.assign(client=client))))


def test_cells_weigh_each_client_once(norms: NormTable) -> None:
    frame, minutes, cells = norms.model.casemix.to_frame(), norms.norm_minutes(), norm_cells(norms)
    known = frame.assign(norm=minutes)[~np.isnan(minutes)]
    weight = 1 / known.groupby("client")["client"].transform("size")
    by_cell = weight.groupby((known["norm"] // cells.step).astype(int)).sum()
    assert cells.n[by_cell.index] == pytest.approx(by_cell.to_numpy())
    assert cells.n.sum() == pytest.approx(known["client"].nunique())
    total = (weight * known["norm"]).groupby((known["norm"] // cells.step).astype(int)).sum()
    assert cells.total[by_cell.index] == pytest.approx(total.to_numpy())


def test_resamples_weigh_clients_as_the_edges_do(norms: NormTable) -> None:
    """With every provider drawn once the chain gives the cells and the edges of the study."""
    cells, drawn = norm_cells(norms), draw_tables(norms, np.ones((1, norms.model.n_providers)))
    assert drawn.n[0, : len(cells)] == pytest.approx(cells.n)
    assert drawn.total[0, : len(cells)] == pytest.approx(cells.total)
    assert not drawn.n[0, len(cells) :].any()
    for n in (3, 4, 5):
        chain = run_chain(norms, np.ones((1, norms.model.n_providers)), n_bands=n, demands=demands_of(norms))
        assert tuple(chain.edges[0]) == optimum_of(norms, n)[0].edges


def test_the_share_of_a_row_and_counts_by_hand() -> None:
    client, group = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 1, 1, 0])
    assert client_shares(client) == pytest.approx([1 / 2, 1 / 2, 1, 1 / 3, 1 / 3, 1 / 3])
    assert client_shares(np.array([3, 1, 7])) is None
    assert clients_by(group, client, 3).tolist() == [2, 3, 0]
    assert distinct(client) == 3


@pytest.mark.parametrize("seed", range(20))
def test_no_share_of_rows_that_few_clients_make_passes_for_one_of_many(seed: int) -> None:
    rng = np.random.default_rng(seed)
    client = np.repeat(np.arange(80), rng.integers(1, 12, 80))
    n_of = rows_as_clients(client, FLOOR)
    most = np.sort(np.bincount(client))[::-1]
    for few in range(1, FLOOR.min_clients):
        assert share_of_all(most[:few].sum() / len(client), n_of, FLOOR) is None
    assert rows_as_clients(np.arange(80), FLOOR) == 80
    assert rows_as_clients(np.repeat(np.arange(4), 50), FLOOR) == 4
    assert rows_as_clients(np.zeros(0, dtype=np.int64), FLOOR) == 0


def test_providers_with_few_clients_have_no_distance_however_many_episodes(norms: NormTable) -> None:
    """Half of the providers keep nine clients, to whom all of their episodes are given."""
    casemix = norms.model.casemix
    rows = casemix._rows.reset_index(drop=True)
    codes = pd.factorize(rows["provider"], sort=True)[0]
    nine = rows["provider"] + " " + (rows.groupby("provider").cumcount() % 9).astype(str)
    few = rows.assign(client=rows["client"].where(codes >= 4, nine))
    found = provider_spread(fit_minutes(replace(casemix, _rows=few)))
    assert (found.n_providers, provider_spread(norms.model).n_providers) == (4, 8)


def test_other_minutes_leave_the_average_provider_weighted_by_clients(norms: NormTable) -> None:
    again = with_outcome(norms.model, norms.model.outcome())
    assert again.ijkclient.value == pytest.approx(norms.model.ijkclient.value, abs=1e-9)


def test_clients_at_their_cap_are_counted_once(norms: NormTable) -> None:
    casemix = norms.model.casemix
    capped = casemix._rows.assign(
        assigned_minutes_per_week=casemix._rows["minutes_per_week"], at_cap=casemix._rows["client"].eq(
            casemix._rows["client"].iloc[0]))  # fmt: skip
    model = fit_minutes(replace(casemix, _rows=capped), censoring="off")
    table = make_norm_table(model)
    assert capped["at_cap"].sum() > 1 == under_delivery(table, optimum_of(table, 3)[0].edges).n_capped


def test_a_curve_over_time_of_few_clients_is_not_told(norms: NormTable) -> None:
    casemix = norms.model.casemix
    nine = (casemix._rows.groupby("provider").cumcount() % 9).astype(str)
    few = fit_minutes(replace(casemix, _rows=casemix._rows.assign(client="veel " + nine)))
    assert time_curves(norms.model)
    assert any(curve.classes for curve in time_curves(norms.model))
    assert not any(curve.classes or curve.front_loading for curve in time_curves(few))
