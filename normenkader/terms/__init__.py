"""The only glossary: every word of the field, what it is called in code, and where law or policy defines it.

Words that law or policy defines carry their source. The others are ours or the field's, and say so. One module holds
one subject. GLOSSARY.md is generated from here by `glossary_markdown`; a test holds the two together.
"""

from __future__ import annotations

from normenkader.terms.check_codes import CHECK_CODES
from normenkader.terms.in_use import IN_USE
from normenkader.terms.law_and_policy import LAW_AND_POLICY
from normenkader.terms.ledger_codes import LEDGER_CODES
from normenkader.terms.research import RESEARCH
from normenkader.terms.reservation_codes import RESERVATION_CODES
from normenkader.terms.term import Term

__all__ = ["LAW_AND_POLICY", "LEDGER_CODES", "TERMS", "TOOLKIT", "Term", "glossary_markdown"]

TOOLKIT = RESEARCH + IN_USE
TERMS = LAW_AND_POLICY + TOOLKIT + LEDGER_CODES + RESERVATION_CODES + CHECK_CODES

_SECTIONS = (
    ("Woorden uit wet en beleid", LAW_AND_POLICY),
    ("Woorden van onderzoek en toolkit", TOOLKIT),
    ("Waarom een regel niet meetelt (uitvalregister)", LEDGER_CODES),
    ("Voorbehouden en toetsen", RESERVATION_CODES + CHECK_CODES),
)
_HEAD = """\
# Woordenlijst

Gemaakt uit `normenkader/terms/`; verander de woorden daar. De betekenis is onze uitleg in gewone taal; de bron zegt
waar het woord vandaan komt.

Wetten zijn genoemd naar de tekst van mei 2017 en uitspraken naar hun kop of een samenvatting: geen van beide is voor
deze lijst door een jurist nagelezen. Controleer ze voordat u ze aanhaalt."""


def glossary_markdown() -> str:
    """GLOSSARY.md: one table a section."""
    return "\n\n".join([_HEAD, *(_section(title, terms) for title, terms in _SECTIONS)]) + "\n"


def _section(title: str, terms: tuple[Term, ...]) -> str:
    rows = ["| Nederlands | in code | English | betekenis | bron |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {t.dutch} | `{t.name}` | {t.english} | {t.meaning_nl} | {t.source} |" for t in terms]
    return "\n".join([f"## {title}", "", *rows])
