"""Every number of bands, held against counting by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from normenkader.bands.conditions import five_conditions
from normenkader.bands.grid import band_numbers
from normenkader.bands.how_many import cost_of_doubt, in_doubt, period_minutes
from normenkader.bands.one_fact import share_moved_by_one_fact
from normenkader.bands.stability import Stability
from normenkader.bands.table import BandTable
from normenkader.model.norm_table import NormTable
from normenkader.model.profiles import norm_minutes_of


def test_the_number_in_force_has_the_figures_of_the_bands(bands: BandTable) -> None:
    assert bands.robustness is not None
    own = next(n for n in bands.robustness.numbers if n.in_force)
    assert own.edges == bands.edges()
    assert own.explained_of_norm == pytest.approx(bands.explained_of_norm)
    assert own.explained_unseen == pytest.approx(bands.explained.bands)
    assert own.mean_minutes == pytest.approx(tuple(b.mean_minutes for b in bands.bands))
    zones = [zone for zone in bands.stability.doubt_zones[1:]]
    assert own.mean_doubt_width == pytest.approx(np.mean([0 if z is None else z[1] - z[0] for z in zones]))


def test_more_bands_explain_more_and_move_more(bands: BandTable) -> None:
    assert bands.robustness is not None
    possible = [n for n in bands.robustness.numbers if n.edges]
    assert [n.n_bands for n in bands.robustness.numbers] == list(range(3, 9))
    for less, more in pairwise(possible):
        assert (less.explained_of_norm or 0) <= (more.explained_of_norm or 0)
        assert (less.sd_within or 0) >= (more.sd_within or 0)


def test_periods_within_are_counted_by_hand(bands: BandTable) -> None:
    norms, edges = bands.norms, bands.edges()
    rows, weeks = norms.model.casemix.to_frame(), norms.model.casemix.weeks_frame()
    own = dict(zip(rows["episode"], band_numbers(norms.norm_minutes(), edges), strict=True))
    hits = []
    for (episode, _), part in weeks.groupby(["episode", weeks["week"] // 4]):
        if len(part) == 4:
            hits.append(band_numbers([part["minutes"].mean()], edges)[0] == own[episode])
    assert bands.robustness is not None
    found = next(n for n in bands.robustness.numbers if n.in_force)
    assert found.periods_within == pytest.approx(np.mean(hits))
    assert len(period_minutes(norms.model.casemix)[0]) == len(hits)


def test_one_fact_is_counted_by_hand(norms: NormTable) -> None:
    frame, edges = norms.model.casemix.to_frame(), (0, 150, 240)
    own = norms.norm_minutes()
    moved = []
    for factor in norms.model.study.factors:
        for at, level in enumerate(factor.levels):
            rows = [
                i for i, have in enumerate(frame[factor.name])
                if have != level and (not factor.is_ordered or abs(factor.levels.index(have) - at) == 1)
            ]  # fmt: skip
            new = norm_minutes_of(norms, frame.iloc[rows].assign(**{factor.name: level}))
            moved.append(band_numbers(new, edges) != band_numbers(own[rows], edges))
    assert share_moved_by_one_fact(norms, [edges])[0] == pytest.approx(np.concatenate(moved).mean())


def test_doubt_costs_the_difference_of_the_mean_norms() -> None:
    minutes = np.array([50.0, 95.0, 100.0, 145.0])
    held = Stability(n_resamples=1, feasible_share=1.0, intervals=(None, None), doubt_zones=(None, (90, 100)))
    doubt = in_doubt(minutes, held)
    assert doubt.tolist() == [0, 2, 2, 0]
    # Mean norms are 72.5 and 122.5; the one at 95 goes up.
    assert cost_of_doubt(minutes, (0, 100), doubt) == pytest.approx((72.5 + 3 * 122.5) / (2 * 72.5 + 2 * 122.5))
    assert cost_of_doubt(minutes, (0, 100), np.zeros(4, dtype=np.int64)) == pytest.approx(1.0)


def test_the_five_conditions_hold_measures_and_no_total(bands: BandTable) -> None:
    assert bands.robustness is not None
    table = five_conditions(bands.robustness.numbers)
    assert table == bands.robustness.conditions
    assert list(dict.fromkeys(m.condition for m in table.measures)) == [
        "rechtszekerheid", "flexibiliteit", "kwaliteit", "doelmatigheid", "administratieve_lasten",
    ]  # fmt: skip
    assert all(len(m.values) == len(table.numbers) for m in table.measures)
    assert not any("score" in m.code or "total" in m.code for m in table.measures)
