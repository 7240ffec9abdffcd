"""Bands of minutes per week: optimal boundaries, their stability, and one client's decision."""

from normenkader.bands.derive import derive_bands
from normenkader.bands.table import BandTable

__all__ = ["BandTable", "derive_bands"]
