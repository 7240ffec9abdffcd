"""What providers delivered: reading, refusing, setting aside, and minutes per week."""

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.input_table import InputFile
from normenkader.casemix.ledger import CODES, FileCount, Ledger, SetAside
from normenkader.casemix.quality import QualityFinding
from normenkader.casemix.quality_words import QUALITY_MEASURES, QUALITY_REASONS_DUTCH, QualityMeasure
from normenkader.casemix.read import read_casemix

__all__ = [
    "CODES",
    "QUALITY_MEASURES",
    "QUALITY_REASONS_DUTCH",
    "Casemix",
    "FileCount",
    "InputFile",
    "Ledger",
    "QualityFinding",
    "QualityMeasure",
    "SetAside",
    "read_casemix",
]
