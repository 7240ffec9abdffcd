"""A synthetic draw as a Casemix, without files: for studies over hundreds of seeds."""

from __future__ import annotations

import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.ledger import Ledger
from normenkader.casemix.measuring import at_cap
from normenkader.casemix.synthetic import factors as known
from normenkader.casemix.synthetic.generate import SyntheticData
from normenkader.casemix.synthetic.study_text import study_of
from normenkader.provenance import Receipt, sha256_of_parts


def casemix_of(data: SyntheticData) -> Casemix:
    """The case mix as `read_casemix` would give it, without files.

    Parameters
    ----------
    data : SyntheticData

    Returns
    -------
    Casemix
        With an empty ledger and no files; rows and weeks equal those read from the written study.
    """
    study = study_of(data.regime, seed=data.seed)
    weeks = data.weeks_frame()
    whole = weeks.loc[weeks["days_open"] == 7, ["episode", "week", "minutes"]].reset_index(drop=True)
    rows, simulated = casemix_frame(data), data.to_frame()
    starts = pd.DataFrame({"episode": simulated["episode"], "start_day": simulated["first_day"].astype(float)})
    content = (study.sha256().encode(), *data.content())
    return Casemix(
        study=study, files=(), ledger=Ledger(rows=(), files=()), quality=(),
        receipt=Receipt(stage="casemix", sha256=sha256_of_parts(content)),
        _rows=rows, _weeks=whole, _unregistered=rows.iloc[:0],
        _starts=starts,
    )  # fmt: skip


def casemix_frame(data: SyntheticData) -> pd.DataFrame:
    """The rows of `casemix_of`, with exactly the columns of ``Casemix.to_frame``."""
    frame = data.to_frame()
    delivered, assigned = frame["minutes_per_week"].to_numpy(), frame["assigned_minutes_per_week"].to_numpy()
    frame = frame.assign(at_cap=at_cap(delivered, assigned), minutes_basis="registered", target_group="")
    facts = ["client", "provider", "municipality", "episode", "minutes_per_week", "exposure_days",
             "assigned_minutes_per_week", "at_cap", "minutes_basis", "product",
             "target_group", "need_met"]  # fmt: skip
    return frame[facts + [factor.setting.name for factor in known.FACTORS]]
