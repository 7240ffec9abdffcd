"""Synthetic studies with known truth: every minute in them is invented."""

from __future__ import annotations

from normenkader.casemix.synthetic.as_casemix import casemix_frame, casemix_of
from normenkader.casemix.synthetic.generate import SyntheticData, simulate
from normenkader.casemix.synthetic.regimes import REGIMES, Regime
from normenkader.casemix.synthetic.truth import Truth, truth_of
from normenkader.casemix.synthetic.write import synthesise

__all__ = [
    "REGIMES",
    "Regime",
    "SyntheticData",
    "Truth",
    "casemix_frame",
    "casemix_of",
    "simulate",
    "synthesise",
    "truth_of",
]
