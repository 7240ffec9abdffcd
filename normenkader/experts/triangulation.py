"""Do data, experts and existing norms point the same way? Conflict is kept, never averaged away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from normenkader.casemix import InputFile
from normenkader.evidence import Reservation
from normenkader.experts.conflict_words import missing_sources, triangulation_reservations
from normenkader.experts.judgements import Judgements
from normenkader.experts.on_conflict import Outcome, all_terms_of, outcomes_of, replaced_by
from normenkader.experts.panel_figures import (
    ExpertScores,
    PanelAgreement,
    PanelPooling,
    expert_scores,
    panel_agreement,
    panel_pooling,
)
from normenkader.experts.panel_norm import PanelNorm, fit_panel_norm
from normenkader.experts.premises import PremiseComparison, compare_premises
from normenkader.experts.source_norms import SourceNorms, read_source_norms
from normenkader.experts.source_values import (
    CONFIDENCE as CONFIDENCE,
)
from normenkader.experts.source_values import (
    Comparison,
    NotCompared,
    Source,
    SourceEstimate,
    SourceValue,
    compare,
    value_of,
)
from normenkader.model.intervals import degrees_of_freedom
from normenkader.model.replaced import IJKCLIENT, Replaced, TermKey
from normenkader.model.results import MinutesModel
from normenkader.provenance import Receipt, canonical_json, sha256_of_bytes

Values = Mapping[TermKey, SourceValue]
PAIRS: tuple[tuple[Source, Source], ...] = (("data", "experts"), ("data", "source_norms"), ("experts", "source_norms"))
_NOT_LISTED = "the existing norms do not list this term"


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangulation:
    """What the sources say of one another, and what could not be compared.

    Attributes
    ----------
    comparisons : tuple of Comparison
        By pair of sources, in the order of the terms, the ijkclient first.
    not_compared : tuple of NotCompared
        Terms on which two sources that are there cannot be compared.
    values : tuple of (source, tuple of SourceValue)
        What each source says of every term.
    outcomes : tuple of Outcome
        Every conflict between data and experts, and what the study's rule made of it.
    replaced : Replaced
        Terms of the norm table that the experts decide under that rule.
    panel_norm : PanelNorm or None
    agreement : PanelAgreement or None
    experts : tuple of ExpertScores
    pooling : PanelPooling or None
        None without a panel or without vignettes whose truth is known.
    source_norms : SourceNorms or None
    premises : tuple of PremiseComparison
    files : tuple of InputFile
        Files of the panel and of the existing norms.
    reservations : tuple of Reservation
    receipt : Receipt
    """

    comparisons: tuple[Comparison, ...]
    not_compared: tuple[NotCompared, ...]
    values: tuple[tuple[Source, tuple[SourceValue, ...]], ...]
    outcomes: tuple[Outcome, ...]
    replaced: Replaced
    panel_norm: PanelNorm | None
    agreement: PanelAgreement | None
    experts: tuple[ExpertScores, ...]
    pooling: PanelPooling | None
    source_norms: SourceNorms | None
    premises: tuple[PremiseComparison, ...]
    files: tuple[InputFile, ...]
    reservations: tuple[Reservation, ...]
    receipt: Receipt

    def in_place_of_data(self) -> dict[Source, Replaced]:
        """Every term of experts and of existing norms, to take the place of the data's: shown, never applied."""
        listed: dict[Source, Replaced] = {}
        for source, values in self.values:
            if source != "data":
                listed[source] = all_terms_of({v.key: v for v in values}, source=source)
        return listed


