"""Documents of a registered version, as they were logged: what `decide` needs where the folder is not at hand."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normenkader.errors import InputRefused, NormenkaderError
from normenkader.tracking.contents import Calibration, read_calibration
from normenkader.tracking.store import DATABASE_NAME, SERVER_VARIABLE, Store, opened_store, tracking_uri

Documents = tuple[dict[str, Any], dict[str, Any]]
_ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)(?:/(?P<version>[0-9]+)|@(?P<alias>[^/@]+))")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedVersion:
    """A registered version: its model's name and number, its calibration number, and the two tables that decide."""

    name: str
    version: str
    calibration_number: str
    norms: dict[str, Any]
    bands: dict[str, Any]


def fetch_documents(model: str, home: Path) -> Documents:
    """norms.json and bands.json of a version; see `fetch_version`."""
    found = fetch_version(model, home)
    return found.norms, found.bands


def fetch_version(model: str, home: Path) -> FetchedVersion:
    """A registered version, its files held against the receipt that was logged with them.

    Parameters
    ----------
    model : str
        ``models:/<name>/<version>``, ``models:/<name>@<alias>``, or a version number where the store has one model.
    home : Path
        Folder of the embedded store; not used where ``MLFLOW_TRACKING_URI`` names a server.

    Returns
    -------
    FetchedVersion

    Raises
    ------
    InputRefused
        If there is no store, or it has no such version.
    NormenkaderError
        If the files in the store are not those of their receipt, or MLflow cannot be reached.
    """
    with _store_with(model, home) as (store, version), _downloaded(store, version) as calibration:
        return FetchedVersion(
            name=str(version.name), version=str(version.version), calibration_number=calibration.number,
            norms=dict(calibration.norms), bands=dict(calibration.bands),
        )  # fmt: skip


@contextmanager
def fetched_folder(model: str, home: Path) -> Iterator[Path]:
    """The output folder of a version as it was logged, until the end; see `fetch_version`."""
    with _store_with(model, home) as (store, version), _downloaded(store, version) as calibration:
        yield calibration.folder


@contextmanager
def _store_with(model: str, home: Path) -> Iterator[tuple[Store, Any]]:
    if tracking_uri(home).startswith("sqlite:") and not (home / DATABASE_NAME).is_file():
        rule = f"no MLflow store is here; name its folder with --home, or its server in {SERVER_VARIABLE}"
        raise InputRefused(rule, file=str(home))
    with opened_store(home.resolve()) as store:
        yield store, _version(store, model)


def _version(store: Store, model: str) -> Any:
    if model.isdigit():
        name, number, alias = _only_model(store, model), model, ""
    elif found := _ADDRESS.fullmatch(model):
        name, number, alias = found["name"], found["version"] or "", found["alias"] or ""
    else:
        rule = "write models:/<name>/<version> or models:/<name>@<alias>"
        raise InputRefused(rule, file=model)
    return _by_alias(store, name, alias, model) if alias else _by_number(store, name, number, model)


def _by_number(store: Store, name: str, number: str, model: str) -> Any:
    versions = {int(v.version): v for v in store.client.search_model_versions(f"name='{_plain(name, model)}'")}
    if int(number) not in versions:
        there = ", ".join(map(str, sorted(versions))) or "none"
        raise InputRefused(f"the register has no such version; of '{name}' it has: {there}", file=model)
    return versions[int(number)]


def _by_alias(store: Store, name: str, alias: str, model: str) -> Any:
    known = store.client.search_registered_models(f"name='{_plain(name, model)}'")
    if not known or alias not in known[0].aliases:
        raise InputRefused(f"the register has no model '{name}' with the alias '{alias}'", file=model)
    return store.client.get_model_version_by_alias(name, alias)


def _only_model(store: Store, model: str) -> str:
    names = sorted(str(known.name) for known in store.client.search_registered_models())
    if len(names) != 1:
        listed = ", ".join(names) or "none"
        rule = f"a bare number needs a store with one model; write models:/<name>/{model}; it has: {listed}"
        raise InputRefused(rule, file=model)
    return names[0]


def _plain(name: str, model: str) -> str:
    """A name that cannot leave the quotation marks of MLflow's query."""
    if "'" in name:
        raise InputRefused("no model has a quotation mark in its name", file=model)
    return name


@contextmanager
def _downloaded(store: Store, version: Any) -> Iterator[Calibration]:
    run_id = str(version.run_id)
    with tempfile.TemporaryDirectory(prefix="normenkader-") as folder:
        for entry in store.client.list_artifacts(run_id):
            store.client.download_artifacts(run_id, entry.path, folder)
        try:
            calibration = read_calibration(Path(folder))
        except NormenkaderError:
            raise NormenkaderError(
                "this version's files in MLflow are not those of its receipt; use none of it"
            ) from None
        yield calibration
