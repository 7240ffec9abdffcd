"""What the bands would change for today's clients: from their products and assigned minutes to norm and band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.bands.grid import band_numbers
from normenkader.bands.movement import Movement, movements
from normenkader.disclosure import published_clients
from normenkader.evidence import Check, Reservation
from normenkader.model.norm_table import NormTable
from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]

NO_OLD = "De gegevens bevatten geen producten en geen toegewezen minuten."
NO_ASSIGNED = "De gegevens bevatten wel producten, maar geen toegewezen minuten: wie minder krijgt, is niet bekend."
_QUESTION = "Hoeveel cliënten krijgen volgens de norm meer dan een vijfde minder dan nu is toegewezen?"
_LIMIT = (
    "Een melding zonder grens. Een verlaging vraagt per cliënt een reden: CRvB 10 december 2018 (CRVB:2018:3835) hield "
    "de oude, hogere uren in stand; over RBMNE:2023:2752 (14 uur hersteld) is alleen een samenvatting gezien, lees de "
    "uitspraak zelf voordat u haar aanhaalt."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductBand:
    """Clients of one product who come into one band; counts exact, not for publication as such."""

    product: str
    band: int
    n_clients: int
    n_providers: int
    mean_delivered: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Today's clients under the new norm.

    Attributes
    ----------
    to_norm : tuple of Movement
        From assigned minutes to norm minutes: everybody first, then by group. Empty without assigned minutes.
    to_lower : Movement or None
        From assigned minutes to the lower bound of the band, which is all that a client is sure of at first.
    share_assigned : float
        Share of episodes with assigned minutes and a norm: only these can be compared.
    products : tuple of ProductBand
        By product and band.
    reason : str
        Why nothing can be compared; plain Dutch.
    """

    to_norm: tuple[Movement, ...]
    to_lower: Movement | None
    share_assigned: float
    products: tuple[ProductBand, ...]
    reason: str


def impact(norms: NormTable, edges: tuple[int, ...]) -> Impact:
    """Compare what each client has been assigned with the norm and the lower bound of the band.

    Parameters
    ----------
    norms : NormTable
    edges : tuple of int
        Lower bounds.
    """
    frame, new = norms.model.casemix.to_frame(), norms.norm_minutes()
    if len(frame) != len(new):
        return _nothing(NO_OLD)
    old = frame["assigned_minutes_per_week"].to_numpy(dtype=np.float64)
    known = ~np.isnan(new)
    bands = np.where(known, band_numbers(np.where(known, new, 0.0), edges), 0)
    lower = np.where(known, np.asarray(edges, dtype=np.float64)[np.maximum(bands, 1) - 1], np.nan)
    products = tuple(_products(frame, bands))
    compared = known & ~np.isnan(old)
    if not compared.any():
        return Impact(
            to_norm=(), to_lower=None, share_assigned=0.0, products=products,
            reason=NO_ASSIGNED if products else NO_OLD,
        )  # fmt: skip
    return Impact(
        to_norm=movements(frame, old, new, norms.model.study),
        to_lower=movements(frame, old, lower, norms.model.study)[0],
        share_assigned=float(compared.mean()), products=products, reason="",
    )  # fmt: skip


def impact_checks(found: Impact, floor: DisclosureSettings) -> tuple[Check, ...]:
    """The share of clients who lose more than a fifth: reported, and without a limit."""
    value, reason = losers_share(found, floor)
    return (
        Check(
            code="losers_above_20_percent", question=_QUESTION, value=value, unit="share", limit=_LIMIT, passed=None,
            reason=reason,
        ),
    )  # fmt: skip


def impact_reservations(found: Impact, floor: DisclosureSettings) -> Iterator[Reservation]:
    """A reservation when enough clients to be counted lose more than a fifth."""
    value, _ = losers_share(found, floor)
    if value is not None:
        share = f"{100 * value:.1f}%".replace(".", ",")
        yield Reservation(
            code="losers_above_20_percent",
            text=f"Volgens de norm krijgt {share} van de vergeleken cliënten meer dan een vijfde minder minuten dan nu is "
            "toegewezen. Dat vraagt per cliënt een reden en een overgang.",
        )  # fmt: skip


def losers_share(found: Impact, floor: DisclosureSettings) -> tuple[float | None, str]:
    """Share of losers as it may be published, and why there is none or what it means."""
    if not found.to_norm:
        return None, found.reason
    everybody = found.to_norm[0]
    if published_clients(everybody.n_losers, floor) is None:
        return None, f"Minder dan {floor.min_clients} cliënten; het juiste aantal wordt niet getoond."
    return everybody.share_losers, "Wordt gemeld; wet en rechtspraak noemen geen grens."


def _products(frame: pd.DataFrame, bands: npt.NDArray[np.int64]) -> Iterator[ProductBand]:
    rows = frame.assign(_band=bands)
    rows = rows[(rows["product"] != "") & (rows["_band"] > 0)]
    for (product, band), inside in rows.groupby(["product", "_band"], sort=True):
        yield ProductBand(
            product=str(product), band=int(band), n_clients=int(inside["client"].nunique()),
            n_providers=int(inside["provider"].nunique()), mean_delivered=float(inside["minutes_per_week"].mean()),
        )  # fmt: skip


def _nothing(reason: str) -> Impact:
    return Impact(to_norm=(), to_lower=None, share_assigned=0.0, products=(), reason=reason)
