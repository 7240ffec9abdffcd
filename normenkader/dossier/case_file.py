"""One client's decision for the case file: the sum line by line, band, doubt, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from normenkader.bands.decision import BandChange, Decision
from normenkader.bands.normsum import NormLine
from normenkader.bands.periods import unit_over
from normenkader.dossier.letters import client_paragraph
from normenkader.dossier.numbers import (
    MISSING,
    amount_in_words,
    between,
    decimal,
    dutch_date,
    dutch_unit,
    exact,
    signed,
)
from normenkader.dossier.wording import level as level_in_words
from normenkader.dossier.wording import name as name_in_words
from normenkader.terms.units import in_unit

_WIDTH = 80
_NO_AMOUNT = "Let op: een ondergrens van 0 is geen omvang in tijd. Noem in het besluit de minuten van het plan."


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Under which version a decision was taken, and when; what is not known is empty.

    Attributes
    ----------
    calibration_number : str
    version : str
        Registered version, as ``<model> <number>``.
    on : str
        Date of the decision, ISO. It is only what the user says: today's date would give other words every day.
    in_force : str
        What the register of legal force says of that date, in a Dutch sentence.
    """

    calibration_number: str = ""
    version: str = ""
    on: str = ""
    in_force: str = ""


def dossier_text(decision: Decision, origin: Origin | None = None) -> str:
    """Everything the case file needs: the sum line by line, band, lower bound, doubt, and what would change it.

    Parameters
    ----------
    decision : Decision
        As `normenkader.bands.decision.decide` gives it.
    origin : Origin, optional
        Version and date.

    Returns
    -------
    str
        Dutch text in fixed-width lines, ending without a newline.
    """
    blocks = (_sum_block, _band_block, _doubt_block, _change_block, _support_block, _client_block)
    parts = ["\n".join(_origin_block(origin or Origin())), *("\n".join(block(decision)) for block in blocks)]
    return "\n\n".join(part for part in parts if part)


def _origin_block(origin: Origin) -> Iterator[str]:
    if origin.on:
        yield f"Datum van het besluit: {dutch_date(origin.on)}"
    if origin.calibration_number:
        version = f", geregistreerd als {origin.version}" if origin.version else ""
        yield f"Kalibratienummer: {origin.calibration_number}{version}"
    if origin.in_force:
        yield origin.in_force


def _sum_block(decision: Decision) -> Iterator[str]:
    yield f"Opbouw van de norm, in {dutch_unit(decision.unit)}"
    yield from (_sum_line(line, decision.unit) for line in decision.lines)
    if decision.norm_sum is None:
        yield "Er is geen norm te geven: voor minstens één kenmerk zijn er te weinig waarnemingen."
        return
    yield _row("Som volgens de normtabel", exact(decision.norm_sum), "")
    if decision.below_zero:
        yield _row("Lager dan nul telt als nul: de norm is", exact(decision.norm_minutes), "")
    yield _row("Som zonder afronding", exact(decision.norm_unrounded), "ter vergelijking")


def _sum_line(line: NormLine, unit: str) -> str:
    if line.kind == "ijkclient":
        return _row("IJkcliënt", exact(line.minutes), _evidence(line, unit))
    own = f"{name_in_words(line.factor)}: {level_in_words(line.level)}"
    if line.with_factor:
        own = f"{own}, samen met {name_in_words(line.with_factor)}: {level_in_words(line.with_level)}"
    if line.is_ijkclient:
        return _row(own, "0", "zoals de ijkcliënt")
    return _row(own, MISSING if line.minutes is None else signed(line.minutes), _evidence(line, unit))


def _evidence(line: NormLine, unit: str) -> str:
    if line.merged_with:
        told = in_unit(unit, "te weinig waarnemingen; krijgt de minuten van")
        return f"{told} ‘{level_in_words(line.merged_with)}’"
    if line.minutes is None:
        fallback = "; de losse kenmerken tellen wel" if line.kind == "interaction" else ""
        return f"te weinig waarnemingen{fallback}"
    counts = (
        f"; {exact(line.n_clients)} cliënten, {line.n_providers} aanbieders"
        if line.n_clients and line.n_providers
        else ""
    )
    return f"onafgerond {decimal(line.estimate)}, {between(line.interval)}{counts}" if line.interval else counts[2:]


