"""The data-loss ledger: each rule that sets rows aside, undone where it can be, and what that does to the edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from normenkader.bands.chosen import edges_of_rule
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.table import EdgesUnder
from normenkader.casemix.casemix import Casemix
from normenkader.casemix.ledger import CODES, Code
from normenkader.casemix.read import StudyTables, read_tables
from normenkader.casemix.variants import reread
from normenkader.errors import InputRefused
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.profiles import norm_minutes_of
from normenkader.model.results import MinutesModel
from normenkader.settings import MINUTES_BASES
from normenkader.terms.units import in_unit

_Tables = Callable[[], StudyTables]
"""The files, read when they are first asked for and then kept: reading takes longer than all that follows."""
_Ways = dict[Code, tuple[str, Callable[[Casemix, _Tables], MinutesModel]]]
_REREAD: tuple[Code, ...] = ("basis_not_accepted", "concurrent_conflict")

NO_ROWS = "Geen enkele regel is om deze reden terzijde gelegd."
_TOO_LARGE = "Er zijn te veel rijen om de bestanden voor deze proef opnieuw te lezen."
_NO_FILES = "De bestanden zijn niet te herlezen; alleen de rijen zelf zijn bekend."
_CANNOT: dict[Code, str] = {
    "negative": "Een aantal minuten onder nul heeft geen betekenis; er is geen waarde om mee terug te zetten.",
    "impossible": "Een onmogelijke waarde of datum heeft geen betekenis; er is geen waarde om mee terug te zetten.",
    "end_before_start": "Zonder geldige begin- en einddatum is niet bekend over hoeveel weken de minuten gaan.",
    "missing_factor": "Zonder dit kenmerk is er geen norm; een niveau invullen zou een keuze zijn, geen gegeven.",
    "missing_minutes": "De uitkomst zelf ontbreekt; ontbrekend is nooit nul.",
    "outside_window": "Deze minuten horen bij een andere periode dan de meetperiode.",
    "duplicate": "Dezelfde regel twee keer tellen zegt niets nieuws over wat er is geleverd.",
    "orphan": "Minuten zonder bekend traject horen bij geen cliënt en geen kenmerken.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One rule of the ledger.

    Attributes
    ----------
    code : str
    occurs : bool
        Whether any row was set aside by it. How many stands in the ledger, which is not for publication.
    put_back_as : str
        How its rows were put back; empty when they were not.
    edges : tuple of int or None
        Lower bounds that the rule gives with those rows put back.
    largest_move : int or None
        Largest move of an edge of the rule in minutes; None when there are no edges, or another number of them.
    share_moved : float or None
        Share of clients with a norm under both who get another band; edges that people chose stay.
    reason : str
        Why there are no edges; plain Dutch.
    """

    code: Code
    occurs: bool
    put_back_as: str
    edges: tuple[int, ...] | None
    largest_move: int | None
    share_moved: float | None
    reason: str


def exclusions(norms: NormTable, edges: tuple[int, ...], *, may_reread: bool = True) -> tuple[Exclusion, ...]:
    """Every rule of the ledger in turn: refit with its rows put back, or why they cannot be.

    Parameters
    ----------
    norms : NormTable
    edges : tuple of int
        Lower bounds in force.
    may_reread : bool
        Whether the files may be read again for a rule that only they can undo; not where these are very large.
    """
    casemix = norms.model.casemix
    seen = set(casemix.ledger.codes())
    if _unregistered(casemix):
        seen.add("no_registration")
    tables = cache(lambda: read_tables(casemix.study))
    ways = _WAYS if may_reread else {code: way for code, way in _WAYS.items() if code not in _REREAD}
    found = (_one(code, code in seen, norms, edges, tables, ways) for code in CODES)
    unit = casemix.study.info.unit
    return tuple(replace(one, reason=in_unit(unit, one.reason)) for one in found)


def edges_with_rows_put_back(found: tuple[Exclusion, ...]) -> tuple[EdgesUnder, ...]:
    """The rules whose rows could be put back, as rows of ``edges_under``.

    Unregistered episodes stand there already, under their own name.
    """
    return tuple(
        EdgesUnder(choice=f"{e.code}_put_back", edges=e.edges, reason=e.reason)
        for e in found if e.code not in _CANNOT and e.code != "no_registration"
    )  # fmt: skip


def _one(
    code: Code, occurs: bool, norms: NormTable, edges: tuple[int, ...], tables: _Tables, ways: _Ways
) -> Exclusion:  # fmt: skip
    if not occurs or code in _CANNOT:
        return _without_edges(code, occurs, _CANNOT[code] if occurs else NO_ROWS)
    put_back_as, refit = ways[code]
    if code not in ways:
        return _without_edges(code, occurs, _TOO_LARGE)
    try:
        other = make_norm_table(refit(norms.model.casemix, tables), replaced=norms.replaced)
    except (InputRefused, FileNotFoundError):
        return _without_edges(code, occurs, _NO_FILES)
    found, before = optimum_of(other, len(edges))[0].edges, edges_of_rule(norms, edges)
    same_number = len(found) == len(before)
    return Exclusion(
        code=code, occurs=True, put_back_as=put_back_as, edges=found, reason="",
        largest_move=int(np.abs(np.subtract(found, before)).max()) if same_number else None,
        share_moved=_share_moved(norms, edges, other, norms.model.study.bands.edges or found),
    )  # fmt: skip


def _share_moved(norms: NormTable, edges: tuple[int, ...], other: NormTable, found: tuple[int, ...]) -> float:
    own, new = norms.norm_minutes(), norm_minutes_of(other, norms.model.casemix.to_frame())
    both = ~np.isnan(own) & ~np.isnan(new)
    return float((band_numbers(own[both], edges) != band_numbers(new[both], found)).mean())


def _without_edges(code: Code, occurs: bool, reason: str) -> Exclusion:
    return Exclusion(
        code=code, occurs=occurs, put_back_as="", edges=None, largest_move=None, share_moved=None, reason=reason
    )


def _unregistered(casemix: Casemix) -> bool:
    return len(casemix.to_frame(unregistered_as_zero=True)) > len(casemix.to_frame())


def _any_basis(casemix: Casemix, tables: _Tables) -> MinutesModel:
    return fit_minutes(reread(casemix.study, tables=tables(), accepted_basis=MINUTES_BASES))


def _separate(casemix: Casemix, tables: _Tables) -> MinutesModel:
    return fit_minutes(reread(casemix.study, tables=tables(), concurrent="separate"))


def _as_zero(casemix: Casemix, tables: _Tables) -> MinutesModel:
    return fit_minutes(casemix, unregistered_as_zero=True)


_WAYS: _Ways = {
    "no_registration": ("zero_minutes", _as_zero),
    "basis_not_accepted": ("as_delivered", _any_basis),
    "concurrent_conflict": ("separate_episodes", _separate),
}
