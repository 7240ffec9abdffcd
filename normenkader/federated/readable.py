"""A summary in words, in Dutch: all that leaves a provider, for the privacy officer who must agree to it."""

from __future__ import annotations

from collections.abc import Iterable

from normenkader.federated.readable_sums import cell_lines, sum_lines
from normenkader.federated.summary import CellSummary, Summary
from normenkader.federated.told import Told
from normenkader.model.factors import design_factors
from normenkader.study import Study
from normenkader.terms.dutch_numbers import exact
from normenkader.terms.names import factor_name, level_name, term_name
from normenkader.terms.units import dutch_unit

_WHAT = (
    "WAT DIT IS",
    "Dit bestand zegt in woorden wat er bij deze aanbieder weggaat, getal voor getal. Dezelfde getallen staan in het "
    "bestand met dezelfde naam dat op .json eindigt; dat bestand gaat naar wie het onderzoek uitvoert.",
    "- Het zijn sommen en aantallen over veel cliënten samen. Er staat geen regel per cliënt in.",
    "- Er staan geen namen, nummers, geboortedatums, adressen, datums of gemeenten van cliënten in.",
    "- Het is een vertrouwelijk tussenproduct. Het is niet bedoeld om te publiceren of door te geven.",
)
_RISK = (
    "WELK RISICO OVERBLIJFT",
    "- Wie alle gegevens van deze aanbieder op één cliënt na al kent, kan die ene cliënt uit de sommen afleiden.",
    "- Wie twee samenvattingen van deze aanbieder heeft die één cliënt verschillen, kan die cliënt geheel afleiden: "
    "het verschil van de sommen is die cliënt. Geef daarom per onderzoek één samenvatting, en laat een eerdere "
    "vernietigen.",
    "- De tabel met aantallen per paar van niveaus kan aantallen onder de drempel bevatten. Die zijn nodig voor de "
    "berekening. Daarom is dit bestand alleen voor wie het onderzoek uitvoert, onder een overeenkomst.",
)


def readable_text(summary: Summary | CellSummary, study: Study) -> str:
    """Everything in the file, number by number, with what it means, what it is for, and the risk that remains."""
    first = isinstance(summary, Summary)
    body = _first_round(summary, study) if isinstance(summary, Summary) else _second_round(summary, study)
    head = (
        f"Samenvatting van aanbieder {summary.provider}, ronde {1 if first else 2}", f"Onderzoek: {study.info.name}",
        "", *_WHAT, "",
    )  # fmt: skip
    return "\n".join([*head, *body, "", *_RISK]) + "\n"


def _first_round(summary: Summary, study: Study) -> Iterable[str]:
    least = study.disclosure.min_clients
    yield from (
        "1. HOEVEEL CLIËNTEN EN TRAJECTEN",
        "Waarvoor: een grotere aanbieder telt zwaarder mee in het gemiddelde.",
        f"- cliënten: {exact(summary.n_clients)}", f"- trajecten: {exact(summary.n_episodes)}", "",
        "2. TRAJECTEN DIE HUN TOEGEKENDE MAXIMUM KREGEN",
        "Waarvoor: wie zijn maximum kreeg, had misschien meer nodig. Het onderzoek meldt hoe vaak dat voorkomt.",
        f"- {_told(summary.at_cap, least)}", "",
        "3. WAT VOORAF IS SAMENGEVOEGD OF WEGGELATEN",
        f"Een niveau dat minder dan {least} cliënten hebben, telt als het niveau ernaast. Is er geen niveau ernaast, "
        "dan zijn die trajecten weggelaten. Zo gaat het ook met twee niveaus samen.",
        *(_merged(summary) or ("- Niets. Elk niveau had genoeg cliënten.",)), "",
        "4. CLIËNTEN PER NIVEAU",
        "Waarvoor: een niveau krijgt alleen een eigen norm als genoeg cliënten bij genoeg aanbieders het hebben.",
        *_by_level(summary, study), "",
    )  # fmt: skip
    yield from sum_lines(summary, dutch_unit(study.info.unit))


def _told(number: Told | None, least: int) -> str:
    if number is None:
        return "niet bekend: geen traject heeft een toegekend maximum"
    if number.exact is not None:
        return f"{exact(number.exact)} trajecten"
    return (
        f"tussen {exact(number.low)} en {exact(number.high)} trajecten; het precieze aantal gaat niet weg, omdat het "
        f"om minder dan {least} cliënten gaat, of om allen op minder dan {least} na"
    )


def _merged(summary: Summary) -> tuple[str, ...]:
    merged = (
        f"- {term_name(factor, level)}: telt als {level_name(became)}" for factor, level, became in summary.merged
    )
    left_out = (
        f"- {' samen met '.join(map(factor_name, name.split(' x ')))}: trajecten weggelaten"
        for name in summary.left_out
    )
    return (*merged, *left_out)


def _by_level(summary: Summary, study: Study) -> Iterable[str]:
    counts = dict(zip(summary.terms, summary.term_clients, strict=True))
    for factor in design_factors(study):
        yield f"{factor_name(factor.name)}"
        for level in factor.levels:
            own = level == factor.levels[factor.reference]
            n = summary.own_clients[factor.name] if own else counts[factor.name, level, "", ""]
            yield f"- {level_name(level)}{' (niveau van de ijkcliënt)' if own else ''}: {exact(n)}"
    pairs = [(key, n) for key, n in counts.items() if key[2]]
    if pairs:
        yield "twee niveaus samen"
    yield from (f"- {term_name(*key)}: {exact(n)}" for key, n in pairs)


def _second_round(cells: CellSummary, study: Study) -> Iterable[str]:
    unit, least = dutch_unit(study.info.unit), study.disclosure.min_clients
    yield from (
        "1. TRAJECTEN ZONDER NORM",
        "Waarvoor: voor hen geeft de normtabel niets. Het onderzoek meldt hoe vaak dat voorkomt. Ook is zo na te gaan "
        "of ronde 2 over dezelfde trajecten gaat als ronde 1.",
        f"- {_told(cells.without_norm, least)}", "",
    )  # fmt: skip
    yield from cell_lines(cells, unit, least)
