"""Calibrate and validate norms and bands of minutes per week, so that every boundary can be inspected and recomputed.

The public names, and nothing else. They are loaded on first use, so that ``normenkader --help`` starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Casemix": "normenkader.casemix",
    "read_casemix": "normenkader.casemix",
    "read_study": "normenkader.study",
    "synthesise": "normenkader.casemix.synthetic",
}

__all__ = ["Casemix", "__version__", "read_casemix", "read_study", "synthesise"]

if TYPE_CHECKING:
    from normenkader.casemix import Casemix, read_casemix
    from normenkader.casemix.synthetic import synthesise
    from normenkader.study import read_study


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'normenkader' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
