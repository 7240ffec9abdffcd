"""Values that are personal data, judged by whole columns: one code in eleven passes for a BSN by chance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from normenkader.casemix.cells import Days, Mask, parse_dates

MIN_DISTINCT = 5
MIN_PASSING = 0.90
_FEW = 3
_HALF = 0.5
_MOST_DATES = 0.8
_LIVING = (1900, 2015)
_SPREAD_YEARS = 10.0
_MANY_PROSE = 100
_SAMPLE = 1_000
_ELEVEN_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1], dtype=np.int64)

_EMAIL = r"[^\s@;,<>]+@[^\s@;,<>]+\.[A-Za-z]{2,}"
_IBAN = r"^[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}$"
_DUTCH_IBAN = re.compile(r"NL[0-9]{2}[A-Z]{4}[0-9]{10}")
_PHONE = (
    r"^(?:\+|00)31 ?(?:\(0\))?[ -]?[1-9](?:[ -]?[0-9]){8}$"
    r"|^06[ -]?[1-9](?:[ -]?[0-9]){7}$"
    r"|^0[1-9][0-9]{1,2}[ -][0-9](?:[ -]?[0-9]){5,6}$"
)
_POSTCODE = r"(?:^|[^0-9A-Za-z])[1-9][0-9]{3} ?[A-Z]{2}(?:$|[^0-9A-Za-z])"
_WHOLE_POSTCODE = r"^[1-9][0-9]{3} ?[A-Za-z]{2}(?:[ ,-]*[0-9]+.{0,4})?$"
_STREET = r"(?i)[a-z](?:straat|laan|weg|plein|gracht|kade|dreef|singel|pad|dijk|steeg|hof|plantsoen|markt) [0-9]+"
_LINK = r"(?:(?:van|de|der|den|ter|ten|te|het|'t|v\.d\.|vd) ?)*"
_PERSON = (
    rf"^(?:\p{{Lu}}\. ?){{1,5}}{_LINK}\p{{Lu}}[\p{{L}}'-]+"
    rf"|^{_LINK}\p{{Lu}}[\p{{L}}'-]+, ?(?:\p{{Lu}}\.?){{1,5}}(?: {_LINK})?$"
    rf"|^(?i:dhr|mevr|mw|mevrouw|meneer|de heer)\b\.? +{_LINK}\p{{Lu}}"
)
_PROSE = r"(?:\p{L}[\p{L}'.,;:()-]*\s+(?:[^\s]+\s+)*?){5}\p{L}"
_PROSE_CHARACTERS = 35

_COMMON = """
    jan piet kees johan johannes hendrik henk gerrit cornelis willem pieter peter hans dirk marco erik martin mark
    rob robert paul michel patrick dennis jeroen bas bart tim thomas daan lucas sem lars mohamed mohammed ahmed ali
    mustafa youssef ibrahim maria anna johanna elisabeth cornelia wilhelmina hendrika catharina petra monique sandra
    ingrid linda esther anja marieke ellen karin annemarie sophie emma julia eva lisa sanne laura anouk fatima aisha
    khadija yasmin zeynep
"""
GIVEN_NAMES = frozenset(_COMMON.split())


def passes_eleven_test(numbers: npt.NDArray[np.int64]) -> Mask:
    """Which numbers of eight or nine figures could be a BSN: 9a + 8b + … + 2h - i is a multiple of 11.

    A BSN that starts with zero has eight figures once a spreadsheet has had it.

    References
    ----------
    Besluit burgerservicenummer, art. 2; Handleiding BSN, the *elfproef*.
    """
    figures = numbers[:, None] // 10 ** np.arange(8, -1, -1, dtype=np.int64) % 10
    return np.asarray(figures @ _ELEVEN_WEIGHTS % 11 == 0, dtype=bool)


def bsn_like(texts: Any) -> Mask:
    """Texts that hold one number of eight or nine figures that passes, if nearly all such numbers here pass.

    Demands five distinct numbers of which 90 % pass; random numbers pass one in eleven times, so that five of five
    do so in one column in 160,000.
    """
    bare = pc.replace_substring_regex(texts, r"[.,]0$", "")
    bare = pc.replace_substring_regex(bare, r"[ .\x{00a0}-]", "")
    run = pc.struct_field(pc.extract_regex(bare, r"^[^0-9]*(?P<run>[0-9]{8,9})[^0-9]*$"), "run")
    numbers = np.asarray(pc.fill_null(run, "0").cast(pa.int64()), dtype=np.int64)
    distinct = np.unique(numbers[numbers > 0])
    if len(distinct) < MIN_DISTINCT or passes_eleven_test(distinct).mean() < MIN_PASSING:
        return _none(texts)
    return (numbers > 0) & passes_eleven_test(numbers)


def email_like(texts: Any) -> Mask:
    """Texts with an e-mail address; one is enough."""
    return _matches(texts, _EMAIL)


def iban_like(texts: Any) -> Mask:
    """Dutch account numbers that pass their check, or any country's if nearly all of five or more pass."""
    candidates = np.flatnonzero(_matches(texts, _IBAN))
    bare = [texts[int(i)].as_py().replace(" ", "") for i in candidates]
    passing = np.array([_passes_mod_97(iban) for iban in bare], dtype=bool)
    dutch = np.array([_DUTCH_IBAN.fullmatch(iban) is not None for iban in bare], dtype=bool)
    found = _none(texts)
    if len(bare) >= MIN_DISTINCT and passing.mean() >= MIN_PASSING:
        found[candidates[passing]] = True
    elif len(bare):
        found[candidates[passing & dutch]] = True
    return found


