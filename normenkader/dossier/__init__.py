"""The evidence as files: Dutch text, tables and figures from results. Computes nothing."""

from normenkader.dossier.write import write_dossier

__all__ = ["write_dossier"]
