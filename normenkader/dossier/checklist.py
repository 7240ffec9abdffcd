"""The 27 items of a court file: where each is answered, or what is missing and who can mend that."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.present import lacking
from normenkader.terms.units import in_unit

Status = Literal["answered", "partly", "open"]
STATUS_DUTCH: dict[str, str] = {"answered": "beantwoord", "partly": "deels", "open": "open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One item as a court asks it: where the demand comes from, where it is answered, what that takes."""

    number: int
    title: str
    rulings: tuple[str, ...]
    law: str
    where: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def hook(self) -> str:
        """Law and rulings that ask for it."""
        return "; ".join(part for part in (self.law, "; ".join(self.rulings)) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item for one calibration.

    Attributes
    ----------
    demand : Demand
        What is asked.
    status : {'answered', 'partly', 'open'}
        Whether all, some or none of what it takes is there.
    missing : tuple of str
        What is not there, in Dutch.
    who : tuple of str
        Who can mend that.
    """

    demand: Demand
    status: Status
    missing: tuple[str, ...]
    who: tuple[str, ...]


@cache
def demands() -> tuple[Demand, ...]:
    """The items, in their order."""
    text = (files("normenkader.dossier") / "data" / "checklist.toml").read_text(encoding="utf-8")
    return tuple(Demand(**_as_tuples(entry)) for entry in tomllib.loads(text)["item"])


def _as_tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def checklist(documents: Documents) -> tuple[Item, ...]:
    """Every item with its status for these documents: computed from what they show, never stated.

    Parameters
    ----------
    documents : Documents
        The output documents of one calibration.
    """
    unit = documents.settings["study"]["unit"]
    return tuple(_item(replace(demand, title=in_unit(unit, demand.title)), documents) for demand in demands())


def _item(demand: Demand, documents: Documents) -> Item:
    absent, unit = lacking(demand.needs, documents), documents.settings["study"]["unit"]
    return Item(
        demand=demand, status=status_of(len(demand.needs), len(absent)),
        missing=tuple(in_unit(unit, ground.missing) for ground in absent),
        who=tuple(dict.fromkeys(ground.who for ground in absent)),
    )  # fmt: skip


def status_of(n_needed: int, n_absent: int) -> Status:
    """Answered when nothing lacks, open when nothing is there."""
    if n_absent == 0:
        return "answered"
    return "open" if n_absent == n_needed else "partly"


def counts(items: Sequence[Item]) -> dict[str, int]:
    """How many items have each status."""
    return {status: sum(item.status == status for item in items) for status in STATUS_DUTCH}


def checklist_document(documents: Documents) -> list[Document]:
    """The items as they stand in court.json."""
    return [
        {
            "item": item.demand.number, "title": item.demand.title, "law": item.demand.law or None,
            "rulings": list(item.demand.rulings), "status": item.status, "answered_at": list(item.demand.where),
            "missing": list(item.missing), "open_for": list(item.who),
        }
        for item in checklist(documents)
    ]  # fmt: skip
