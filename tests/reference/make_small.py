"""Generated data for the reference results: clients of unequal providers with weights, and deliveries cut at a cap.

Run it from this folder to make ``small.csv`` again: ``python make_small.py``. Nothing in it is anyone's client.
"""

from __future__ import annotations

import csv

import numpy as np

SIZES = (60, 44, 31, 26, 22, 18, 14, 9, 7)
TERMS = np.array([18.0, 35.0, -12.0])


def rows(seed: int = 20260) -> list[list[str]]:
    """Provider, three indicators, outcome, weight, outcome as delivered under a cap, whether it is at the cap."""
    rng = np.random.default_rng(seed)
    provider = np.repeat(np.arange(len(SIZES)), SIZES)
    style = rng.normal(0, 14, len(SIZES))
    share = np.column_stack([np.clip(0.45 + 0.01 * style, 0.15, 0.85), np.full(len(SIZES), 0.25), np.full(9, 0.5)])
    x = (rng.random((len(provider), 3)) < share[provider]).astype(int)
    w = rng.uniform(0.4, 1.8, len(provider)).round(4)
    mean = 120 + style[provider] + x @ TERMS
    y = (mean + rng.normal(0, 30, len(provider)) / np.sqrt(w)).round(4)
    cap = np.where(rng.random(len(provider)) < 0.6, mean + rng.normal(20, 20, len(provider)), np.inf)
    delivered = np.minimum(y, cap).round(4)
    at_cap = (y > cap).astype(int)
    columns = [[f"p{k}" for k in provider], *x.T.tolist(), y.tolist(), w.tolist(), delivered.tolist(), at_cap.tolist()]
    return [[str(cell) for cell in row] for row in zip(*columns, strict=True)]


if __name__ == "__main__":
    with open("small.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["provider", "x1", "x2", "x3", "y", "w", "delivered", "at_cap"])
        writer.writerows(rows())
