"""Edges that people chose: in force as they are, held against the rule, and always said to be chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from normenkader.bands import exclusions
from normenkader.bands.chain import draw_tables
from normenkader.bands.chosen import CHOSEN_RULE, chosen_reservations, edges_of_rule, stability_of_chosen
from normenkader.bands.derive import derive_bands
from normenkader.bands.explained import explained_at_unseen_providers
from normenkader.bands.grid import band_numbers
from normenkader.bands.loss_map import loss_map
from normenkader.bands.norm_bands import demands_of, norm_cells, optimum_of
from normenkader.bands.optimum import partition
from normenkader.bands.table import BandTable
from normenkader.bands.under_delivery import under_delivery
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.experts.triangulation import triangulate
from normenkader.model.fit import fit_minutes
from normenkader.model.intervals import provider_draws
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.settings import BandSettings


def with_bands(**more: Any) -> NormTable:
    casemix = casemix_of(simulate("practice", seed=11, n_providers=8, n_clients=900))
    settings = BandSettings(**{**casemix.study.bands.model_dump(exclude={"n", "edges"}), **more})
    return make_norm_table(fit_minutes(replace(casemix, study=replace(casemix.study, bands=settings))))


def derived(norms: NormTable, **more: Any) -> BandTable:
    return derive_bands(norms.model, triangulate(norms.model), n_resamples=100, n_folds=0, **more)


@pytest.fixture(scope="module")
def chosen() -> NormTable:
    return with_bands(edges=(0, 120, 240, 285))


@pytest.fixture(scope="module")
def table(chosen: NormTable) -> BandTable:
    return derived(chosen)


def test_the_chosen_edges_are_in_force(table: BandTable, chosen: NormTable) -> None:
    assert table.edges() == (0, 120, 240, 285)
    minutes = chosen.norm_minutes()
    counted = np.bincount(band_numbers(minutes[~np.isnan(minutes)], table.edges()), minlength=5)[1:]
    assert [band.n_clients for band in table.bands] == counted.tolist()
    assert table.explained_of_norm == partition(norm_cells(chosen), table.edges()).explained
    assert table.rule == CHOSEN_RULE


def test_the_reservation_names_what_the_rule_would_give_and_comes_first(table: BandTable, chosen: NormTable) -> None:
    first = table.reservations[0]
    best = next(c for c in table.candidates if c.n_bands == 4)
    assert first.code == "edges_chosen"
    assert ", ".join(str(edge) for edge in best.edges[1:]) in first.text
    assert f"{100 * best.explained_of_norm:.1f}".replace(".", ",") in first.text
    assert f"{100 * table.explained_of_norm:.1f}".replace(".", ",") in first.text


def test_broken_demands_are_named() -> None:
    (found,) = chosen_reservations(with_bands(edges=(0, 120, 135, 5985), min_width=30))
    assert "een klasse is te smal" in found.text
    assert "te weinig cliënten in een klasse" in found.text


def test_an_empty_band_hides_its_figures() -> None:
    last = derived(with_bands(edges=(0, 180, 5985)), with_robustness=False).bands[-1]
    assert last.suppressed
    assert last.mean_minutes is None


def test_edges_that_the_rule_gives_too_are_said_to_be_so(table: BandTable) -> None:
    best = next(c for c in table.candidates if c.n_bands == 4)
    (found,) = chosen_reservations(with_bands(edges=best.edges))
    assert "dezelfde die uit de regel" in found.text


def test_without_chosen_edges_nothing_is_said(bands: BandTable) -> None:
    assert "edges_chosen" not in {r.code for r in bands.reservations}
    assert list(chosen_reservations(bands.norms)) == []


def test_doubt_is_about_the_norm_because_the_edge_does_not_move(chosen: NormTable) -> None:
    """Written anew, draw by draw and client by client."""
    edges = (0, 120, 240, 285)
    drawn = draw_tables(chosen, provider_draws(chosen.model.n_providers, 60, 5))
    found = stability_of_chosen(chosen, drawn, edges)
    assert found.intervals == (None,) * 4
    matrix, own = chosen.model.design().matrix(), chosen.norm_minutes()
    doubted: dict[int, list[int]] = {1: [], 2: [], 3: []}
    for minutes in sorted(set(own[~np.isnan(own)].tolist())):
        rows, band = matrix[own == minutes], band_numbers([minutes], edges)[0]
        again = np.array([np.maximum(rows @ published + level, 0) for published, level in
                          zip(drawn.published, drawn.ijkclient_minutes, strict=True)])  # fmt: skip
        lower, higher = (again < edges[band - 1]).mean(), band < 4 and (again >= edges[min(band, 3)]).mean()
        if lower + higher > 0.10:
            doubted[int(band) - 1 if lower >= higher else int(band)].append(int(minutes))
    zones = tuple((min(at), max(at)) if at else None for at in doubted.values())
    assert found.doubt_zones == (None, *zones)
    assert any(zones)


def test_what_chosen_bands_explain_at_unseen_providers_uses_the_chosen_edges(chosen: NormTable) -> None:
    demands = demands_of(chosen)
    one = explained_at_unseen_providers(chosen, n_bands=4, demands=demands, edges=(0, 5970, 5985, 6000))
    real = explained_at_unseen_providers(chosen, n_bands=4, demands=demands, edges=(0, 120, 240, 285))
    assert one.bands == pytest.approx(0.0, abs=0.01)
    assert real.bands > 0.1
    assert one.norm_table == real.norm_table


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"edges": (15, 30)}, "start at 0 and rise"),
        ({"edges": (0, 45, 30)}, "start at 0 and rise"),
        ({"edges": (0, 40)}, "multiples of the step"),
        ({"edges": (0, 45, 90), "n": 5}, "another number"),
        ({"edges": (0, 45, 90), "n": "auto"}, "another number"),
    ],
)
def test_edges_that_cannot_be_are_refused(given: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        BandSettings(**given)


def test_the_number_of_bands_follows_from_the_edges() -> None:
    assert BandSettings(edges=(0, 45, 90)).n == 3
    assert BandSettings().edges is None


def test_other_choices_leave_chosen_edges_where_they_are_and_move_clients(table: BandTable) -> None:
    assert table.robustness is not None
    found = table.robustness.multiverse
    assert {universe.edges for universe in found.universes} == {table.edges()}
    assert found.edge_ranges == tuple((edge, edge) for edge in table.edges())
    assert found.universes[0].share_moved == 0.0
    assert max(universe.share_moved or 0.0 for universe in found.universes) > 0.0
    assert found.n_infeasible == 0


def test_under_delivery_watches_the_edges_of_the_rule(chosen: NormTable) -> None:
    by_rule = with_bands(n=4)
    own = under_delivery(by_rule, edges_of_rule(by_rule, optimum_of(by_rule, 4)[0].edges))
    assert own.overall is not None
    assert own.overall > 0.01
    assert under_delivery(chosen, (0, 120, 240, 285)) == own


def test_the_rule_stands_among_the_other_rules(table: BandTable, chosen: NormTable) -> None:
    assert [(r.rule, r.edges) for r in table.rivals][-1] == ("optimal", optimum_of(chosen, 4)[0].edges)
    assert [r.rule for r in derived(with_bands(n=4), with_robustness=False).rivals] == ["equal_shares", "equal_widths"]


def test_the_map_of_losses_holds_the_chosen_edges() -> None:
    empty = with_bands(edges=(0, 5970, 5985, 6000))
    found = loss_map(empty, n_bands=4, demands=demands_of(empty), n_folds=2)
    step = None if found is None else found.step("bands")
    assert step is not None
    assert step.explained.value == pytest.approx(0.0, abs=0.02)


def test_rows_put_back_are_counted_at_the_chosen_edges(monkeypatch: pytest.MonkeyPatch, chosen: NormTable) -> None:
    again = with_bands(edges=(0, 120, 240, 285), n=4)
    ways = {"no_registration": ("zero_minutes", lambda casemix, tables: again.model)}
    monkeypatch.setattr(exclusions, "_WAYS", ways)
    one = exclusions._one("no_registration", True, chosen, (0, 120, 240, 285), lambda: None, ways)
    assert one.edges == optimum_of(chosen, 4)[0].edges != (0, 120, 240, 285)
    assert (one.largest_move, one.share_moved) == (0, 0.0)
