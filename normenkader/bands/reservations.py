"""Reservations: what must be read beside the bands, in plain Dutch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from normenkader.bands.assessed import Assessed
from normenkader.bands.assessor_checks import assessor_reservations
from normenkader.bands.chosen import edges_of_rule
from normenkader.bands.optimum import Infeasible
from normenkader.bands.table import EdgesUnder
from normenkader.disclosure import published_providers, share_of_all
from normenkader.evidence import Check, Reservation
from normenkader.experts.triangulation import Triangulation
from normenkader.model.intervals import wider_by_unequal_providers
from normenkader.model.norm_table import NormTable
from normenkader.model.sampled import DRAWN_ROWS, is_sampled
from normenkader.settings import Factor
from normenkader.terms.dutch_numbers import decimal, percent
from normenkader.terms.names import term_name
from normenkader.terms.units import counted_in

LevelCounts = Callable[[Factor], tuple[int, int]]
"""Clients and providers at the ijkclient's level of a factor."""

_DEMANDS = {
    "min_share": "het kleinste aandeel cliënten per klasse",
    "min_providers": "het kleinste aantal aanbieders per klasse",
    "min_width": "de kleinste breedte van een klasse",
    "ijkclient_band": "de vaste klasse van de ijkcliënt",
    "ijkclient_off_edge": "dat de ijkcliënt niet op een grens ligt",
}
_FAILED = {
    "signal_at_unseen_providers": "Het staat niet vast dat de factoren bij een nieuwe aanbieder beter voorspellen dan "
    "het gemiddelde. Deze gegevens dragen geen klassen.",
    "leakage_alarm": "Het verklaarde deel is verdacht hoog. Ga na of een factor de toegekende minuten bevat.",
    "bands_keep_explained": "De klassen houden minder dan 80% over van wat de normtabel verklaart.",
    "style_follows_casemix": "Aanbieders met zwaardere cliënten leveren ook los van die zwaarte anders. De normen zijn "
    "daarom binnen aanbieders bepaald; een gewoon gemiddelde zou vertekend zijn.",
    "share_at_cap": "Een deel van de leveringen zit aan het toegekende maximum. De behoefte kan hoger zijn.",
    "reliability_of_minutes": "Twee beoordelaars komen voor dezelfde cliënt te vaak op een andere som van minuten uit.",
    "same_band": "Twee beoordelaars geven dezelfde cliënt te vaak een andere klasse.",
    "prmse_panel": "Het staat niet vast dat de normtabel beter voorspelt wat deskundigen nodig vinden dan één "
    "getal voor iedereen.",
    "bands_possible_in_resamples": "Bij andere aanbieders was dit aantal klassen niet altijd mogelijk geweest.",
}


# In draws of providers' levels an interval is then a quarter or more too wide, and holds in 98 of 100.
MOST_WIDER = 1.25


class ToldBand(Protocol):
    """What reservations ask of a band, from rows or from sums."""

    @property
    def label(self) -> str: ...
    @property
    def lower(self) -> int: ...
    @property
    def suppressed(self) -> bool: ...
    @property
    def dominated(self) -> bool: ...


def gather_reservations(
    norms: NormTable,
    agreed: Triangulation,
    bands: Iterable[ToldBand],
    infeasible: Infeasible | None,
    edges_under: Iterable[EdgesUnder],
    checks: Iterable[Check],
    assessed: Assessed | None = None,
    *,
    at_level: LevelCounts | None = None,
) -> tuple[Reservation, ...]:
    """All reservations, in a fixed order: the bands, the norm table, the data, the checks, the other sources.

    Counts of clients and providers at a level are those of the model's rows, unless `at_level` gives them.
    """
    listed = tuple(bands)
    own = tuple(band.lower for band in listed)
    found = [
        *_fewer_bands(infeasible), *_suppressed(listed), *_support(norms),
        *_ijkclient(norms, at_level or _rows_at_level(norms)), *_rounding(norms), *_few_providers(norms),
        *_heavy_provider(norms), *_data(norms),
        *_other_edges(edges_under, norms, own),
        *(Reservation(code=c.code, text=c.reservation or _FAILED[c.code]) for c in checks if c.passed is False),
        *assessor_reservations(assessed, own, norms.model.study.bands.same_band_floor), *agreed.reservations,
    ]  # fmt: skip
    return tuple(found)


