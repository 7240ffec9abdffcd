"""All linear relations between the counts that an output folder publishes, and the true counts to hold them against."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from attacker import Attacker, Name

from normenkader.bands.movement import groups_of
from normenkader.bands.table import BandTable
from normenkader.disclosure import coarse_step
from normenkader.settings import DisclosureSettings

Documents = Mapping[str, Any]
ALL, NORM = ("all",), ("norm",)


class Truth:
    """The true counts behind every name, from the casemix."""

    def __init__(self, bands: BandTable) -> None:
        self.study, norms = bands.study, bands.norms
        frame = norms.model.casemix.to_frame().reset_index(drop=True)
        minutes = norms.norm_minutes()
        self.frame = frame.assign(norm=minutes, known=~np.isnan(minutes))
        changes = () if bands.robustness is None else bands.robustness.impact.changes
        self.moves = {(c.baseline, m.group, m.level): m for c in changes for m in c.to_norm}
        self.groups = {**{f.name: frame[f.name] for f in self.study.factors}, **groups_of(frame, self.study)}

    def __getitem__(self, name: Name) -> float:
        kind, *rest = name if isinstance(name, tuple) else (name,)
        return float(getattr(self, f"_{kind}")(*rest))

    def clients(self, mask: Any) -> int:
        return int(self.frame.loc[np.asarray(mask, dtype=bool), "client"].nunique())

    def _all(self) -> int:
        return self.clients(np.ones(len(self.frame)))

    def _norm(self) -> int:
        return self.clients(self.frame["known"])

    def _without(self) -> int:
        return self._all() - self._norm()

    def _level(self, population: str, grouping: str, level: str) -> int:
        mask = (self.groups[grouping] == level).to_numpy()
        return self.clients(mask & self.frame["known"].to_numpy() if population == "norm" else mask)

    def _pair(self, a: str, x: str, b: str, y: str) -> int:
        return self.clients((self.frame[a] == x) & (self.frame[b] == y))

    def _from(self, low: float, high: float) -> int:
        return self.clients((self.frame["norm"] >= low) & (self.frame["norm"] < high))

    def _down(self, *which: str) -> int:
        return self.moves[which].n_down

    def _up(self, *which: str) -> int:
        return self.moves[which].n_up

    def _same(self, *which: str) -> int:
        return self.moves[which].n_clients - self._down(*which) - self._up(*which)

    def _losers(self, *which: str) -> int:
        return self.moves[which].n_losers

    def _little(self, *which: str) -> int:
        return self._down(*which) - self._losers(*which)

    def _cell(self, product: str, low: float, high: float) -> int:
        inside = self.frame["norm"].between(low, high, inclusive="left")
        return self.clients((self.frame["product"] == product) & inside)


def attack(documents: Documents, truth: Truth) -> Attacker:
    """Everything that norms.json, bands.json, validation.json and cells.json say of numbers of clients."""
    floor = truth.study.disclosure
    found = Attacker(least=floor.min_clients, step=floor.round_to)
    model = documents["norms.json"]["model"]
    found.count(ALL, model["n_clients"])
    if truth.frame["client"].is_unique:
        found.count(ALL, model["n_episodes"])
    found.sums([NORM, ("without",)], ALL)
    _terms(found, documents["norms.json"], truth)
    _grouped(found, documents["validation.json"], truth)
    _bands(found, documents)
    _moves(found, documents["validation.json"], floor)
    return found


def _terms(found: Attacker, norms: Documents, truth: Truth) -> None:
    floor = truth.study.disclosure
    for factor in truth.study.factors:
        found.sums([("level", "all", factor.name, level) for level in factor.levels], ALL)
        for partner in factor.interacts_with:
            _interaction(found, truth, factor.name, partner)
    for term in norms["terms"]:
        if term["with"]:
            a, b = (term["factor"], term["level"]), tuple(term["with"].values())
            declared = any(f.name == a[0] and b[0] in f.interacts_with for f in truth.study.factors)
            found.count(("pair", *a, *b) if declared else ("pair", *b, *a), term["n_clients"])
            continue
        name = ("level", "all", term["factor"], term["level"])
        found.count(name, term["n_clients"])
        # The table says which levels it cannot carry, and how many providers they have.
        if term["supported"]:
            found.between(name, floor.min_clients, None)
        elif term["n_providers"] is not None:
            found.between(name, 0, floor.min_clients - 1)


def _interaction(found: Attacker, truth: Truth, a: str, b: str) -> None:
    levels = {f.name: f.levels for f in truth.study.factors}
    for x in levels[a]:
        found.sums([("pair", a, x, b, y) for y in levels[b]], ("level", "all", a, x))
    for y in levels[b]:
        found.sums([("pair", a, x, b, y) for x in levels[a]], ("level", "all", b, y))


def _grouped(found: Attacker, validation: Documents, truth: Truth) -> None:
    """Fairness and impact: groups of the clients with a norm; both name the same groups."""
    tables = [(g["grouping"], {row["group"]: row["n_clients"] for row in g["groups"]}) for g in validation["fairness"]]
    for change in validation["impact"]["changes"]:
        rows = [row for row in change["to_norm"] if row["level"]]
        for name in dict.fromkeys(row["group"] for row in rows):
            tables.append((name, {row["level"]: row["n_clients"] for row in rows if row["group"] == name}))
        found.count(NORM, change["to_norm"][0]["n_clients"])
    tables.append(("product", {row["name"]: row["n_clients"] for row in validation["volumes"]["products"]}))
    for grouping, rows in tables:
        for level, published in rows.items():
            found.count(("level", "norm", grouping, level), published)
            found.at_most(("level", "norm", grouping, level), ("level", "all", grouping, level))
        found.sums([("level", "norm", grouping, level) for level in rows], NORM)
        found.sums([("level", "all", grouping, str(level)) for level in pd.unique(truth.groups[grouping])], ALL)


def _bands(found: Attacker, documents: Documents) -> None:
    """Bands, the explorer's cells, and products by band: all of them runs of norm minutes."""
    listed, cells = documents["bands.json"]["bands"], documents["cells.json"]
    validation = documents["validation.json"]
    lower = cells["lower"]
    edges = [*sorted({band["lower"] for band in listed} | set(lower)), 1e9]
    parts = list(pairwise(edges))
    found.sums([("from", a, b) for a, b in parts], NORM)

    def run(low: float, high: float) -> Name:
        name = ("from", low, high)
        if (low, high) not in parts:
            found.sums([("from", a, b) for a, b in parts if low <= a and b <= high], name)
        return name

    for band in listed:
        found.count(run(band["lower"], band["upper"] or 1e9), band["n_clients"])
    shown = np.cumsum([0, *cells["n_clients"]])
    half = cells["round_to"] / 2
    for k, start in enumerate(lower[1:], start=1):
        found.between(run(0, start), shown[k] - half, shown[k] + half)
    in_table = truth_products(validation)
    for product, row in in_table.items():
        for low, published in row.items():
            high = next((b["lower"] for b in listed if b["lower"] > low), 1e9)
            found.count(("cell", product, low, high), published)
        highs = {low: next((b["lower"] for b in listed if b["lower"] > low), 1e9) for low in row}
        found.sums([("cell", product, low, highs[low]) for low in row], ("level", "norm", "product", product))
    for band in listed:
        low, high = band["lower"], band["upper"] or 1e9
        having = [("cell", product, low, high) for product, row in in_table.items() if low in row]
        found.sums(having, run(low, high))


