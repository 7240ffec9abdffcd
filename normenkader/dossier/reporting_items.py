"""Items of published reporting and appraisal lists, answered from the run where they can be, else listed as open."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from normenkader.dossier import numbers, wording
from normenkader.dossier.checklist import status_of
from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.present import Ground, lacking
from normenkader.terms.units import in_unit

INSTRUMENTS = ("tripod_ai", "probast_ai")
STATUS_DUTCH = {"answered": "ingevuld", "partly": "deels", "open": "open", "not_applicable": "niet van toepassing"}
_NEVER = "never:"

ItemStatus = Literal["answered", "partly", "open", "not_applicable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One item of a list for one calibration: what is asked, what this run says, and what is missing."""

    id: str
    part: str
    asks: str
    status: ItemStatus
    say: str
    where: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledList:
    """A published list with every item's answer, and how its text came to be known."""

    name: str
    source: str
    seen: str
    words: Mapping[str, str]
    items: tuple[ListItem, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Items by status."""
        return {status: sum(item.status == status for item in self.items) for status in STATUS_DUTCH}


@cache
def _content(instrument: str) -> Mapping[str, Any]:
    return tomllib.loads((files("normenkader.dossier") / "data" / f"{instrument}.toml").read_text(encoding="utf-8"))


def filled_list(instrument: str, documents: Documents) -> FilledList:
    """TRIPOD+AI (``tripod_ai``) or PROBAST+AI (``probast_ai``), filled from what these documents show.

    References
    ----------
    Collins et al., BMJ 2024;385:e078378 (TRIPOD+AI). Moons et al., BMJ 2025;388:e082505 (PROBAST+AI).
    """
    content, facts = _content(instrument), run_facts(documents)
    items = tuple(_item(entry, documents, facts) for entry in content["item"])
    words = {**STATUS_DUTCH, **content.get("words", {})}
    return FilledList(name=content["name"], source=content["source"], seen=content["seen"], words=words, items=items)


def _item(entry: Mapping[str, Any], documents: Documents, facts: Mapping[str, str]) -> ListItem:
    absent = _absent(tuple(entry["needs"]), documents)
    status: ItemStatus = "not_applicable" if "reason" in entry else status_of(len(entry["needs"]), len(absent))
    unit = documents.settings["study"]["unit"]
    # What the study is called is its own; the sentence around it is ours.
    say = in_unit(unit, entry.get("reason") or ("" if status == "open" else entry["say"])).format_map(facts)
    return ListItem(
        id=entry["id"], part=entry["part"], asks=in_unit(unit, entry["asks"]), status=status, say=say,
        where=() if status == "open" else tuple(entry["where"]), missing=tuple(in_unit(unit, m) for m in absent),
    )  # fmt: skip


def _absent(needs: tuple[str, ...], documents: Documents) -> tuple[str, ...]:
    """What is missing; ``never:`` names what no calibration by itself can show."""
    from_run = lacking(tuple(need for need in needs if not need.startswith(_NEVER)), documents)
    never = (Ground(missing=n.removeprefix(_NEVER), who="", holds=bool) for n in needs if n.startswith(_NEVER))
    return tuple(ground.missing for ground in (*from_run, *never))


def run_facts(documents: Documents) -> Mapping[str, str]:
    """Facts of the run in Dutch, for the sentences of the lists."""
    settings, model = documents.settings, documents.norms.get("model") or {}
    study, floor = settings["study"], settings["disclosure"]
    return {
        "study": study["name"], "unit": numbers.dutch_unit(study["unit"]),
        "window": " t/m ".join(numbers.dutch_date(str(day)) for day in study["window"]),
        "time": wording.time_definition(study["time_definition"]).capitalize(),
        "clients": _clients(model.get("n_clients")),
        "providers": numbers.count(model.get("n_providers"), least=floor["min_providers"]),
        "factors": numbers.exact(len(settings["factor"])), "terms": numbers.exact(len(documents.norms["terms"])),
        "files": numbers.exact(len(documents.inputs)), "version": documents.versions.get("normenkader", ""),
    }  # fmt: skip


def _clients(published: float | None) -> str:
    return "een niet getoond aantal" if published is None else numbers.exact(published)


def list_document(filled: FilledList) -> Document:
    """A filled list as it stands in court.json."""
    return {
        "name": filled.name, "source": filled.source, "seen": filled.seen, "counts": filled.counts,
        "items": [
            {"id": item.id, "part": item.part, "asks": item.asks, "status": item.status, "says": item.say or None,
             "answered_at": list(item.where), "missing": list(item.missing)}
            for item in filled.items
        ],
    }  # fmt: skip
