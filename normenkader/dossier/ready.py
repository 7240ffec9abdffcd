"""What another process needs to draw and typeset a dossier: nothing of it is loaded by naming it here."""

from __future__ import annotations


def load() -> None:
    """Load it, which takes a while."""

    import normenkader.dossier.html
    import normenkader.dossier.pdf  # noqa: F401
