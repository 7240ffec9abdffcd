"""Rulings and statutes that the dossier leans on, each with where it was seen and whether a person has read it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, field_validator, model_validator

from normenkader.settings.section import Section, as_tuple

NAME = "jurisprudence.toml"
UNREAD = "[niet nagelezen]"
STATUS_WORDS = {
    "S": "officiële tekst gezien, of alleen het kopje", "S2": "uit de tweede hand",
    "AI": "alleen een automatische samenvatting gezien: niet aan te halen", "M": "uit het geheugen",
}  # fmt: skip
_CODE = r"(?:CRVB|RVS|HR|CBB|PHR|RB[A-Z]{2,3}|GH[A-Z]{2,4}):\d{4}:[A-Z]{0,2}\d+"
ECLI = re.compile(rf"(?:ECLI:NL:)?\b({_CODE})\b")
# Atomic: a run that already has its mark may not be matched in part.
_RUN = re.compile(rf"(?>(?:ECLI:NL:)?\b{_CODE}\b(?:(?:, |; | en )(?:ECLI:NL:)?{_CODE}\b)*)(?! \[niet nagelezen\])")


class Ruling(Section):
    """One ruling, with what it demands and how that came to be known."""

    ecli: str
    related: Annotated[tuple[str, ...], BeforeValidator(as_tuple)]
    court: str
    date: str
    subject: str
    demands: str
    source: str
    status: Literal["S", "S2", "AI", "M"]
    verified: bool
    verified_by: str
    verified_on: str

    @field_validator("ecli", "related")
    @classmethod
    def _shaped(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for code in (given,) if isinstance(given, str) else given:
            if code and not re.fullmatch(_CODE, code):
                raise ValueError("an ECLI is written without 'ECLI:NL:', as CRVB:2016:1402")
        return given

    @field_validator("date", "verified_on")
    @classmethod
    def _a_day(cls, given: str) -> str:
        if given:
            date.fromisoformat(given)
        return given

    @model_validator(mode="after")
    def _vouched(self) -> Self:
        if self.verified != bool(self.verified_by and self.verified_on):
            raise ValueError("verified = true needs verified_by and verified_on, and they need verified = true")
        if not (self.ecli or self.date):
            raise ValueError("a ruling without ECLI needs its date")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """Its ECLI and those named with it, without the country."""
        return (*((self.ecli,) if self.ecli else ()), *self.related)


class Statute(Section):
    """One article of law, and which text of it was seen."""

    name: str
    demands: str
    seen: str
    verified: bool


class Jurisprudence(Section):
    """The whole file."""

    version: int
    ruling: tuple[Ruling, ...]
    statute: tuple[Statute, ...]

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [code for ruling in self.ruling for code in ruling.codes]
        if len(set(codes)) != len(codes):
            raise ValueError("an ECLI stands in the file twice")
        return self

    @property
    def read(self) -> Mapping[str, bool]:
        """Every ECLI of the file, and whether a person has read that ruling."""
        return {code: ruling.verified for ruling in self.ruling for code in ruling.codes}


@cache
def jurisprudence() -> Jurisprudence:
    """The rulings and statutes that come with the package, from ``data/jurisprudence.toml``."""
    return read_jurisprudence(_place())


def read_jurisprudence(place: Path | Traversable) -> Jurisprudence:
    """Rulings and statutes of a file in the shape of ``data/jurisprudence.toml``.

    Raises
    ------
    pydantic.ValidationError
        If a key is missing or unknown, an ECLI or date has another shape, or a ruling counts as verified by nobody.
    """
    content = tomllib.loads(place.read_text(encoding="utf-8"))
    return Jurisprudence.model_validate({key: tuple(v) if isinstance(v, list) else v for key, v in content.items()})


def edition() -> str:
    """Which rulings the dossier prints, and who has read them: the file's version and the start of its SHA-256.

    A ruling that somebody reads tomorrow changes the marks in print; a receipt must be able to say so.
    """
    digest = hashlib.sha256(_place().read_bytes()).hexdigest()
    return f"{jurisprudence().version}-{digest[:12]}"


def _place() -> Path | Traversable:
    # One file: in a checkout it stands in data/, and the wheel carries it beside this module.
    checkout = Path(__file__).resolve().parents[2] / "data" / NAME
    return checkout if checkout.is_file() else files("normenkader.dossier") / "data" / NAME


def marked(text: str) -> str:
    """`text` with ``[niet nagelezen]`` behind every ruling, or run of rulings, that no person has read."""
    return _RUN.sub(_with_mark, text)


def _with_mark(found: re.Match[str]) -> str:
    known = jurisprudence().read
    unread = any(not known.get(code, False) for code in ECLI.findall(found[0]))
    return f"{found[0]} {UNREAD}" if unread else found[0]
