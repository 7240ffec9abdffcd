"""The figures of one design from cells.json alone, step by step as page/figures.js computes them.

A design is the list of cells at which its bands begin, the first 0. Sums run in one stated order and no figure is
rounded on the way, so that both programs give the same numbers to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from normenkader.bands.table import band_labels

Document = Mapping[str, Any]
Design = Sequence[int]
DOUBT_SHARE = 0.1


def figures_of(cells: Document, design: Design) -> dict[str, Any]:
    """Everything that the page shows of a design, the comparison with another and the budget excepted.

    Parameters
    ----------
    cells : mapping
        Content of cells.json.
    design : sequence of int
        First cell of each band, rising from 0.
    """
    rows = _bands(cells, design)
    spread = _spread(cells, rows)
    norms = _sum([row["n_clients"] * row["mean_norm"] for row in rows])
    return {
        "edges": [row["lower"] for row in rows], "bands": rows, "ijkclient_band": ijkclient_band(cells, design),
        "n_clients": _sum(cells["n_clients"]), "smallest": min(range(len(rows)), key=lambda b: rows[b]["n_clients"]),
        "same_band": _same_band(cells, design), "share_in_doubt": _share(cells, [row["n_in_doubt"] for row in rows]),
        "promise_kept": _least([row["promise_kept"] for row in rows[1:]]),
        "guaranteed": _sum([row["n_clients"] * row["lower"] for row in rows]) / norms if norms > 0 else None,
        "mean_width": rows[-1]["lower"] / (len(rows) - 1) if len(rows) > 1 else None,
        "periods_within": _within(cells, design, "periods_within", "n_periods"),
        "fits_below_upper": _least([row["fits_below_upper"] for row in rows[:-1]]), **spread,
        "cost_of_doubt": _cost_of_doubt(cells, design, rows), "n_bands": len(rows),
        "moved_by_one_fact": _complement(_within(cells, design, "changes_within", "n_changes")),
        "broken": broken(cells, design, rows), "norm_step": cells["norm_step"],
    }  # fmt: skip


def change_between(cells: Document, before: Design, after: Design) -> dict[str, float]:
    """Share of clients with another label, a higher and a lower lower bound, and by how many minutes on average."""
    old, new = _places(cells, before), _places(cells, after)
    n = cells["n_clients"]
    own = ijkclient_band(cells, after) - ijkclient_band(cells, before)
    moved = [n[c] if new[c] - old[c] != own else 0 for c in range(len(n))]
    lower = [cells["lower"][after[new[c]]] - cells["lower"][before[old[c]]] for c in range(len(n))]
    up = [n[c] if lower[c] > 0 else 0 for c in range(len(n))]
    down = [n[c] if lower[c] < 0 else 0 for c in range(len(n))]
    return {
        "other_label": _share(cells, moved), "higher": _share(cells, up), "lower": _share(cells, down),
        "minutes_higher": _mean(lower, up), "minutes_lower": _mean(lower, down),
        "minutes": _mean(lower, n),
    }  # fmt: skip


def budget_of(cells: Document, design: Design, *, price: float, clients: float | None = None) -> dict[str, Any]:
    """Price times minutes a week: per band, for all, with the rule for doubt, and of what is sure beforehand.

    Parameters
    ----------
    cells, design
    price : float
        Of an hour; in a study that counts neither minutes nor hours, of one of what it counts.
    clients : float, optional
        Number of clients to reckon with, spread as those of the study; by default the study's own number.
    """
    rows = _bands(cells, design)
    scale = 1.0 if clients is None else clients / _sum(cells["n_clients"])
    hour = price / cells["words"].get("in_price_of", 60)
    raised = _sum([_raised(cells, design, rows, c, "mean_minutes") for c in range(len(cells["n_clients"]))])
    total = _sum([row["n_clients"] * row["mean_minutes"] for row in rows])
    sure = _sum([row["n_clients"] * row["lower"] for row in rows])
    return {
        "bands": [{"price": row["mean_minutes"] * hour, "total": row["n_clients"] * row["mean_minutes"] * hour * scale}
                  for row in rows],
        "total": total * hour * scale, "with_doubt": (total + raised) * hour * scale, "sure": sure * hour * scale,
    }  # fmt: skip


def ijkclient_band(cells: Document, design: Design) -> int:
    """Place of the band that holds the ijkclient."""
    return _last([cells["lower"][first] <= cells["ijkclient_minutes"] for first in design])


def broken(cells: Document, design: Design, rows: Sequence[Document]) -> list[dict[str, Any]]:
    """Demands that a design does not keep, with the bands concerned (from 0)."""
    asked, own = cells["demands"], ijkclient_band(cells, design)
    each = range(len(rows))
    found = [
        ("min_share", [b for b in each if not _run(cells["share_met"], design, b, len(cells["lower"]))]),
        ("min_providers", [b for b in each if rows[b]["n_providers"] < asked["min_providers"]]),
        ("min_width", [b for b in each if rows[b]["upper"] is not None
                       and rows[b]["upper"] - rows[b]["lower"] < asked["min_width"]]),
        ("ijkclient_band", [own] if asked["ijkclient_band"] is not None and own != asked["ijkclient_band"] - 1 else []),
        ("ijkclient_off_edge", [b for b in each if b > 0 and rows[b]["lower"] == cells["ijkclient_minutes"]]),
    ]  # fmt: skip
    return [{"code": code, "bands": at} for code, at in found if at]


def _bands(cells: Document, design: Design) -> list[dict[str, Any]]:
    m = len(cells["lower"])
    labels = band_labels(len(design), ijkclient_band(cells, design) + 1, tuple(cells["labels"]))
    return [_band(cells, design, b, labels[b], m) for b in range(len(design))]


def _band(cells: Document, design: Design, b: int, label: str, m: int) -> dict[str, Any]:
    first, end = design[b], _end(design, b, m)
    inside = range(first, end)
    n = _sum([cells["n_clients"][c] for c in inside])
    doubts = [c for c in inside if in_doubt(cells, first, end, c)]
    return {
        "label": label, "lower": cells["lower"][first], "upper": cells["lower"][end] if end < m else None,
        "n_clients": n, "share": n / _sum(cells["n_clients"]),
        "n_providers": _run(cells["n_providers"], design, b, m),
        "mean_minutes": _sum([cells["n_clients"][c] * cells["mean_minutes"][c] for c in inside]) / n,
        "mean_norm": _sum([cells["n_clients"][c] * cells["mean_norm"][c] for c in inside]) / n,
        "promise_kept": _run(cells["promise_kept"], design, b, m),
        "fits_below_upper": _run(cells["fits_below_upper"], design, b, m),
        "n_in_doubt": _sum([cells["n_clients"][c] for c in doubts]), "doubt_zone": _zone(cells, design, b, m),
    }  # fmt: skip


def in_doubt(cells: Document, first: int, end: int, cell: int) -> bool:
    """Whether over a tenth of the resamples give the clients of a cell another band."""
    lower, higher = _drawn_outside(cells, first, end, cell)
    return lower + higher > DOUBT_SHARE


def _drawn_outside(cells: Document, first: int, end: int, cell: int) -> tuple[float, float]:
    below = cells["resampled_below"][cell]
    return (below[first - 1] if first > 0 else 0), (1 - below[end - 1] if end < len(cells["lower"]) else 0)


def _side(cells: Document, design: Design, b: int, cell: int, m: int) -> int:
    """The edge (by the band above it) that a cell in doubt belongs to; -1 when it is not in doubt."""
    lower, higher = _drawn_outside(cells, design[b], _end(design, b, m), cell)
    if lower + higher <= DOUBT_SHARE:
        return -1
    return b if lower >= higher else b + 1


def _zone(cells: Document, design: Design, b: int, m: int) -> list[int] | None:
    """Norm minutes in doubt around a band's lower bound; the open last cell counts as one step."""
    near = [c for k in (b - 1, b) if k >= 0 for c in range(design[k], _end(design, k, m))
            if _side(cells, design, k, c, m) == b]  # fmt: skip
    if b == 0 or not near:
        return None
    last = near[-1]
    end = cells["lower"][last + 1] if last + 1 < m else cells["lower"][last] + cells["step"]
    return [cells["lower"][near[0]], end - cells["norm_step"]]


