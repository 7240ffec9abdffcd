"""Text that would run, link, or lay out anew if any of it were read as markup."""

from __future__ import annotations

from typing import Any

from normenkader.dossier.documents import Documents

HOSTILE = r'#panic("x") #read("main.typ") $a^2$ *b* _c_ @ref <lab> [d] \ `e` "f" ~ -- // g = i {j} &amp; <b>k</b>'


def with_hostile_text(documents: Documents) -> Documents:
    """`documents` with that text as the study's name, a premise, and a note of the research."""
    settings: dict[str, Any] = {
        **documents.settings, "study": {**documents.settings["study"], "name": HOSTILE},
        "premise": [{"id": "P1", "text": HOSTILE, "source": HOSTILE}],
        "research": {**documents.settings["research"], "opdrachtgever": HOSTILE},
    }  # fmt: skip
    return Documents(**{**{name: getattr(documents, name) for name in Documents.__slots__}, "settings": settings})