def _row(text: str, amount: str, evidence: str) -> str:
    return f"  {text:<{_WIDTH}} {amount:>7}   {evidence}".rstrip()


def _band_block(decision: Decision) -> Iterator[str]:
    if decision.band is None:
        return
    yield f"Klasse {decision.band} ({name_in_words(decision.label)})"
    lower = amount_in_words(decision.lower_bound or 0, decision.unit)
    yield f"  Ondergrens: {lower}. Een ondergrens wordt nooit naar beneden afgerond."
    others = [amount_in_words(e.amount, unit_over(decision.unit, e.period)) for e in decision.equivalents[1:]]
    if others:
        yield f"  Dat is {', '.join(others[:-1])} of {others[-1]} (× 2, × 4, × 52 ÷ 12)."
        yield "  Ook deze aantallen zijn naar boven afgerond."
    if decision.to_higher is not None:
        yield f"  Tot de volgende klasse, volgens de tabel: {amount_in_words(decision.to_higher, decision.unit)} meer."
    if decision.to_lower is not None:
        less = amount_in_words(decision.to_lower, decision.unit)
        yield f"  Een lagere klasse volgt, volgens de tabel, pas bij meer dan {less} minder."
    if decision.lower_bound == 0:
        yield f"  {in_unit(decision.unit, _NO_AMOUNT)}"


def _doubt_block(decision: Decision) -> Iterator[str]:
    if not decision.near_boundary:
        return
    bands = " en ".join(str(band) for band in decision.possible_bands)
    yield f"Twijfelzone: de norm ligt dicht bij een grens. Mogelijk zijn de klassen {bands}."
    if decision.in_doubt == "higher":
        yield f"  De studie kiest bij twijfel de hogere klasse: klasse {decision.band}."
        yield f"  De tabel alleen geeft klasse {decision.table_band}."
    else:
        yield f"  De studie volgt bij twijfel de tabel: klasse {decision.band}."


def _change_block(decision: Decision) -> Iterator[str]:
    if decision.band is None:
        return
    if not decision.changes:
        yield "Er is geen los kenmerk waarvan een ander niveau tot een andere klasse leidt."
        return
    yield "Welk los kenmerk zou de klasse veranderen?"
    yield from (_change_line(change, decision) for change in decision.changes)


def _change_line(change: BandChange, decision: Decision) -> str:
    doubt = ", door de twijfelzone" if change.by_doubt else ""
    where = f"{name_in_words(change.factor)}: {level_in_words(change.level)}"
    to = f"klasse {change.band} ({name_in_words(change.label)})"
    return f"  {where:<{_WIDTH}} {to}, norm {exact(change.norm_minutes)}{doubt}"


def _support_block(decision: Decision) -> Iterator[str]:
    merged = decision.lines_merged()
    if merged:
        yield f"Samengevoegd met het niveau ernaast, want te weinig waarnemingen: {_named(merged)}."
    fallen = decision.lines_fallen_back()
    if fallen:
        yield f"Zonder eigen samenhang, want te weinig waarnemingen: {_named(fallen)}."
        yield "  De losse kenmerken tellen wel mee."
    blank = decision.lines_without_norm()
    if blank:
        yield f"Zonder norm, want te weinig waarnemingen: {_named(blank)}."
        yield "  De omvang moet hier apart worden onderzocht en gemotiveerd."


def _named(lines: tuple[NormLine, ...]) -> str:
    return ", ".join(f"{name_in_words(line.factor)}: {level_in_words(line.level)}" for line in lines)


def _client_block(decision: Decision) -> Iterator[str]:
    yield "Tekst voor de cliënt"
    yield f"  {client_paragraph(decision)}"
