"""Minutes a week by band, product and provider as they may be published: the key ``volumes`` of validation.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from normenkader.bands.volumes import BandVolume, GroupVolume, Volumes
from normenkader.disclosure import Line, published_clients, published_providers, withheld
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings
from normenkader.study import Study

Document = dict[str, Any]

LOSS = 0.05
_BANDS_THAT_FOLLOW = 3
NO_ROWS = (
    "Cijfers van één aanbieder staan hier niet. De studie kan dat toestaan met provider_rows onder [disclosure]; "
    "aanbieders krijgen dan een nummer, geen naam."
)
TOO_FEW = "Er zijn te weinig aanbieders met genoeg cliënten."


def volumes_document(found: Volumes, study: Study) -> Document:
    """Volumes under the study's ``[disclosure]``: cells that are small, that few providers or clients dominate, or that
    would give such a cell away, are empty.
    """
    floor = study.disclosure
    return {
        "time_definition": study.info.time_definition, "unit": study.info.unit,
        "bands": _veiled(found.bands, [_band(band, floor) for band in found.bands], floor),
        "total": _total(found, floor),
        "products": _veiled(found.products, [_group(row, floor) for row in found.products], floor),
        **_providers(found, floor), "spread": _spread(found, floor),
    }  # fmt: skip


def _total(found: Volumes, floor: DisclosureSettings) -> Document:
    document = {**_group(found.total, floor, of_all=True), "interval": _bounds(found.total_interval)}
    return _empty(document) if found.total.dominated else document


def _band(band: BandVolume, floor: DisclosureSettings) -> Document:
    return {
        "band": band.band, **_counts(band, floor), "mean_minutes": rounded(band.mean_minutes),
        "interval": _bounds(band.interval), "mean_by_days": rounded(band.mean_by_days),
    }  # fmt: skip


def _group(row: GroupVolume, floor: DisclosureSettings, *, of_all: bool = False) -> Document:
    # Of all clients a small band has no mean of its own to reckon with.
    told = not of_all and _tells_a_band(row, floor)
    return {
        "name": row.name, **_counts(row, floor),
        "mean_band_minutes": None if told else rounded(row.mean_band_minutes),
        "mean_delivered": rounded(row.mean_delivered), "mean_assigned": rounded(row.mean_assigned),
        "mean_band_where_assigned": None if told else rounded(row.mean_band_where_assigned),
    }  # fmt: skip


def _tells_a_band(row: GroupVolume, floor: DisclosureSettings) -> bool:
    """Whether the mean of the bands' minutes tells how few are in one: with two or three bands, they follow from it."""
    return 1 < len(row.by_band) <= _BANDS_THAT_FOLLOW and min(row.by_band) < floor.min_clients


def _counts(row: BandVolume | GroupVolume, floor: DisclosureSettings) -> Document:
    return {"n_clients": published_clients(row.n_clients, floor),
            "n_providers": published_providers(row.n_providers, floor)}  # fmt: skip


def _veiled(
    rows: Sequence[BandVolume | GroupVolume], documents: list[Document], floor: DisclosureSettings
) -> list[Document]:
    hidden = withheld(
        [row.n_clients for row in rows], [Line(cells=tuple(range(len(rows))))],
        primary=[row.n_providers < floor.min_providers or row.dominated for row in rows],
        settings=floor,
    )  # fmt: skip
    return [_empty(document) if hide else document for document, hide in zip(documents, hidden, strict=True)]


def _empty(document: Document) -> Document:
    return {key: value if key in ("band", "name") else None for key, value in document.items()}


def _providers(found: Volumes, floor: DisclosureSettings) -> Document:
    """One provider's own figures only where the study says they may be shown; numbered, never named."""
    if not floor.provider_rows:
        return {"providers": None, "providers_reason": NO_ROWS}
    hidden = withheld([row.n_clients for row in found.providers], [Line(cells=tuple(range(len(found.providers))))],
                      primary=[False] * len(found.providers), settings=floor)  # fmt: skip
    kept = [row for row, hide in zip(found.providers, hidden, strict=True) if not hide]
    if len(kept) < floor.min_providers:
        return {"providers": None, "providers_reason": TOO_FEW}
    rows = [{**_group(row, floor), "name": str(number), "n_providers": None}
            for number, row in enumerate(kept, start=1)]  # fmt: skip
    return {"providers": rows, "providers_reason": None}


def _countable(found: Volumes, floor: DisclosureSettings) -> list[GroupVolume]:
    return [row for row in found.providers if row.n_clients >= floor.min_clients and row.mean_delivered > 0]


def _spread(found: Volumes, floor: DisclosureSettings) -> Document | None:
    """How differently providers come out: change from delivered to paid minutes, as a share of the delivered."""
    kept = _countable(found, floor)
    if len(kept) < max(floor.min_providers, 3):
        return None
    change = np.array([row.mean_band_minutes / row.mean_delivered - 1 for row in kept])
    low, middle, high = np.quantile(change, (0.25, 0.5, 0.75))
    return {
        "n_providers": len(kept), "lower_quartile": rounded(low, 3), "median": rounded(middle, 3),
        "upper_quartile": rounded(high, 3), "n_losing": published_providers(int((change < -LOSS).sum()), floor),
        "loss": LOSS,
    }  # fmt: skip


def _bounds(interval: tuple[float, float] | None) -> list[float | None] | None:
    return None if interval is None else [rounded(bound) for bound in interval]