def _fewer_bands(infeasible: Infeasible | None) -> Iterable[Reservation]:
    if infeasible is not None:
        ways = [" en ".join(_DEMANDS[code] for code in codes) for codes in infeasible.relax]
        help_ = f" Het gevraagde aantal kan wel zonder {'; of zonder '.join(ways)}." if ways else ""
        one = "" if infeasible.most_bands else " Ook met één klasse is niet aan alle eisen voldaan."
        text = (
            f"Met {infeasible.n_bands} klassen is niet aan alle eisen te voldoen; het zijn er minder geworden."
            f"{one}{help_}"
        )
        yield Reservation(code="fewer_bands", text=text)


def _suppressed(bands: Iterable[ToldBand]) -> Iterable[Reservation]:
    hidden = [band.label for band in bands if band.suppressed]
    if hidden:
        text = f"Te weinig cliënten of aanbieders om cijfers te tonen in: {', '.join(hidden)}."
        yield Reservation(code="suppressed_band", text=text)
    told = [band.label for band in bands if band.dominated]
    if told:
        text = (
            "Enkele aanbieders of cliënten hebben bijna alle minuten, of een cijfer zou verraden wat zij hebben; "
            f"cijfers zijn niet getoond in: {', '.join(told)}."
        )
        yield Reservation(code="dominated_band", text=text)


def _support(norms: NormTable) -> Iterable[Reservation]:
    mains = [n for n in norms.terms if not n.term.with_factor and not n.term.supported]
    merged = [term_name(n.term.factor, n.term.level) for n in mains if n.term.merged_with]
    silent = [term_name(n.term.factor, n.term.level) for n in mains if not n.term.merged_with]
    pairs = sum(1 for n in norms.terms if n.term.with_factor and not n.term.supported)
    if merged:
        text = f"Te weinig cliënten of aanbieders voor een eigen norm; het buurniveau geldt: {', '.join(merged)}."
        yield Reservation(code="merged_levels", text=text)
    if silent:
        yield Reservation(code="unsupported_levels", text=f"Geen norm mogelijk voor: {', '.join(silent)}.")
    if pairs:
        text = f"Voor {pairs} combinaties van niveaus is er geen eigen norm; daar geldt de som van de losse factoren."
        yield Reservation(code="unsupported_interactions", text=text)


def _rows_at_level(norms: NormTable) -> LevelCounts:
    frame = norms.model.casemix.to_frame()

    def counts(factor: Factor) -> tuple[int, int]:
        rows = frame[frame[factor.name] == factor.ijkclient]
        return rows["client"].nunique(), rows["provider"].nunique()

    return counts


def _ijkclient(norms: NormTable, at_level: LevelCounts) -> Iterable[Reservation]:
    """Every term of a factor is a difference from the ijkclient's level, so it is no surer than that level."""
    study = norms.model.study
    thin = []
    for factor in study.factors:
        clients, providers = at_level(factor)
        if clients < study.disclosure.min_clients or providers < study.disclosure.min_providers:
            thin.append(term_name(factor.name, factor.ijkclient))
    if thin:
        text = (
            f"Te weinig cliënten of aanbieders hebben het niveau van de ijkcliënt: {', '.join(thin)}. Alle minuten van "
            "zo’n kenmerk zijn verschillen met dat niveau. Kies een ijkcliënt die vaker voorkomt."
        )
        yield Reservation(code="ijkclient_unsupported", text=text)


def _rounding(norms: NormTable) -> Iterable[Reservation]:
    loss = norms.loss
    if loss.share_below > 0:
        unit = counted_in(norms.model.study.info.unit)
        mean = f", gemiddeld {decimal(loss.mean_minutes_below)} {unit}"
        few = loss.share_below * norms.model.clients_of_shares() < norms.model.study.disclosure.min_clients
        text = (
            f"Bij {_share_of_clients(loss.share_below, norms)} ligt de som uit de normtabel onder de onafgeronde "
            f"som{'' if few else mean}."
        )
        yield Reservation(code="published_below_unrounded", text=text)
    if loss.share_without_norm > 0:
        who = _share_of_clients(loss.share_without_norm, norms)
        text = f"Voor {who} is er geen norm; zij tellen niet mee bij de grenzen."
        yield Reservation(code="clients_without_norm", text=text)


