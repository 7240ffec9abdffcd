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
from normenkader.register.history import timeline
from normenkader.tracking.contents import cut
from normenkader.tracking.mirror_tags import (
    MODEL_TAGS,
    PREFIX,
    VERSION_TAGS,
    Wanted,
    model_names,
    model_tags,
    version_in_force,
    version_tags,
)
from normenkader.tracking.store import DATABASE_NAME, Store, load_mlflow, opened_store, tracking_uri

ALIAS = "in-force"
NUMBER_TAG = "normenkader.calibration_number"


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
    dirty = tags.get(f"{PREFIX}git_dirty")
    return Catalogued(
        model_name=str(version.name), model_version=int(version.version), run_id=str(version.run_id),
        commit=tags.get(f"{PREFIX}git_commit"), dirty=None if dirty is None else dirty == "true",
    )  # fmt: skip


def _write(store: Store, events: Sequence[Event], versions: Mapping[str, list[Any]], today: date) -> None:
    client, periods = store.client, timeline(events)
    for number, found in versions.items():
        wanted = version_tags(events, periods, number)
        for version in found:
            _replace_tags(client, version, wanted)
    for name in model_names(versions):
        in_force = version_in_force(events, periods, versions, name, today)
        if in_force is not None:
            client.set_registered_model_alias(name, ALIAS, in_force)
        elif _alias(client.get_registered_model(name)) is not None:
            client.delete_registered_model_alias(name, ALIAS)
        for key, value in model_tags(events).items():
            client.set_registered_model_tag(name, key, value)


def _replace_tags(client: Any, version: Any, wanted: Wanted) -> None:
    for key, value in wanted.items():
        if version.tags.get(key) != value:
            client.set_model_version_tag(version.name, version.version, key, value)
    for key in (f"{PREFIX}{name}" for name in VERSION_TAGS):
        if key in version.tags and key not in wanted:
            client.delete_model_version_tag(version.name, version.version, key)


def _differences(
    store: Store, events: Sequence[Event], versions: Mapping[str, list[Any]], today: date
) -> Iterator[str]:
    periods = timeline(events)
    for name in model_names(versions):
        model = store.client.get_registered_model(name)
        in_force = version_in_force(events, periods, versions, name, today)
        alias = _alias(model)
        if alias != in_force:
            yield f"{name}: alias {ALIAS} is {_said(alias)}, must be {_said(in_force)} on {today}"
        yield from _tag_differences(name, model.tags, model_tags(events), MODEL_TAGS)
        for version in store.client.search_model_versions(f"name='{name}'"):
            number = version.tags.get(NUMBER_TAG, "")
            wanted = version_tags(events, periods, number) if number in versions else {}
            yield from _tag_differences(f"{name} {version.version}", version.tags, wanted, VERSION_TAGS)


def _tag_differences(place: str, there: Wanted, wanted: Wanted, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        found, must = there.get(f"{PREFIX}{name}"), wanted.get(f"{PREFIX}{name}")
        if found != must:
            yield f"{place}: tag {name} is {_said(found)}, must be {_said(must)}"


def _alias(model: Any) -> str | None:
    """Version that the alias points at; a number from a database, a text from a server."""
    found = dict(model.aliases).get(ALIAS)
    return None if found is None else str(found)


def _said(value: str | None) -> str:
    return "absent" if value is None else f"'{cut(value, 80)}'"
