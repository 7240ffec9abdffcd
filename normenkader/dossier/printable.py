"""Which characters can stand in print, and what stands there for those that cannot."""

from __future__ import annotations

import unicodedata
from functools import cache

_CERTAIN = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x100)))) | set("‘’“”–—…−≤≥×→€\n")
# Control, steering, private, half and unassigned characters: nothing to see, or an order of reading turned about.
_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Cn")


def printable(text: str) -> str:
    """`text` with its code point, such as ``[U+6F22]``, for each character that no typeface at hand has or shows."""
    return "".join(char if char in _CERTAIN or _prints(char) else f"[U+{ord(char):04X}]" for char in text)


@cache
def _prints(char: str) -> bool:
    """Whether the archival standard lets `char` pass: it refuses a character without a shape."""
    from typst import TypstError

    from normenkader.dossier.pdf import compiled

    if unicodedata.category(char) in _UNSEEN:
        return False
    head = '#set document(title: "t", date: datetime(year: 2000, month: 1, day: 1))\n'
    try:
        compiled({"main.typ": f"{head}#str.from-unicode({ord(char)})".encode()})
    except TypstError:
        return False
    return True
