"""Checks on a draw: whole clients' rows of every provider, the same norm table, and said wherever it matters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from normenkader.bands.norm_bands import demands_of, optimum_of
from normenkader.bands.soundness import soundness_of
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.casemix.synthetic.regimes import REGIMES
from normenkader.model import sampled
from normenkader.model.fit import fit_minutes
from normenkader.model.need import need_of
from normenkader.model.norm_table import NormTable, make_norm_table


@pytest.fixture(scope="module")
def norms() -> NormTable:
    return make_norm_table(fit_minutes(casemix_of(simulate(REGIMES["practice"], seed=3, n_providers=12,
                                                           n_clients=1_500))))  # fmt: skip


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(sampled, "MOST_ROWS_CHECKED", 1_000)
    monkeypatch.setattr(sampled, "DRAWN_ROWS", 600)
    return monkeypatch


def test_few_rows_are_all_of_them(norms: NormTable) -> None:
    assert sampled.on_sample(norms) is norms
    assert sampled.told((), norms) == ()


@pytest.mark.usefixtures("few")
def test_a_draw_keeps_every_provider_the_table_and_the_moments(norms: NormTable) -> None:
    thin = sampled.on_sample(norms)
    rows, of = thin.model.casemix.to_frame(), norms.model.casemix.to_frame()
    assert set(rows["provider"]) == set(of["provider"])
    assert 500 <= len(rows) <= 1_000
    assert len(rows) == thin.model.n_rows == len(thin.model.outcome()) == len(thin.model.design().matrix())
    assert thin.model.profile() is norms.model.profile()
    assert thin.model.moments() is norms.model.moments()
    at = pd.Index(of["episode"]).get_indexer(rows["episode"])
    np.testing.assert_array_equal(thin.norm_minutes(), norms.norm_minutes()[at])
    np.testing.assert_array_equal(thin.model.outcome(), norms.model.outcome()[at])
    assert set(thin.model.casemix.weeks_frame()["episode"]) <= set(rows["episode"])
    assert sampled.on_sample(thin) is thin


def test_a_draw_follows_the_seed_and_the_clients_and_not_the_order_of_rows() -> None:
    frame = pd.DataFrame({"client": [f"c{i}" for i in range(900)], "provider": np.repeat(["A", "B", "C"], 300)})
    chosen = sampled.drawn_rows(frame, 0.2, 1)
    assert chosen.sum() == 180
    assert frame[chosen]["provider"].value_counts().tolist() == [60, 60, 60]
    order = np.random.default_rng(0).permutation(900)
    again = sampled.drawn_rows(frame.iloc[order].reset_index(drop=True), 0.2, 1)
    assert set(frame["client"][order][again]) == set(frame["client"][chosen])
    assert (sampled.drawn_rows(frame, 0.2, 2) != chosen).any()
    small = frame.iloc[[*range(300), *range(300, 310)]]
    assert sampled.drawn_rows(small, 0.01, 1).sum() == 30 + 10


@pytest.mark.usefixtures("few")
def test_checks_on_a_draw_say_so_and_agree_with_all_rows_within_chance(
    norms: NormTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    edges = optimum_of(norms, 4)[0].edges
    drawn = soundness_of(norms, edges, demands_of(norms), n_folds=0)
    monkeypatch.setattr(sampled, "MOST_ROWS_CHECKED", 10**6)
    whole = soundness_of(norms, edges, demands_of(norms), n_folds=0)
    assert all("vaste trekking" in check.limit for check in drawn.checks)
    assert not any("vaste trekking" in check.limit for check in whole.checks)
    assert drawn.unseen.explained.value == pytest.approx(whole.unseen.explained.value, abs=0.1)


@pytest.mark.usefixtures("few")
def test_need_of_a_draw_has_the_spread_of_all(norms: NormTable) -> None:
    thin = sampled.on_sample(norms)
    some, every = (need_of(t.model, np.zeros(t.model.n_rows, dtype=np.int64)) for t in (thin, norms))
    assert some is not None
    assert every is not None
    assert some.minutes.mean() == pytest.approx(every.minutes.mean(), rel=0.1)
    assert some.minutes.std() == pytest.approx(every.minutes.std(), rel=0.2)


def test_sampling_changes_nothing_but_rows(norms: NormTable, few: pytest.MonkeyPatch) -> None:
    thin = sampled.on_sample(norms)
    assert replace(thin, model=norms.model).receipt == norms.receipt
    assert thin.published().tolist() == norms.published().tolist()
