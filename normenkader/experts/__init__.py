"""What experts judge, and whether data, experts and existing norms point the same way."""

from normenkader.experts.judgements import read_judgements
from normenkader.experts.triangulation import Triangulation, triangulate

__all__ = ["Triangulation", "read_judgements", "triangulate"]
