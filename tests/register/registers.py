"""Evidence and clocks made by hand, and a model of legal force that goes day by day and knows nothing of periods."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from normenkader.provenance import readable_json, sealed, sha256_of_bytes, sha256_of_file
from normenkader.register.evidence import Evidence

START = datetime(2025, 12, 1, 9, 0, tzinfo=UTC)


def evidence(name: str) -> Evidence:
    """A calibration that nobody made; the same name is the same calibration."""

    def sha(what: str) -> str:
        return sha256_of_bytes(f"{what} of {name}".encode())

    return Evidence(
        folder=None, calibration_number=sha("number"), receipt_seal=sha("seal"), norms_sha256=sha("norms"),
        bands_sha256=sha("bands"), data_sha256=sha("data"), unit="minutes per week", study="", n_reservations=3,
        bands=({"band": 1, "label": "ijkclient", "lower": 0, "upper": None},), code_version="0.1.0",
    )  # fmt: skip


def write_folder(folder: Path, name: str = "een", *, lower: int = 60) -> Path:
    """A small output folder whose receipt fits."""
    folder.mkdir(parents=True)
    bands = {"n_bands": 2, "reservations": [{"code": "few_providers", "text": "Weinig aanbieders."}],
             "bands": [{"band": 1, "label": "ijkclient", "lower": 0, "upper": lower, "n_clients": 50},
                       {"band": 2, "label": "meer", "lower": lower, "upper": None, "n_clients": 20}]}  # fmt: skip
    norms = {"ijkclient_minutes": {"estimate": 50.0, "published": 50}, "terms": [], "factors": [], "overlap": [],
             "unit": "minutes per week"}  # fmt: skip
    for file, document in (("norms.json", norms), ("bands.json", bands)):
        (folder / file).write_text(readable_json(document), encoding="utf-8")
    (folder / "dossier.html").write_text(f"<!doctype html><title>{name}</title>", encoding="utf-8")
    receipt: dict[str, Any] = {
        "calibration_number": sha256_of_bytes(f"{name} {lower}".encode()),
        "inputs": [{"file": f"{name}.csv", "table": "episodes", "sha256": sha256_of_bytes(name.encode())}],
        "outputs": [{"file": p.name, "sha256": sha256_of_file(p)} for p in sorted(folder.iterdir())],
        "versions": {"normenkader": "0.1.0"},
        "times": {"written": "2026-01-05T10:00:00+00:00"},
    }
    (folder / "receipt.json").write_text(readable_json(sealed(receipt)), encoding="utf-8")
    return folder


def moment(day: int, hour: int = 9) -> datetime:
    """A moment of registering: so many days after the first, by the hour in UTC."""
    return START + timedelta(days=day, hours=hour - 9)


@dataclass(kw_only=True)
class Act:
    """What a user asked for: to adopt (with `name`) or to withdraw (with `version`)."""

    number: int
    registered: datetime
    first: date
    last: date | None = None
    version: int
    adopts: bool
    corrects: int | None = None


class Refused(Exception):
    """The model holds the act for forbidden."""


@dataclass
class DayByDay:
    """One cell a day, painted by acts in their order; nothing else."""

    first: date
    days: int
    cells: dict[date, Act] = field(default_factory=dict)

    def all_days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]

    def paint(self, acts: list[Act], *, strict: int | None = None) -> dict[date, Act]:
        """Every day with the adoption in force; `strict` is the act that must find something to withdraw."""
        self.cells = {}
        withdrawn: set[int] = set()
        for act in in_place(acts):
            wanted = [d for d in self.all_days() if d >= act.first and (act.last is None or d <= act.last)]
            if act.adopts:
                self._make_room(act, wanted, withdrawn)
                self.cells.update(dict.fromkeys(wanted, act))
                continue
            gone = [d for d in wanted if d in self.cells and self.cells[d].version == act.version]
            if not gone and act.number == strict:
                raise Refused
            for day in gone:
                withdrawn.add(self.cells.pop(day).number)
        return dict(self.cells)

    def _make_room(self, act: Act, wanted: list[date], withdrawn: set[int]) -> None:
        for older in {self.cells[d].number: self.cells[d] for d in wanted if d in self.cells}.values():
            if older.last is not None or older.number in withdrawn or older.first >= act.first:
                raise Refused
            for day in [d for d, there in self.cells.items() if there is older and d >= act.first]:
                del self.cells[day]


def in_place(acts: list[Act]) -> list[Act]:
    """Acts that count, in order, a correction where the act that it replaces was."""
    order: list[Act] = []
    for act in acts:
        if act.corrects is None:
            order.append(act)
        else:
            order[[a.number for a in order].index(act.corrects)] = act
    return order
