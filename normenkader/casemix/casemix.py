"""What providers delivered, as one row a client-episode: the value every later stage starts from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.input_table import InputFile as InputFile
from normenkader.casemix.ledger import Ledger
from normenkader.casemix.quality import QualityFinding
from normenkader.provenance import Receipt
from normenkader.remembered import Kept, remembered
from normenkader.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Casemix:
    """Client-episodes with their factor levels and minutes per week, and the ledger of all that was set aside.

    Attributes
    ----------
    study : Study
        The study it was read for.
    files : tuple of InputFile
        Every input file, by table and name.
    ledger : Ledger
        Every row set aside, with file, line, column and code.
    quality : tuple of QualityFinding
        The data-quality report; it reports and repairs nothing.
    receipt : Receipt
        Hash over the rows below and the settings in force.
    """

    study: Study
    files: tuple[InputFile, ...]
    ledger: Ledger
    quality: tuple[QualityFinding, ...]
    receipt: Receipt
    _rows: pd.DataFrame = field(repr=False)
    _weeks: pd.DataFrame = field(repr=False)
    _unregistered: pd.DataFrame = field(repr=False)
    _starts: pd.DataFrame = field(repr=False, default_factory=lambda: pd.DataFrame({"episode": [], "start_day": []}))

    _in_order: bool = field(repr=False, default=False)
    _kept: Kept = field(init=False, repr=False, compare=False, default_factory=Kept)

    def to_frame(self, *, unregistered_as_zero: bool = False) -> pd.DataFrame:
        """A copy of the rows, sorted by provider, client and episode.

        Parameters
        ----------
        unregistered_as_zero : bool
            Add the episodes without any registration with zero minutes, to show what they would do to the edges.

        Returns
        -------
        DataFrame
            ``client``, ``provider``, ``municipality``, ``episode`` (text); ``minutes_per_week`` (the outcome in the
            study's unit), ``exposure_days`` (days open in the window; missing for a rate without dates or exposure),
            ``assigned_minutes_per_week`` (missing where unknown), ``at_cap`` (bool, False where that is unknown),
            ``minutes_basis``, ``product``, ``target_group``, ``need_met`` (text, empty where unknown); one text column
            a factor with the name of its level.
        """
        if self._in_order and not unregistered_as_zero:
            # What pandas shares on reading it copies on writing.
            return self._rows.copy(deep=False)
        rows = pd.concat([self._rows, self._unregistered]) if unregistered_as_zero else self._rows
        return rows.sort_values(["provider", "client", "episode"], kind="stable").reset_index(drop=True)

    def weeks_frame(self) -> pd.DataFrame:
        """A copy of the weekly rows: ``episode``, ``week`` (0 = first seven days of the window), ``minutes``.

        Sorted by episode and week, zero in weeks without a contact. Only whole weeks on all days of which the
        episode was open; empty without a minutes table. Broken weeks and their minutes are not in it.
        """
        return self._weeks.copy(deep=False)

    def starts_frame(self) -> pd.DataFrame:
        """A copy of when episodes began: ``episode``, ``start_day`` (0 = first day of the window; missing: unknown).

        Before the window it is below zero. Episodes of one client at the same time count from the first of them.
        """
        return self._starts.copy(deep=False)


@remembered
def week_rows(casemix: Casemix) -> npt.NDArray[np.int64]:
    """Row of `Casemix.to_frame` that every row of `Casemix.weeks_frame` is of, -1 for none; read-only."""
    place, episodes = pd.factorize(casemix.weeks_frame()["episode"])
    found = pd.Index(casemix.to_frame()["episode"]).get_indexer(pd.Index(episodes))
    rows = np.asarray(found[place], dtype=np.int64)
    rows.setflags(write=False)
    return rows
