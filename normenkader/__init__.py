"""Calibrate and validate norms and bands of minutes per week, so that every boundary can be inspected and recomputed.

The public names, and nothing else. They are loaded on first use, so that ``normenkader --help`` starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "BandTable": "normenkader.bands.table",
    "Casemix": "normenkader.casemix",
    "MinutesModel": "normenkader.model.results",
    "NormTable": "normenkader.model.norm_table",
    "WithinProviderRegressor": "normenkader.model.estimator",
    "derive_bands": "normenkader.bands.derive",
    "fit_minutes": "normenkader.model.fit",
    "make_norm_table": "normenkader.model.norm_table",
    "read_casemix": "normenkader.casemix",
    "read_judgements": "normenkader.experts.judgements",
    "read_study": "normenkader.study",
    "synthesise": "normenkader.casemix.synthetic",
    "triangulate": "normenkader.experts.triangulation",
    "verify": "normenkader.verification.verdict",
    "write_dossier": "normenkader.dossier.write",
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
    "verify",
    "write_dossier",
]

if TYPE_CHECKING:
    from normenkader.bands.derive import derive_bands
    from normenkader.bands.table import BandTable
    from normenkader.casemix import Casemix, read_casemix
    from normenkader.casemix.synthetic import synthesise
    from normenkader.dossier.write import write_dossier
    from normenkader.experts.judgements import read_judgements
    from normenkader.experts.triangulation import triangulate
    from normenkader.model.estimator import WithinProviderRegressor
    from normenkader.model.fit import fit_minutes
    from normenkader.model.norm_table import NormTable, make_norm_table
    from normenkader.model.results import MinutesModel
    from normenkader.study import read_study
    from normenkader.verification.verdict import verify


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'normenkader' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
