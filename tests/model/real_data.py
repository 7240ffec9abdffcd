"""The public data sets as the reference results take them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from model_data import REAL


def stays() -> pd.DataFrame:
    """Hospital stays in 54 hospitals."""
    frame = pd.read_csv(REAL / "medpar_los.csv", dtype={"provnum": str})
    return frame.assign(log_los=np.log(frame["los"]))


def nursing_homes() -> pd.DataFrame:
    """Nursing homes under the filter of the reference results."""
    frame = pd.read_csv(REAL / "cms_pbj_facility_2025Q1.csv.gz", dtype={"chain_id": str, "facility_id": str})
    kept = (frame["quarter"] == "2025Q1") & frame["casemix_minutes_total"].notna()
    kept &= frame["minutes_total"].between(90, 720) & (frame["ownership"] != "unknown")
    frame = frame[kept]
    return frame.assign(
        lx=np.log(frame["casemix_minutes_total"]), log_minutes=np.log(frame["minutes_total"]),
        ownershipnon_profit=frame["ownership"].eq("non_profit").astype(float),
        ownershipgovernment=frame["ownership"].eq("government").astype(float),
    )  # fmt: skip


def soldiers() -> pd.DataFrame:
    """Soldiers in 99 groups."""
    return pd.read_csv(REAL / "bh1996_workhours.csv.gz")
