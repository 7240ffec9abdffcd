from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from normenkader.bands.derive import derive_bands
from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.table import BandTable, band_labels
from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.errors import InputRefused
from normenkader.experts.triangulation import triangulate
from normenkader.model.fit import fit_minutes
from normenkader.terms.names import term_name


def with_bands(casemix: Casemix, **changes: Any) -> Casemix:
    settings = casemix.study.bands.model_copy(update=changes)
    return replace(casemix, study=replace(casemix.study, bands=settings))


def derived(casemix: Casemix) -> BandTable:
    model = fit_minutes(casemix)
    return derive_bands(model, triangulate(model), n_resamples=50, n_folds=0, with_robustness=False)


def test_bands_are_contiguous_rising_and_on_the_grid(bands: BandTable) -> None:
    edges = bands.edges()
    assert edges[0] == 0
    assert list(edges) == sorted(set(edges))
    assert all(edge % bands.study.bands.step == 0 for edge in edges)
    assert [band.upper for band in bands.bands] == [*edges[1:], None]
    assert edges == optimum_of(bands.norms)[0].edges


def test_every_client_with_a_norm_is_in_one_band(bands: BandTable) -> None:
    frame, norm = bands.norms.model.casemix.to_frame(), bands.norms.norm_minutes()
    for band in bands.bands:
        inside = frame[(norm >= band.lower) & (norm < (band.upper or np.inf))]
        assert band.n_clients == inside["client"].nunique()
        assert band.n_providers == inside["provider"].nunique()
        assert band.mean_minutes == pytest.approx(inside["minutes_per_week"].mean())
        assert band.minutes_above_lower == pytest.approx(inside["minutes_per_week"].mean() - band.lower)
    assert sum(band.n_clients for band in bands.bands) == (~np.isnan(norm)).sum()


def test_demands_are_met(bands: BandTable) -> None:
    settings, n = bands.study.bands, sum(band.n_clients for band in bands.bands)
    assert all(band.n_clients >= settings.min_share * n for band in bands.bands)
    assert all(band.n_providers >= settings.min_providers for band in bands.bands)
    assert bands.norms.ijkclient_minutes not in bands.edges()
    own = next(band for band in bands.bands if band.label == "ijkclient")
    assert own.band == bands.ijkclient_band
    assert own.lower < bands.norms.ijkclient_minutes < (own.upper or np.inf)


def test_explained_equals_leaving_each_provider_out_by_hand(bands: BandTable) -> None:
    model, design = bands.norms.model, bands.norms.model.design()
    x, y, w, g = design.matrix(), model.outcome(), model.weights(), design.provider_codes()
    error = baseline = 0.0
    for out in range(model.n_providers):
        rest = g != out
        dummies = pd.get_dummies(g[rest]).to_numpy(float)
        root = np.sqrt(w[rest])[:, None]
        full = np.hstack([x[rest], dummies]) * root
        solution = np.linalg.lstsq(full, y[rest] * root[:, 0], rcond=1e-12)[0]
        terms, level = solution[: x.shape[1]], (dummies @ solution[x.shape[1] :]).mean()
        error += ((y[~rest] - np.maximum(level + x[~rest] @ terms, 0)) ** 2).sum()
        baseline += ((y[~rest] - y[rest].mean()) ** 2).sum()
    assert bands.explained.model == pytest.approx(1 - error / baseline, abs=1e-6)


def test_a_number_that_the_demands_forbid_becomes_fewer_with_the_demand_named() -> None:
    casemix = casemix_of(simulate("clean", seed=2, n_providers=6, n_clients=500))
    table = derived(with_bands(casemix, n=8, min_share=0.30))
    feasible = [n for n in range(2, 9) if optimum_of(table.norms, n)[1] is None]
    assert len(table.bands) == max(feasible) < 8
    text = next(r.text for r in table.reservations if r.code == "fewer_bands")
    assert "het kleinste aandeel cliënten per klasse" in text


