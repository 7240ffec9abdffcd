"""Receipts: what came from what, by content hash, and writing that is whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PARTIAL_PREFIX = ".partial-"
# The earliest time an archive can hold, and a moment for the properties that demand one.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MADE_AT = b"2025-11-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a stage made, by the hash of its content, and the receipts of what it was made from.

    Attributes
    ----------
    stage : str
        Name of the stage, such as ``casemix``.
    sha256 : str
        Hash of the content of the result, not of counts.
    made_from : tuple of Receipt
        Receipts of the inputs.
    """

    stage: str
    sha256: str
    made_from: tuple[Receipt, ...] = ()


def sha256_of_bytes(content: bytes) -> str:
    """SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes, read in blocks so that size does not matter."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sha256_of_parts(parts: Iterable[bytes]) -> str:
    """SHA-256 over the hashes of `parts`, so that no two lists of parts can run together."""
    outer = hashlib.sha256()
    for part in parts:
        outer.update(hashlib.sha256(part).digest())
    return outer.hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and without spaces: one text for one value, for hashing."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def readable_json(value: Any) -> str:
    """JSON as it is written to a file: indented, in the given order of keys, ending in a newline."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def rounded(value: float | None, digits: int = 2) -> float | None:
    """`value` with a fixed rounding for print; missing and infinite become None, minus zero becomes zero."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0


def sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with a ``seal``: the SHA-256 of its canonical JSON without that key."""
    bare = {key: value for key, value in document.items() if key != "seal"}
    return {**bare, "seal": sha256_of_bytes(canonical_json(bare).encode())}


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside `target` that becomes `target` in one step, or vanishes.

    A run that is killed leaves at most a hidden folder whose name starts with ``.partial-``; the next run into the
    same parent removes it once its process is gone.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep_partials(target.parent)
    partial = Path(tempfile.mkdtemp(prefix=f"{_PARTIAL_PREFIX}{os.getpid()}-", dir=target.parent))
    try:
        yield partial
        _to_disk(partial)
        partial.chmod(0o755)
        os.rename(partial, target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def write_whole_file(target: Path, content: bytes) -> None:
    """Write `content` to `target` in one step: readers see the old file or the new one, never half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_PARTIAL_PREFIX, dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def without_times(office_file: bytes) -> bytes:
    """The same XLSX or DOCX file, with fixed times in its archive and its properties: it tells not when it was made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office_file)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + _MADE_AT, content)
            entry = zipfile.ZipInfo(name, date_time=_NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return stream.getvalue()


def _to_disk(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


def _sweep_partials(parent: Path) -> None:
    for stale in parent.glob(f"{_PARTIAL_PREFIX}*-*"):
        owner = stale.name.removeprefix(_PARTIAL_PREFIX).split("-")[0]
        if stale.is_dir() and owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(stale, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
