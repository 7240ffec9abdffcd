"""The tariff annex as Dutch text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from normenkader.dossier.jurisprudence import marked
from normenkader.dossier.numbers import MISSING, decimal, euro, exact, percent
from normenkader.dossier.wording import time_definition
from normenkader.terms.units import counted_in, dutch_unit, in_unit

Document = Mapping[str, Any]

FICTITIOUS = "VERZONNEN BEDRAGEN: gebruik deze bijlage niet voor een besluit."
MEAN = (
    "De prijs rekent met het gemiddelde aantal geleverde minuten van de cliënten voor wie een klasse geldt. Alleen "
    "het gemiddelde geeft samen alle minuten terug; een ondergrens of het midden van de klasse doet dat niet."
)
APPLIES = (
    "Geteld zijn de cliënten voor wie een klasse geldt, zo nodig door de twijfelzone; bands.json telt naar de tabel."
)
DELIVERED = "De minuten zijn geleverd in de meetperiode. Geleverd is niet hetzelfde als nodig."
OLD = {
    "product_price": "de weekprijs van het product in het prijsbestand",
    "assigned_minutes": "de toegewezen minuten tegen dezelfde uurprijs; toegewezen is een maximum",
}


def tariff_text(found: Document) -> str:
    """The whole annex in fixed-width lines, ending without a newline."""
    blocks = (_head, _steps, _sources, _bands, _products, _providers)
    return "\n\n".join(text for block in blocks if (text := "\n".join(block(found))))


def _head(found: Document) -> Iterator[str]:
    yield f"Tariefbijlage: {found['name']}"
    if found["fictitious"]:
        yield FICTITIOUS
    yield f"Prijspeil {found['price_year']}; {time_definition(found['time_definition'])}."


def _steps(found: Document) -> Iterator[str]:
    rows = [(step["element"], step["words"], _factor(step), euro(step["added"]), euro(step["amount"]))
            for step in found["hourly"]["steps"]]  # fmt: skip
    yield "Van uurloon naar prijs per geleverd uur (letter: onderdeel van art. 5.4)"
    yield from _table(("", "stap", "maal", "erbij", "bedrag"), rows)
    yield f"Prijs per uur: {euro(found['hourly']['price'])}, afgerond op hele centen."
    yield f"Van {exact(found['hours']['gross_hours'])} betaalde uren per jaar worden er " \
          f"{exact(found['hourly']['productive_hours'])} geleverd."  # fmt: skip


def _sources(found: Document) -> Iterator[str]:
    yield marked(f"De zes onderdelen van {found['law']}")
    for element in found["elements"]:
        yield f"  {element['element']}. {element['words']}. Bron: {element['source']}"


def _bands(found: Document) -> Iterator[str]:
    rows = [(row["band"], *_figures(row)) for row in found["bands"]]
    rows.append(("samen", *_figures(found["total"])))
    unit = found["unit"]
    yield f"Weekprijs per klasse = prijs per uur{' ÷ 60' if counted_in(unit) == 'minuten' else ''} × gemiddelde " \
          f"{dutch_unit(unit)}"  # fmt: skip
    yield from _table(("klasse", "cliënten", counted_in(unit), "weekprijs", "tussen", "per week", "per jaar"), rows)
    yield in_unit(unit, MEAN)
    yield APPLIES
    yield in_unit(unit, DELIVERED)
    yield "‘Tussen’ is het interval (95%) doordat aanbieders verschillen. Een jaar telt 52 weken."


def _products(found: Document) -> Iterator[str]:
    rows = [(row["name"], *_comparison(row)) for row in found["products"]]
    if rows:
        yield "Oud en nieuw per product, per cliënt en per week"
        yield from _table(("product", "cliënten", "nu", "nieuw", "verschil"), rows)
        yield from _meaning(found["products"], found["unit"])


def _providers(found: Document) -> Iterator[str]:
    rows = [(row["name"], row["n_clients"], euro(row["week_price"])) for row in found["providers"] or ()]
    spread = found["spread"]
    if spread:
        yield "Wat aanbieders erop voor- of achteruitgaan, als deel van wat zij leverden"
        yield f"  Van {spread['n_providers']} aanbieders verandert de helft tussen " \
              f"{percent(spread['lower_quartile'], 1)} en {percent(spread['upper_quartile'], 1)}; de middelste " \
              f"verandert {percent(spread['median'], 1)}."  # fmt: skip
        few = "te weinig om te tonen, of geen" if spread["n_losing"] is None else spread["n_losing"]
        yield f"  Meer dan {percent(spread['loss'])} minder: {few}."
    if rows:
        yield from _table(("aanbieder", "cliënten", "gemiddelde weekprijs"), rows)
    elif found["providers_reason"]:
        yield found["providers_reason"]


def _meaning(rows: Sequence[Document], unit: str) -> Iterator[str]:
    for kind in dict.fromkeys(row["old_is"] for row in rows if row["old_is"]):
        yield f"‘Nu’ is {in_unit(unit, OLD[kind])}."


def _figures(row: Document) -> tuple[str, ...]:
    between = MISSING if not row["interval"] else f"{euro(row['interval'][0])} – {euro(row['interval'][1])}"
    return (_count(row["n_clients"]), decimal(row["mean_minutes"], 2), euro(row["week_price"]), between,
            euro(row["week_budget"], 0), euro(row["year_budget"], 0))  # fmt: skip


def _comparison(row: Document) -> tuple[str, ...]:
    return (_count(row["n_clients"]), euro(row["old_week_price"]), euro(row["new_week_price"]),
            euro(row["difference"]))  # fmt: skip


def _count(value: int | None) -> str:
    return MISSING if value is None else exact(value)


def _factor(step: Document) -> str:
    return "" if step["factor"] is None else decimal(step["factor"], 4)


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    left = 2 if head[0] == "" else 1
    for line in cells:
        parts = [c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))]
        yield "  " + "  ".join(parts).rstrip()
