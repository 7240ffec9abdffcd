"""Documents that verbs read: the files of an output folder, and profiles in TOML or JSON."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from normenkader.cli.register_folders import has_register, is_number, version_folder
from normenkader.errors import InputRefused, why_not_read

NORMS, BANDS = "norms.json", "bands.json"
_KEYS = {NORMS: ("ijkclient_minutes", "terms", "unit", "factors", "overlap"), BANDS: ("bands",)}


def read_json(path: Path, *, file: str = "") -> Any:
    """Content of a JSON file; a key that stands twice is refused, because one of the two would silently not count."""
    name = file or str(path)
    try:
        return json.loads(_text(path, name), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise InputRefused(f"this is not valid JSON: {error.msg}", file=name, lines=(error.lineno,)) from None
    except _Twice:
        raise InputRefused("a key stands in this file twice", file=name) from None


def read_profile(path: Path, *, form: str = "a profile is a list of lines factor = level") -> dict[str, Any]:
    """One client's profile, factor = level, from a TOML or JSON file; told apart by their first character."""
    text = _text(path, path.name)
    content = read_json(path, file=path.name) if text.lstrip().startswith("{") else _toml(text, path.name)
    if not isinstance(content, dict) or any(isinstance(value, dict | list) for value in content.values()):
        raise InputRefused(f"{form}, nothing deeper", file=path.name)
    return content


def read_model(model: str, home: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """norms.json and bands.json of an output folder, a ``models:/`` address, or a version number of the register.

    Where nothing was ever adopted there is no register, and a number is one of MLflow's.
    """
    folder = Path(model)
    if folder.is_dir():
        return _folder_document(folder, NORMS), _folder_document(folder, BANDS)
    if is_number(model) and has_register(home):
        with version_folder(int(model), home) as found:
            return _folder_document(found.path, NORMS), _folder_document(found.path, BANDS)
    if model.startswith("models:/") or is_number(model):
        from normenkader import tracking

        return tracking.fetch_documents(model, home)
    rule = "this is no output folder, no version number and no models:/ address"
    raise InputRefused(rule, file=model)


def read_norms(path: Path) -> dict[str, Any]:
    """A norms.json by itself."""
    return _with_keys(read_json(path), NORMS, path)


def _folder_document(folder: Path, name: str) -> dict[str, Any]:
    if not (folder / name).is_file():
        raise InputRefused(f"this folder has no {name}; give a folder that calibrate has written", file=str(folder))
    return _with_keys(read_json(folder / name), name, folder / name)


def _with_keys(content: Any, name: str, path: Path) -> dict[str, Any]:
    lacking = [key for key in _KEYS[name] if not isinstance(content, dict) or key not in content]
    if lacking:
        raise InputRefused(f"this is no {name} of a calibration: it lacks {', '.join(lacking)}", file=str(path))
    return dict(content)


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused("this file cannot be read as UTF-8 text", file=name) from None
    except OSError as error:
        raise InputRefused(why_not_read(error), file=name) from None


def _toml(text: str, name: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line ([0-9]+)", str(error))
        lines = (int(found[1]),) if found else ()
        raise InputRefused('this is not valid TOML; write lines such as orientation = "behoudgericht"',
                           file=name, lines=lines) from None  # fmt: skip


class _Twice(Exception):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise _Twice
    return dict(pairs)
