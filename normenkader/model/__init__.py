"""How factors relate to minutes per week: provider moments, the additive fit, the norm table."""

from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.results import MinutesModel

__all__ = ["MinutesModel", "NormTable", "fit_minutes", "make_norm_table"]
