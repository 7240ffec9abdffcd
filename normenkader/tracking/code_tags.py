"""Which code ran, as tags of a run."""

from __future__ import annotations

from pathlib import Path

from normenkader.code_state import code_state


def code_tags(folder: Path | None = None) -> dict[str, str]:
    """Tags that name the code: ``code_version``, and from git ``git_commit`` and ``git_dirty`` when they can be had.

    MLflow's own tag of the commit is set as well, which its pages show. By itself MLflow would note the commit of
    whatever script was started, and not whether files differed from it.
    """
    state = code_state() if folder is None else code_state(folder)
    tags = {"normenkader.code_version": str(state["version"])}
    if state["commit"]:
        tags |= {
            "normenkader.git_commit": state["commit"], "mlflow.source.git.commit": state["commit"],
            "normenkader.git_dirty": "true" if state["changed"] else "false",
        }  # fmt: skip
    return tags
