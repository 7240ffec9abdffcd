"""What Dutch text calls a factor and a level."""

from __future__ import annotations

import re

_NAMES = {
    "orientation": "gerichtheid", "duration_weeks": "duur in weken", "own_strength": "eigen kracht",
    "network": "netwerk", "ijkclient": "ijkcliënt", "target_group": "doelgroep", "municipality": "gemeente",
    "leefgebied_gezondheid_zelfzorg": "leefgebied gezondheid en zelfzorg",
    "leefgebied_verplaatsen_vervoer": "leefgebied verplaatsen en vervoer",
    "leefgebied_regie_huishouden": "leefgebied regie bij het huishouden",
    "leefgebied_financien": "leefgebied financiën",
}  # fmt: skip


def factor_name(code: str) -> str:
    """Readable name of a factor: known ones in Dutch, others with spaces."""
    if code.startswith("n_"):
        return f"aantal factoren van groep {factor_name(code.removeprefix('n_'))} boven het laagste niveau"
    return _NAMES.get(code, code.replace("_", " "))


def level_name(text: str) -> str:
    """A level in words: ``<=13`` reads ``13 of minder``; other levels stand as they are."""
    if match := re.fullmatch(r"<=([\d.]+)", text):
        return f"{_comma(match[1])} of minder"
    if match := re.fullmatch(r">([\d.]+)", text):
        return f"meer dan {_comma(match[1])}"
    if match := re.fullmatch(r">([\d.]+)-([\d.]+)", text):
        return f"meer dan {_comma(match[1])} t/m {_comma(match[2])}"
    if match := re.fullmatch(r"(\d+)-(\d+)", text):
        return f"{match[1]} t/m {match[2]}"
    return text


def term_name(factor: str, level: str, with_factor: str = "", with_level: str = "") -> str:
    """A part of the norm table in words: ``gerichtheid: ontwikkelgericht, samen met duur in weken: 13 of minder``."""
    own = f"{factor_name(factor)}: {level_name(level)}" if level else factor_name(factor)
    return f"{own}, samen met {term_name(with_factor, with_level)}" if with_factor else own


def _comma(number: str) -> str:
    return number.replace(".", ",")
