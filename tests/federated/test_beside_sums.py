"""The municipality's own files beside sums: the same verdicts and figures as beside the rows, to 1e-9."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from normenkader.bands.assessed import assess
from normenkader.bands.candidates import list_candidates
from normenkader.bands.cells import make_cells
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import demands_of, options
from normenkader.bands.rivals import rivals
from normenkader.bands.volumes import mean_interval
from normenkader.casemix.casemix import Casemix
from normenkader.dossier.norm_tables import norms_document
from normenkader.dossier.summed_parts import sums_document
from normenkader.errors import InputRefused
from normenkader.experts.assessments import read_assessments
from normenkader.experts.judgements import read_judgements
from normenkader.experts.panel_prmse import panel_prmse
from normenkader.experts.triangulation import triangulate
from normenkader.federated.at_cap import check_at_cap
from normenkader.federated.bands import SummedBands, bands_of_summaries
from normenkader.federated.calibrate import norm_table_of
from normenkader.federated.files import write_summary
from normenkader.federated.fit import fit_summaries
from normenkader.federated.safe_rows import safe_rows
from normenkader.federated.summarise import joined_cells, provider_rows, summarise, summarise_cells
from normenkader.federated.summary import Summary, cells_document, cells_of
from normenkader.federated.told import Told
from normenkader.federated.volumes import volumes_of_sums
from normenkader.model.fit import choose_censoring
from normenkader.model.norm_table import make_norm_table
from normenkader.model.profiles import norm_minutes_of
from normenkader.model.results import MinutesModel
from normenkader.settings import DisclosureSettings
from normenkader.study import Study, study_from_text

CLOSE = {"rel": 1e-9, "abs": 1e-9}


@pytest.fixture(scope="module")
def settled(summed: MinutesModel, pooled: MinutesModel) -> tuple[Any, Any]:
    """Triangulation of either, under a rule that puts experts' minutes in the norm table."""
    both = []
    for model in (summed, pooled):
        rules = model.study.triangulation.model_copy(update={"on_conflict": "experts"})
        study = replace(model.study, triangulation=rules)
        both.append(triangulate(replace(model, study=study), read_judgements(study)))
    return both[0], both[1]


def test_every_verdict_and_interval_is_the_same(settled: tuple[Any, Any]) -> None:
    ours, theirs = settled
    assert {c.sources for c in ours.comparisons} == {
        ("data", "experts"), ("data", "source_norms"), ("experts", "source_norms"),
    }  # fmt: skip
    assert {c.verdict for c in ours.comparisons} >= {"agree", "silent"}
    assert len(ours.comparisons) == len(theirs.comparisons) > 50
    for a, b in zip(ours.comparisons, theirs.comparisons, strict=True):
        assert (a.sources, a.key, a.verdict) == (b.sources, b.key, b.verdict)
        assert a.difference == pytest.approx(b.difference, **CLOSE)
        assert a.interval == pytest.approx(b.interval, **CLOSE)
    assert ours.not_compared == theirs.not_compared
    assert [o.words for o in ours.outcomes] == [o.words for o in theirs.outcomes]
    assert ours.premises == theirs.premises
    assert [r.code for r in ours.reservations] == [r.code for r in theirs.reservations]


def test_experts_minutes_enter_the_norm_table_alike(
    summed: MinutesModel, pooled: MinutesModel, settled: tuple[Any, Any]
) -> None:
    tables = [make_norm_table(m, replaced=t.replaced) for m, t in zip((summed, pooled), settled, strict=True)]
    assert [t.published for t in tables[0].terms] == [t.published for t in tables[1].terms]
    # Something was replaced: without it the test could not fail.
    every = settled[0].in_place_of_data()["experts"]
    ours, theirs = (make_norm_table(model, replaced=every) for model in (summed, pooled))
    assert [t.published for t in ours.terms] == [t.published for t in theirs.terms]
    assert [t.published for t in ours.terms] != [t.published for t in tables[0].terms]


