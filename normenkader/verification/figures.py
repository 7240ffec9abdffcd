"""Two documents figure by figure: which differ, by how much, and whether the printed rounding explains it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_NAMES = ("factor", "level", "band", "code", "choice", "source", "file")
_NUMBER = re.compile(r"[-\u2212]?[0-9]+(?:[.,][0-9]+)*")
_HASH = re.compile(r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b")
_HIDDEN = re.compile(r"<(svg|style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)
_DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is not the same there (in the folder) and here (recomputed).

    Attributes
    ----------
    file, path : str
        The document, and the place in it, such as ``terms[3: orientation, ontwikkelgericht].estimate``.
    there, here : object
        Both values; None where one side lacks it.
    difference : float or None
        ``here - there`` of two numbers.
    within_rounding : bool
        Whether it is at most one unit of the printed rounding.
    one_side : bool
        Whether one side does not have the place at all.
    """

    file: str
    path: str
    there: Any
    here: Any
    difference: float | None
    within_rounding: bool
    one_side: bool = False


def is_figures(file: str) -> bool:
    """Whether a file holds figures and rows, that can be compared one by one."""
    return file.endswith((".json", ".csv", ".toml"))


def all_differences(there: Mapping[str, bytes], here: Mapping[str, bytes]) -> tuple[Difference, ...]:
    """Every difference in every file of figures that two folders hold, by file."""
    both = [name for name in sorted(there) if name in here and is_figures(name)]
    return tuple(d for name in both if there[name] != here[name] for d in differences_of(name, there[name], here[name]))


def differences_of(file: str, there: bytes, here: bytes) -> tuple[Difference, ...]:
    """Every value that differs between two JSON documents, or every line between two texts.

    Parameters
    ----------
    file : str
        Name; JSON is told by its ending.
    there, here : bytes
        Content in the folder, and recomputed.
    """
    if not file.endswith(".json"):
        return tuple(_lines(file, there, here))
    try:
        old, new = json.loads(there), json.loads(here)
    except ValueError:
        return (_whole(file, "this is not valid JSON"),)
    digits: dict[str, int] = {}
    for document in (old, new):
        _count_digits(document, "", digits)
    found = tuple(_walk(file, "", "", old, new, digits))
    return found or (_whole(file, "the same values in other bytes"),)


def compare_settings(there: Any, here: Any) -> tuple[list[str], list[str]]:
    """Places of settings that differ, and of those that one side does not have at all."""
    found = list(_walk("", "", "", there, here, {}))
    lacking = [d.path for d in found if d.one_side and not d.path.endswith("]")]
    return [d.path for d in found if d.path not in lacking], lacking


def same_text(there: bytes, here: bytes) -> bool:
    """Whether two pages read the same, whatever their drawings and mark-up."""
    return _readable(there) == _readable(here)


def same_text_within_rounding(there: bytes, here: bytes) -> bool:
    """Whether two pages read the same but for hashes, and figures whose last printed decimal differs by one."""
    return _close_texts(*(_HASH.sub("#", _readable(side)) for side in (there, here)))


def _walk(file: str, path: str, pattern: str, old: Any, new: Any, digits: dict[str, int]) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _walk(file, f"{path}.{key}".lstrip("."), f"{pattern}.{key}",
                             old.get(key, _NOTHING), new.get(key, _NOTHING), digits)  # fmt: skip
    elif isinstance(old, list) and isinstance(new, list):
        for i in range(max(len(old), len(new))):
            a, b = (side[i] if i < len(side) else _NOTHING for side in (old, new))
            yield from _walk(file, f"{path}[{_name_of(i, a)}]", f"{pattern}[]", a, b, digits)
    elif type(old) is not type(new) or old != new:
        yield _difference(file, path, old, new, digits.get(pattern, 0))


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()


def _difference(file: str, path: str, old: Any, new: Any, digits: int) -> Difference:
    there, here = (None if side is _NOTHING else side for side in (old, new))
    numbers = _is_number(old) and _is_number(new)
    close = (
        _close_numbers(old, new, digits) if numbers
        else isinstance(old, str) and isinstance(new, str) and _close_texts(old, new)
    )  # fmt: skip
    by = round(new - old, 12) + 0.0 if numbers else None
    return Difference(file=file, path=path, there=there, here=here, difference=by, within_rounding=close,
                      one_side=_NOTHING in (old, new))  # fmt: skip


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _close_numbers(old: float, new: float, digits: int) -> bool:
    """At most one unit of the last printed decimal. Whole numbers are edges, norms and counts: they may not move."""
    return digits > 0 and abs(old - new) <= 10.0**-digits * (1 + _DUST)


def _count_digits(value: Any, pattern: str, digits: dict[str, int]) -> None:
    """Most decimals that occur at a place: trailing zeros are not printed, so one value alone does not tell."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _count_digits(inner, f"{pattern}.{key}", digits)
    elif isinstance(value, list):
        for inner in value:
            _count_digits(inner, f"{pattern}[]", digits)
    elif isinstance(value, float) and not value.is_integer():
        digits[pattern] = max(digits.get(pattern, 0), -int(Decimal(repr(value)).as_tuple().exponent))


def _name_of(i: int, entry: Any) -> str:
    known = [str(entry[key]) for key in _NAMES if entry.get(key)] if isinstance(entry, dict) else []
    return f"{i}: {', '.join(known)}" if known else str(i)


def _lines(file: str, there: bytes, here: bytes) -> Iterator[Difference]:
    old, new = (side.decode("utf-8", errors="replace").split("\n") for side in (there, here))
    for i in range(max(len(old), len(new))):
        a, b = (side[i] if i < len(side) else None for side in (old, new))
        if a != b:
            yield Difference(file=file, path=f"line {i + 1}", there=a, here=b, difference=None, within_rounding=False)


def _whole(file: str, text: str) -> Difference:
    return Difference(file=file, path="", there=text, here=None, difference=None, within_rounding=False)


def _readable(page: bytes) -> str:
    return " ".join(_HIDDEN.sub(" ", page.decode("utf-8", errors="replace")).split())


def _close_texts(old: str, new: str) -> bool:
    if _NUMBER.sub("#", old) != _NUMBER.sub("#", new):
        return False
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    return all(a == b or _close_printed(a, b) for a, b in pairs)


def _close_printed(old: str, new: str) -> bool:
    """Two figures as Dutch text prints them: a decimal comma, and a point for thousands."""
    digits = [len(side.partition(",")[2]) for side in (old, new)]
    if digits[0] != digits[1] or not digits[0]:
        return False
    values = [float(side.replace(".", "").replace(",", ".").replace("\u2212", "-")) for side in (old, new)]
    return abs(values[0] - values[1]) <= 10.0 ** -digits[0] * (1 + 1e-6)
