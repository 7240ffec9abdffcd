"""What triangulation leaves to be read beside the bands, in plain Dutch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from normenkader.evidence import Reservation
from normenkader.experts.on_conflict import Outcome, term_words
from normenkader.experts.panel_norm import PanelNorm
from normenkader.experts.premises import PremiseComparison
from normenkader.experts.source_norms import SourceNorms
from normenkader.experts.source_values import Comparison
from normenkader.study import Study
from normenkader.terms.dutch_numbers import decimal, signed_decimal
from normenkader.terms.names import factor_name

_NO_EXPERTS = (
    "no_experts",
    "Er is geen oordeel van deskundigen. De normen rusten alleen op wat aanbieders leverden.",
)
_NO_SOURCE_NORMS = ("no_source_norms", "Er is geen bestaand normenkader om de uitkomst mee te vergelijken.")
_NO_ASSESSMENTS = (
    "no_assessments",
    "Er zijn geen dubbele beoordelingen. Hoe vaak twee beoordelaars dezelfde klasse geven, is niet bekend.",
)
_PAIRS = {
    ("data", "experts"): "gegevens en deskundigen",
    ("data", "source_norms"): "gegevens en bestaand normenkader",
    ("experts", "source_norms"): "deskundigen en bestaand normenkader",
}
_SETTLED = {
    "data": "De regel die de studie vooraf stelde, volgt dan de gegevens",
    "experts": "De regel die de studie vooraf stelde, volgt dan de deskundigen",
    "cautious": "De regel die de studie vooraf stelde, volgt dan de bron met de meeste minuten",
}
_PREMISES = {
    "differs": "luidt in het bestaande normenkader anders",
    "only_study": "staat niet in het bestaande normenkader",
    "only_source": "staat alleen in het bestaande normenkader",
}


def missing_sources(study: Study, *, has_panel: bool) -> tuple[Reservation, ...]:
    """A reservation for every source that the study does not have."""
    sources = study.sources
    missing = [(not has_panel, *_NO_EXPERTS), (not sources.source_norms, *_NO_SOURCE_NORMS),
               (not sources.assessments, *_NO_ASSESSMENTS)]  # fmt: skip
    return tuple(Reservation(code=code, text=text) for lacks, code, text in missing if lacks)


def triangulation_reservations(
    comparisons: Sequence[Comparison], outcomes: Sequence[Outcome], panel: PanelNorm | None,
    source: SourceNorms | None, premises: Sequence[PremiseComparison],
) -> tuple[Reservation, ...]:  # fmt: skip
    """Conflicts and what they led to, what stayed silent, what could not be judged, and premises that differ."""
    return tuple([
        *_margin(comparisons), *_open(outcomes), *_settled(outcomes), *_source_conflicts(comparisons, source),
        *_silent(comparisons), *_panel(panel), *_premises(premises, source),
    ])  # fmt: skip


def _margin(comparisons: Sequence[Comparison]) -> Iterable[Reservation]:
    if comparisons and all(c.verdict is None for c in comparisons):
        yield Reservation(
            code="no_margin",
            text="De studie zegt niet hoeveel minuten verschil telt. Over de bronnen is daarom geen oordeel gegeven.",
        )


def _open(outcomes: Sequence[Outcome]) -> Iterable[Reservation]:
    left = [o for o in outcomes if not o.settled]
    if left:
        text = (
            f"Gegevens en deskundigen spreken elkaar tegen bij: {'; '.join(map(_both, left))}. De studie laat dit "
            "open. In de normtabel staan de minuten van de gegevens."
        )
        yield Reservation(code="open_conflict", text=text)


def _settled(outcomes: Sequence[Outcome]) -> Iterable[Reservation]:
    done = [o for o in outcomes if o.settled]
    if done:
        changed = [o.words for o in done if o.source == "experts"]
        table = (
            f"In de normtabel komen van de deskundigen: {'; '.join(changed)}." if changed
            else "In de normtabel staan overal de minuten van de gegevens."
        )  # fmt: skip
        text = (
            f"Gegevens en deskundigen spreken elkaar tegen bij: {'; '.join(map(_both, done))}. "
            f"{_SETTLED[done[0].rule]}. {table}"
        )
        yield Reservation(code="settled_conflict", text=text)


def _both(outcome: Outcome) -> str:
    return f"{outcome.words} (gegevens {_minutes(outcome.data)}, deskundigen {_minutes(outcome.experts)})"


def _source_conflicts(comparisons: Sequence[Comparison], source: SourceNorms | None) -> Iterable[Reservation]:
    found = [c for c in comparisons if c.sources == ("data", "source_norms") and c.verdict == "conflict"]
    if found and source is not None:
        listed = "; ".join(f"{term_words(c.key)} ({_minutes(c.difference, signed=True)})" for c in found)
        text = (
            f"De gegevens spreken het bestaande normenkader ‘{source.name}’ (versie {source.version}) tegen bij: "
            f"{listed}. Het getal is hoeveel de gegevens hoger of lager uitkomen."
        )
        yield Reservation(code="source_norms_conflict", text=text)


def _silent(comparisons: Sequence[Comparison]) -> Iterable[Reservation]:
    parts = []
    for pair, words in _PAIRS.items():
        own = [c for c in comparisons if c.sources == pair and c.verdict is not None]
        silent = sum(c.verdict == "silent" for c in own)
        if silent:
            conflicts = sum(c.verdict == "conflict" for c in own)
            parts.append(
                f"{words}: {silent} van {len(own)} niet te zeggen, {conflicts} oneens, "
                f"{len(own) - silent - conflicts} eens"
            )
    if parts:
        told = "; ".join(parts)
        text = (
            "Niet overal is te zeggen of de bronnen het eens zijn: de marges zijn te groot. "
            f"{told[:1].upper()}{told[1:]}."
        )
        yield Reservation(code="silent_comparisons", text=text)


def _panel(panel: PanelNorm | None) -> Iterable[Reservation]:
    if panel is None:
        return
    if panel.left_out:
        text = (
            "De casussen zijn te weinig verschillend om van de deskundigen ook dit te weten: "
            f"{', '.join(map(_left_out, panel.left_out))}. Hun minuten zijn daarom zonder dit onderdeel berekend."
        )
        yield Reservation(code="panel_model_smaller", text=text)
    unknown = [v for v in (panel.ijkclient, *panel.terms) if v.estimate is None or v.estimate.standard_error is None]
    if unknown:
        text = f"Over {len(unknown)} van de {1 + len(panel.terms)} onderdelen zeggen de deskundigen niets bruikbaars."
        yield Reservation(code="experts_silent", text=text)


def _premises(premises: Sequence[PremiseComparison], source: SourceNorms | None) -> Iterable[Reservation]:
    differing = [p for p in premises if p.status != "same"]
    if differing and source is not None:
        listed = "; ".join(f"{p.id} {_PREMISES[p.status]}" for p in differing)
        text = (
            f"Aannames van deze studie en van het bestaande normenkader ‘{source.name}’ verschillen: {listed}. Beleid "
            "dat andere keuzes maakt dan een onderzoek aannam, vindt in dat onderzoek geen steun "
            "(ECLI:NL:CRVB:2018:3835)."
        )
        yield Reservation(code="premises_differ", text=text)


def _minutes(value: float, *, signed: bool = False) -> str:
    return signed_decimal(value) if signed else decimal(value)


def _left_out(part: str) -> str:
    """A part of the panel's model, a pair of factors among them, in words."""
    return " samen met ".join(map(factor_name, part.split(" x ")))
