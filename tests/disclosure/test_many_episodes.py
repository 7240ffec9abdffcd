"""Clients are counted, not their episodes: nothing of eight clients leaves, however many episodes they have."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attacker import learns
from dominated import told as means_of_few
from many_study import FEW, THEIRS, many_study
from published import Truth, attack, brought
from scan import small_counts, small_shares

import normenkader as nk
from normenkader.bands import promises
from normenkader.bands.derive import derive_bands
from normenkader.bands.table import BandTable
from normenkader.dossier import write
from normenkader.explorer.document import cells_document
from normenkader.provenance import readable_json

LEAST, STEP = 10, 5
WAYS = ("at the same time", "one after another")


@pytest.fixture(scope="module", params=WAYS)
def bands(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BandTable:
    return calibrated(many_study(tmp_path_factory.mktemp("many") / "study", request.param))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> BandTable:
    """The same clients with one episode each."""
    return calibrated(many_study(tmp_path_factory.mktemp("once") / "study", "only one"))


@pytest.fixture(scope="module")
def documents(bands: BandTable) -> dict[str, Any]:
    return documents_of(bands)


def calibrated(study: Path) -> BandTable:
    model = nk.fit_minutes(nk.read_casemix(nk.read_study(study)))
    return derive_bands(model, nk.triangulate(model, None), n_resamples=60, n_folds=0)


def documents_of(bands: BandTable) -> dict[str, Any]:
    made = write.documents_of(bands)
    cells = cells_document(bands, calibration_number="0" * 64, words={})
    found = {
        "norms.json": made.norms,
        "bands.json": made.bands,
        "validation.json": made.validation,
        "cells.json": cells,
    }
    return {name: json.loads(readable_json(document)) for name, document in found.items()}


def test_the_study_is_as_it_should_be(bands: BandTable) -> None:
    """Eight clients, more than a crowd of episodes, at enough providers, alone in the highest class."""
    frame = bands.norms.model.casemix.to_frame()
    own = frame[frame["municipality"] == THEIRS["municipality"]]
    highest = frame[bands.norms.norm_minutes() >= bands.edges()[-1]]
    assert own["client"].nunique() == highest["client"].nunique() == FEW
    assert len(own) == len(highest) > 9 * LEAST
    assert own["provider"].nunique() > 9


def test_nothing_is_told_of_a_class_of_eight_clients(documents: dict[str, Any]) -> None:
    band = documents["bands.json"]["bands"][-1]
    assert told(band, "band", "label", "lower", "upper", "lower_interval", "doubt_zone", "withheld") == {
        "suppressed": True
    }
    checks = {check["code"]: check for check in documents["validation.json"]["checks"]}
    assert checks["observed_limit_band_4"]["value"] is None
    assert checks["observed_limit_band_2"]["value"] is not None


def told(row: Any, *but: str) -> dict[str, Any]:
    """What a row tells, reasons apart."""
    flat = {k: v.get("value", v) if isinstance(v, dict) else v for k, v in row.items() if k not in but}
    return {k: v for k, v in flat.items() if v is not None}


def test_nothing_is_told_of_a_group_of_eight_clients(documents: dict[str, Any]) -> None:
    validation = documents["validation.json"]
    rows = [row for table in validation["fairness"] for row in table["groups"]
            if row["group"] == THEIRS["municipality"]]  # fmt: skip
    rows += [row for change in validation["impact"]["changes"] for row in change["to_norm"]
             if row["level"] in THEIRS.values()]  # fmt: skip
    rows += [row for row in validation["impact"]["products"] if row["product"] == THEIRS["product"]]
    rows += [row for row in validation["volumes"]["products"] if row["name"] == THEIRS["product"]]
    rows += [row for row in validation["volumes"]["bands"] if row["band"] == 4]
    assert len(rows) >= 6
    for row in rows:
        assert (
            told(
                row,
                "group",
                "level",
                "product",
                "name",
                "lower",
                "band",
                "label",
                "withheld",
                "reason",
                "told_from_providers",
            )
            == {}
        )


def test_counts_and_shares_are_of_clients(documents: dict[str, Any], bands: BandTable) -> None:
    assert small_counts(documents, least=LEAST, step=STEP) == []
    # A share of variance is none of clients.
    assert [found for found in small_shares(documents, least=LEAST) if "share_of_variance" not in found] == []
    assert means_of_few(documents, bands) == []
    frame, minutes = bands.norms.model.casemix.to_frame(), bands.norms.norm_minutes()
    bounds = [*documents["cells.json"]["lower"], np.inf]
    cell = pd.cut(minutes, bounds, right=False)
    assert (frame.groupby(cell, observed=False)["client"].nunique() >= LEAST).all()


def test_an_attacker_learns_no_more_than_where_each_has_one_episode(
    documents: dict[str, Any], bands: BandTable, once: BandTable
) -> None:
    found, same = learned(documents, bands), learned(documents_of(once), once)
    assert len(found) > 5
    assert {name: interval for name, interval in found.items() if learns(interval, LEAST)} == {
        name: interval for name, interval in same.items() if learns(interval, LEAST)
    }


def learned(documents: dict[str, Any], bands: BandTable) -> dict[Any, tuple[float, float]]:
    """What is possible for every small count, by all that was published."""
    truth = Truth(bands)
    attacker = attack(documents, truth)
    brought(attacker, documents)
    known = {name: truth[name] for name in attacker.place}
    assert attacker.broken(known) == []
    return {name: attacker.interval(name) for name, n in known.items() if n < LEAST}


def test_the_least_share_of_a_band_is_one_of_clients(tmp_path: Path) -> None:
    """By episodes the eight are 16 % and would have a class; by clients they are 1.6 % of all."""
    found = calibrated(many_study(tmp_path / "study", "at the same time", bands="n = 5"))
    frame, minutes = found.norms.model.casemix.to_frame(), found.norms.norm_minutes()
    weight = 1 / frame.groupby("client")["client"].transform("size")
    band = np.searchsorted(found.edges(), minutes, side="right")
    assert (weight.groupby(band).sum() / weight.sum() >= 0.05).all()
    assert found.edges()[-1] < 255
    assert not any(one.suppressed for one in found.bands)


@pytest.fixture
def episodes_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promises, "distinct", len)
    monkeypatch.setattr(promises, "clients_by", lambda group, _, n: np.bincount(group, minlength=n))
    monkeypatch.setattr(promises, "rows_as_clients", lambda client, _: len(client))


@pytest.mark.usefixtures("episodes_counted")
def test_counted_by_episode_the_class_of_eight_would_be_told_of(bands: BandTable) -> None:
    """A test that cannot fail would prove nothing."""
    highest = promises.band_promises(replace(bands.norms), bands.edges())[-1]
    assert None not in (highest.lower, highest.worst, highest.observed_limit.value)
