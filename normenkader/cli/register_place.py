"""Where the register is, and what is said of it below every answer: shared by the verbs of legal force."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.errors import InputRefused

if TYPE_CHECKING:
    from normenkader.register.chained_file import Register
    from normenkader.tracking.mirror import Mirrored

_SIGNS_OF_HOME = ("register.jsonl", "study.toml", "mlflow.db")
_LEAST_ANCHOR = 8

register_home_option = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="NORMENKADER_HOME",
    show_envvar=True,
    help="Folder of the register; default: the study's folder, which is this one or holds the output folder.",
)


def day_option(*names: str, required: bool = False, help: str) -> Callable[..., Any]:
    """An option that takes a legal day."""
    return click.option(*names, type=Day(), required=required, metavar="DATE", help=help)


class Day(click.DateTime):
    """A day, written as in the files; the refusal says how, in place of a format that programmers read."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day at midnight."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail("write a day as 2026-03-14: year, month, day", param, ctx)


def anchor_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ``--anchor`` of verbs that read the register."""
    text = "A hash printed earlier: refuse a register in which it no longer stands."
    return click.option("--anchor", metavar="HASH", help=text)(command)


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today, by the clock of the Netherlands."""
    from normenkader.register.history import legal_day

    return legal_day(now())


def as_day(value: datetime | None) -> date | None:
    """The day of an option's value."""
    return None if value is None else value.date()


def home_of(model: str, home: Path | None) -> Path:
    """Folder of the register for MODEL: the one stated, else the study's folder, else the present one.

    Raises
    ------
    InputRefused
        If no place is stated and the present folder holds no study, store or register: a register must not come into
        being where nobody looks for it.
    """
    if home is not None:
        return home.expanduser().resolve()
    around = study_around(model)
    if around is not None:
        return around
    here = Path.cwd()
    if not any((here / name).exists() for name in _SIGNS_OF_HOME):
        raise InputRefused(
            "say where the register is kept: name the study's folder with --home, or set NORMENKADER_HOME"
        )
    return here


def study_around(model: str) -> Path | None:
    """The study's folder of an output folder that stands in its ``out``; None for anything else."""
    folder = Path(model).resolve()
    study = folder.parent.parent
    return study if folder.is_dir() and folder.parent.name == "out" and (study / "study.toml").is_file() else None


def existing_register(home: Path | None, *, anchor: str | None = None) -> Register:
    """The register in `home`, else in the present folder, verified.

    Raises
    ------
    InputRefused
        If there is none, or it does not hold the hash `anchor`: both would make `geen` a wrong answer.
    """
    from normenkader.register.chained_file import FILE_NAME, HEAD_NAME, read_register

    place = (home or Path.cwd()).expanduser().resolve()
    if not (place / FILE_NAME).is_file() and not (place / HEAD_NAME).is_file():
        raise InputRefused("no register is here; name its folder with --home, or set NORMENKADER_HOME", file=str(place))
    register = read_register(place)
    if anchor is not None:
        hold_anchor(anchor.strip(), held=register.holds, file=str(register.path))
    return register


def mlflow_lines(mirrored: Mirrored) -> Sequence[str]:
    """How MLflow stands to the register, in words."""
    if mirrored.reason:
        return [f"MLflow:    not compared: {mirrored.reason}. The register stands by itself."]
    if not mirrored.differences:
        return [f"MLflow:    agrees with the register ({mirrored.place})"]
    return [f"MLflow:    differs from the register, which counts ({mirrored.place})",
            *(f"           {difference}" for difference in mirrored.differences)]  # fmt: skip


def mlflow_document(mirrored: Mirrored) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "place": mirrored.place or None,
        "differences": list(mirrored.differences),
        "reason": mirrored.reason or None,
    }


def register_lines(register: Register) -> Sequence[str]:
    """Where the register is, and the hash to print."""
    head = (
        []
        if register.has_head
        else ["           register.head is absent: whether last lines were dropped cannot be told"]
    )
    count = f"{len(register.events)} event{'s' if len(register.events) != 1 else ''}, unbroken"
    return [f"Register:  {register.path} ({count})", *head, f"Last hash: {register.last_hash}"]


def register_document(register: Register) -> dict[str, Any]:
    """The same as JSON."""
    return {"file": str(register.path), "events": len(register.events), "has_head": register.has_head,
            "last_hash": register.last_hash}  # fmt: skip


def hold_anchor(anchor: str, *, held: Callable[[str], object], file: str) -> None:
    """Refuse a file in which a hash that was printed earlier no longer stands."""
    if not re.fullmatch(rf"[0-9a-fA-F]{{{_LEAST_ANCHOR},64}}", anchor):
        raise InputRefused(f"a hash has 64 marks 0-9 and a-f; at least the first {_LEAST_ANCHOR} are needed",
                           column="--anchor")  # fmt: skip
    if held(anchor) is None:
        rule = "no line has this hash: this is not the file from which it was printed, or its last lines are gone"
        raise InputRefused(rule, file=file)
