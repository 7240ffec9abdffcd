"""Calibrate and validate norms and bands of minutes per week, so that every boundary can be inspected and recomputed.

The public names, and nothing else. They are loaded on first use, so that ``normenkader --help`` starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "BandTable": "normenkader.bands",
    "Casemix": "normenkader.casemix",
    "MinutesModel": "normenkader.model",
    "NormTable": "normenkader.model",
    "WithinProviderRegressor": "normenkader.model.estimator",
    "derive_bands": "normenkader.bands",
    "fit_minutes": "normenkader.model",
    "make_norm_table": "normenkader.model",
    "read_casemix": "normenkader.casemix",
    "read_judgements": "normenkader.experts",
    "read_study": "normenkader.study",
    "synthesise": "normenkader.casemix.synthetic",
    "triangulate": "normenkader.experts",
    "write_dossier": "normenkader.dossier",
}

__all__ = [
    "BandTable",
    "Casemix",
    "MinutesModel",
    "NormTable",
    "WithinProviderRegressor",
    "__version__",
    "derive_bands",
    "fit_minutes",
    "make_norm_table",
    "read_casemix",
    "read_judgements",
    "read_study",
    "synthesise",
    "triangulate",
    "write_dossier",
]

if TYPE_CHECKING:
    from normenkader.bands import BandTable, derive_bands
    from normenkader.casemix import Casemix, read_casemix
    from normenkader.casemix.synthetic import synthesise
    from normenkader.dossier import write_dossier
    from normenkader.experts import read_judgements, triangulate
    from normenkader.model import MinutesModel, NormTable, fit_minutes, make_norm_table
    from normenkader.model.estimator import WithinProviderRegressor
    from normenkader.study import read_study


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'normenkader' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
