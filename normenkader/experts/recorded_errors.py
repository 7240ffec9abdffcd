"""How much of an assessor's error the record itself holds: the recorded levels held beside the double assessments.

Two assessors of one client lie two errors apart. The record and an assessor lie one error apart where the record is
right, and two where it is one more assessor's reading; counted over all factors, their agreement tells which. With
three readings of a client, independent given the truth, the errors of each can be told without knowing the truth.

References
----------
Allman, Matias & Rhodes (2009), Identifiability of parameters in latent structure models with many observed variables,
Annals of Statistics 37, 3099-3132: three readings suffice. One figure for all factors is our own choice, and
experimental.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from normenkader.experts.arrays import Bools
from normenkader.experts.assessments import Assessments
from normenkader.experts.misclassification import LevelErrors

ONE_READING, MOST = 1.0, 2.0
"""The record as one assessor's reading; and the most that is corrected for, beyond which little is left to go by."""
_IS_ONE_OF_THEM = 0.5


def errors_in_record(rows: pd.DataFrame, assessments: Assessments, errors: Mapping[str, LevelErrors]) -> float:
    """How many times one assessor's error the recorded levels hold: 0 none, 1 as much as an assessor; at most 2.

    Where the record was itself taken from one of the assessors, its agreement with that one says nothing. Then, as
    when no episode is known to both, it counts as one reading.

    Parameters
    ----------
    rows : DataFrame
        ``episode`` and a text column a factor: the levels as recorded.
    assessments : Assessments
    errors : mapping of factor to LevelErrors
        One assessor's error on each factor.
    """
    same, known = _compared(rows, assessments, list(errors))
    if not known.any() or _identical(same, known, assessments) >= _IS_ONE_OF_THEM:
        return ONE_READING
    counts, seen = known.sum(axis=0), int(same.sum())

    def beyond(amount: float) -> float:
        found = [one.agreement(1.0 + amount) for one in errors.values()]
        return float(counts @ np.array(found)) - seen

    if beyond(0.0) <= 0:
        return 0.0
    return MOST if beyond(MOST) >= 0 else float(brentq(beyond, 0.0, MOST, xtol=1e-9))


def _compared(rows: pd.DataFrame, assessments: Assessments, factors: list[str]) -> tuple[Bools, Bools]:
    """Of every assessment and factor: whether it says what was recorded, and whether there are both to compare."""
    given = assessments.to_frame()
    recorded = rows.drop_duplicates("episode").set_index("episode")[factors].reindex(given["episode"]).to_numpy(object)
    said = given[factors].to_numpy(object)
    known = np.asarray(pd.notna(said) & (said != "") & pd.notna(recorded))
    return np.asarray((said == recorded) & known, dtype=bool), known


def _identical(same: Bools, known: Bools, assessments: Assessments) -> float:
    """Share of episodes of which some assessor gave, on every factor, what was recorded."""
    rows = pd.DataFrame({
        "episode": assessments.to_frame()["episode"].to_numpy(), "whole": (same | ~known).all(axis=1),
        "compared": known.any(axis=1),
    })  # fmt: skip
    return float(rows[rows["compared"]].groupby("episode")["whole"].any().mean())