def test_assessors_and_panel_say_the_same_of_the_norm_table(summed: MinutesModel, pooled: MinutesModel) -> None:
    assessments, panel = read_assessments(summed.study), read_judgements(summed.study)
    assert assessments is not None
    assert panel is not None
    ours, theirs = (assess(make_norm_table(model), assessments) for model in (summed, pooled))
    assert ours.reliability == theirs.reliability
    assert ours.reliability is not None
    seen, with_rows = ours.same_band((0, 120, 180, 240)), theirs.same_band((0, 120, 180, 240))
    assert (seen.value, seen.interval) == (with_rows.value, with_rows.interval)
    # Over all clients one by one it cannot be reckoned, and the words do not say that it is.
    assert seen.modelled is None
    assert with_rows.modelled is not None
    assert "Ernaast" not in seen.reason
    assert panel_prmse(make_norm_table(summed), panel) == panel_prmse(make_norm_table(pooled), panel)


@pytest.fixture(scope="module")
def bands(
    casemix: Casemix, providers: tuple[str, ...], summed: MinutesModel, norms_of_region: dict[str, Any]
) -> SummedBands:
    sent = [summarise_cells(casemix, name, norms=norms_of_region, norms_sha256="x") for name in providers]
    assessments, norms = read_assessments(summed.study), make_norm_table(summed)
    assert assessments is not None
    received = [cells_of(json.loads(json.dumps(cells_document(one)))) for one in sent]
    return bands_of_summaries(norms, received, assess(norms, assessments))


@pytest.fixture(scope="module")
def rows(casemix: Casemix, providers: tuple[str, ...], bands: SummedBands) -> pd.DataFrame:
    """All rows together, each with the cell that it was joined into, and its band."""
    study, parts = casemix.study, []
    for name in providers:
        frame = safe_rows(provider_rows(casemix, name), study).to_frame()
        minutes = norm_minutes_of(bands.norms, frame)
        known = ~np.isnan(minutes)
        frame, minutes = frame[known], minutes[known]
        place = joined_cells(frame["client"].to_numpy(dtype=object), minutes, study.bands.step, 10)
        assert place is not None
        parts.append(frame.assign(at=place * study.bands.step, norm=minutes))
    every = pd.concat(parts).reset_index(drop=True)
    return every.assign(band=band_numbers(every["at"].to_numpy(), bands.found.edges))


def test_week_price_minutes_are_those_of_the_rows(bands: SummedBands, rows: pd.DataFrame) -> None:
    found = volumes_of_sums(bands)
    codes = pd.factorize(rows["provider"], sort=True)[0]
    means = rows.groupby("band")["minutes_per_week"].mean()
    assert len(found.bands) == len(means) == len(bands.bands)
    for one, (number, inside) in zip(found.bands, rows.groupby("band"), strict=True):
        assert one.band == number
        assert (one.n_clients, one.n_providers) == (inside["client"].nunique(), inside["provider"].nunique())
        assert one.mean_minutes == pytest.approx(inside["minutes_per_week"].mean(), **CLOSE)
        expected = mean_interval(inside["minutes_per_week"].to_numpy(), codes[inside.index])
        assert one.interval == pytest.approx(expected, **CLOSE)
    assert found.total.mean_delivered == pytest.approx(rows["minutes_per_week"].mean(), **CLOSE)
    assert found.total.mean_band_minutes == pytest.approx(rows["minutes_per_week"].mean(), **CLOSE)
    assert found.total_interval == pytest.approx(mean_interval(rows["minutes_per_week"].to_numpy(), codes), **CLOSE)
    gain = rows.assign(brought=rows["band"].map(means)).groupby("provider")[["brought", "minutes_per_week"]].mean()
    ours = sorted((p.mean_band_minutes, p.mean_delivered) for p in found.providers)
    np.testing.assert_allclose(ours, sorted(map(tuple, gain.to_numpy())), rtol=1e-9)
    assert found.products == ()


