"""Which code runs: version, and the git commit with whether files were changed since, where the code stands in git."""

from __future__ import annotations

import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGE_FOLDER = Path(__file__).resolve().parent
_GIT_SECONDS = 5


def code_state(folder: Path = _PACKAGE_FOLDER) -> dict[str, Any]:
    """``version``, ``commit`` and ``changed``: whether files of the package differ from that commit.

    The last two are None for an installed package, and where git does not answer. They tell apart two states of the
    code with one version number; an installed package is told by its version alone. So they stand in receipt.json and
    in catalogues only, and in no file whose bytes must be the same wherever they are made.
    """
    known: dict[str, Any] = {"version": package_version("normenkader"), "commit": None, "changed": None}
    # Installed into an environment that lies in somebody else's repository, the package is not tracked there.
    if _git(folder, "ls-files", "--error-unmatch", "__init__.py") is None:
        return known
    commit, changes = _git(folder, "rev-parse", "HEAD"), _git(folder, "status", "--porcelain", "--", ".")
    if commit and changes is not None:
        known |= {"commit": commit, "changed": bool(changes)}
    return known


def package_version(name: str) -> str:
    """Version of an installed package; ``unknown`` when it is run from a folder without being installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _git(folder: Path, *arguments: str) -> str | None:
    """Output of a git command, or None when there is no git, no repository, or no answer in time."""
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
