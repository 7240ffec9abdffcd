"""Who goes up or down: counted client by client, veiled where few, with one study made to lose and one not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from normenkader.bands.impact import NO_OLD, impact, impact_checks, impact_reservations
from normenkader.bands.movement import movements
from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.stability import Stability
from normenkader.casemix.casemix import Casemix
from normenkader.dossier.movement_tables import movement_document
from normenkader.dossier.robustness_tables import impact_document
from normenkader.dossier.withheld import withheld_of
from normenkader.model.norm_table import NormTable


def with_rows(norms: NormTable, **columns: object) -> NormTable:
    casemix = norms.model.casemix
    changed: Casemix = replace(casemix, _rows=casemix.to_frame().assign(**columns))
    return replace(norms, model=replace(norms.model, casemix=changed))


def test_movements_equal_a_count_by_hand(norms: NormTable) -> None:
    frame, study = norms.model.casemix.to_frame(), norms.model.study
    rng = np.random.default_rng(3)
    old, new = rng.uniform(50, 300, len(frame)), rng.uniform(50, 300, len(frame))
    old[::7] = np.nan
    found = movements(frame, old, new, study)
    for m in found:
        if m.group == "municipality":
            inside = frame["municipality"] == m.level
        elif m.group in {"orientation", "product"}:
            inside = frame[m.group] == m.level
        else:
            continue
        rows = [(c, o, n) for c, o, n, i in zip(frame["client"], old, new, inside, strict=True) if i and o == o]
        assert m.n_clients == len({c for c, _, _ in rows})
        assert m.n_down == len({c for c, o, n in rows if n < o})
        assert m.n_losers == len({c for c, o, n in rows if n < 0.8 * o})
        assert m.mean_loss == pytest.approx(np.mean([o - n for _, o, n in rows if n < o]))
    assert {m.group for m in found} == {"all", "municipality", "orientation", "n_leefgebied", "product"}


def test_number_of_leefgebieden_is_counted_as_the_overlap_factor_counts_it(norms: NormTable) -> None:
    frame, study = norms.model.casemix.to_frame(), norms.model.study
    zero = np.zeros(len(frame))
    classes = {m.level: m.n_clients for m in movements(frame, zero, zero, study) if m.group == "n_leefgebied"}
    active = sum((frame[f.name] != "geen").astype(int) for f in study.members("leefgebied"))
    by_hand = pd.cut(active, [-1, 2, 4, 6, 99], labels=["0-2", "3-4", "5-6", ">6"])
    assert classes == frame.groupby(by_hand, observed=True)["client"].nunique().to_dict()


def test_nobody_loses_where_everybody_has_the_norm_already(norms: NormTable) -> None:
    same = with_rows(norms, assigned_minutes_per_week=norms.norm_minutes())
    found = impact(same, optimum_of(norms)[0].edges)
    floor = norms.model.study.disclosure
    assert found.changes[0].to_norm[0].n_down == 0
    check = impact_checks(found, floor)[0]
    assert (check.value, check.passed) == (None, None)
    assert not list(impact_reservations(found, floor))


def test_everybody_loses_where_everybody_has_half_as_much_again(norms: NormTable) -> None:
    more = with_rows(norms, assigned_minutes_per_week=1.5 * norms.norm_minutes())
    found = impact(more, optimum_of(norms)[0].edges)
    floor = norms.model.study.disclosure
    check = impact_checks(found, floor)[0]
    assert check.value == 1.0
    assert check.passed is None
    assert "CRVB:2018:3835" in check.limit
    assert "alleen een samenvatting gezien" in check.limit
    assert [r.code for r in impact_reservations(found, floor)] == ["losers_above_20_percent"]


def test_just_a_fifth_less_is_not_more_than_a_fifth(norms: NormTable) -> None:
    fifth = with_rows(norms, assigned_minutes_per_week=norms.norm_minutes() / 0.8)
    assert impact(fifth, optimum_of(norms)[0].edges).changes[0].to_norm[0].n_losers == 0


def test_without_products_and_assigned_minutes_there_is_a_reason(norms: NormTable) -> None:
    bare = with_rows(norms, assigned_minutes_per_week=np.nan, product="")
    found = impact(bare, optimum_of(norms)[0].edges)
    assert (found.changes, found.products, found.reason) == ((), (), NO_OLD)
    assert impact_checks(found, norms.model.study.disclosure)[0].reason == NO_OLD


def test_a_product_counts_for_what_its_clients_get_on_average(norms: NormTable) -> None:
    frame = norms.model.casemix.to_frame()
    bare = with_rows(norms, assigned_minutes_per_week=np.nan)
    change = impact(bare, optimum_of(norms)[0].edges).changes[0]
    assert change.baseline == "product_average"
    for m in change.to_norm:
        if m.group == "product":
            assert m.mean_old == pytest.approx(frame.loc[frame["product"] == m.level, "minutes_per_week"].mean())


def test_who_is_in_doubt_is_sure_of_the_lower_bound_of_the_higher_band(norms: NormTable) -> None:
    edges, new = (0, 150, 240), norms.norm_minutes()
    held = Stability(n_resamples=1, feasible_share=1.0, intervals=(None,) * 3, doubt_zones=(None, (130, 160), None))
    by_table, by_doubt = impact(norms, edges), impact(norms, edges, held)
    lower = np.where(new >= 240, 240, np.where(new >= 150, 150, 0))
    raised = np.where((new >= 130) & (new < 150), 150, lower)
    assert (raised > lower).any()
    known = norms.model.casemix.to_frame()["assigned_minutes_per_week"].notna().to_numpy()
    assert by_table.changes[0].to_lower.mean_new == pytest.approx(lower[known].mean())
    assert by_doubt.changes[0].to_lower.mean_new == pytest.approx(raised[known].mean())


def test_small_groups_and_small_shares_are_null(norms: NormTable) -> None:
    frame, study = norms.model.casemix.to_frame(), norms.model.study
    few = frame.assign(municipality=["Klein"] * 9 + ["Groot"] * (len(frame) - 9))
    old, new = np.full(len(frame), 100.0), np.full(len(frame), 100.0)
    new[20:25] = 50.0
    rows = {(m.group, m.level): movement_document(m, study.disclosure) for m in movements(few, old, new, study)}
    small = rows[("municipality", "Klein")]
    assert {v for k, v in small.items() if k not in {"group", "level"}} == {None}
    everybody = rows[("all", "")]
    assert (everybody["share_losers"], everybody["share_down"], everybody["mean_loss"]) == (None, None, None)
    assert everybody["n_clients"] % study.disclosure.round_to == 0


def test_no_exact_count_leaves_in_the_document(norms: NormTable) -> None:
    found = impact(norms, optimum_of(norms)[0].edges)
    study = norms.model.study
    document = impact_document(found, study.disclosure, withheld_of(norms.model.casemix.to_frame(), study))
    counts = [row["n_clients"] for change in document["changes"] for row in change["to_norm"]]
    counts += [row["n_clients"] for row in document["products"]]
    assert all(n is None or (n >= 10 and n % 5 == 0) for n in counts)
