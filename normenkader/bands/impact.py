"""What the bands would change for today's clients: from their products and assigned minutes to norm and band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.bands.grid import band_numbers
from normenkader.bands.how_many import in_doubt
from normenkader.bands.movement import Movement, movements
from normenkader.bands.stability import Stability
from normenkader.disclosure import contributions, published_parts
from normenkader.evidence import Check, Reservation
from normenkader.model.norm_table import NormTable
from normenkader.settings import DisclosureSettings
from normenkader.study import Study
from normenkader.terms.dutch_numbers import percent

FloatArray = npt.NDArray[np.float64]

Baseline = Literal["assigned", "product_average"]
NO_OLD = "De gegevens bevatten geen producten en geen toegewezen minuten."
_QUESTION = "Hoeveel cliënten krijgen volgens de norm meer dan een vijfde minder dan nu?"
_LIMIT = (
    "Een melding zonder grens. Een verlaging vraagt per cliënt een reden: in CRVB:2018:3835 (10 december 2018) bleven "
    "de oude, hogere uren gelden; over RBMNE:2023:2752 (14 uur hersteld) is alleen een samenvatting gezien. Lees die "
    "uitspraak zelf voordat u haar aanhaalt."
)
_MEANING: dict[Baseline, str] = {
    "assigned": "Vergeleken met de nu toegewezen minuten; dat is een maximum, geleverd wordt vaak minder.",
    "product_average": "Vergeleken met wat cliënten met hetzelfde product gemiddeld krijgen; toegewezen minuten "
    "ontbreken.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductBand:
    """Clients of one product who come into the band with one lower bound; counts exact, not for publication as such.

    ``dominated`` says whether few providers or clients have nearly all of their minutes, or of such a cell's with it.
    """

    product: str
    lower: int
    n_clients: int
    n_providers: int
    mean_delivered: float
    dominated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From one reading of the present to the norm.

    Attributes
    ----------
    baseline : {"assigned", "product_average"}
        What a client has now: the assigned minutes, or the mean delivered minutes of all clients with that product.
    to_norm : tuple of Movement
        To norm minutes: everybody first, then by group.
    to_lower : Movement
        To the lower bound of the band, which is all that a client is sure of before there is a plan.
    share_compared : float
        Share of episodes with both.
    """

    baseline: Baseline
    to_norm: tuple[Movement, ...]
    to_lower: Movement
    share_compared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Today's clients under the new norm.

    Attributes
    ----------
    changes : tuple of Change
        One for each reading of the present that the data allow; assigned minutes first.
    products : tuple of ProductBand
        By product and band that applies.
    reason : str
        Why nothing can be compared; plain Dutch.
    """

    changes: tuple[Change, ...]
    products: tuple[ProductBand, ...]
    reason: str


def impact(norms: NormTable, edges: tuple[int, ...], held: Stability | None = None) -> Impact:
    """Compare what each client has now with the norm and with the lower bound of the band.

    Parameters
    ----------
    norms : NormTable
        Made from a casemix; episodes counted as zero for want of registration are not today's clients.
    edges : tuple of int
        Lower bounds.
    held : Stability, optional
        With it, whoever is in doubt has the band that the study's rule gives.
    """
    new, zones = norms.norm_minutes(), norms.model.study.bands.in_doubt == "higher"
    known = ~np.isnan(new)
    bands = np.where(known, band_numbers(np.where(known, new, 0.0), edges), 1)
    applied = np.maximum(bands, in_doubt(new, held)) if held is not None and zones else bands
    lower = np.where(known, np.asarray(edges, dtype=np.float64)[applied - 1], np.nan)
    return impact_of(norms.model.casemix.to_frame(), new, lower, norms.model.study)


def impact_of(frame: pd.DataFrame, new: FloatArray, lower: FloatArray, study: Study) -> Impact:
    """The same from norm minutes and lower bounds, however they were obtained.

    Parameters
    ----------
    frame : DataFrame
        As `Casemix.to_frame` gives it.
    new, lower : (n,) norm minutes and lower bound of the band; nan without a norm
    study : Study
        For the groups.
    """
    known = ~np.isnan(new)
    changes = tuple(
        Change(
            baseline=baseline, to_norm=movements(frame, old, new, study),
            to_lower=movements(frame, old, lower, study)[0], share_compared=float((known & ~np.isnan(old)).mean()),
        )
        for baseline, old in _presents(frame) if (known & ~np.isnan(old)).any()
    )  # fmt: skip
    return Impact(changes=changes, products=tuple(_products(frame, lower, study)), reason="" if changes else NO_OLD)


def _presents(frame: pd.DataFrame) -> Iterator[tuple[Baseline, FloatArray]]:
    yield "assigned", frame["assigned_minutes_per_week"].to_numpy(dtype=np.float64)
    average = frame.groupby("product")["minutes_per_week"].transform("mean").to_numpy(dtype=np.float64)
    yield "product_average", np.where(frame["product"] != "", average, np.nan)


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
    value, meaning = losers_share(found, floor)
    if value is not None:
        share = percent(value)
        yield Reservation(
            code="losers_above_20_percent",
            text=f"Volgens de norm krijgt {share} van de vergeleken cliënten meer dan een vijfde minder minuten dan "
            f"nu. {meaning} Een verlaging vraagt per cliënt een reden en een overgang.",
        )  # fmt: skip


def losers_share(found: Impact, floor: DisclosureSettings) -> tuple[float | None, str]:
    """Share of losers as it may be published, and why there is none or what it means."""
    if not found.changes:
        return None, found.reason
    everybody, meaning = found.changes[0].to_norm[0], _MEANING[found.changes[0].baseline]
    others = everybody.n_clients - everybody.n_losers
    if everybody.n_losers < floor.min_clients:
        return None, f"{meaning} Het zijn minder dan {floor.min_clients} cliënten; het aantal wordt niet getoond."
    share = published_parts((everybody.n_losers, others), floor)[0]
    few = "" if share is not None else f" Voor minder dan {floor.min_clients} cliënten geldt dat niet."
    return share, meaning + few


def _products(frame: pd.DataFrame, lower: FloatArray, study: Study) -> Iterator[ProductBand]:
    bounds = sorted(set(lower[~np.isnan(lower)].tolist()))
    whose, column = contributions(frame), np.where(np.isnan(lower), -1, np.searchsorted(bounds, lower))
    for product in sorted(set(frame["product"]) - {""}):
        own = (frame["product"] == product).to_numpy()
        of_few = whose.left_out(np.where(own, column, -1), len(bounds), study.disclosure)
        for k, bound in enumerate(bounds):
            inside = frame[own & (column == k)]
            if len(inside):
                yield ProductBand(
                    product=product, lower=int(bound), n_clients=int(inside["client"].nunique()),
                    n_providers=int(inside["provider"].nunique()),
                    mean_delivered=float(inside["minutes_per_week"].mean()),
                    dominated=bool(of_few[k]),
                )  # fmt: skip
