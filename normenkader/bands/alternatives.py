"""The edges under other choices: with and without censoring, and with unregistered episodes counted as zero."""

from __future__ import annotations

from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.table import EdgesUnder
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table


def edges_under_other_choices(norms: NormTable) -> tuple[EdgesUnder, ...]:
    """Edges by the same rule and demands after refitting under another choice, in a fixed order."""
    return (_other_censoring(norms), _unregistered_as_zero(norms))


def _other_censoring(norms: NormTable) -> EdgesUnder:
    choice = norms.model.censoring
    name = "censoring_off" if choice.applied else "censoring_on"
    if choice.share_at_cap == 0:
        return EdgesUnder(choice=name, edges=None, reason="Geen enkele episode zit aan het toegekende maximum.")
    other = fit_minutes(norms.model.casemix, censoring="off" if choice.applied else "on")
    return EdgesUnder(choice=name, edges=_edges(make_norm_table(other)), reason="")


def _unregistered_as_zero(norms: NormTable) -> EdgesUnder:
    name = "unregistered_as_zero"
    casemix = norms.model.casemix
    added = len(casemix.to_frame(unregistered_as_zero=True)) - len(casemix.to_frame())
    if added == 0:
        return EdgesUnder(choice=name, edges=None, reason="Elke episode heeft een registratie.")
    return EdgesUnder(
        choice=name, edges=_edges(make_norm_table(fit_minutes(casemix, unregistered_as_zero=True))), reason=""
    )


def _edges(table: NormTable) -> tuple[int, ...]:
    return optimum_of(table)[0].edges
