"""The edges under other choices: with and without censoring, and with unregistered episodes counted as zero."""

from __future__ import annotations

from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.table import EdgesUnder
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table


def edges_under_other_choices(norms: NormTable, n_bands: int) -> tuple[EdgesUnder, ...]:
    """Edges by the same rule, number and demands after refitting under another choice, in a fixed order.

    Terms that another source decides stay as they are.
    """
    return (_other_censoring(norms, n_bands), _unregistered_as_zero(norms, n_bands))


def _other_censoring(norms: NormTable, n_bands: int) -> EdgesUnder:
    choice = norms.model.censoring
    name = "censoring_off" if choice.applied else "censoring_on"
    if choice.share_at_cap == 0:
        return EdgesUnder(choice=name, edges=None, reason="Geen enkel traject zit aan het toegekende maximum.")
    other = fit_minutes(norms.model.casemix, censoring="off" if choice.applied else "on")
    if other.censoring.applied == choice.applied:
        return EdgesUnder(choice=name, edges=None, reason="Zo te rekenen is met deze gegevens niet mogelijk.")
    return EdgesUnder(choice=name, edges=_edges(make_norm_table(other, replaced=norms.replaced), n_bands), reason="")


def _unregistered_as_zero(norms: NormTable, n_bands: int) -> EdgesUnder:
    name = "unregistered_as_zero"
    casemix = norms.model.casemix
    added = len(casemix.to_frame(unregistered_as_zero=True)) - len(casemix.to_frame())
    if added == 0:
        return EdgesUnder(choice=name, edges=None, reason="Elk traject heeft een registratie.")
    other = fit_minutes(casemix, unregistered_as_zero=True)
    return EdgesUnder(choice=name, edges=_edges(make_norm_table(other, replaced=norms.replaced), n_bands), reason="")


def _edges(table: NormTable, n_bands: int) -> tuple[int, ...]:
    return optimum_of(table, n_bands)[0].edges
