"""What MLflow must show of the register: tags of versions and models, and which version has the alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from normenkader.register.events import Event
from normenkader.register.history import Period
from normenkader.tracking.contents import MAX_TAG_VALUE, cut

PREFIX = "normenkader."
VERSION_TAGS = ("register_version", "valid_from", "valid_to", "decision", "event", "event_hash")
MODEL_TAGS = ("register_events", "register_last_hash")
_OPEN = "open"

Wanted = Mapping[str, str]


def version_tags(events: Sequence[Event], periods: Sequence[Period], number: str) -> Wanted:
    """Tags of one version: its periods of force in order, side by side, and nothing where it has none."""
    adoptions = {event.number: event for event in events}
    own = [period for period in periods if adoptions[period.event].calibration_number == number]
    version = next(event.version for event in events if event.calibration_number == number)
    told = {
        "register_version": [str(version)],
        "valid_from": [period.valid_from.isoformat() for period in own],
        "valid_to": [period.valid_to.isoformat() if period.valid_to else _OPEN for period in own],
        "decision": [adoptions[period.event].decision for period in own],
        "event": [str(period.event) for period in own],
        "event_hash": [adoptions[period.event].sha256 for period in own],
    }
    return {f"{PREFIX}{name}": cut("; ".join(values), MAX_TAG_VALUE) for name, values in told.items() if values}


def model_tags(events: Sequence[Event]) -> Wanted:
    """Tags of a model: how far the register goes, so that a shortened one is seen from here too."""
    return {f"{PREFIX}register_events": str(len(events)), f"{PREFIX}register_last_hash": events[-1].sha256}


def version_in_force(
    events: Sequence[Event], periods: Sequence[Period], versions: Mapping[str, list[Any]], name: str, today: date
) -> str | None:
    """Number in MLflow, under one model, of the version in force on a day."""
    period = next((period for period in periods if period.covers(today)), None)
    if period is None:
        return None
    number = next(event.calibration_number for event in events if event.number == period.event)
    return next((str(version.version) for version in versions[number] if version.name == name), None)


def model_names(versions: Mapping[str, list[Any]]) -> list[str]:
    """Every model that holds a version of the register."""
    return sorted({str(version.name) for found in versions.values() for version in found})
