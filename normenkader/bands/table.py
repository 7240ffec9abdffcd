"""The band table and all that stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from normenkader.bands.assessed import Assessed, SameBand
from normenkader.bands.candidates import Candidate
from normenkader.bands.delivery import Delivery
from normenkader.bands.prices import Prices
from normenkader.bands.promises import BandPromise
from normenkader.bands.soundness import Soundness
from normenkader.bands.source_edges import SourceEdges
from normenkader.bands.stability import Stability
from normenkader.casemix import InputFile
from normenkader.evidence import Check, Reservation
from normenkader.experts.corrected_terms import CorrectedTerms
from normenkader.experts.triangulation import Triangulation
from normenkader.model.norm_table import NormTable
from normenkader.provenance import Receipt
from normenkader.study import Study

if TYPE_CHECKING:
    # They need rows of this module, so they stand to the right of it.
    from normenkader.bands.robustness import Robustness
    from normenkader.bands.volumes import Volumes


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One class of minutes per week, ``[lower, upper)``.

    Attributes
    ----------
    band : int
        Number, 1 for the lowest.
    label : str
    lower : int
        Lower bound, what a client is told.
    upper : int or None
        None for the open last band.
    lower_interval : (low, high) or None
        95 % stability interval of `lower`.
    doubt_zone : (low, high) or None
        Norm minutes around `lower` where over 10 % of resamples give another band.
    n_clients, n_providers : int
        Exact; only for publication through `disclosure`.
    n_of_shares : int
        Clients that a share of its episodes is taken to be of: `n_clients` where each has one episode.
    mean_minutes, median_minutes, p10, p90 : float or None
        Of delivered minutes per week; None when too few clients for the figure.
    mean_interval : (low, high) or None
        95 % interval of `mean_minutes` over providers.
    minutes_above_lower : float or None
        Mean delivered minutes above `lower`.
    promise : BandPromise
        How many of its clients need at least the lower, and less than the upper bound, at a provider not seen.
    dominated : bool
        Whether one or two providers deliver so much of its minutes that figures of minutes are left out.
    suppressed : bool
        Too few clients or providers for publication.
    """

    band: int
    label: str
    lower: int
    upper: int | None
    lower_interval: tuple[int, int] | None
    doubt_zone: tuple[int, int] | None
    n_clients: int
    n_providers: int
    n_of_shares: int
    mean_minutes: float | None
    median_minutes: float | None
    p10: float | None
    p90: float | None
    mean_interval: tuple[float, float] | None
    minutes_above_lower: float | None
    promise: BandPromise
    suppressed: bool
    dominated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Share of the squared error of the others' mean taken away at providers not seen, at each step of the chain.

    Attributes
    ----------
    model, norm_table, bands : float
        Nan where it cannot be had.
    interval : (low, high)
        95 % interval of `norm_table`, by leaving each provider out of the sum.
    """

    model: float
    norm_table: float
    bands: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalRule:
    """Edges by another rule on the same norms, with what they explain of the norm's variation."""

    rule: str
    edges: tuple[int, ...]
    explained: float | None
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgesUnder:
    """Edges under another choice; None with a reason when the choice does not apply."""

    choice: str
    edges: tuple[int, ...] | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BandTable:
    """Bands of minutes per week, derived by a stated rule from a norm table, with their evidence.

    Attributes
    ----------
    study : Study
    norms : NormTable
    triangulation : Triangulation
    rule : str
        The rule in words.
    bands : tuple of Band
    ijkclient_band : int
        Number of the ijkclient's band.
    explained_of_norm : float or None
        Share of the variation of norm minutes that lies between bands.
    explained : Explained
    stability : Stability
    assessed : Assessed or None
        Double assessments carried through the norm table; None without any.
    same_band : SameBand
    candidates : tuple of Candidate
        Every number of bands in the study's range, and the one in force.
    corrected : CorrectedTerms or None
        Terms without assessors' errors, to stand beside those in force; None without enough double assessments.
    rivals : tuple of RivalRule
    edges_under : tuple of EdgesUnder
    edges_by_source : tuple of SourceEdges
        What experts and existing norms alone would give, and what weight would move an edge; never applied.
    soundness : Soundness
        Unseen places, losses on the way, the plain sum, groups of clients, gaming.
    delivery : Delivery
        Delivered against needed, and time in the episode.
    robustness : Robustness or None
        Other choices, other exclusions, today's clients, other numbers of bands; None when it was left out.
    volumes : Volumes
        Minutes a week of the clients to whom each band applies, for a tariff.
    prices : Prices or None
        The price file that the study names, if it names one.
    checks : tuple of Check
    reservations : tuple of Reservation
    receipt : Receipt
    """

    study: Study
    norms: NormTable
    triangulation: Triangulation
    rule: str
    bands: tuple[Band, ...]
    ijkclient_band: int
    explained_of_norm: float | None
    explained: Explained
    stability: Stability
    assessed: Assessed | None
    same_band: SameBand
    candidates: tuple[Candidate, ...]
    corrected: CorrectedTerms | None
    rivals: tuple[RivalRule, ...]
    edges_under: tuple[EdgesUnder, ...]
    edges_by_source: tuple[SourceEdges, ...]
    soundness: Soundness
    delivery: Delivery
    robustness: Robustness | None
    volumes: Volumes
    prices: Prices | None
    checks: tuple[Check, ...]
    reservations: tuple[Reservation, ...]
    receipt: Receipt

    def edges(self) -> tuple[int, ...]:
        """Lower bounds of all bands, the first 0."""
        return tuple(band.lower for band in self.bands)

    def assessment_files(self) -> tuple[InputFile, ...]:
        """Files of double assessments, for the receipt."""
        return () if self.assessed is None else self.assessed.assessments.files

    def price_files(self) -> tuple[InputFile, ...]:
        """The price file, for the receipt."""
        return () if self.prices is None else (self.prices.input_file,)

    def __str__(self) -> str:
        unit = self.study.info.unit
        rows = [f"{band.band}  {band.label:<14} {_range(band):>14} {unit}" for band in self.bands]
        return "\n".join([self.study.info.name, *rows, f"{len(self.reservations)} reservation(s)"])


def band_labels(n_bands: int, ijkclient_band: int, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Labels by distance from the ijkclient's band; beyond the list they are numbered.

    Parameters
    ----------
    n_bands, ijkclient_band : int
        Number of bands, and the number (1, 2, ...) of the ijkclient's.
    labels : tuple of str
        As the study lists them, ``ijkclient`` among them.
    """
    middle = labels.index("ijkclient")
    below, above = labels[:middle][::-1], labels[middle + 1 :]

    def label(band: int) -> str:
        distance = band - ijkclient_band
        side = above if distance > 0 else below
        if distance == 0:
            return "ijkclient"
        if abs(distance) <= len(side):
            return side[abs(distance) - 1]
        last = side[-1] if side else ("meer" if distance > 0 else "minder")
        return f"{last} {abs(distance) - max(len(side), 1) + 1}"

    return tuple(label(band) for band in range(1, n_bands + 1))


def _range(band: Band) -> str:
    return f"{band.lower} and more" if band.upper is None else f"{band.lower} - < {band.upper}"
