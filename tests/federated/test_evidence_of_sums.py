"""Reservations and checks from sums, and means that few providers would give away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from normenkader.bands.optimum import Infeasible
from normenkader.casemix.casemix import Casemix
from normenkader.federated.bands import SummedBands, bands_of_summaries
from normenkader.federated.by_band import BandSums, sums_by_band
from normenkader.federated.calibrate import RoundOne, norm_table_of
from normenkader.federated.evidence import checks_from_sums, reservations_from_sums
from normenkader.federated.files import write_summary
from normenkader.federated.summarise import summarise_cells
from normenkader.federated.summary import Summary
from normenkader.federated.told import Told
from normenkader.settings import DisclosureSettings
from normenkader.study import study_from_text


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, casemix: Casemix, summaries: list[Summary]) -> RoundOne:
    folder: Path = tmp_path_factory.mktemp("evidence")
    for summary in summaries:
        write_summary(summary, folder / "sent" / summary.provider, casemix.study)
    text = casemix.study.text
    start, end = text.index("[sources]"), text.index("[[factor]]")
    return norm_table_of(
        study_from_text(f'{text[:start]}[sources]\nsummaries = ["sent/*.json"]\n{text[end:]}', folder=folder)
    )


@pytest.fixture(scope="module")
def bands(
    found: RoundOne, casemix: Casemix, providers: tuple[str, ...], norms_of_region: dict[str, object]
) -> SummedBands:
    sent = [summarise_cells(casemix, name, norms=norms_of_region, norms_sha256="x") for name in providers]
    return bands_of_summaries(found.norms, sent)


def _codes(found: RoundOne, bands: SummedBands | None) -> list[str]:
    return [r.code for r in reservations_from_sums(found, bands, checks_from_sums(found, bands))]


def test_reservations_say_what_is_open_and_what_rows_would_say(found: RoundOne, bands: SummedBands) -> None:
    first, second = _codes(found, None), _codes(found, bands)
    assert "round_two_open" in first
    assert "round_two_open" not in second
    for code in ("from_summaries", "stability_not_known", "no_experts", "no_source_norms", "no_assessments"):
        assert code in first
        assert code in second
    assert "clients_without_norm" not in second
    assert "provider_too_small" in _codes(replace(found, too_small=2), bands)


def test_a_check_that_fails_is_a_reservation(found: RoundOne, bands: SummedBands) -> None:
    failing = [replace(s, at_cap=Told(low=60, high=60)) for s in found.summaries]
    assert "share_at_cap" not in _codes(found, bands)
    assert "share_at_cap" in _codes(replace(found, summaries=tuple(failing)), bands)
    failed = [c.code for c in checks_from_sums(found, bands) if c.passed is False]
    assert set(failed) <= set(_codes(found, bands))


def test_fewer_bands_and_hidden_ones_are_told(found: RoundOne, bands: SummedBands) -> None:
    fewer = replace(bands, infeasible=Infeasible(n_bands=5, most_bands=3, relax=(("min_width",),), text=""))
    assert "fewer_bands" in _codes(found, fewer)
    first, *others = bands.bands
    assert "suppressed_band" in _codes(found, replace(bands, bands=(replace(first, suppressed=True), *others)))
    assert "dominated_band" in _codes(found, replace(bands, bands=(replace(first, dominated=True), *others)))


def test_clients_without_a_norm_are_a_reservation(found: RoundOne, bands: SummedBands) -> None:
    tenth = round(found.norms.model.n_rows / 10)
    for without, words in ((Told(low=tenth, high=tenth), "Voor 10% van"), (Told(low=1, high=10), "Voor een deel van")):
        told = replace(bands, without_norm=without)
        texts = {r.code: r.text for r in reservations_from_sums(found, told, checks_from_sums(found, told))}
        assert texts["clients_without_norm"].startswith(words)


def test_a_thin_level_of_the_ijkclient_is_told(found: RoundOne, bands: SummedBands) -> None:
    """Counts come from the sums: without them every level of the ijkclient would seem to have nobody."""
    assert "ijkclient_unsupported" not in _codes(found, bands)
    floor = found.study.disclosure.model_copy(update={"min_providers": 99})
    study = replace(found.study, disclosure=floor)
    norms = replace(found.norms, model=replace(found.norms.model, study=study))
    assert "ijkclient_unsupported" in _codes(replace(found, norms=norms), None)


def _sums(minutes: list[list[float]], clients: int = 40) -> BandSums:
    table = np.array(minutes)
    n = np.where(table > 0, clients, 0.0)
    return BandSums(n_clients=n, n_episodes=n, minutes=table, norm_minutes=table)


def test_a_band_of_few_providers_has_no_mean_and_takes_another_with_it() -> None:
    floor = DisclosureSettings(min_providers=3)
    even = [100.0, 100.0, 100.0, 100.0]
    assert not _sums([even, even, even]).of_few(floor).any()
    # Two providers deliver 95 % of the first band: alone, that band would follow from the total of all.
    heavy = [900.0, 1000.0, 50.0, 50.0]
    hidden = _sums([heavy, [200.0] * 4, [5000.0] * 4]).of_few(floor)
    assert hidden.tolist() == [True, True, False]
    small = _sums([heavy, even, even], clients=2)
    assert small.small(floor).tolist() == [True, True, True]
    assert not small.of_few(floor).any()


def test_sums_by_band_add_up(casemix: Casemix, providers: tuple[str, ...], norms_of_region: dict[str, object]) -> None:
    sent = [summarise_cells(casemix, name, norms=norms_of_region, norms_sha256="x") for name in providers]
    one, five = sums_by_band(sent, (0,)), sums_by_band(sent, (0, 120, 165, 210, 255))
    for name in ("n_clients", "n_episodes", "minutes", "norm_minutes"):
        np.testing.assert_allclose(getattr(five, name).sum(axis=0), getattr(one, name)[0])
        np.testing.assert_allclose(getattr(one, name)[0], [getattr(s, name).sum() for s in sent])
