"""The norm table as it is used on paper, and what whole steps cost, recomputed in plain Python."""

from __future__ import annotations

import math
from statistics import fmean

import numpy as np
import pytest
from by_hand import by_key, keys_of, practice, sums
from model_data import made_casemix
from test_design import BASE, TWO, everywhere, frame_of

from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import explained_share, make_norm_table, round_up
from normenkader.model.outcomes import as_measured


@pytest.fixture(scope="module", params=["practice", "rare"])
def table(request):
    if request.param == "practice":
        return make_norm_table(fit_minutes(practice()))
    return make_norm_table(fit_minutes(casemix_of(simulate("rare", seed=4, n_providers=9, n_clients=700))))


@pytest.mark.parametrize(
    ("minutes", "step", "published"),
    [(100.0, 5, 100), (100.01, 5, 105), (100.000001, 5, 100), (104.9, 5, 105), (7.2, 1, 8), (-3.0, 5, 0), (0.0, 5, 0)],
)
def test_the_ijkclient_goes_up(minutes, step, published):
    assert round_up(np.array(minutes), step) == published


def test_everything_published_is_in_whole_steps(table):
    assert table.ijkclient_minutes % 5 == 0
    assert 0 <= table.ijkclient_minutes - table.model.ijkclient.value < 5
    assert all(t.published is None or t.published % 5 == 0 for t in table.terms)
    free = [t for t in table.terms if t.term.supported and _is_free(table, t)]
    assert free
    assert all(abs(t.published - t.restricted) <= 2.5 + 1e-6 for t in free)


def _is_free(table, term) -> bool:
    own = next((f for f in table.model.study.factors if f.name == term.term.factor), None)
    return own is not None and own.direction == "free" and not term.term.with_factor


def test_declared_directions_hold(table):
    for factor in table.model.study.factors:
        if factor.direction == "free":
            continue
        own = {
            t.term.level: t.published for t in table.terms if t.term.factor == factor.name and not t.term.with_factor
        }
        line = [0 if level == factor.ijkclient else own[level] for level in factor.levels]
        known = [minutes for minutes in line if minutes is not None]
        assert known == sorted(known, reverse=factor.direction == "down")


def test_a_clients_norm_is_the_sum_on_paper(table):
    frame, study = table.model.casemix.to_frame(), table.model.study
    on_paper = sums(frame, study, by_key(table.terms, lambda t: t.published), table.ijkclient_minutes)
    expected = [math.nan if one is None else max(one, 0) for one in on_paper]
    np.testing.assert_array_equal(table.norm_minutes(), expected)
    assert (table.model.design().has_norm() == ~np.isnan(expected)).all()


def test_a_joined_level_takes_its_neighbours_minutes():
    blocks = [*BASE, *everywhere("a", "zwaar", 1)]
    table = make_norm_table(fit_minutes(made_casemix(frame_of(*blocks), TWO)))
    of = {t.term.level: t for t in table.terms if t.term.factor == "load"}
    assert of["zwaar"].term.merged_with == "matig"
    assert of["zwaar"].term.estimate is None
    assert of["zwaar"].published == of["matig"].published
    thin_own = [*everywhere("a", "geen", 6), ("p0", "a", "licht", 4), *everywhere("a", "matig", 6)]
    table = make_norm_table(fit_minutes(made_casemix(frame_of(*thin_own, *everywhere("b", "matig", 3)), TWO)))
    matig = next(t for t in table.terms if t.term.level == "matig" and not t.term.with_factor)
    assert (matig.term.merged_with, matig.published) == ("licht", 0)


def test_loss_in_plain_python(table):
    model = table.model
    frame, study = model.casemix.to_frame(), model.study
    values = model.coefficients()
    exact = by_key(
        table.terms,
        lambda t: float(values[t.term.column]) if t.term.column >= 0 else (0.0 if t.term.merged_with else None),
    )
    unrounded = sums(frame, study, exact, model.ijkclient.value)
    published = sums(frame, study, by_key(table.terms, lambda t: t.published), table.ijkclient_minutes)
    known = [i for i, one in enumerate(published) if one is not None]
    outcome = [float(model.outcome()[i]) for i in known]
    before, after = [max(unrounded[i], 0.0) for i in known], [max(published[i], 0.0) for i in known]
    short = [a - b for a, b in zip(before, after, strict=True) if a - b > 1e-9]
    mean = fmean(outcome)
    spread = sum((y - mean) ** 2 for y in outcome)
    loss = table.loss
    assert loss.explained_unrounded == pytest.approx(
        1 - sum((y - a) ** 2 for y, a in zip(outcome, before, strict=True)) / spread
    )
    assert loss.explained_published == pytest.approx(
        1 - sum((y - a) ** 2 for y, a in zip(outcome, after, strict=True)) / spread
    )
    assert loss.share_below == pytest.approx(len(short) / len(known))
    assert loss.mean_minutes_below == pytest.approx(fmean(short))
    assert loss.most_minutes_below == pytest.approx(max(short))
    assert loss.mean_difference == pytest.approx(fmean(b - a for a, b in zip(before, after, strict=True)))
    assert loss.share_below_zero == pytest.approx(sum(published[i] < 0 for i in known) / len(known))
    assert loss.share_without_norm == pytest.approx(1 - len(known) / len(frame))


def test_rare_levels_show_in_the_table():
    table = make_norm_table(fit_minutes(casemix_of(simulate("rare", seed=4, n_providers=9, n_clients=700))))
    thin = [t for t in table.terms if not t.term.supported and not t.term.with_factor]
    assert thin
    frame = table.model.casemix.to_frame()
    for term in thin:
        assert term.term.estimate is None
        assert term.term.reason
    used = {key for row in frame.to_dict("records") for key in keys_of(row, table.model.study)}
    assert used & {(t.term.factor, t.term.level, "", "") for t in thin}


def test_no_variation_explains_nothing():
    assert math.isnan(explained_share(as_measured(np.full(3, 5.0)), np.full(3, 5.0)))
