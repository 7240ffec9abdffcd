"""Reading a price file, and refusing one that reckons with other time than the minutes it will be multiplied with."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from normenkader.bands.price_file import ELEMENTS, PriceFile
from normenkader.casemix import InputFile
from normenkader.casemix.sources import source_files
from normenkader.errors import InputRefused, StudyRefused, why_not_read
from normenkader.provenance import sha256_of_bytes
from normenkader.settings.section import broken_rule, not_toml
from normenkader.study import Study

MINUTES_PER_UNIT = {"minutes per week": Decimal(1), "hours per week": Decimal(60)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """A price file as read: its name, its content, and the hash of its bytes."""

    file: str
    content: PriceFile
    sha256: str

    @property
    def input_file(self) -> InputFile:
        """As it stands in a receipt."""
        return InputFile(file=self.file, table="tariff", sha256=self.sha256, dialect="toml")


def read_prices(study: Study) -> Prices | None:
    """The price file that the study names; None when it names none.

    Raises
    ------
    InputRefused
        If it is missing, is no valid price file, or reckons with another definition of time than the study.
    """
    if not study.sources.tariff:
        return None
    found = source_files(study, "tariff")
    if len(found) != 1:
        raise StudyRefused("name one file with prices, not several", file="study.toml", column="[sources] tariff")
    ((name, path),) = found.items()
    prices = read_price_file(path, name=name)
    refuse_other_time(study.info.time_definition, prices)
    refuse_other_unit(study.info.unit, prices)
    return prices


def read_price_file(path: Path, *, name: str = "") -> Prices:
    """Prices from a TOML file; see `prices_from_text`."""
    file = name or str(path)
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused("this file cannot be read as UTF-8 text", file=file) from None
    except OSError as error:
        raise InputRefused(why_not_read(error), file=file) from None
    return replace(prices_from_text(text, file=file), sha256=sha256_of_bytes(content))


def refuse_other_time(counted: str, prices: Prices) -> None:
    """Refuse a price for an hour of other time than the minutes count."""
    priced = prices.content.time_definition
    if counted != priced:
        rule = (
            f"the minutes of this calibration are '{counted}' time and this price is for an hour of '{priced}' time: "
            "multiplied, time would be paid twice or not at all. Reckon the price for the same time"
        )
        raise InputRefused(rule, file=prices.file, column="time_definition")


def refuse_other_unit(unit: str, prices: Prices) -> None:
    """Refuse norms that are no time per week."""
    if unit not in MINUTES_PER_UNIT:
        known = " or ".join(MINUTES_PER_UNIT)
        raise InputRefused(f"a week price needs norms in {known}; these are in '{unit}'", file=prices.file)


def prices_from_text(text: str, *, file: str) -> Prices:
    """Prices from the text of a TOML file.

    Raises
    ------
    InputRefused
        If it is not TOML, lacks one of the six elements or a key of one, or holds a value that cannot be.

    References
    ----------
    Art. 5.4 Uitvoeringsbesluit Wmo 2015 (AMvB reële prijs Wmo 2015), as quoted in ECLI:NL:HR:2021:1452.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused(not_toml(error, text), file=file) from None
    missing = [f"{letter}. {words} [{key}]" for key, (letter, words) in ELEMENTS.items() if key not in content]
    if missing:
        rule = "a price rests on all six elements of art. 5.4 Uitvoeringsbesluit Wmo 2015; what costs nothing is " \
               f"written as 0, with its source; missing: {'; '.join(missing)}"  # fmt: skip
        raise InputRefused(rule, file=file)
    try:
        parsed = PriceFile.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        # An unknown key first: misspelt, it is why another one seems to be missing.
        raise _refusal(min(found, key=lambda one: one["type"] != "extra_forbidden"), text, file) from None
    return Prices(file=file, content=parsed, sha256=sha256_of_bytes(text.encode()))


def _refusal(error: Any, text: str, file: str) -> InputRefused:
    place = [str(part) for part in error["loc"]]
    column = " ".join([f"[{place[0]}]", *place[1:2]] if len(place) > 1 else place)
    return StudyRefused(broken_rule(error), file=file, column=column, lines=_line_of(place, text))


def _line_of(place: list[str], text: str) -> tuple[int, ...]:
    """Line of the key, within its table where it has one."""
    inside = len(place) < 2
    for number, line in enumerate(text.splitlines(), start=1):
        head = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
        if head:
            inside = len(place) > 1 and head[1] == place[0]
        elif place and inside and re.match(rf"\s*\"?{re.escape(place[-1])}\"?\s*=", line):
            return (number,)
    return ()