def test_numbers_of_bands_and_rival_rules_are_those_of_the_rows(bands: SummedBands, rows: pd.DataFrame) -> None:
    norms, study = bands.norms, bands.norms.model.study
    codes, names = pd.factorize(rows["provider"], sort=True)
    cells = make_cells(rows["at"].to_numpy() + 0.5, codes.astype(np.int64), step=study.bands.step, names=list(names))
    there = rivals(cells, n_bands=bands.found.n_bands, **options(demands_of(norms)))
    assert [(r.rule, r.partition.edges, r.broken) for r in bands.rivals] == [
        (r.rule, r.partition.edges, r.broken) for r in there
    ]
    assert [c.n_bands for c in bands.candidates] == [c.n_bands for c in list_candidates(norms, None, cells=cells)]
    assert all(c.same_band.value is not None for c in bands.candidates if c.edges is not None)


def test_auto_takes_the_most_bands_that_assessors_can_tell_apart(
    casemix: Casemix, providers: tuple[str, ...], summed: MinutesModel, norms_of_region: dict[str, Any]
) -> None:
    settings = summed.study.bands.model_copy(update={"n": "auto", "same_band_floor": 0.6})
    norms = make_norm_table(replace(summed, study=replace(summed.study, bands=settings)))
    sent = [summarise_cells(casemix, name, norms=norms_of_region, norms_sha256="x") for name in providers]
    assessments = read_assessments(summed.study)
    assert assessments is not None
    found = bands_of_summaries(norms, sent, assess(norms, assessments))
    kept = [c.n_bands for c in found.candidates if c.edges and (c.same_band.value or 0) >= 0.6]
    assert found.found.n_bands == max(kept)
    assert len(kept) < len(found.candidates)
    with pytest.raises(InputRefused, match="'auto' needs evidence") as refused:
        bands_of_summaries(norms, sent)
    assert refused.value.file == "study.toml"


def _with_caps(casemix: Casemix, at_cap: dict[str, int]) -> tuple[list[Summary], pd.DataFrame]:
    """Round 1 of providers of which so many episodes are at their maximum, and the rows that were summed."""
    frame = casemix.to_frame()
    capped = frame.groupby("provider").cumcount() < frame["provider"].map(at_cap).fillna(0)
    assigned = np.where(frame["provider"].isin(at_cap), 100.0, np.nan)
    changed = replace(casemix, _rows=frame.assign(at_cap=capped, assigned_minutes_per_week=assigned))
    names = sorted(frame["provider"].unique())
    rows = pd.concat([safe_rows(provider_rows(changed, name), casemix.study).to_frame() for name in names])
    return [summarise(changed, name) for name in names], rows


def test_the_share_at_the_cap_is_that_of_the_rows(casemix: Casemix, providers: tuple[str, ...]) -> None:
    told, rows = _with_caps(casemix, {providers[0]: 30, providers[1]: 0})
    check, there = check_at_cap(told), choose_censoring(rows, "off")
    assert there.share_at_cap > 0
    assert check.value == pytest.approx(there.share_at_cap, **CLOSE)
    assert (check.interval, check.passed) == (None, there.share_at_cap < 0.05)
    assert fit_summaries(casemix.study, told).censoring.share_at_cap == pytest.approx(there.share_at_cap, **CLOSE)


def _told(summaries: list[Summary], *bounds: tuple[int, int] | None) -> list[Summary]:
    """Round 1 with these numbers at the maximum; of the other providers none is assigned."""
    given = [*bounds, *[None] * (len(summaries) - len(bounds))]
    return [
        replace(s, at_cap=None if b is None else Told(low=b[0], high=b[1]))
        for s, b in zip(summaries, given, strict=True)
    ]


