from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_studies import two_factors

from normenkader.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.errors import InputRefused
from normenkader.experts.exchange import d_optimal_rows, independent_columns, information
from normenkader.experts.vignette_candidates import casemix_codes
from normenkader.experts.vignette_design import VignetteSet, default_size, make_vignettes, model_columns, model_matrix
from normenkader.study import Study


@pytest.fixture(scope="module")
def casemix() -> Casemix:
    return casemix_of(simulate("clean", seed=3, n_providers=6, n_clients=900))


@pytest.fixture(scope="module")
def near(casemix: Casemix) -> VignetteSet:
    return make_vignettes(casemix.study, casemix=casemix, n_seeds=4)


def small() -> Study:
    return two_factors('interacts_with = ["a"]')


def codes_of(vignettes: VignetteSet) -> np.ndarray:
    frame, factors = vignettes.to_frame(), vignettes.study.factors
    return np.column_stack([pd.Categorical(frame[f.name], categories=list(f.levels)).codes for f in factors])


def test_the_exchange_finds_the_best_set_that_brute_force_finds() -> None:
    from itertools import combinations

    rng = np.random.default_rng(5)
    for _ in range(6):
        rows = np.column_stack([np.ones(9), rng.integers(0, 2, (9, 2))]) + 0.01 * rng.standard_normal((9, 3))
        chosen = d_optimal_rows(rows, 5, fixed=np.zeros((0, 3)))
        best = max(information(rows[list(some)]) for some in combinations(range(9), 5))
        assert information(rows[chosen]) >= best - 0.05
        assert information(rows[chosen]) > np.median([information(rows[list(c)]) for c in combinations(range(9), 5)])


def test_columns_that_repeat_others_are_given_up_in_order() -> None:
    x = np.array([[1.0, 0, 1, 0], [1, 1, 0, 0], [1, 0, 1, 1], [1, 1, 0, 1]])
    assert independent_columns(x).tolist() == [0, 1, 3]


def test_every_term_is_told_apart_and_every_level_shown(near: VignetteSet) -> None:
    matrix = model_matrix(codes_of(near), near.study, model_columns(near.study))
    assert np.linalg.matrix_rank(matrix) == matrix.shape[1] == near.n_terms
    assert near.not_identified == ()
    assert all(count.n > 0 for count in near.balance)
    assert len(near.to_frame()) == default_size(near.n_terms)
    per_factor = pd.DataFrame([(c.factor, c.n) for c in near.balance]).groupby(0)[1].sum()
    assert set(per_factor) == {len(near.to_frame())}


def test_levels_are_balanced_where_nothing_forbids_it() -> None:
    vignettes = make_vignettes(small(), n=6)
    assert {count.n for count in vignettes.balance if count.factor == "b"} == {3}
    assert {count.n for count in vignettes.balance if count.factor == "a"} == {2}


def test_it_is_better_than_drawing_at_random() -> None:
    study = casemix_of(simulate("clean", seed=3, n_clients=200)).study
    vignettes = make_vignettes(study)
    columns = model_columns(study)
    own = information(model_matrix(codes_of(vignettes), study, columns))
    rng = np.random.default_rng(1)
    drawn = [
        np.column_stack([rng.integers(0, len(f.levels), len(vignettes.to_frame())) for f in study.factors])
        for _ in range(20)
    ]
    assert own > max(information(model_matrix(codes, study, columns)) for codes in drawn) + 5


def test_profiles_are_near_to_those_of_clients(near: VignetteSet, casemix: Casemix) -> None:
    clients = casemix_codes(casemix)
    ordered = np.array([f.is_ordered for f in casemix.study.factors])
    apart = np.abs(codes_of(near)[:, None, :] - clients[None])
    changed = (apart > 0).sum(axis=2).min(axis=1)
    assert changed.max() <= 2
    free = np.abs(codes_of(make_vignettes(casemix.study))[:, None, :] - clients[None])
    assert np.where(ordered, free, free > 0).sum(axis=2).min(axis=1).mean() > changed.mean()


def test_no_vignette_is_the_profile_of_a_few_clients(near: VignetteSet, casemix: Casemix) -> None:
    frame = pd.DataFrame(casemix_codes(casemix)).assign(client=casemix.to_frame()["client"])
    held = frame.groupby(list(range(len(casemix.study.factors))))["client"].nunique()
    for profile in codes_of(near):
        assert held.get(tuple(profile), 0) in (0, *range(casemix.study.disclosure.min_clients, 10_000))


def test_seeds_carry_the_mean_of_their_lookalikes_and_enough_of_them(near: VignetteSet, casemix: Casemix) -> None:
    rows, codes = casemix.to_frame(), casemix_codes(casemix)
    by_name = dict(zip(near.to_frame()["vignette"], codes_of(near).tolist(), strict=True))
    assert len(near.seeds) == 4
    for name, seed in near.seeds:
        assert by_name[name] == list(seed.levels)
        ordered = [f.is_ordered for f in casemix.study.factors]
        apart = np.where(ordered, abs(codes - seed.levels), codes != seed.levels).sum(axis=1)
        alike = rows[apart <= seed.steps]
        assert seed.realised_minutes == pytest.approx(alike["minutes_per_week"].mean())
        assert alike["client"].nunique() == seed.n_clients >= casemix.study.disclosure.min_clients
        assert alike["provider"].nunique() == seed.n_providers >= casemix.study.disclosure.min_providers


def test_too_few_lookalikes_are_no_seed(casemix: Casemix) -> None:
    strict = casemix.study.disclosure.model_copy(update={"min_clients": 800})
    with pytest.raises(InputRefused, match="the data allow 0"):
        make_vignettes(
            casemix.study, casemix=replace(casemix, study=replace(casemix.study, disclosure=strict)), n_seeds=1
        )
    with pytest.raises(InputRefused, match="provider data"):
        make_vignettes(casemix.study, n_seeds=1)


def test_fewer_vignettes_than_terms_are_refused() -> None:
    with pytest.raises(InputRefused, match="cannot tell 6 terms apart"):
        make_vignettes(small(), n=5)


def test_the_same_study_gives_the_same_set(near: VignetteSet, casemix: Casemix) -> None:
    again = make_vignettes(casemix.study, casemix=casemix, n_seeds=4)
    pd.testing.assert_frame_equal(near.to_frame(), again.to_frame())
    assert near.seeds == again.seeds
