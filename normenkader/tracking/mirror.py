"""The register's shadow in MLflow: an alias and tags for researchers, never the evidence, and what differs from it.

MLflow's alias has no history and its tags are overwritten without a trace; so they follow the register, and every
difference between the two is told. The register never reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from normenkader.errors import NormenkaderError
from normenkader.register.adopt import Catalogued
from normenkader.register.events import Event
from normenkader.register.history import Period, timeline
from normenkader.tracking.contents import MAX_TAG_VALUE, cut
from normenkader.tracking.store import DATABASE_NAME, Store, load_mlflow, opened_store, tracking_uri

ALIAS = "in-force"
NUMBER_TAG = "normenkader.calibration_number"
VERSION_TAGS = ("register_version", "valid_from", "valid_to", "decision", "event", "event_hash")
MODEL_TAGS = ("register_events", "register_last_hash")
_PREFIX = "normenkader."
_OPEN = "open"

Wanted = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """How MLflow stands to the register.

    Attributes
    ----------
    place : str
        Store or server; empty when there is none.
    differences : tuple of str
        What MLflow's alias and tags say otherwise than the register; empty when they agree, or nothing was compared.
    reason : str
        Why nothing could be compared or written; empty when it could.
    """

    place: str = ""
    differences: tuple[str, ...] = ()
    reason: str = ""


def catalogued(calibration_number: str, home: Path) -> Catalogued | None:
    """The registered model version of a calibration, and the commit of its run; None where MLflow knows it not."""
    try:
        with _store(home) as store:
            found = _versions_with(store, calibration_number)
            return _catalogued(store, found[0]) if found else None
    except _NoMlflow:
        return None


def mirror_register(events: Sequence[Event], home: Path, *, today: date) -> Mirrored:
    """Let MLflow's alias and tags follow the register, and say what still differs.

    Parameters
    ----------
    events : sequence of Event
        The whole register.
    home : Path
        Folder of the register and of the embedded store; ``MLFLOW_TRACKING_URI`` names a server instead.
    today : date
        The alias `ALIAS` is given to the version with legal force on this day.

    Returns
    -------
    Mirrored
        Without MLflow, a store or the model versions: why nothing was done. It never stops the register.
    """
    return _mirrored(events, home, today, write=True)


def mirror_differences(events: Sequence[Event], home: Path, *, today: date) -> Mirrored:
    """Every difference between MLflow's alias and tags and the register; nothing is changed. See `mirror_register`."""
    return _mirrored(events, home, today, write=False)


class _NoMlflow(NormenkaderError):
    pass


def _mirrored(events: Sequence[Event], home: Path, today: date, *, write: bool) -> Mirrored:
    try:
        with _store(home) as store:
            numbers = {event.calibration_number: event.version for event in events}
            versions = {number: _versions_with(store, number) for number in numbers}
            if not any(versions.values()):
                return Mirrored(place=store.uri, reason="MLflow has no version of what the register holds")
            if write:
                _write(store, events, versions, today)
            absent = [f"version {numbers[n]} is not in MLflow" for n, found in versions.items() if not found]
            return Mirrored(place=store.uri, differences=(*absent, *_differences(store, events, versions, today)))
    except NormenkaderError as error:
        return Mirrored(reason=str(error))
    except Exception as error:
        # The event is registered, and another version of MLflow may fail in any way: that must not look like a refusal.
        return Mirrored(reason=f"MLflow failed ({type(error).__name__})")


@contextmanager
def _store(home: Path) -> Iterator[Store]:
    """The store where there is one already; none is made for a register."""
    if tracking_uri(home).startswith("sqlite:") and not (home / DATABASE_NAME).is_file():
        raise _NoMlflow("there is no MLflow store beside the register")
    try:
        load_mlflow()
    except ImportError:
        raise _NoMlflow("MLflow is not installed") from None
    with opened_store(home.resolve()) as store:
        yield store


def _versions_with(store: Store, calibration_number: str) -> list[Any]:
    found = store.client.search_model_versions(f"tags.`{NUMBER_TAG}` = '{calibration_number}'")
    return sorted(found, key=lambda version: (version.name, int(version.version)))


