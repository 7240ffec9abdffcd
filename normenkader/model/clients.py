"""Clients behind rows: one client may have several episodes, and what is said of clients counts each of them once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def client_shares(client: IntArray) -> FloatArray | None:
    """What each row counts for where clients are counted: one over the number of its client's rows.

    A client with episodes in two bands is then shared between them by the number of episodes, and counts once in all.

    Parameters
    ----------
    client : (n,) codes of the rows that are counted

    Returns
    -------
    (n,) array, or None where every client has one row: then each row counts for one.
    """
    n = np.bincount(client)
    return None if n.max(initial=0) <= 1 else 1.0 / n[client]


def distinct(codes: IntArray) -> int:
    """How many codes there are: counted, since sorting very many rows for every level takes minutes."""
    return int(np.count_nonzero(np.bincount(codes)))


def clients_by(group: IntArray, client: IntArray, n_groups: int) -> IntArray:
    """Distinct clients of every group, (n_groups,).

    Parameters
    ----------
    group, client : (n,) codes of the rows that are counted
    n_groups : int
    """
    width = int(client.max(initial=0)) + 1
    return np.bincount(np.unique(group * width + client) // width, minlength=n_groups).astype(np.int64)