def _share_of_clients(share: float, norms: NormTable) -> str:
    """A share in words, that of so few clients that it would tell their number without one."""
    shown = _shown(share, norms)
    return f"{shown} van de cliënten" if shown else "een klein deel van de cliënten"


def _shown(share: float, norms: NormTable) -> str:
    """A share of all clients in percents; empty where it may not be shown."""
    shown = share_of_all(share, norms.model.clients_of_shares(), norms.model.study.disclosure)
    return "" if shown is None else percent(shown)


def _few_providers(norms: NormTable) -> Iterable[Reservation]:
    promise = norms.model.study.bands.promise
    needed = promise / (1 - promise)
    if norms.model.n_providers < needed - 1e-9:
        floor = norms.model.study.disclosure
        how_many = published_providers(norms.model.n_providers, floor) or f"minder dan {floor.min_providers}"
        text = (
            f"Er zijn {how_many} aanbieders; voor een uitspraak over een nieuwe aanbieder zijn er ten "
            f"minste {needed:.0f} nodig."
        )
        yield Reservation(code="few_providers", text=text)


def _heavy_provider(norms: NormTable) -> Iterable[Reservation]:
    if wider_by_unequal_providers(norms.model.profile().n) > MOST_WIDER:
        text = (
            "Eén of enkele aanbieders hebben zo veel van de cliënten dat de marge om de norm van de ijkcliënt "
            "breder is dan nodig. Zij blijft veilig: de echte waarde ligt er zelden buiten. Meer cliënten van de "
            "andere aanbieders, of meer aanbieders van gewone omvang, maken haar smaller."
        )
        yield Reservation(code="one_provider_weighs_heavily", text=text)


def _data(norms: NormTable) -> Iterable[Reservation]:
    ledger = norms.model.casemix.ledger
    if any(count.set_aside for count in ledger.files):
        # Exact row counts belong to the ledger, which is not for publication.
        text = "Er zijn regels terzijde gelegd, elk met een reden. Zie het hoofdstuk over de gegevens."
        yield Reservation(code="rows_set_aside", text=text)
    if is_sampled(norms):
        text = (
            "De normtabel, de grenzen en hun stabiliteit rusten op alle trajecten. De controles, de beloften per "
            "klasse en de proeven met andere keuzes rusten op een vaste trekking van ongeveer "
            f"{DRAWN_ROWS // 1000}.000 trajecten van alle aanbieders."
        )
        yield Reservation(code="checks_on_draw", text=text)
    choice = norms.model.censoring
    if choice.applied:
        part = _shown(choice.share_at_cap * (1 - choice.share_as_delivered), norms) or "Een deel"
        text = (
            f"{part} van de leveringen zit aan het maximum en telt als "
            "ondergrens van de behoefte. Dat rust op de aanname van normaal verdeelde afwijkingen; ook wat een norm "
            "verklaart en hoe ver zij ernaast zit, is daar geschat en niet gemeten."
        )
        yield Reservation(code="censored_need", text=text)
    if choice.share_as_delivered > 0:
        part = _shown(choice.share_as_delivered, norms) or "Een deel"
        text = (
            f"{part} van de leveringen aan het maximum telt toch als "
            "geleverd: bij die aanbieder of dat niveau zit alles aan het maximum. De behoefte kan daar hoger zijn."
        )
        yield Reservation(code="cap_counted_as_delivered", text=text)


def _other_edges(edges_under: Iterable[EdgesUnder], norms: NormTable, own: tuple[int, ...]) -> Iterable[Reservation]:
    """Where the edges were chosen, what is told is what the rule gives, held against what it gives now."""
    by_rule = edges_of_rule(norms, own)
    told = "De grenzen zijn" if norms.model.study.bands.edges is None else "De grenzen van de regel zijn"
    names = {"censoring_on": "als het maximum als ondergrens telt",
             "censoring_off": "als het maximum als behoefte telt",
             "unregistered_as_zero": "als trajecten zonder registratie als nul minuten tellen"}  # fmt: skip
    for other in edges_under:
        if other.edges is not None and other.edges != by_rule and other.choice in names:
            edges = ", ".join(str(edge) for edge in other.edges[1:])
            yield Reservation(code=other.choice, text=f"{told} {edges} {names[other.choice]}.")