def _spread(cells: Document, rows: Sequence[Document]) -> dict[str, float | None]:
    n = cells["n_clients"]
    between, of_cells = _variation(rows, "mean_norm"), _variation_of(n, cells["mean_norm"])
    within = cells["share_within_cells"]
    kept = None if within is None or of_cells <= 0 else (1 - within) * (between / of_cells)
    variance = cells["sd_minutes"] * cells["sd_minutes"]
    delivered = _variation(rows, "mean_minutes") / _sum(n)
    return {
        "explained_delivered": delivered / variance if variance > 0 else None, "explained_of_norm": kept,
        "sd_within": None if kept is None else cells["sd_norm"] * math.sqrt(max(1 - kept, 0.0)),
    }  # fmt: skip


def _variation(rows: Sequence[Document], key: str) -> float:
    return _variation_of([row["n_clients"] for row in rows], [row[key] for row in rows])


def _variation_of(n: Sequence[float], values: Sequence[float]) -> float:
    """Sum of squares about the mean, by weight."""
    mean = _sum([n[i] * values[i] for i in range(len(n))]) / _sum(n)
    return _sum([n[i] * (values[i] - mean) * (values[i] - mean) for i in range(len(n))])


def _same_band(cells: Document, design: Design) -> float | None:
    if cells["same_band"] is None:
        return None
    return _sum([_run(cells["same_band"], design, b, len(cells["lower"])) for b in range(len(design))])


