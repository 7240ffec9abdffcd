"""Mean minutes per band, product and provider, against sums by hand; and what may be shown of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from normenkader.bands.table import BandTable
from normenkader.bands.volumes import BandVolume, GroupVolume, Volumes, mean_interval, volumes
from normenkader.dossier.volume_tables import volumes_document
from normenkader.model.norm_table import NormTable
from normenkader.study import Study


def placed(bands: BandTable) -> pd.DataFrame:
    """Rows with a norm, with the band that applies by the table and the doubt zones, one row at a time."""
    frame = bands.norms.model.casemix.to_frame().assign(norm=bands.norms.norm_minutes()).dropna(subset=["norm"])
    applied = []
    for norm in frame["norm"]:
        own = max(b.band for b in bands.bands if b.lower <= norm)
        doubted = [b.band for b in bands.bands if b.doubt_zone and b.doubt_zone[0] <= norm <= b.doubt_zone[1]]
        applied.append(max([own, *doubted]))
    return frame.assign(applied=applied)


def test_each_mean_is_that_of_the_clients_to_whom_the_band_applies(bands: BandTable) -> None:
    frame = placed(bands)
    for found in bands.volumes.bands:
        rows = frame[frame["applied"] == found.band]
        assert found.mean_minutes == pytest.approx(rows["minutes_per_week"].mean(), rel=1e-12)
        assert (found.n_clients, found.n_providers) == (rows["client"].nunique(), rows["provider"].nunique())
        by_days = np.average(rows["minutes_per_week"], weights=rows["exposure_days"])
        assert found.mean_by_days == pytest.approx(by_days, rel=1e-12)
        assert found.interval[0] < found.mean_minutes < found.interval[1]


def test_paid_by_band_all_minutes_come_back(bands: BandTable) -> None:
    frame = placed(bands)
    q = {found.band: found.mean_minutes for found in bands.volumes.bands}
    paid = sum(q[band] * n for band, n in frame["applied"].value_counts().items())
    assert paid == pytest.approx(frame["minutes_per_week"].sum(), rel=1e-12)
    assert bands.volumes.total.mean_band_minutes == pytest.approx(bands.volumes.total.mean_delivered, rel=1e-12)


def test_no_other_statistic_keeps_the_sum(bands: BandTable) -> None:
    frame = placed(bands)
    for other in ("median", "min"):
        q = frame.groupby("applied")["minutes_per_week"].transform(other)
        assert abs(q.sum() / frame["minutes_per_week"].sum() - 1) > 0.02


def test_a_doubt_zone_moves_its_clients_to_the_higher_band(norms: NormTable, bands: BandTable) -> None:
    by_table = {b.band: b.mean_minutes for b in bands.bands}
    assert any(found.mean_minutes != pytest.approx(by_table[found.band]) for found in bands.volumes.bands)
    nobody = replace(bands.stability, doubt_zones=(None,) * len(bands.bands))
    plain = volumes(norms, bands.edges(), nobody)
    assert [v.mean_minutes for v in plain.bands] == pytest.approx([by_table[v.band] for v in plain.bands])
    assert [v.interval for v in plain.bands] == [b.mean_interval for b in bands.bands]


def test_the_interval_is_the_jackknife_over_providers() -> None:
    minutes, providers = np.array([60.0, 90, 120, 30, 45, 150]), np.array([0, 0, 1, 1, 2, 2])
    left = [np.delete(minutes, [2 * g, 2 * g + 1]).mean() for g in range(3)]
    error = np.sqrt(2 / 3 * sum((m - minutes.mean()) ** 2 for m in left))
    # 97.5 % quantile of t with two degrees of freedom, from a printed table.
    low, high = minutes.mean() - 4.303 * error, minutes.mean() + 4.303 * error
    assert mean_interval(minutes, providers) == pytest.approx((max(low, 0), high), abs=0.02)
    assert mean_interval(minutes, np.zeros(6, dtype=int)) is None


def band(number: int, n: int, *, providers: int = 6, dominated: bool = False) -> BandVolume:
    return BandVolume(band=number, n_clients=n, n_providers=providers, dominated=dominated, mean_minutes=100.0 * number,
                      interval=(90.0, 110.0), mean_by_days=101.0)  # fmt: skip


def group(name: str, n: int, delivered: float = 100.0, providers: int = 6) -> GroupVolume:
    return GroupVolume(name=name, n_clients=n, n_providers=providers, dominated=False,
                       mean_band_minutes=100.0, mean_delivered=delivered, mean_assigned=None,
                       mean_band_where_assigned=None)  # fmt: skip


def of(*bands: BandVolume, providers: tuple[GroupVolume, ...] = ()) -> Volumes:
    return Volumes(bands=bands, total=group("", 500), total_interval=(95.0, 105.0), products=(), providers=providers)


def study_with(bands: BandTable, **disclosure: Any) -> Study:
    study = bands.study
    return replace(study, disclosure=study.disclosure.model_copy(update=disclosure))


@pytest.mark.parametrize("small", [band(2, 7), band(2, 40, providers=2), band(2, 40, dominated=True)])
def test_a_small_or_dominated_band_is_empty(bands: BandTable, small: BandVolume) -> None:
    document = volumes_document(of(band(1, 300), small, band(3, 60), band(4, 55)), bands.study)
    assert document["bands"][1] == {"band": 2} | dict.fromkeys(
        ("n_clients", "n_providers", "mean_minutes", "interval", "mean_by_days")
    )


def test_a_band_that_would_give_another_away_is_empty_too(bands: BandTable) -> None:
    exact = study_with(bands, round_to=1)
    document = volumes_document(of(band(1, 300), band(2, 7), band(3, 60)), exact)
    assert [row["mean_minutes"] for row in document["bands"]] == [100.0, None, None]


def test_providers_are_not_shown_unless_the_study_says_so(bands: BandTable) -> None:
    found = of(band(1, 300), providers=tuple(group("", 50, 80.0 + i) for i in range(8)))
    document = volumes_document(found, bands.study)
    assert document["providers"] is None
    assert "provider_rows" in document["providers_reason"]
    shown = volumes_document(found, study_with(bands, provider_rows=True))
    assert [row["name"] for row in shown["providers"]] == [str(i) for i in range(1, 9)]


def test_a_small_provider_never_shows_and_takes_another_along(bands: BandTable) -> None:
    found = of(band(1, 300), providers=(group("", 4, 80.0), *(group("", 50 + i, 90.0 + i) for i in range(6))))
    shown = volumes_document(found, study_with(bands, provider_rows=True, round_to=1))["providers"]
    assert len(shown) == 5
    assert 80.0 not in [row["mean_delivered"] for row in shown]
    assert 90.0 not in [row["mean_delivered"] for row in shown]


def test_the_spread_over_providers_is_that_of_their_changes(bands: BandTable) -> None:
    delivered = [80.0, 100.0, 125.0, 200.0, 160.0]
    found = of(band(1, 300), providers=tuple(group("", 50, d) for d in delivered))
    spread = volumes_document(found, bands.study)["spread"]
    change = sorted(100 / d - 1 for d in delivered)
    assert (spread["lower_quartile"], spread["median"], spread["upper_quartile"]) == pytest.approx(
        (change[1], change[2], change[3]), abs=6e-4
    )
    assert (spread["n_losing"], spread["n_providers"]) == (3, 5)


def test_the_document_names_no_provider_and_no_small_count(bands: BandTable) -> None:
    study = study_with(bands, provider_rows=True)
    text = json.dumps(volumes_document(bands.volumes, study))
    assert not [name for name in bands.norms.model.design().providers if f'"{name}"' in text]
    counts = [row["n_clients"] for row in json.loads(text)["bands"] if row["n_clients"] is not None]
    assert counts
    assert all(n >= 10 and n % 5 == 0 for n in counts)
