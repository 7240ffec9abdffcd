"""Reservations that rest on the sizes of providers, tried on studies made for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_studies import made

from normenkader.bands.reservations import MOST_WIDER, _heavy_provider
from normenkader.model.fit import fit_minutes
from normenkader.model.intervals import wider_by_unequal_providers
from normenkader.model.norm_table import NormTable, make_norm_table


def _sized(shares: list[float]) -> NormTable:
    """The same clients, dealt out over providers by these shares."""
    casemix = made("clean", n=600, providers=len(shares))
    random, names = np.random.default_rng(2), np.array([f"P{k:02d}" for k in range(len(shares))], dtype=object)
    rows = casemix._rows.assign(provider=random.choice(names, 600, p=shares))
    ordered = rows.sort_values(["provider", "episode"], kind="stable").reset_index(drop=True)
    return make_norm_table(fit_minutes(replace(casemix, _rows=ordered)))


@pytest.mark.parametrize(
    ("shares", "told"),
    [([0.4, *[0.6 / 9] * 9], True), ([0.25, 0.25, 0.25, *[0.25 / 9] * 9], True), ([0.1] * 10, False),
     ([1 / 3] * 3, False), ([0.5, 0.5], False)],
)  # fmt: skip
def test_a_provider_that_weighs_heavily_is_told(shares: list[float], told: bool) -> None:
    norms = _sized(shares)
    assert (wider_by_unequal_providers(norms.model.profile().n) > MOST_WIDER) is told
    found = list(_heavy_provider(norms))
    assert [r.code for r in found] == ["one_provider_weighs_heavily"] * told
    assert all("breder is dan nodig" in r.text and "Meer cliënten van de andere" in r.text for r in found)