def truth_products(validation: Documents) -> dict[str, dict[float, int | None]]:
    """Products by the lower bound of the band that applies."""
    found: dict[str, dict[float, int | None]] = {}
    for row in validation["impact"]["products"]:
        found.setdefault(row["product"], {})[row["lower"]] = row["n_clients"]
    return found


def _moves(found: Attacker, validation: Documents, floor: DisclosureSettings) -> None:
    """Down, up and the same are everybody; losers are some of those who go down."""
    for change in validation["impact"]["changes"]:
        for row in change["to_norm"]:
            which = (change["baseline"], row["group"], row["level"] or "")
            total: Name = ("level", "norm", row["group"], row["level"]) if row["level"] else NORM
            names = {part: (part, *which) for part in ("down", "up", "same", "losers", "little")}
            found.sums([names["down"], names["up"], names["same"]], total)
            found.sums([names["losers"], names["little"]], names["down"])
            half = _half([row["share_down"], row["share_up"]], row["n_clients"], floor)
            found.share(names["down"], total, row["share_down"], half=half)
            found.share(names["up"], total, row["share_up"], half=half)
            alone = _half([row["share_losers"], row["share_down"]], row["n_clients"], floor)
            found.share(names["losers"], total, row["share_losers"], half=alone)


def _half(shares: list[float | None], n: int | None, floor: DisclosureSettings) -> float:
    """Half a percent; half a coarse step for the share of a large group that stands alone, or is nought or all."""
    coarse = (coarse_step(n, floor) or 1.0) if n else 0.05
    alone = sum(share is not None for share in shares) < 2 or any(share in (0.0, 1.0) for share in shares)
    return max(coarse, 0.01) / 2 if alone and coarse <= 0.05 else 0.005


def brought(found: Attacker, documents: Documents) -> None:
    """What a product's clients bring in is the mean over them of the mean minutes of their bands."""
    validation = documents["validation.json"]
    means = {row["band"]: row["mean_minutes"] for row in validation["volumes"]["bands"]}
    lower = {band["lower"]: band["band"] for band in documents["bands.json"]["bands"]}
    highs = {low: next((b for b in sorted(lower) if b > low), 1e9) for low in lower}
    cells = truth_products(validation)
    for row in validation["volumes"]["products"]:
        price = {low: means.get(lower[low]) for low in cells.get(row["name"], {})}
        if row["mean_band_minutes"] is not None and price and None not in price.values():
            total: Name = ("level", "norm", "product", row["name"])
            weights = {("cell", row["name"], low, highs[low]): p for low, p in price.items()}
            found.sums(weights | {total: 1 - row["mean_band_minutes"]}, total, slack=0.011)
