"""The glossary is whole, plain, and the same as GLOSSARY.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from normenkader import terms
from normenkader.casemix.ledger import CODES

ROOT = Path(__file__).resolve().parents[1]


def _codes_in_source() -> set[str]:
    """Every literal `code` that a reservation or a check is made with."""
    found = set()
    for path in sorted((ROOT / "normenkader").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Reservation", "Check"):
                found |= {k.value.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant)}
    return found


def test_glossary_md_is_up_to_date() -> None:
    written = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    assert written == terms.glossary_markdown(), "write terms.glossary_markdown() to GLOSSARY.md; see CONTRIBUTING.md"


def test_no_word_stands_twice() -> None:
    for words in ([t.name for t in terms.TERMS], [t.dutch for t in terms.TERMS], [t.english for t in terms.TERMS]):
        assert len(words) == len(set(words))


@pytest.mark.parametrize("known", terms.TERMS, ids=lambda known: known.name)
def test_every_term_is_whole_and_in_short_sentences(known: terms.Term) -> None:
    assert all((known.name, known.dutch, known.english, known.meaning_nl, known.source))
    assert known.meaning_nl.endswith((".", "?"))
    assert "|" not in "".join((known.name, known.dutch, known.english, known.meaning_nl, known.source))
    sentences = re.split(r"(?<=[.?;:]) ", known.meaning_nl)
    assert max(len(sentence.split()) for sentence in sentences) <= 22


@pytest.mark.parametrize("known", terms.LAW_AND_POLICY, ids=lambda known: known.name)
def test_a_word_of_law_or_policy_names_its_text(known: terms.Term) -> None:
    assert re.search(r"art\. \d|CRVB:\d{4}|CVDR\d|Toelichting|Verslag|https://", known.source)


def test_every_ledger_code_is_explained() -> None:
    assert [t.name for t in terms.LEDGER_CODES] == list(CODES)


def test_every_reservation_and_check_is_explained() -> None:
    codes = _codes_in_source()
    assert len(codes) > 10
    assert codes <= {t.name for t in terms.TERMS}
