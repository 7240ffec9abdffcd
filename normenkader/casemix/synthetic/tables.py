"""A synthetic draw as the two tables of the contract, before they are parted over files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from normenkader.casemix.synthetic import factors as known
from normenkader.casemix.synthetic.as_casemix import casemix_frame
from normenkader.casemix.synthetic.generate import SyntheticData
from normenkader.casemix.synthetic.study_text import WINDOW

WINDOW_START = date.fromisoformat(WINDOW[0])
_EXPORTED_ON_DAY = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Rows of both tables; `minutes` has the provider in whose file a row belongs, and each row its planted code.

    Attributes
    ----------
    episodes, minutes : DataFrame
        Contract columns, and ``code``: the ledger's code where the row is bad on purpose, else empty.
    """

    episodes: pd.DataFrame
    minutes: pd.DataFrame


def tables_of(data: SyntheticData, rng: np.random.Generator) -> Tables:
    """Episodes and weekly rows of a draw; a week without contact has no row.

    `rng` draws the indirect minutes, which the study's definition of time leaves out.
    """
    frame, weeks = data.to_frame(), data.weeks_frame()
    episodes = casemix_frame(data).assign(
        start=[_on(day) for day in frame["first_day"]],
        end=pd.Series([_on(day) if day < _EXPORTED_ON_DAY else None for day in frame["last_day"]], dtype=object),
        duration_weeks=frame["duration_in_weeks"].astype(object),
        code="",
    )
    provider = dict(zip(frame["episode"], frame["provider"], strict=True))
    rows = weeks[weeks["minutes"] > 0]
    minutes = pd.DataFrame({
        "episode": rows["episode"], "date": [_on(day) for day in rows["day"]],
        "minutes_direct": rows["minutes"].astype(int).astype(object),
        "minutes_indirect": (5 * rng.integers(0, 7, len(rows))).astype(object),
        "provider": [provider[episode] for episode in rows["episode"]], "code": "",
    })  # fmt: skip
    return Tables(episodes=episodes[episode_columns()], minutes=minutes.reset_index(drop=True))


def episode_columns() -> list[str]:
    """Columns of the episodes table, and the planted code."""
    return ["client", "provider", "municipality", "episode", "start", "end",
            *[factor.setting.name for factor in known.FACTORS],
            "minutes_basis", "assigned_minutes_per_week", "product", "need_met", "code"]  # fmt: skip


def _on(day: int) -> date:
    return WINDOW_START + timedelta(days=int(day))