def triangulate(model: MinutesModel, panel: Judgements | None = None) -> Triangulation:
    """Compare the model with the expert panel and the existing norms, term by term, and apply the rule on conflict.

    For the ijkclient and every term the pairs data-experts, data-existing norms and experts-existing norms: the
    difference with a 90 % interval, and a verdict by two one-sided tests against the study's margin. Experts weigh
    equally; pools by performance stand beside and decide nothing.

    Parameters
    ----------
    model : MinutesModel
        Its study names the existing norms, which are read here.
    panel : Judgements or None
        The expert panel; None when the study has none, which becomes a reservation.

    Returns
    -------
    Triangulation

    Raises
    ------
    InputRefused
        If the file of existing norms is wrong, or the panel has one expert only.
    """
    study = model.study
    source, norm = read_source_norms(study), None if panel is None else fit_panel_norm(panel)
    values: dict[Source, Values] = {"data": data_values(model)}
    values |= {} if norm is None else {"experts": norm.estimates()}
    values |= {} if source is None else {"source_norms": _source_values(source, values["data"])}
    found = tuple(_compared(values, margin=study.triangulation.margin))
    comparisons = tuple(c for c in found if isinstance(c, Comparison))
    conflicts = [c for c in comparisons if c.sources == ("data", "experts") and c.verdict == "conflict"]
    experts = values.get("experts", {})
    outcomes = outcomes_of(conflicts, values["data"], experts, study.triangulation.on_conflict)
    premises = () if source is None else compare_premises(study.premises, source)
    reservations = triangulation_reservations(comparisons, outcomes, norm, source, premises)
    return Triangulation(
        comparisons=comparisons, not_compared=tuple(c for c in found if isinstance(c, NotCompared)),
        values=tuple((name, tuple(listed.values())) for name, listed in values.items()), outcomes=outcomes,
        replaced=replaced_by(outcomes, experts), panel_norm=norm, source_norms=source, premises=premises,
        agreement=None if panel is None else panel_agreement(panel),
        experts=() if panel is None else expert_scores(panel), pooling=None if panel is None else panel_pooling(panel),
        files=(() if panel is None else panel.files) + (() if source is None else (source.file,)),
        reservations=(*missing_sources(study, has_panel=panel is not None), *reservations),
        receipt=_receipt(model, panel, source, comparisons, outcomes),
    )  # fmt: skip


def data_values(model: MinutesModel) -> dict[TermKey, SourceValue]:
    """What the data say of every term, with degrees of freedom for few providers; the ijkclient first."""
    degrees = degrees_of_freedom(model.profile())
    own = SourceEstimate(
        value=model.ijkclient.value,
        standard_error=model.ijkclient.standard_error,
        degrees_of_freedom=float(degrees[-1]),
    )
    listed = [value_of((IJKCLIENT, "", "", ""), own)]
    for term in model.terms:
        estimate = None if term.estimate is None else SourceEstimate(
            value=term.estimate.value, standard_error=term.estimate.standard_error,
            degrees_of_freedom=float(degrees[term.column]),
        )  # fmt: skip
        listed.append(value_of((term.factor, term.level, term.with_factor, term.with_level), estimate, term.reason))
    return {value.key: value for value in listed}


def _source_values(source: SourceNorms, terms: Iterable[TermKey]) -> dict[TermKey, SourceValue]:
    """Fixed numbers: the existing norms say nothing of how certain they are."""
    minutes = {term.key: term.minutes for term in source.terms}
    minutes[IJKCLIENT, "", "", ""] = source.ijkclient_minutes
    return {
        key: value_of(key, SourceEstimate(value=minutes[key], standard_error=0.0)) if key in minutes
        else value_of(key, None, _NOT_LISTED)
        for key in terms
    }  # fmt: skip


def _compared(values: Mapping[Source, Values], *, margin: float | None) -> Iterable[Comparison | NotCompared]:
    for pair in PAIRS:
        if not set(pair) <= set(values):
            continue
        first, second = values[pair[0]], values[pair[1]]
        for key in values["data"]:
            yield _pair(pair, first[key], second[key], margin=margin)


def _pair(
    pair: tuple[Source, Source], first: SourceValue, second: SourceValue, *, margin: float | None
) -> Comparison | NotCompared:
    if first.estimate is None or second.estimate is None:
        factor, level, with_factor, with_level = first.key
        return NotCompared(
            sources=pair, factor=factor, level=level, with_factor=with_factor, with_level=with_level,
            reason=first.reason if first.estimate is None else second.reason,
        )  # fmt: skip
    return compare(pair, first.key, first.estimate, second.estimate, margin=margin)


def _receipt(
    model: MinutesModel, panel: Judgements | None, source: SourceNorms | None, comparisons: tuple[Comparison, ...],
    outcomes: tuple[Outcome, ...],
) -> Receipt:  # fmt: skip
    figures = [[list(c.key), list(c.sources), round(c.difference, 6), c.verdict] for c in comparisons]
    content = canonical_json([figures, [{**asdict(o), "data": round(o.data, 6), "experts": round(o.experts, 6)}
                                        for o in outcomes]])  # fmt: skip
    sources = tuple(part.receipt for part in (model, panel, source) if part is not None)
    return Receipt(stage="triangulation", sha256=sha256_of_bytes(content.encode()), made_from=sources)
