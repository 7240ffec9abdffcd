"""One client's decision in plain Dutch: a paragraph for the client, and everything for the case file."""

from __future__ import annotations

from collections.abc import Iterator

from normenkader.bands.decision import BandChange, Decision
from normenkader.bands.normsum import NormLine
from normenkader.dossier.numbers import MISSING, between, decimal, dutch_unit, exact, signed
from normenkader.dossier.wording import level as level_in_words
from normenkader.dossier.wording import name as name_in_words

_WIDTH = 66
_NO_NORM = "Voor uw situatie bestaat nog geen norm. De gemeente zoekt daarom zelf uit wat u nodig hebt."
_NO_AMOUNT = "Let op: een ondergrens van 0 is geen omvang in tijd. Noem in het besluit de minuten van het plan."
_PLAN = "Hoeveel {amount} u precies krijgt, bespreekt de aanbieder met u. Dat staat daarna in uw ondersteuningsplan."
_MORE = "Is er in uw situatie meer nodig? Vertel dat dan. De gemeente kijkt altijd naar uw eigen situatie."


def client_paragraph(decision: Decision) -> str:
    """One paragraph for the client, at language level B1: the lower bound in units of time, and nothing else.

    No upper bound, band or factor stands in it. A lower bound of zero is no amount (CRVB:2021:1381 asks for one in
    units of time), so then the paragraph promises none.
    """
    amount = dutch_unit(decision.unit)
    plan = _PLAN.format(amount=amount)
    if decision.lower_bound is None:
        return f"{_NO_NORM} {plan} {_MORE}"
    if decision.lower_bound == 0:
        return f"Voor uw situatie is geen minimum aan {amount} vastgesteld. {plan} {_MORE}"
    least = f"{decision.lower_bound} {amount}{_in_hours(decision)}"
    return f"U krijgt minstens {least} ondersteuning. Minder mag niet. {plan} {_MORE}"


def dossier_text(decision: Decision) -> str:
    """Everything the case file needs: the sum line by line, band, lower bound, doubt, and what would change it.

    Parameters
    ----------
    decision : Decision
        As `normenkader.bands.decision.decide` gives it.

    Returns
    -------
    str
        Dutch text in fixed-width lines, ending without a newline.
    """
    blocks = (_sum_block, _band_block, _doubt_block, _change_block, _support_block, _client_block)
    parts = ["\n".join(block(decision)) for block in blocks]
    return "\n\n".join(part for part in parts if part)


def _in_hours(decision: Decision) -> str:
    hours, minutes = divmod(decision.lower_bound or 0, 60)
    if not decision.unit.startswith("minutes") or hours == 0:
        return ""
    rest = f" en {minutes} {'minuut' if minutes == 1 else 'minuten'}" if minutes else ""
    return f" ({hours} uur{rest})"


def _sum_block(decision: Decision) -> Iterator[str]:
    yield f"Opbouw van de norm, in {dutch_unit(decision.unit)}"
    yield from (_sum_line(line) for line in decision.lines)
    if decision.norm_sum is None:
        yield "Er is geen norm te geven: voor minstens één kenmerk zijn er te weinig waarnemingen."
        return
    yield _row("Som volgens de normtabel", exact(decision.norm_sum), "")
    if decision.below_zero:
        yield _row("Lager dan nul telt als nul: de norm is", exact(decision.norm_minutes), "")
    yield _row("Som zonder afronding", exact(decision.norm_unrounded), "ter vergelijking")


def _sum_line(line: NormLine) -> str:
    if line.kind == "ijkclient":
        return _row("IJkcliënt", exact(line.minutes), _evidence(line))
    own = f"{name_in_words(line.factor)}: {level_in_words(line.level)}"
    if line.with_factor:
        own = f"{own}, samen met {name_in_words(line.with_factor)}: {level_in_words(line.with_level)}"
    if line.is_ijkclient:
        return _row(own, "0", "zoals de ijkcliënt")
    return _row(own, MISSING if line.minutes is None else signed(line.minutes), _evidence(line))


def _evidence(line: NormLine) -> str:
    if line.merged_with:
        return f"te weinig waarnemingen; krijgt de minuten van ‘{level_in_words(line.merged_with)}’"
    if line.minutes is None:
        fallback = "; de losse kenmerken tellen wel" if line.kind == "interaction" else ""
        return f"te weinig waarnemingen{fallback}"
    counts = (
        f"; {line.n_clients} cliënten, {line.n_providers} aanbieders" if line.n_clients and line.n_providers else ""
    )
    return f"onafgerond {decimal(line.estimate)}, {between(line.interval)}{counts}" if line.interval else counts[2:]


def _row(text: str, amount: str, evidence: str) -> str:
    return f"  {text:<{_WIDTH}} {amount:>7}   {evidence}".rstrip()


def _band_block(decision: Decision) -> Iterator[str]:
    if decision.band is None:
        return
    unit = dutch_unit(decision.unit)
    yield f"Klasse {decision.band} ({decision.label})"
    yield f"  Ondergrens: {decision.lower_bound} {unit}. Een ondergrens wordt nooit naar beneden afgerond."
    if decision.lower_bound_per_month is not None:
        yield f"  Dat is {decision.lower_bound_per_month} minuten per maand (× 52 ÷ 12, naar boven afgerond)."
    if decision.to_higher is not None:
        yield f"  Tot de volgende klasse, volgens de tabel: {exact(decision.to_higher)} {unit} meer."
    if decision.to_lower is not None:
        yield f"  Een lagere klasse volgt pas bij meer dan {exact(decision.to_lower)} {unit} minder."
    if decision.lower_bound == 0:
        yield f"  {_NO_AMOUNT}"


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
    return f"  {where:<{_WIDTH}} klasse {change.band} ({change.label}), norm {exact(change.norm_minutes)}{doubt}"


def _support_block(decision: Decision) -> Iterator[str]:
    blank = decision.lines_without_norm()
    if blank:
        names = ", ".join(f"{name_in_words(line.factor)}: {level_in_words(line.level)}" for line in blank)
        yield f"Zonder norm, want te weinig waarnemingen: {names}."
        yield "  De omvang moet hier apart worden onderzocht en gemotiveerd."


def _client_block(decision: Decision) -> Iterator[str]:
    yield "Tekst voor de cliënt"
    yield f"  {client_paragraph(decision)}"