@pytest.mark.parametrize(
    ("bounds", "passed"), [([(1, 10), (1, 10)], True), ([(60, 60)] * 4, False), ([(38, 38)] * 2 + [(1, 10)] * 6, None)]
)
def test_bounds_decide_where_both_lie_on_one_side(
    summaries: list[Summary], bounds: list[tuple[int, int]], passed: bool | None
) -> None:
    check, n = check_at_cap(_told(summaries, *bounds)), sum(s.n_episodes for s in summaries)
    low, high = (sum(b[k] for b in bounds) / n for k in (0, 1))
    assert check.value == pytest.approx(high, **CLOSE)
    assert check.passed is passed
    assert check.interval == (None if low == high else pytest.approx((low, high), **CLOSE))
    assert ("te klein om te geven" in check.reason) == (low != high)


def test_without_an_assigned_maximum_nothing_is_said(summaries: list[Summary]) -> None:
    check = check_at_cap(_told(summaries))
    assert (check.value, check.passed, bool(check.reason)) == (None, None, True)


def test_figures_of_one_provider_are_shown_only_where_the_study_says_so(
    summaries: list[Summary], providers: tuple[str, ...]
) -> None:
    told = _told(summaries, *[(30 + 10 * k, 30 + 10 * k) for k in range(5)])
    floor = DisclosureSettings()
    assert sums_document(told, floor)["at_cap"]["providers"] is None
    rows = sums_document(told, floor.model_copy(update={"provider_rows": True}))["at_cap"]["providers"]
    assert len(rows) == 5
    assert [row["share"] for row in rows] == sorted((row["share"] for row in rows), reverse=True)
    assert not any(name in json.dumps(rows) for name in providers)


def test_merged_levels_are_counted_without_names(summaries: list[Summary], providers: tuple[str, ...]) -> None:
    floor = DisclosureSettings(min_providers=3)
    document = sums_document(summaries, floor)
    counts = Counter((f, level) for s in summaries for f, level, _ in s.merged)
    shown = {(row["factor"], row["level"]): row["n_providers"] for row in document["merged"]}
    assert shown == {key: n if n >= 3 else None for key, n in counts.items()}
    assert None in shown.values()
    assert any(n is not None for n in shown.values())
    assert not any(name in json.dumps(document) for name in providers)


def test_clients_without_a_norm_are_told(casemix: Casemix, providers: tuple[str, ...], summed: MinutesModel) -> None:
    """A table that is silent on one level of one factor: who has it is counted."""
    norms = norms_document(make_norm_table(summed))
    term = next(t for t in norms["terms"] if t["factor"] == "leefgebied_financien" and t["level"] == "zwaar")
    term["published"] = None
    for name in providers:
        frame = safe_rows(provider_rows(casemix, name), casemix.study).to_frame()
        silent = int((frame["leefgebied_financien"] == "zwaar").sum())
        cells = summarise_cells(casemix, name, norms=norms, norms_sha256="x")
        assert cells.without_norm == Told(low=silent, high=silent)
        assert int(cells.n_episodes.sum()) + silent == len(frame)


@pytest.fixture
def two(tmp_path: Path, region: Path, casemix: Casemix, summaries: list[Summary]) -> Study:
    for summary in summaries[:2]:
        write_summary(summary, tmp_path / "sent" / summary.provider, casemix.study)
    shutil.copytree(region / "aanbieders", tmp_path / "aanbieders")
    text = casemix.study.text
    start, end = text.index("[sources]"), text.index("[[factor]]")
    sources = '[sources]\nsummaries = ["sent/*.json"]\n'
    return study_from_text(f"{text[:start]}{sources}{text[end:]}", folder=tmp_path)


def test_too_few_providers_name_the_files(two: Study, summaries: list[Summary]) -> None:
    (two.folder / "sent" / f"{summaries[1].provider}.json").unlink()
    with pytest.raises(InputRefused, match="fewer than two providers are left") as refused:
        norm_table_of(two)
    assert refused.value.file == f"sent/{summaries[0].provider}.json"


def test_a_panel_file_that_is_wrong_is_named(two: Study) -> None:
    sources = two.sources.model_copy(update={"source_norms": ("bronnormen.toml",)})
    (two.folder / "bronnormen.toml").write_text("name = 3", encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        norm_table_of(replace(two, sources=sources))
    assert refused.value.file == "bronnormen.toml"