def _cost_of_doubt(cells: Document, design: Design, rows: Sequence[Document]) -> float | None:
    table = _sum([row["n_clients"] * row["mean_norm"] for row in rows])
    raised = _sum([_raised(cells, design, rows, c, "mean_norm") for c in range(len(cells["n_clients"]))])
    return (table + raised) / table if table > 0 else None


def _raised(cells: Document, design: Design, rows: Sequence[Document], cell: int, key: str) -> float:
    """What a cell costs more, in minutes, when its clients in doubt get the higher band."""
    b = _last([first <= cell for first in design])
    side = _side(cells, design, b, cell, len(cells["lower"]))
    return float(cells["n_clients"][cell] * (rows[side][key] - rows[b][key])) if side > b else 0


def _within(cells: Document, design: Design, key: str, total: str) -> float | None:
    if cells[key] is None or not cells[total]:
        return None
    m = len(cells["lower"])
    return _sum([_run(cells[key], design, b, m) for b in range(len(design))]) / float(cells[total])


def _run(table: Any, design: Design, b: int, m: int) -> Any:
    return None if table is None else table[design[b]][_end(design, b, m) - design[b] - 1]


def _end(design: Design, b: int, m: int) -> int:
    return design[b + 1] if b + 1 < len(design) else m


def _places(cells: Document, design: Design) -> list[int]:
    return [_last([first <= c for first in design]) for c in range(len(cells["lower"]))]


def _share(cells: Document, n: Sequence[float]) -> float:
    return _sum(n) / _sum(cells["n_clients"])


def _mean(values: Sequence[float], n: Sequence[float]) -> float:
    total = _sum(n)
    return _sum([values[i] * n[i] for i in range(len(n))]) / total if total > 0 else 0.0


def _least(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return min(known) if values and len(known) == len(values) else None


def _complement(value: float | None) -> float | None:
    return None if value is None else 1 - value


def _last(holds: Sequence[bool]) -> int:
    """Place of the last of a run of trues that begins at the first."""
    return sum(holds) - 1


def _sum(values: Sequence[float]) -> float:
    """Added up from the first to the last: the order is part of the number."""
    total: float = 0
    for value in values:
        total += value
    return total
