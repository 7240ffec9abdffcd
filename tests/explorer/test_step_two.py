"""One client's sum, band and single facts on the page, against `decide` and the clients of the study."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from normenkader.bands.decision import decide
from normenkader.bands.table import BandTable
from normenkader.dossier.norm_tables import norms_document
from normenkader.explorer.figures import figures_of
from normenkader.explorer.page import client_norms
from tests.bands.decision_documents import hand_norms

Document = dict[str, Any]
MANY = """([norms, cases]) => cases.map(([rows, rule, levels]) => {
  const found = decideClient(norms, rows, rule, levels);
  return { ...found, lines: found.lines.map((line) => [line.kind, line.factor, line.level, line.minutes]) };
})"""


def band_document(cells: Document, design: list[int], rule: str) -> Document:
    rows = figures_of(cells, design)["bands"]
    kept = ("label", "lower", "upper", "doubt_zone")
    return {"in_doubt": rule, "bands": [{"band": b + 1, **{key: row[key] for key in kept}}
                                        for b, row in enumerate(rows)]}  # fmt: skip


def check(norms: Document, cases: list[tuple[Document, dict[str, str]]], functions: Page) -> None:
    sent = [[bands["bands"], bands["in_doubt"], levels] for bands, levels in cases]
    found = functions.evaluate(MANY, [client_norms(norms), sent])
    for (bands, levels), theirs in zip(cases, found, strict=True):
        ours = decide(norms, bands, levels)
        assert theirs["norm"] == ours.norm_minutes
        assert theirs["lines"] == [[line.kind, line.factor, line.level, line.minutes] for line in ours.lines]
        if ours.norm_minutes is None:
            continue
        assert theirs["band"] + 1 == ours.band
        assert theirs["table_band"] + 1 == ours.table_band
        assert [b + 1 for b in theirs["possible"]] == list(ours.possible_bands)
        assert (theirs["to_higher"], theirs["to_lower"]) == (ours.to_higher, ours.to_lower)
        assert [(c["factor"], c["level"], c["norm"], c["band"] + 1, c["by_doubt"]) for c in theirs["changes"]] == [
            (c.factor, c.level, c.norm_minutes, c.band, c.by_doubt) for c in ours.changes
        ]


@pytest.mark.browser
def test_clients_of_the_example_get_what_decide_gives(bands: BandTable, cells: Document, functions: Page) -> None:
    norms = norms_document(bands.norms)
    frame = bands.norms.model.casemix.to_frame()
    rng, cases = np.random.default_rng(5), []
    for at in rng.choice(len(frame), 150, replace=False):
        levels = {f.name: str(frame[f.name].iloc[at]) for f in bands.study.factors}
        design = [0, *sorted(rng.choice(np.arange(1, len(cells["lower"])), 4, replace=False).tolist())]
        cases.append((band_document(cells, design, str(rng.choice(["higher", "table"]))), levels))
    check(norms, cases, functions)


@pytest.mark.browser
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_overlap_interaction_and_levels_without_a_norm(data: st.DataObject, functions: Page) -> None:
    norms = hand_norms()
    levels = {f["name"]: data.draw(st.sampled_from(f["levels"])) for f in norms["factors"]}
    edges = sorted(data.draw(st.sets(st.integers(1, 16).map(lambda k: 15 * k), min_size=1, max_size=5)))
    rows, lowers = [], [0, *edges]
    for b, lower in enumerate(lowers):
        zone = [lower - 5, lower + 10] if b and data.draw(st.booleans()) else None
        upper = lowers[b + 1] if b + 1 < len(lowers) else None
        rows.append({"band": b + 1, "label": f"band {b}", "lower": lower, "upper": upper, "doubt_zone": zone})
    check(norms, [({"bands": rows, "in_doubt": data.draw(st.sampled_from(["higher", "table"]))}, levels)], functions)


def test_the_page_holds_published_minutes_only(bands: BandTable) -> None:
    norms = norms_document(bands.norms)
    held = client_norms(norms)
    assert held["ijkclient_minutes"] == norms["ijkclient_minutes"]["published"]
    assert len(held["terms"]) == len(norms["terms"])
    assert all(len(term) == 2 and (term[0] is None or math.isclose(term[0] % 5, 0)) for term in held["terms"].values())