def _catalogued(store: Store, version: Any) -> Catalogued:
    tags = store.client.get_run(version.run_id).data.tags
    dirty = tags.get(f"{_PREFIX}git_dirty")
    return Catalogued(
        model_name=str(version.name), model_version=int(version.version), run_id=str(version.run_id),
        commit=tags.get(f"{_PREFIX}git_commit"), dirty=None if dirty is None else dirty == "true",
    )  # fmt: skip


def _tags(events: Sequence[Event], periods: Sequence[Period], number: str) -> Wanted:
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
    return {f"{_PREFIX}{name}": cut("; ".join(values), MAX_TAG_VALUE) for name, values in told.items() if values}


def _write(store: Store, events: Sequence[Event], versions: Mapping[str, list[Any]], today: date) -> None:
    client, periods = store.client, timeline(events)
    for number, found in versions.items():
        wanted = _tags(events, periods, number)
        for version in found:
            _replace_tags(client, version, wanted)
    for name in _names(versions):
        in_force = _in_force(events, periods, versions, name, today)
        if in_force is not None:
            client.set_registered_model_alias(name, ALIAS, in_force)
        elif _alias(client.get_registered_model(name)) is not None:
            client.delete_registered_model_alias(name, ALIAS)
        for key, value in _model_tags(events).items():
            client.set_registered_model_tag(name, key, value)


def _replace_tags(client: Any, version: Any, wanted: Wanted) -> None:
    for key, value in wanted.items():
        if version.tags.get(key) != value:
            client.set_model_version_tag(version.name, version.version, key, value)
    for key in (f"{_PREFIX}{name}" for name in VERSION_TAGS):
        if key in version.tags and key not in wanted:
            client.delete_model_version_tag(version.name, version.version, key)


def _differences(
    store: Store, events: Sequence[Event], versions: Mapping[str, list[Any]], today: date
) -> Iterator[str]:
    periods = timeline(events)
    for name in _names(versions):
        model = store.client.get_registered_model(name)
        in_force = _in_force(events, periods, versions, name, today)
        alias = _alias(model)
        if alias != in_force:
            yield f"{name}: alias {ALIAS} is {_said(alias)}, must be {_said(in_force)} on {today}"
        yield from _tag_differences(name, model.tags, _model_tags(events), MODEL_TAGS)
        for version in store.client.search_model_versions(f"name='{name}'"):
            number = version.tags.get(NUMBER_TAG, "")
            wanted = _tags(events, periods, number) if number in versions else {}
            yield from _tag_differences(f"{name} {version.version}", version.tags, wanted, VERSION_TAGS)


def _tag_differences(place: str, there: Wanted, wanted: Wanted, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        found, must = there.get(f"{_PREFIX}{name}"), wanted.get(f"{_PREFIX}{name}")
        if found != must:
            yield f"{place}: tag {name} is {_said(found)}, must be {_said(must)}"


def _in_force(
    events: Sequence[Event], periods: Sequence[Period], versions: Mapping[str, list[Any]], name: str, today: date
) -> str | None:
    """Number in MLflow, under one model, of the version in force on a day."""
    period = next((period for period in periods if period.covers(today)), None)
    if period is None:
        return None
    number = next(event.calibration_number for event in events if event.number == period.event)
    return next((str(version.version) for version in versions[number] if version.name == name), None)


def _alias(model: Any) -> str | None:
    """Version that the alias points at; a number from a database, a text from a server."""
    found = dict(model.aliases).get(ALIAS)
    return None if found is None else str(found)


def _model_tags(events: Sequence[Event]) -> Wanted:
    return {f"{_PREFIX}register_events": str(len(events)), f"{_PREFIX}register_last_hash": events[-1].sha256}


def _names(versions: Mapping[str, list[Any]]) -> list[str]:
    return sorted({str(version.name) for found in versions.values() for version in found})


def _said(value: str | None) -> str:
    return "absent" if value is None else f"'{cut(value, 80)}'"
