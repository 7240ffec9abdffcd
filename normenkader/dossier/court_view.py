"""What the chapters for court and council need: subjects of the study, items, assumptions and reasons to look again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from normenkader.dossier import checklist, court_words, reporting_items, view, wording
from normenkader.dossier.chapters import CHAPTERS
from normenkader.dossier.course import course_picture, course_rows, curve_name
from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.jurisprudence import STATUS_WORDS, jurisprudence
from normenkader.dossier.numbers import dutch_unit
from normenkader.dossier.research import SubjectGroup, research_keys, said, subject_groups
from normenkader.dossier.review import triggers
from normenkader.terms.units import in_unit

_MOST_RESERVATIONS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One thing the method assumes, why, what the checks say of it, and where to read on."""

    text: str
    why: str
    outcome: str
    where: tuple[str, ...]


def court_context(documents: Documents) -> Mapping[str, Any]:
    """Names for the templates."""
    items, law = checklist.checklist(documents), jurisprudence()
    unit = dutch_unit(documents.settings["study"]["unit"])
    return {
        "items": items, "item_counts": checklist.counts(items), "item_words": checklist.STATUS_DUTCH,
        "lists": [reporting_items.filled_list(name, documents) for name in reporting_items.INSTRUMENTS],
        "law": law, "law_status": STATUS_WORDS,
        "rulings_read": sum(ruling.verified for ruling in law.ruling), "subjects": subjects(documents),
        "assumptions": assumptions(documents), "triggers": triggers(documents),
        "weightiest": weightiest(documents), "status": status(documents),
        "unseen_error": _unseen_error(documents), "plain": plain_text(documents),
        "chapters": CHAPTERS,
        "research": {**dict.fromkeys(key.key for key in research_keys()), **_said(documents)},
        "course_rows": course_rows(documents), "curve_name": curve_name,
        "picture_course": course_picture(documents, unit),
    }  # fmt: skip


def _said(documents: Documents) -> Mapping[str, Any]:
    research = documents.settings.get("research") or {}
    return {key: said(research, key) for key in research}


def subjects(documents: Documents) -> Mapping[str, SubjectGroup | None]:
    """What the study says of itself, by group; ``other`` is None when it says nothing else."""
    unit = documents.settings["study"]["unit"]
    found = {group.code: _in_unit(group, unit) for group in subject_groups(_said(documents))}
    return {"other": None, **found}


def _in_unit(group: SubjectGroup, unit: str) -> SubjectGroup:
    """The questions in the study's unit; the answers are its own."""
    asked = tuple(replace(s, label=in_unit(unit, s.label), asks=in_unit(unit, s.asks)) for s in group.subjects)
    return replace(group, subjects=asked)


def status(documents: Documents) -> str:
    """What this calibration is, in law: whether it is in force never follows from the dossier itself."""
    if view.is_synthetic(documents.settings):
        return "voorbeeld met verzonnen gegevens; niet voor besluiten"
    return "kalibratie; of zij geldt, blijkt alleen uit een besluit en het register"


def weightiest(documents: Documents) -> tuple[Document, ...]:
    """The reservations that bear most on a client's right, those first that a court would ask about first."""
    reservations = documents.bands.get("reservations") or ()
    order = {code: place for place, code in enumerate(court_words.WEIGHTIEST)}
    ranked = sorted(reservations, key=lambda reservation: order.get(reservation["code"], len(order)))
    return tuple(ranked[:_MOST_RESERVATIONS])


def assumptions(documents: Documents) -> tuple[Assumption, ...]:
    """What the method assumes, each with the outcome of the checks that could speak against it."""
    checks = view.checks(documents)
    return tuple(
        Assumption(text=text, why=why, outcome=_outcome(codes, checks), where=where)
        for text, why, codes, where in court_words.ASSUMPTIONS
    )


def _outcome(codes: Sequence[str], checks: Sequence[Document]) -> str:
    if not codes:
        return "met deze gegevens niet te toetsen"
    found = [check["passed"] for check in checks if any(_is_of(check["code"], code) for code in codes)]
    if not found:
        return "niet getoetst in deze uitkomst"
    told = ((True, "gehaald"), (False, "niet gehaald"), (None, "niet te zeggen"))
    return "; ".join(f"{found.count(passed)} {words}" for passed, words in told if found.count(passed))


def _is_of(code: str, pattern: str) -> bool:
    return code.startswith(pattern[:-1]) if pattern.endswith("*") else code == pattern


def plain_text(documents: Documents) -> Callable[[str], str]:
    """A function that puts Dutch names in the place of the study's own codes for factors, and ``90%`` for ``90 %``."""
    names = {factor["name"] for factor in documents.settings["factor"]}
    names |= {entry["factor"] for entry in documents.norms.get("overlap") or ()}
    names.add("ijkclient")
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b")
    return lambda text: re.sub(r"(\d) %", r"\1%", pattern.sub(lambda found: wording.name(found[0]), text))


def _unseen_error(documents: Documents) -> Document | None:
    """Within how many minutes the norm, and the mean for everyone, is right in 8 of 10 cases at a new provider."""
    found = (documents.validation.get("unseen") or {}).get("provider") or {}
    value = (found.get("error_8_of_10") or {}).get("value")
    return None if value is None else {"norm": value, "mean": found.get("error_8_of_10_of_mean")}
