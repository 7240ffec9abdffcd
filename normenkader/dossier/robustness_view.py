"""What the chapter on other choices needs, from validation.json; everything absent stays absent."""

from __future__ import annotations

from typing import Any

from normenkader.dossier import robustness_words
from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.numbers import dutch_unit
from normenkader.dossier.specification_curve import specification_curve


def robustness_context(documents: Documents) -> dict[str, Any]:
    """Names for the template: the documents of `robustness_documents`, rows of the influence table, the figure."""
    validation = documents.validation
    multiverse = validation.get("multiverse")
    unit = dutch_unit(documents.settings["study"]["unit"])
    drawn = multiverse is not None and len(multiverse["universes"]) > 1 and len(multiverse["edge_ranges"]) > 1
    return {
        "multiverse": multiverse, "exclusions": validation.get("exclusions") or (),
        "impact": validation.get("impact"), "how_many": validation.get("how_many_bands") or (),
        "conditions": validation.get("conditions"),
        "robustness": {"influences": _influences(multiverse) if multiverse else ()},
        "picture_choices": specification_curve(multiverse, unit) if multiverse and drawn else None,
    }  # fmt: skip


def _influences(multiverse: Document) -> tuple[Document, ...]:
    options = {d["name"]: d["options"] for d in multiverse["dimensions"]}
    return tuple(_influence(i, options.get(i["dimension"], [])) for i in multiverse["influences"])


def _influence(row: Document, options: list[str]) -> Document:
    words = [robustness_words.option(code) for code in options]
    left_out = row["dimension"] == "provider_left_out"
    others = "telkens één weg" if left_out else ", ".join(words[1:]) or str(row["reason"] or "")
    return {
        **row, "name": robustness_words.dimension(row["dimension"]), "others": others,
        "in_force": "alle aanbieders" if left_out else words[0],
    }  # fmt: skip
