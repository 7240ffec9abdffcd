"""The sums and cells of a summary in words: every figure with what it is and what it is for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from normenkader.federated.shared_terms import TermKey
from normenkader.federated.summary import CellSummary, Summary
from normenkader.terms.dutch_numbers import decimal, exact
from normenkader.terms.names import term_name

FloatArray = npt.NDArray[np.float64]
_ROUNDED = "Sommen zijn hier afgerond op twee cijfers achter de komma; het .json-bestand heeft alle cijfers."


def sum_lines(summary: Summary, unit: str) -> Iterable[str]:
    """Sums of round 1: of minutes, of their squares, and how often two levels occur together."""
    m = summary.moments()
    yield from (
        f"5. SOMMEN VAN GELEVERDE TIJD, IN {unit.upper()}",
        "Waarvoor: uit deze sommen volgt hoeveel tijd bij een niveau hoort, net als uit de gegevens zelf. "
        f"{_ROUNDED}",
        f"- alle trajecten samen: {_sum(m.y[0])}",
        f"- som van de kwadraten: {_sum(m.yy[0])} (van elk traject het getal maal zichzelf; dit zegt hoever trajecten "
        "uiteenlopen)",
        "per niveau: aantal trajecten en hun som",
        *(
            f"- {term_name(*key)}: {_whole(n)} trajecten, samen {_sum(total)}"
            for key, n, total in zip(summary.terms, m.x[0], m.xy[0], strict=True) if n
        ),
        *_none(summary.terms, m.x[0]), "",
        "6. TRAJECTEN DIE TWEE NIVEAUS SAMEN HEBBEN",
        "Waarvoor: zonder deze aantallen is niet te scheiden wat bij het ene en wat bij het andere niveau hoort. Paren "
        "die niet voorkomen, staan er niet bij.",
        *_pairs(summary.terms, m.xx[0]),
    )  # fmt: skip


def cell_lines(cells: CellSummary, unit: str, least: int) -> Iterable[str]:
    """Cells of round 2."""
    yield from (
        f"2. CLIËNTEN PER STAP VAN {cells.step}, IN {unit.upper()}",
        "Waarvoor: hieruit volgen de grenzen van de klassen. De norm is de som volgens de afgesproken normtabel. Een "
        f"stap met minder dan {least} cliënten is bij een buurstap gevoegd; samen staan ze bij de stap van hun "
        "gemiddelde.",
        "Per stap staat er: het aantal cliënten; het aantal trajecten; de som van hun normen; de som van de kwadraten "
        "van die normen (hoever ze uiteenlopen); en de som van wat is geleverd.",
        _ROUNDED,
    )
    for at, low in enumerate(cells.lower.tolist()):
        yield (
            f"- vanaf {exact(low)}: {exact(int(cells.n_clients[at]))} cliënten; {exact(int(cells.n_episodes[at]))} "
            f"trajecten; normen samen {_sum(cells.norm_minutes[at])}; kwadraten samen {_sum(cells.norm_squares[at])}; "
            f"geleverd samen {_sum(cells.minutes[at])}"
        )


def _pairs(terms: tuple[TermKey, ...], counts: FloatArray) -> Iterable[str]:
    for i, key in enumerate(terms):
        there = [j for j in np.flatnonzero(counts[i]) if j > i]
        if there:
            yield f"{term_name(*key)}, samen met"
        yield from (f"- {term_name(*terms[j])}: {_whole(counts[i, j])}" for j in there)


def _none(terms: tuple[TermKey, ...], counts: FloatArray) -> tuple[str, ...]:
    absent = [term_name(*key) for key, n in zip(terms, counts, strict=True) if not n]
    return (f"- geen enkel traject: {'; '.join(absent)}",) if absent else ()


def _whole(value: float) -> str:
    return exact(round(float(value)))


def _sum(value: float) -> str:
    return decimal(float(value), 2)