def phone_like(texts: Any) -> Mask:
    """Dutch telephone numbers, if half of the column is."""
    return _at_least_half(_matches(texts, _PHONE))


def address_like(texts: Any) -> Mask:
    """A full postcode (1234 AB) or a street with a number, if half of the column has one."""
    found = _matches(texts, _POSTCODE) | _matches(texts, _WHOLE_POSTCODE) | _matches(texts, _STREET)
    return _at_least_half(found)


def full_postcodes(texts: Any) -> Mask:
    """Postcodes with their letters, in a column that is called postcode; four figures alone are a district."""
    return _matches(texts, r"^[1-9][0-9]{3} ?[A-Za-z]{2}")


def birth_date_like(texts: Any) -> Mask:
    """Dates mostly between 1900 and 2015 that lie ten years or more apart: nothing but births is spread so."""
    if len(texts) < MIN_DISTINCT:
        return _none(texts)
    maybe = _matches(texts, r"^[0-9]{1,4}[-/.]?[0-9]{1,2}[-/.]?[0-9]{1,4}(?:[T ].*)?$")
    if maybe.mean() < _MOST_DATES:
        return _none(texts)
    sample = texts.take(pa.array(np.arange(0, len(texts), 1 + len(texts) // _SAMPLE)))
    if np.isnat(_days(sample)).mean() > _HALF:
        return _none(texts)
    days = _days(texts)
    known = np.asarray(~np.isnat(days), dtype=bool)
    years = 1970.0 + days[known].astype(np.int64) / 365.25
    living = (years >= _LIVING[0]) & (years < _LIVING[1] + 1)
    if known.mean() < _MOST_DATES or living.mean() < _MOST_DATES:
        return _none(texts)
    low, high = np.quantile(years, [0.1, 0.9])
    return known if high - low >= _SPREAD_YEARS else _none(texts)


def name_like(texts: Any) -> Mask:
    """Initials with a surname, or a form of address, in half of the column; or common given names in a fifth of it."""
    formal = _at_least_half(_matches(texts, _PERSON))
    if formal.any():
        return formal
    short = _matches(texts, r"^\p{L}[\p{L}'-]+(?: \p{L}[\p{L}'.-]*){0,4}$")
    if short.sum() < _FEW:
        return _none(texts)
    given = np.array([bool(s) and t.split()[0].lower() in GIVEN_NAMES for t, s in _pairs(texts, short)], dtype=bool)
    return given if given.sum() >= _FEW and given.mean() >= 0.2 else _none(texts)


def prose(texts: Any, counts: npt.NDArray[np.int64]) -> Mask:
    """Cells of six words or more, if they are mostly different from row to row: labels return, sentences do not."""
    long = np.asarray(pc.greater_equal(pc.utf8_length(texts), _PROSE_CHARACTERS), dtype=bool)
    if long.sum() < _FEW:
        return _none(texts)
    found = long & _matches(texts, _PROSE)
    distinct, cells = int(found.sum()), int(counts[found].sum())
    return found if distinct >= _FEW and (distinct >= _HALF * cells or distinct >= _MANY_PROSE) else _none(texts)


def _days(texts: Any) -> Days:
    return parse_dates(np.array(texts.to_pylist(), dtype=object))[0]


def _none(texts: Sequence[Any]) -> Mask:
    return np.zeros(len(texts), dtype=bool)


def _pairs(texts: Any, mask: Mask) -> Any:
    return zip(texts.to_pylist(), mask.tolist(), strict=True)


def _matches(texts: Any, pattern: str) -> Mask:
    return np.array(pc.match_substring_regex(texts, pattern), dtype=bool)


def _at_least_half(found: Mask) -> Mask:
    enough = found.sum() >= _FEW and found.mean() >= _HALF
    return found if enough else np.zeros(len(found), dtype=bool)


def _passes_mod_97(iban: str) -> bool:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
