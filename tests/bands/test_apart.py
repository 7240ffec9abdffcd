"""Groups that go with their providers: what cannot be told is not said, and what can be told is told in full."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_studies import made

from normenkader.bands.apart import LEAST_WITHIN, difference, is_apart, share_within
from normenkader.bands.fairness import Grouping, fairness
from normenkader.bands.fairness_checks import fairness_checks
from normenkader.bands.norm_bands import optimum_of
from normenkader.evidence import Check
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.unseen import predict_unseen
from normenkader.settings import DisclosureSettings

MORE = 60.0
N, PROVIDERS = 1500, 12


def _towns(provider: np.ndarray, shares: list[float]) -> np.ndarray:
    """G0 for a share of each provider's clients, G1 for the others."""
    share = np.asarray(shares)[provider]
    return np.where(np.random.default_rng(8).random(len(provider)) < share, "G0", "G1").astype(object)


def _study(shares: list[float], more: float) -> NormTable:
    """Clients of G0 get so many minutes more."""
    casemix = made("clean", n=N, providers=PROVIDERS, noise=0.2, provider_sd=4.0)
    provider = casemix._rows["provider"].astype("category").cat.codes.to_numpy()
    town = _towns(provider, shares)
    minutes = casemix._rows["minutes_per_week"].to_numpy() + np.where(town == "G0", more, 0.0)
    rows = casemix._rows.assign(municipality=town, minutes_per_week=minutes)
    return make_norm_table(fit_minutes(replace(casemix, _rows=rows)))


def _found(norms: NormTable) -> tuple[Grouping, dict[str, Check]]:
    found = fairness(norms, optimum_of(norms)[0].edges)
    checks = fairness_checks(found, 15, "minutes per week")
    return next(g for g in found if g.name == "municipality"), {check.code: check for check in checks}


NESTED = [1.0] * 4 + [0.0] * 8
PARTLY = [1.0] * 3 + [0.9, 0.7, 0.5, 0.3] + [0.1] * 2 + [0.0] * 3


@pytest.mark.parametrize("more", [0.0, MORE])
def test_where_providers_work_in_one_municipality_nothing_is_said_and_their_levels_stand_beside(more: float) -> None:
    grouping, checks = _found(_study(NESTED, more))
    for code in ("fair_error_municipality", "fair_class_municipality"):
        assert (checks[code].passed, checks[code].value) == (None, None)
        assert "niet van de aanbieder te onderscheiden" in checks[code].reason
    assert [group.error for group in grouping.groups] == [None, None]
    assert [group.too_low for group in grouping.groups] == [None, None]
    levels = [group.level.value for group in grouping.groups if group.level]
    assert levels[0] - levels[1] == pytest.approx(more, abs=8)


def test_where_some_providers_work_in_both_the_whole_difference_is_found() -> None:
    grouping, checks = _found(_study(PARTLY, MORE))
    first = next(group for group in grouping.groups if group.group == "G0")
    assert first.error is not None
    share = first.n_clients / N
    assert first.error.value == pytest.approx(MORE * (1 - share), abs=6)
    assert checks["fair_error_municipality"].passed is False
    assert [group.level for group in grouping.groups] == [None, None]
    assert _found(_study(PARTLY, 0.0))[1]["fair_error_municipality"].passed is True


def test_one_group_that_cannot_be_told_apart_keeps_the_check_from_passing() -> None:
    """Its providers help hardly anybody else, the others are mixed."""
    norms = _study([0.0] * 4 + [0.5] * 8, 0.0)
    casemix = norms.model.casemix
    provider = casemix._rows["provider"].astype("category").cat.codes.to_numpy()
    town = np.where(provider < 4, "G2", casemix._rows["municipality"].to_numpy(object))
    grouping, checks = _found(
        make_norm_table(fit_minutes(replace(casemix, _rows=casemix._rows.assign(municipality=town))))
    )
    assert [group.apart for group in grouping.groups] == [True, True, False]
    assert checks["fair_error_municipality"].passed is None
    assert checks["fair_error_municipality"].value is not None
    assert "niet van de aanbieder" in checks["fair_error_municipality"].reason


def test_the_difference_is_that_of_least_squares_with_a_level_for_every_provider() -> None:
    random = np.random.default_rng(3)
    provider, values = np.repeat(np.arange(6), 40), random.normal(0, 10, 240)
    inside = random.random(240) < np.array([1.0, 0.9, 0.5, 0.4, 0.1, 0.0])[provider]
    x = np.column_stack([inside, provider[:, None] == np.arange(6)]).astype(float)
    slope = np.linalg.lstsq(x, values, rcond=None)[0][0]
    centred = values - (np.bincount(provider, values) / 40)[provider]
    assert difference(centred, inside, provider, 6).value == pytest.approx(slope * (1 - inside.mean()))


def test_evenly_spread_groups_keep_their_mean_within_providers() -> None:
    random = np.random.default_rng(4)
    provider, inside, values = np.repeat(np.arange(5), 30), np.tile(np.arange(30) % 3 == 0, 5), random.normal(0, 9, 150)
    centred = values - (np.bincount(provider, values) / 30)[provider]
    assert share_within(inside, provider) == pytest.approx(1.0)
    assert difference(centred, inside, provider, 5).value == pytest.approx(centred[inside].mean())


@pytest.mark.parametrize(("mixed", "told"), [(2, False), (3, True)])
def test_what_rests_on_fewer_providers_than_may_be_told_is_not_told(mixed: int, told: bool) -> None:
    provider = np.repeat(np.arange(8), 40)
    shares = np.array([0.5] * mixed + [1.0] * 3 + [0.0] * (5 - mixed))
    inside = np.tile(np.arange(40) / 40, 8) < shares[provider]
    client = np.arange(320).astype(object)
    assert share_within(inside, provider) > LEAST_WITHIN
    assert is_apart(inside, provider, client, DisclosureSettings()) is told
    assert not is_apart(inside, provider, client, DisclosureSettings(min_clients=20 * mixed + 1))


def test_for_a_factor_of_the_norm_the_mean_error_is_nearly_nothing_by_least_squares_and_that_is_said() -> None:
    """At some providers a level gets far more than at others: the mean over all of them is what was fitted."""
    casemix = made("clean", n=N, providers=PROVIDERS, noise=0.2, provider_sd=4.0)
    provider = casemix._rows["provider"].astype("category").cat.codes.to_numpy()
    inside = (casemix._rows["orientation"] == "ontwikkelgericht").to_numpy()
    minutes = casemix._rows["minutes_per_week"].to_numpy() + np.where(
        inside, np.where(provider % 2 == 0, 90.0, 30.0), 0.0
    )
    norms = make_norm_table(fit_minutes(replace(casemix, _rows=casemix._rows.assign(minutes_per_week=minutes))))
    own = norms.model.design().provider_codes()
    left = norms.model.outcome() - predict_unseen(norms).model
    centred = left - (np.bincount(own, left) / np.bincount(own))[own]
    rows = (norms.model.casemix.to_frame()["orientation"] == "ontwikkelgericht").to_numpy()
    assert abs(difference(centred, rows, own, PROVIDERS).value) < 3.0
    grouping, checks = _found(norms)
    assert not grouping.in_norm
    assert "zit in de normtabel zelf" in checks["fair_error_orientation"].reason
    assert "zit in de normtabel zelf" not in checks["fair_error_municipality"].reason
