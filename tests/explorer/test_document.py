"""cells.json against the records it is made of, and what cannot be worked out from it."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from normenkader.bands.chain import run_chain
from normenkader.bands.how_many import period_minutes
from normenkader.bands.norm_bands import demands_of
from normenkader.bands.one_fact import share_moved_by_one_fact
from normenkader.bands.same_band import modelled_same_band
from normenkader.bands.table import BandTable
from normenkader.explorer.figures import figures_of
from normenkader.explorer.uncertainty import N_DRAWS
from normenkader.model.intervals import provider_draws

Document = dict[str, Any]


def runs(cells: Document) -> list[tuple[int, int]]:
    return list(combinations(range(len(cells["lower"]) + 1), 2))


def inside(cells: Document, minutes: np.ndarray, first: int, end: int) -> np.ndarray:
    upper = cells["lower"][end] if end < len(cells["lower"]) else np.inf
    return (minutes >= cells["lower"][first]) & (minutes < upper)


def of_run(table: list, first: int, end: int) -> Any:
    return table[first][end - first - 1]


def some_designs(cells: Document, n: int) -> list[list[int]]:
    rng = np.random.default_rng(8)
    m = len(cells["lower"])
    return [[0, *sorted(rng.choice(np.arange(1, m), rng.integers(1, 8), replace=False).tolist())] for _ in range(n)]


def test_every_run_of_cells_has_enough_clients_and_providers(bands: BandTable, cells: Document) -> None:
    frame, minutes = bands.norms.model.casemix.to_frame(), bands.norms.norm_minutes()
    floor = bands.study.disclosure
    for first, end in runs(cells):
        held = frame[inside(cells, minutes, first, end)]
        assert held["client"].nunique() >= floor.min_clients
        assert held["provider"].nunique() >= floor.min_providers
        assert of_run(cells["n_providers"], first, end) == held["provider"].nunique()
        assert of_run(cells["share_met"], first, end) == (len(held) >= bands.study.bands.min_share * len(frame))
        assert abs(sum(cells["n_clients"][first:end]) - held["client"].nunique()) < floor.round_to


def test_no_published_count_is_small_or_unrounded(cells: Document) -> None:
    assert all(n >= cells["min_clients"] and n % cells["round_to"] == 0 for n in cells["n_clients"])
    for key in ("periods_within", "changes_within"):
        for row in cells[key]:
            assert all(n == 0 or (n >= cells["min_clients"] and n % cells["round_to"] == 0) for n in row)


def test_what_is_left_after_any_subtraction_is_whole_cells(bands: BandTable, cells: Document) -> None:
    """Every run minus every run inside it: what remains holds enough clients."""
    minutes = bands.norms.norm_minutes()
    exact = [int(inside(cells, minutes, c, c + 1).sum()) for c in range(len(cells["lower"]))]
    for first, end in runs(cells):
        for a, b in runs(cells):
            if first <= a and b <= end and (a, b) != (first, end):
                assert sum(exact[first:end]) - sum(exact[a:b]) >= cells["min_clients"]


def feasible_counts(n: int, mean: int, values: np.ndarray, round_to: int) -> np.ndarray:
    """Least and most clients at each norm that a cell's published count and mean allow."""
    total = np.arange(n - round_to + 1, n + round_to)[:, None]
    k = np.arange(total.max() + 1)[None, :]
    spans = []
    for value in values:
        others = values[values != value]
        low, high = (k * value + (total - k) * bound for bound in (others.min(), others.max()))
        possible = (k <= total) & (low <= (mean + 0.5) * total) & (high >= (mean - 0.5) * total)
        held = np.flatnonzero(possible.any(axis=0))
        spans.append((held.min(), held.max()))
    return np.array(spans)


def test_the_mean_norm_of_a_cell_does_not_tell_how_many_clients_have_one_norm(cells: Document) -> None:
    """In a cell of one step, where the norm takes a few values only and a finer mean would tell."""
    narrow = [c for c, lower in enumerate(cells["lower"][:-1]) if cells["lower"][c + 1] - lower == cells["step"]]
    assert len(narrow) > 10
    for c in narrow:
        lower = cells["lower"][c]
        values = np.arange(lower, lower + cells["step"], cells["norm_step"])
        spans = feasible_counts(cells["n_clients"][c], cells["mean_norm"][c], values, cells["round_to"])
        assert ((spans[:, 1] - spans[:, 0]) >= cells["round_to"]).all()


def test_neither_clients_nor_providers_nor_places_are_named(bands: BandTable, texts: dict[str, str]) -> None:
    frame = bands.norms.model.casemix.to_frame()
    for column in ("client", "provider", "municipality", "episode"):
        for name in frame[column].astype(str).unique():
            # Short codes can stand in any text; as a value of its own a name would stand in quotes.
            assert not any(f'"{name}"' in text for text in texts.values())


