"""The chapters of the dossier in their order: one list gives numbers, contents and references."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One chapter or annex: its anchor, title, template, and what it is called in running text."""

    anchor: str
    title: str
    template: str
    called: str
    heading: str


_CHAPTERS = (
    ("samenvatting", "Samenvatting", "summary"),
    ("vraag", "Vraag, opdracht en onafhankelijkheid", "question"),
    ("gegevens", "Gegevens", "data"),
    ("aannames", "Aannames", "premises"),
    ("keuzes", "Keuzes", "choices"),
    ("kenmerken", "IJkcliënt en kenmerken", "factors"),
    ("normtabel", "Normtabel", "norms"),
    ("rekenvoorbeeld", "Rekenvoorbeeld op papier", "example"),
    ("bronnen", "Vergelijking van bronnen", "triangulation"),
    ("geleverd-en-nodig", "Geleverde tijd en nodige tijd", "needed"),
    ("tijd-in-traject", "Tijd in het traject", "course"),
    ("klassen", "Klassen", "bands"),
    ("andere-keuzes", "Andere keuzes, en hoe gevoelig de uitkomst is", "robustness"),
    ("gevolgen", "Gevolgen voor cliënten", "impact"),
    ("toepassen", "Toepassen en afwijken", "applying"),
    ("privacy", "Privacy", "privacy"),
    ("herrekenen", "Hoe herrekent u dit", "recompute"),
    ("herziening", "Geldigheid en herziening", "review"),
    ("voorbehouden", "Voorbehouden", "reservations"),
    ("grenzen-van-de-gegevens", "Wat deze gegevens niet kunnen dragen", "limits"),
)
_ANNEXES = (
    ("toetslijst", "Toetslijst van 27 punten", "checklist"),
    ("rechtspraak", "Rechtspraak en wetten", "rulings"),
    ("modelmaten", "Modelmaten", "annex"),
    ("rapportagelijsten", "Lijsten voor onderzoekers (TRIPOD+AI en PROBAST+AI)", "reporting"),
    ("woordenlijst", "Woordenlijst", "glossary"),
    ("tariefbijlage", "Tarief", "tariff"),
)


def _chapter(name: str, anchor: str, title: str, template: str, *, annex: bool) -> Chapter:
    heading = f"Bijlage {name}. {title}" if annex else f"{name}. {title}"
    called = f"bijlage {name}" if annex else f"hoofdstuk {name}"
    return Chapter(
        anchor=anchor, title=title, template=f"chapters/{template}.html.j2", called=called, heading=heading
    )  # fmt: skip


CHAPTERS: tuple[Chapter, ...] = (
    *(_chapter(str(i), *row, annex=False) for i, row in enumerate(_CHAPTERS, start=1)),
    *(_chapter(letter, *row, annex=True) for letter, row in zip(ascii_uppercase, _ANNEXES, strict=False)),
)
_BY_ANCHOR = {chapter.anchor: chapter for chapter in CHAPTERS}
# Parts of chapters that are referred to from elsewhere, with the chapter they stand in and what they are called there.
PARTS = {
    "opdracht": ("vraag", "wie het onderzoek deed"), "opzet": ("vraag", "opzet"), "overleg": ("vraag", "overleg"),
    "terzijde": ("gegevens", "terzijde gelegd"), "kwaliteit": ("gegevens", "kwaliteit"),
    "aannames-methode": ("aannames", "methode"), "aannames-vergeleken": ("aannames", "vergeleken"),
    "afronden": ("normtabel", "afronden"), "grensregel": ("klassen", "regel"),
    "ondergrens-genoeg": ("klassen", "ondergrens"), "afwijken": ("toepassen", "afwijken"),
    "tarief": ("toepassen", "tarief"),
}  # fmt: skip


def heading(anchor: str) -> str:
    """Number and title of a chapter."""
    return _BY_ANCHOR[anchor].heading


def called(anchor: str) -> str:
    """A chapter, or a part of one, in running text: ``hoofdstuk 7, ‘afronden’``.

    Raises
    ------
    KeyError
        If the dossier has no such chapter or part.
    """
    if anchor in PARTS:
        chapter, part = PARTS[anchor]
        return f"{_BY_ANCHOR[chapter].called}, ‘{part}’"
    return _BY_ANCHOR[anchor].called


def reference(anchor: str) -> Markup:
    """A link to a chapter or a part of one, by its number."""
    return Markup('<a href="#{}">{}</a>').format(anchor, escape(called(anchor)))
