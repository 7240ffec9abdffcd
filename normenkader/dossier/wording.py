"""Plain Dutch for the codes, kinds and names that stand in the documents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from normenkader.bands.chosen import CHOSEN_RULE
from normenkader.bands.optimum import RULE
from normenkader.casemix.quality_words import QUALITY_MEASURES, QUALITY_REASONS_DUTCH
from normenkader.dossier import word_lists
from normenkader.dossier.choice_words import VALUES
from normenkader.terms import names
from normenkader.terms.units import dutch_unit

name, level = names.factor_name, names.level_name


def set_aside(code: str) -> str:
    """Why rows with this code of the ledger were set aside."""
    return _lookup(word_lists.SET_ASIDE, code)


def quality(code: str) -> str:
    """A finding of the data-quality report in a sentence."""
    return QUALITY_MEASURES[code].dutch if code in QUALITY_MEASURES else _plain(code)


def reason(text: str | None) -> str:
    """Why there is no value, without a full stop: known reasons in Dutch, others as they stand."""
    known = {**QUALITY_REASONS_DUTCH, **word_lists.REASONS}
    return known.get(text or "", text or "te weinig gegevens").rstrip(".")


def unit(text: str) -> str:
    """A unit of a measure: ``share`` and the like, else a unit of time."""
    return word_lists.UNITS.get(text, dutch_unit(text))


def loss(code: str) -> str:
    """What one figure of the norm table's loss says."""
    return word_lists.LOSS.get(code, _plain(code))


def _lookup(words: dict[str, str], code: str) -> str:
    return words.get(code, _plain(code))


def table(code: str) -> str:
    """Name of an input table."""
    return _lookup(word_lists.TABLES, code)


def choice(code: str) -> str:
    """Another fit under which edges were derived."""
    return _lookup(word_lists.CHOICES, code)


def rule(code: str) -> str:
    """A rule for edges; a full sentence that we do not know stands as it is."""
    if code == RULE:
        return word_lists.BAND_RULE
    if code == CHOSEN_RULE:
        return word_lists.CHOSEN_BAND_RULE
    return code if " " in code else _lookup(word_lists.RULES, code)


def demand(code: str) -> str:
    """A demand on the bands that a rival rule breaks."""
    return _lookup(word_lists.DEMANDS, code)


def research(key: str) -> str:
    """Subject of an entry about the research itself."""
    return _lookup(word_lists.RESEARCH, key)


def dialect(text: str) -> str:
    """How a file was read; words we do not know stand as they are."""
    for english, dutch in word_lists.DIALECT.items():
        text = text.replace(english, dutch)
    return text


def verdict(code: str) -> str:
    """Verdict of a comparison of two sources."""
    return _lookup(word_lists.VERDICTS, code)


def source(code: str) -> str:
    """One of the sources that are compared."""
    return _lookup(word_lists.SOURCES, code)


def source_pair(pair: Sequence[str]) -> str:
    """Two sources that are compared."""
    return " – ".join(source(code) for code in pair)


def on_conflict(rule: str) -> str:
    """What a conflict of sources leads to."""
    return VALUES.get(("triangulation", "on_conflict", rule), rule)


def premise(status: str) -> str:
    """How a premise of the study stands to that of the existing norms."""
    return _lookup(word_lists.PREMISES, status)


def variance(code: str) -> str:
    """Rule for the spread around the norm."""
    return _lookup(word_lists.VARIANCE, code)


def basis(code: str) -> str:
    """How minutes were obtained."""
    return _lookup(word_lists.BASES, code)


def time_definition(code: str) -> str:
    """Which time counts."""
    return _lookup(word_lists.TIME, code)


def without_address(text: str) -> str:
    """A source without the address of its page: the dossier points at nothing on a network."""
    return re.sub(r",? ?https?://[^\s;,]+", "", text)


def _plain(code: str) -> str:
    return code.replace("_", " ")
