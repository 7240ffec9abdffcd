"""How large an under-delivery would have to be to move an edge: the chain redone with more minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.norm_bands import optimum_of
from normenkader.model.clients import distinct
from normenkader.model.estimands import with_outcome
from normenkader.model.norm_table import NormTable, make_norm_table

BoolArray = npt.NDArray[np.bool_]

# Shares by which need is taken to be above delivery; what lies between the last two is narrowed down by halving.
_TRIED = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.50)
_PRECISION = 0.0025


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderDelivery:
    """Smallest share by which need must lie above delivery for some edge to move; None where half as much does not.

    Edges that people chose do not follow from minutes; then it is the edges of the rule that are watched.

    Attributes
    ----------
    overall : float or None
        Everyone needs that much more than was delivered.
    capped : float or None
        Only those at their assigned maximum do.
    n_capped : int
        Clients at their maximum; exact.
    knows_caps : bool
        Whether any row carries assigned minutes.
    """

    overall: float | None
    capped: float | None
    n_capped: int
    knows_caps: bool


def under_delivery(norms: NormTable, edges: Sequence[int]) -> UnderDelivery:
    """Search for both; the fit, the norm table and the edges are made anew at every try."""
    at_cap = norms.model.casemix.to_frame()["at_cap"].to_numpy(bool)
    client = norms.model.design().client_codes()
    return UnderDelivery(
        overall=_smallest(_moves(norms, edges, np.ones(len(at_cap), dtype=bool))),
        capped=_smallest(_moves(norms, edges, at_cap)) if at_cap.any() else None, n_capped=distinct(client[at_cap]),
        knows_caps=norms.model.censoring.share_assigned > 0,
    )  # fmt: skip


def _moves(norms: NormTable, edges: Sequence[int], rows: BoolArray) -> Callable[[float], bool]:
    """Whether the rule gives other edges when need in these rows is a share above what was delivered."""

    def found(share: float) -> tuple[int, ...]:
        model = with_outcome(norms.model, norms.model.outcome() * np.where(rows, 1.0 + share, 1.0))
        return optimum_of(make_norm_table(model, replaced=norms.replaced), len(edges))[0].edges

    # What the same steps give for need as delivered, which is not what is in force where people chose the edges or
    # where the checks are made on a draw of the rows.
    own = found(0.0)
    return lambda share: found(share) != own


def _smallest(moved: Callable[[float], bool]) -> float | None:
    """Smallest share that moves an edge, to a quarter of a per cent, taken upwards."""
    low = 0.0
    for high in _TRIED:
        if moved(high):
            break
        low = high
    else:
        return None
    while high - low > _PRECISION:
        middle = (low + high) / 2
        low, high = (low, middle) if moved(middle) else (middle, high)
    return high
