"""Which code ran: version, and the git commit with whether files were changed since, where the code stands in git."""

from __future__ import annotations

import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGE_FOLDER = Path(__file__).resolve().parents[1]
_GIT_SECONDS = 5


def code_tags(folder: Path = _PACKAGE_FOLDER) -> dict[str, str]:
    """Tags that name the code: ``code_version``, and from git ``git_commit`` and ``git_dirty`` when they can be had.

    MLflow notes a commit but not whether files differed from it, and takes the commit of whatever script was started.
    """
    tags = {"normenkader.code_version": package_version("normenkader")}
    # Installed into an environment that lies in somebody else's repository, the package is not tracked there.
    if _git(folder, "ls-files", "--error-unmatch", "__init__.py") is None:
        return tags
    commit, changes = _git(folder, "rev-parse", "HEAD"), _git(folder, "status", "--porcelain", "--", ".")
    if commit and changes is not None:
        tags |= {"normenkader.git_commit": commit, "normenkader.git_dirty": "true" if changes else "false"}
    return tags


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
