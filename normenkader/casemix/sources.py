"""Which files a study's sources name: patterns relative to its folder, in an order that never changes."""

from __future__ import annotations

import glob
from pathlib import Path

from normenkader.errors import InputRefused, StudyRefused
from normenkader.study import FILE_NAME, Study


def source_files(study: Study, name: str) -> dict[str, Path]:
    """Files of table `name`, sorted by path: name relative to the study's folder, with forward slashes, and path.

    Raises
    ------
    InputRefused
        If the study names no source for the table, or a pattern matches no file.
    """
    patterns: tuple[str, ...] = getattr(study.sources, name)
    if not patterns:
        raise StudyRefused(
            "this table is needed and no file is named for it", file=FILE_NAME, column=f"[sources] {name}"
        )
    found: dict[str, Path] = {}
    for pattern in patterns:
        found.update(_matches(study.folder, pattern, name))
    return dict(sorted(found.items()))


def _matches(folder: Path, pattern: str, name: str) -> dict[str, Path]:
    literal = folder / pattern
    names = [pattern] if literal.is_file() else glob.glob(pattern, root_dir=folder, recursive=True)
    paths = {Path(n).as_posix(): folder / n for n in names if (folder / n).is_file() and not _is_lock(n)}
    if not paths:
        raise InputRefused(f"no file is called or matches this, as [sources] {name} asks", file=pattern)
    return paths


def _is_lock(name: str) -> bool:
    """Whether this is the file that Excel leaves beside a workbook that is open."""
    return Path(name).name.startswith("~$")
