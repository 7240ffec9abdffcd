"""A summary in words, in Dutch: all that leaves a provider, for the privacy officer who must agree to it."""

from __future__ import annotations

from collections.abc import Iterable

from normenkader.federated.summary import MOMENTS, CellSummary, Summary

_FIRST = (
    "Wat dit is: sommen van één aanbieder, in plaats van gegevens van cliënten. Er staat geen regel per cliënt in.",
    "Vertrouwelijk tussenproduct. Niet bedoeld om te publiceren of verder door te geven.",
    "Er zijn geen namen, nummers, datums of gemeenten van cliënten in opgenomen.",
)
_RISK = (
    "Wat er aan risico overblijft",
    "- Wie alle gegevens van deze aanbieder op één cliënt na al kent, kan die ene cliënt uit de sommen afleiden.",
    "- Wie twee samenvattingen van deze aanbieder heeft die één cliënt verschillen, kan die cliënt geheel afleiden: "
    "het verschil van de sommen is die cliënt. Geef daarom per onderzoek één samenvatting, en laat een eerdere "
    "vernietigen.",
    "- De tabel met sommen per paar van kenmerken kan aantallen onder de drempel bevatten. Die zijn nodig voor de "
    "berekening. Daarom is dit bestand alleen voor wie het onderzoek uitvoert, onder een overeenkomst.",
)
_MEANING = {
    "n": "aantal trajecten", "w": "som van de gewichten (elk traject telt voor 1)",
    "x": "aantal trajecten per kenmerk", "y": "som van de minuten per week",
    "xx": "aantal trajecten per paar van kenmerken", "xy": "som van de minuten per week, per kenmerk",
    "yy": "som van de kwadraten van de minuten per week", "log_w": "som van de logaritmen van de gewichten (nul)",
}  # fmt: skip


def readable_text(summary: Summary | CellSummary) -> str:
    """Everything in the file, number by number, with what it means and the risk that remains."""
    body = _first_round(summary) if isinstance(summary, Summary) else _second_round(summary)
    number = 1 if isinstance(summary, Summary) else 2
    head = [f"Samenvatting van aanbieder {summary.provider}, ronde {number}", "", *_FIRST, ""]
    return "\n".join([*head, *body, "", *_RISK]) + "\n"


def _first_round(summary: Summary) -> Iterable[str]:
    yield f"Cliënten: {summary.n_clients}. Trajecten: {summary.n_episodes}."
    yield f"Trajecten aan het toegekende maximum: {'niet vermeld' if summary.at_cap is None else summary.at_cap}."
    yield "Samengevoegd, omdat te weinig cliënten het hadden:"
    yield from [f"- {f}: {level} telt als {became}" for f, level, became in summary.merged] or ["- niets"]
    yield "Enkele trajecten weggelaten, omdat te weinig cliënten het hadden en er geen buurniveau is:"
    yield from [f"- {name}" for name in summary.left_out] or ["- niets"]
    yield from ("", "Cliënten per kenmerk")
    yield from (f"- {factor}, niveau van de ijkcliënt: {n}" for factor, n in summary.own_clients.items())
    yield from (f"- {_term(key)}: {n}" for key, n in zip(summary.terms, summary.term_clients, strict=True))
    yield from ("", "Sommen")
    for name in MOMENTS:
        yield from _sums(name, summary)


def _sums(name: str, summary: Summary) -> Iterable[str]:
    values = getattr(summary.moments(), name)[0]
    yield f"{name}: {_MEANING[name]}"
    if values.ndim == 0:
        yield f"  {values:.10g}"
    elif values.ndim == 1:
        yield from (f"  {_term(key)}: {value:.10g}" for key, value in zip(summary.terms, values, strict=True))
    else:
        yield from (
            f"  {_term(a)} en {_term(b)}: {values[i, j]:.10g}"
            for i, a in enumerate(summary.terms) for j, b in enumerate(summary.terms) if i <= j and values[i, j]
        )  # fmt: skip


def _second_round(cells: CellSummary) -> Iterable[str]:
    yield f"Cliënten per stap van {cells.step} minuten, volgens de afgesproken normtabel."
    yield "Stappen met te weinig cliënten zijn bij een buurstap gevoegd."
    yield f"Trajecten zonder norm: {'niet vermeld' if cells.without_norm is None else cells.without_norm}."
    for at, low in enumerate(cells.lower.tolist()):
        yield (
            f"- vanaf {low}: {cells.n_clients[at]} cliënten, {cells.n_episodes[at]} trajecten; som van de norm "
            f"{cells.norm_minutes[at]:.10g}, van de kwadraten {cells.norm_squares[at]:.10g}; som van de geleverde "
            f"minuten {cells.minutes[at]:.10g}, van de kwadraten {cells.squares[at]:.10g}"
        )


def _term(key: tuple[str, str, str, str]) -> str:
    factor, level, other, their = key
    return f"{factor} {level}" + (f" met {other} {their}" if other else "")