def test_auto_is_refused_without_reliability_evidence() -> None:
    casemix = casemix_of(simulate("clean", seed=2, n_providers=6, n_clients=300))
    with pytest.raises(InputRefused, match="assessments"):
        derived(with_bands(casemix, n="auto"))


def test_no_signal_is_said_in_so_many_words() -> None:
    found = [derived(casemix_of(simulate("nosignal", seed=seed, n_clients=1200))) for seed in (1, 2, 3)]
    codes = [{r.code for r in table.reservations} for table in found]
    assert all("signal_at_unseen_providers" in code for code in codes)
    clean = derived(casemix_of(simulate("clean", seed=1, n_clients=1200)))
    assert "signal_at_unseen_providers" not in {r.code for r in clean.reservations}


def test_censoring_is_shown_both_ways() -> None:
    table = derived(casemix_of(simulate("capped", seed=4, n_clients=1200)))
    other = next(e for e in table.edges_under if e.choice == "censoring_off")
    assert other.edges is not None
    assert other.edges != table.edges()
    assert {"censored_need", "censoring_off"} <= {r.code for r in table.reservations}


def test_rare_levels_are_merged_and_said() -> None:
    table = derived(casemix_of(simulate("rare", seed=1)))
    assert "merged_levels" in {r.code for r in table.reservations}


def test_one_band_that_breaks_a_demand_says_so() -> None:
    casemix = casemix_of(simulate("clean", seed=2, n_providers=6, n_clients=500))
    model = fit_minutes(with_bands(casemix, n=5, min_share=0.45, ijkclient_band=5))
    # With all that stands beside a band table: no choice that is tried can meet these demands either.
    table = derive_bands(model, triangulate(model), n_resamples=50, n_folds=0)
    assert len(table.bands) == 1
    assert table.robustness is not None
    assert table.robustness.multiverse.edge_ranges == ((0, 0),)
    assert "Ook met één klasse" in next(r.text for r in table.reservations if r.code == "fewer_bands")


def test_an_ijkclient_whom_hardly_any_client_resembles_is_said(bands: BandTable) -> None:
    """The rarest level taken for the ijkclient's: every other term is a difference from a few clients."""
    assert "ijkclient_unsupported" not in {r.code for r in bands.reservations}
    casemix = casemix_of(simulate("rare", seed=1))
    frame, least = casemix.to_frame(), casemix.study.disclosure.min_clients
    counts = {f.name: frame.groupby(f.name)["client"].nunique() for f in casemix.study.factors}
    name = min(counts, key=lambda factor: int(counts[factor].min()))
    assert counts[name].min() < least
    level = str(counts[name].idxmin())
    factors = tuple(f.model_copy(update={"ijkclient": level}) if f.name == name else f for f in casemix.study.factors)
    thin = derived(replace(casemix, study=replace(casemix.study, factors=factors)))
    text = next(r.text for r in thin.reservations if r.code == "ijkclient_unsupported")
    assert term_name(name, level) in text


@pytest.mark.parametrize(
    ("n", "own", "expected"),
    [
        (5, 3, ("veel minder", "minder", "ijkclient", "meer", "veel meer")),
        (5, 2, ("minder", "ijkclient", "meer", "veel meer", "veel meer 2")),
        (3, 1, ("ijkclient", "meer", "veel meer")),
        (6, 5, ("veel minder 3", "veel minder 2", "veel minder", "minder", "ijkclient", "meer")),
    ],
)
def test_labels_follow_the_distance_from_the_ijkclient(n: int, own: int, expected: tuple[str, ...]) -> None:
    labels = ("veel minder", "minder", "ijkclient", "meer", "veel meer")
    assert band_labels(n, own, labels) == expected


def test_same_study_same_bands(bands: BandTable) -> None:
    again = derive_bands(bands.norms.model, bands.triangulation, n_resamples=200, n_folds=0, with_robustness=False)
    assert again.receipt == bands.receipt
    assert again.stability == bands.stability
    assert again.bands == bands.bands
