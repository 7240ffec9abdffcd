"""One word of the field, and the texts that words come from."""

from __future__ import annotations

from dataclasses import dataclass

MODEL_TEXT = "Toelichting bandbreedtemodel individuele begeleiding, Sociale Dienst Drechtsteden, 28 november 2024"
MEETING = "Verslag fysieke overlegtafel Begeleiding, 12 december 2024"
FAQT = "FAQT-V (Factum), https://www.factumadvies.nl/faqt-v-methodiek/opbouw-faqt-v/"
OURS = "deze toolkit"
FIELD = "gangbaar begrip in de statistiek"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of the field.

    Attributes
    ----------
    name : str
        As it is written in code, files and settings.
    dutch, english : str
        As it is said.
    meaning_nl : str
        What it means, in plain Dutch (B1).
    source : str
        Law, ruling or policy text that defines it; else whose word it is.
    """

    name: str
    dutch: str
    english: str
    meaning_nl: str
    source: str


def terms_of(source: str, *rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> tuple[Term, ...]:
    """Terms of one `source`, from rows of name, Dutch, English and meaning; a fifth text is that row's own source."""
    return tuple(
        Term(name=row[0], dutch=row[1], english=row[2], meaning_nl=row[3], source=row[4] if len(row) == 5 else source)
        for row in rows
    )