def test_means_are_those_of_the_records(bands: BandTable, cells: Document) -> None:
    minutes, delivered = bands.norms.norm_minutes(), bands.norms.model.casemix.to_frame()["minutes_per_week"].to_numpy()
    for c in range(len(cells["lower"])):
        held = inside(cells, minutes, c, c + 1)
        assert cells["mean_norm"][c] == pytest.approx(minutes[held].mean(), abs=0.5)
        assert cells["mean_minutes"][c] == pytest.approx(delivered[held].mean(), abs=0.051)


def test_the_same_band_is_the_model_s_for_any_edges(bands: BandTable, cells: Document) -> None:
    error = bands.assessed.reliability.standard_error_of_measurement
    for design in some_designs(cells, 40):
        edges = [cells["lower"][place] for place in design]
        expected = modelled_same_band(
            bands.norms.norm_minutes(), edges, standard_error=error, norm_step=bands.norms.step
        )
        assert figures_of(cells, design)["same_band"] == pytest.approx(expected, abs=5e-5)


def test_one_fact_and_periods_are_those_of_the_study_for_any_edges(bands: BandTable, cells: Document) -> None:
    designs = some_designs(cells, 25)
    edges = [tuple(cells["lower"][place] for place in design) for design in designs]
    row, delivered = period_minutes(bands.norms.model.casemix)
    minutes = bands.norms.norm_minutes()[row]
    for design, own, moved in zip(designs, edges, share_moved_by_one_fact(bands.norms, edges), strict=True):
        found = figures_of(cells, design)
        kept = np.searchsorted(own, minutes, side="right") == np.searchsorted(own, delivered, side="right")
        # Counts are rounded to 5, and fewer than 10 count as none, once a band.
        assert found["moved_by_one_fact"] == pytest.approx(moved, abs=len(own) * 10 / cells["n_changes"])
        assert found["periods_within"] == pytest.approx(kept.mean(), abs=len(own) * 10 / cells["n_periods"])


def test_doubt_is_the_share_of_resamples_in_which_a_client_crosses_the_edge(bands: BandTable, cells: Document) -> None:
    norms, floor = bands.norms, 8
    draws = provider_draws(norms.model.n_providers, 2000, bands.study.info.seed)[:N_DRAWS]
    drawn = run_chain(norms, draws, n_bands=5, demands=demands_of(norms))
    held = inside(cells, norms.norm_minutes(), floor, floor + 1)
    matrix = norms.model.design().matrix()[held]
    again = np.array([np.maximum(matrix @ table + own, 0) for table, own in
                      zip(drawn.published, drawn.ijkclient_minutes, strict=True)])  # fmt: skip
    expected = [(again < edge).mean() for edge in cells["lower"][1:]]
    assert cells["resampled_below"][floor] == pytest.approx(expected, abs=6e-4)


def test_the_calibrated_bands_are_those_of_the_dossier_but_for_rounding(bands: BandTable, cells: Document) -> None:
    calibrated = next(design for design in cells["designs"] if design["code"] == "calibrated")
    assert calibrated["exact"]
    found = figures_of(cells, calibrated["places"])
    for row, band in zip(found["bands"], bands.bands, strict=True):
        assert (row["lower"], row["upper"], row["label"]) == (band.lower, band.upper, band.label)
        assert abs(row["n_clients"] - band.n_clients) < 5
        assert row["n_providers"] == band.n_providers
        assert row["mean_minutes"] == pytest.approx(band.mean_minutes, abs=1.0)
        assert row["promise_kept"] == pytest.approx(band.promise.kept.value, abs=0.015)
        assert row["fits_below_upper"] == pytest.approx(band.promise.fits.value, abs=0.015)
    assert found["explained_of_norm"] == pytest.approx(bands.explained_of_norm, abs=0.003)
    assert found["same_band"] == pytest.approx(bands.same_band.modelled, abs=5e-4)
    assert found["broken"] == []


def test_every_optimum_and_source_can_be_shown_here(cells: Document) -> None:
    assert all(design["exact"] for design in cells["designs"])
    assert [d["n_bands"] for d in cells["designs"] if d["code"] == "optimum"] == [3, 4, 5, 6, 7, 8]
    for design in cells["designs"]:
        if design["code"] == "optimum":
            found = figures_of(cells, design["places"])
            assert found["explained_of_norm"] == pytest.approx(design["explained_of_norm"], abs=0.003)


def test_the_document_is_plain_json(cells: Document) -> None:
    assert json.loads(json.dumps(cells, allow_nan=False)) == cells


def test_a_promise_is_shown_only_where_enough_keep_it_and_enough_do_not(bands: BandTable, cells: Document) -> None:
    minutes, hidden = bands.norms.norm_minutes(), 0
    for key, by_rule in (("promise_kept", lambda first, end: first == 0),
                         ("fits_below_upper", lambda first, end: end == len(cells["lower"]))):  # fmt: skip
        for first, end in runs(cells):
            share = of_run(cells[key], first, end)
            hidden += share is None
            if share is not None and not by_rule(first, end):
                assert share == round(share, 2)
                # Others' data place clients a little differently, and the share is rounded.
                held = inside(cells, minutes, first, end).sum()
                assert held * min(share, 1 - share) >= 0.5 * cells["min_clients"]
    assert hidden > 0
