"""What merging before sums leave costs on the example: as the README says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from normenkader.casemix import read_casemix
from normenkader.federated.fit import fit_summaries
from normenkader.federated.summarise import summarise
from normenkader.model.fit import fit_minutes
from normenkader.study import read_study

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told() -> tuple[float, ...]:
    """Numbers of the README's sentence: left out, of all, ijkclient on sums and on records, median, largest."""
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    found = re.search(
        r"On the example ([\d,]+) of ([\d,]+) episodes are left out, the ijkclient gets (\d+) minutes instead of "
        r"(\d+), and terms differ by (\d+) minutes at the median and (\d+) at most",
        text,
    )
    assert found is not None
    return tuple(float(number.replace(",", "")) for number in found.groups())


def test_the_readme_tells_the_difference_with_records(told: tuple[float, ...]) -> None:
    casemix = read_casemix(read_study(ROOT / "data" / "example"))
    rows = casemix.to_frame()
    summaries = [summarise(casemix, name) for name in sorted(rows["provider"].unique())]
    summed, whole = fit_summaries(casemix.study, summaries), fit_minutes(casemix)
    pairs = [(a.estimate.value, b.estimate.value) for a, b in zip(summed.terms, whole.terms, strict=True)
             if a.estimate is not None and b.estimate is not None]  # fmt: skip
    apart = np.abs(np.subtract(*np.array(pairs).T))
    left_out = len(rows) - sum(summary.n_episodes for summary in summaries)
    found = (left_out, len(rows), summed.ijkclient.value, whole.ijkclient.value, np.median(apart), apart.max())
    assert tuple(float(round(value)) for value in found) == told
