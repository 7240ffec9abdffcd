"""What tests of stored results share: an experiment's modules from its folder, its result, and its README."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
MODULES = ("run", "report", "mechanisms", "methods", "flags")


@contextmanager
def modules_of(name: str) -> Iterator[dict[str, ModuleType]]:
    """An experiment's own modules; their names are free for the next experiment afterwards."""
    before = list(sys.path)
    sys.path[:0] = [str(EXPERIMENTS / name), str(EXPERIMENTS)]
    try:
        own = [module for module in MODULES if (EXPERIMENTS / name / f"{module}.py").is_file()]
        yield {module: importlib.import_module(module) for module in own}
    finally:
        sys.path[:] = before
        for module in MODULES:
            sys.modules.pop(module, None)


def result_of(name: str) -> Any:
    """What the experiment stored."""
    return json.loads((EXPERIMENTS / name / "result.json").read_text(encoding="utf-8"))


def readme_block(name: str, block: str) -> list[str]:
    """Lines between two marks of the README."""
    text = (EXPERIMENTS / name / "README.md").read_text(encoding="utf-8")
    return text.split(f"<!-- {block}: from result.json -->\n")[1].split(f"<!-- end of {block} -->")[0].splitlines()


def differences(found: Any, stored: Any, where: str = "") -> list[str]:
    """Where two results differ by more than the last digits of a float."""
    if isinstance(stored, Mapping):
        keys = [] if set(found) == set(stored) else [f"{where}: {sorted(set(found) ^ set(stored))}"]
        return keys + [
            d for key in stored if key in found for d in differences(found[key], stored[key], f"{where}.{key}")
        ]
    if isinstance(stored, float) and isinstance(found, (int, float)):
        return [] if abs(found - stored) <= 1e-6 * max(1.0, abs(stored)) else [f"{where}: {found} is not {stored}"]
    return [] if found == stored else [f"{where}: {found} is not {stored}"]
