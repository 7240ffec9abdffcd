"""Which clients a figure looks at where it cannot look at all: a fixed draw, the same in every stage of a study."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def client_ranks(clients: npt.NDArray[np.object_], seed: int) -> npt.NDArray[Any]:
    """A number for every client that depends on its name and the seed only; a draw takes the lowest.

    Parameters
    ----------
    clients : (n,) text
    seed : int
    """
    return np.asarray(pd.util.hash_array(clients, hash_key=f"{seed % 10**16:016d}", categorize=False))
