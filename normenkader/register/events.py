"""Events of the register: what happened, to which calibration, for which days, and when it was registered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from normenkader.provenance import canonical_json, sha256_of_bytes

FORM = 1
KINDS = ("adopt", "correct", "withdraw", "transition")
ADOPTIONS = ("adopt", "correct")
NOTHING_BEFORE = "0" * 64

_SHA256 = re.compile(r"[0-9a-f]{64}")
_HASHES = ("calibration_number", "receipt_seal", "norms_sha256", "bands_sha256", "data_sha256")


class NoEvent(ValueError):
    """A document that is no event of this register; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the register.

    Attributes
    ----------
    number : int
        1 for the first event, and so on without gaps.
    previous : str
        Hash of the event before; 64 zeros for the first.
    registered_on : datetime
        UTC, in whole seconds.
    kind : str
        ``adopt``: a version has legal force for a period. ``correct``: the same, in place of the event `corrects`.
        ``withdraw``: a version has no legal force from `valid_from`. ``transition``: a transitional rule
        (overgangsregeling) beside the adoption `beside`.
    version : int
        The register's own number of a calibration: 1 for the first that was adopted. For a transition, the version
        that it introduces.
    valid_from : date
        First legal day of a period or a transition; of a withdrawal the first day without force.
    valid_to : date or None
        Last legal day; None until it is replaced or withdrawn.
    decision, reason, transition : str
        The decision by name, number and date; why it was withdrawn; text of the transitional rule.
    corrects : int or None
        Number of the event in whose place this one comes.
    beside : int or None
        Number of the adoption beside which a transition stands.
    calibration_number, receipt_seal, norms_sha256, bands_sha256 : str
        Which output folder, byte for byte.
    data_sha256 : str
        One hash over the names and hashes of every input file.
    bands : tuple of mapping
        ``band``, ``label``, ``lower``, ``upper``: the edges can be read here when the folder is lost.
    unit : str
    study : str
        Name of the study, as its settings have it.
    n_reservations : int
    code : mapping
        ``version`` of this package that calibrated; ``commit`` and ``dirty`` where they are known, else None.
    catalogue : mapping or None
        ``model_name``, ``model_version`` and ``run_id`` in MLflow, where it knew the calibration.
    folder : str
        Where the folder stood, relative to the register; a hint, never relied on.
    """

    number: int
    previous: str
    registered_on: datetime
    kind: str
    version: int
    valid_from: date
    valid_to: date | None = None
    decision: str = ""
    reason: str = ""
    transition: str = ""
    corrects: int | None = None
    beside: int | None = None
    calibration_number: str
    receipt_seal: str
    norms_sha256: str
    bands_sha256: str
    data_sha256: str
    bands: tuple[Mapping[str, Any], ...]
    unit: str
    study: str
    n_reservations: int
    code: Mapping[str, Any]
    catalogue: Mapping[str, Any] | None = None
    folder: str = ""

    @property
    def sha256(self) -> str:
        """Hash of the event: of its canonical JSON without the key ``hash``."""
        return sha256_of_bytes(canonical_json(document_of(self)).encode())


_KEYS = frozenset({"form", *(field.name for field in fields(Event))})


def document_of(event: Event) -> dict[str, Any]:
    """The event as plain JSON values, without its own hash."""
    plain = {field.name: getattr(event, field.name) for field in fields(Event)}
    return plain | {
        "form": FORM,
        "registered_on": event.registered_on.astimezone(UTC).isoformat(timespec="seconds"),
        "valid_from": event.valid_from.isoformat(),
        "valid_to": event.valid_to.isoformat() if event.valid_to else None,
        "bands": [dict(band) for band in event.bands],
        "code": dict(event.code),
        "catalogue": dict(event.catalogue) if event.catalogue is not None else None,
    }


def line_of(event: Event) -> bytes:
    """The event as it stands in the file, without the newline."""
    return canonical_json(document_of(event) | {"hash": event.sha256}).encode()


def event_of(document: Any) -> Event:
    """Read one event from its JSON document; the opposite of `document_of`.

    Raises
    ------
    NoEvent
        If a key is missing, unknown, or holds something else than it must.
    """
    if not isinstance(document, dict):
        raise NoEvent("this is not one JSON object")
    if document.get("form") != FORM:
        raise NoEvent("this has a form that this version of normenkader does not know")
    bare = {key: value for key, value in document.items() if key != "hash"}
    if set(bare) != _KEYS:
        raise NoEvent("a key is missing or unknown")
    event = _event(bare)
    problem = _problem(event)
    if problem:
        raise NoEvent(problem)
    return event


def plain_text(text: str) -> str | None:
    """`text` without spaces around it; None when it is empty or holds what no terminal or printer can show."""
    stripped = text.strip()
    shown = all(mark == "\n" or unicodedata.category(mark) not in ("Cc", "Cs") for mark in stripped)
    return stripped if stripped and shown else None


def _event(bare: Mapping[str, Any]) -> Event:
    try:
        return Event(**{
            **{key: value for key, value in bare.items() if key != "form"},
            "registered_on": datetime.fromisoformat(bare["registered_on"]),
            "valid_from": date.fromisoformat(bare["valid_from"]),
            "valid_to": date.fromisoformat(bare["valid_to"]) if bare["valid_to"] is not None else None,
            "bands": tuple(dict(band) for band in bare["bands"]),
            "code": dict(bare["code"]),
            "catalogue": dict(bare["catalogue"]) if bare["catalogue"] is not None else None,
        })  # fmt: skip
    except (TypeError, ValueError):
        raise NoEvent("a date, a list or an object is none") from None


def _problem(event: Event) -> str:
    """The first rule that an event breaks by itself; empty when it breaks none."""
    rules = {
        "the kind is unknown": event.kind in KINDS,
        "a number is no number": all(_is_count(n) for n in (event.number, event.version)),
        "an event can only point back": all(_points_back(n, event) for n in (event.corrects, event.beside)),
        "a hash is no SHA-256": all(_is_sha256(getattr(event, name)) for name in ("previous", *_HASHES)),
        "the last day is before the first": event.valid_to is None or event.valid_to >= event.valid_from,
        "the moment of registering has no time zone": event.registered_on.tzinfo is not None,
        "a correction must name what it corrects": event.kind != "correct" or event.corrects is not None,
        "a transition must name its adoption": (event.kind == "transition") == (event.beside is not None),
        "a text is no text": all(isinstance(t, str) for t in (event.decision, event.reason, event.transition)),
    }
    return next((rule for rule, holds in rules.items() if not holds), "")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _points_back(value: Any, event: Event) -> bool:
    return value is None or (_is_count(value) and value < event.number)


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None
