"""Which columns the design has, which levels carry a norm, and exact counts of clients and providers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from model_data import made_casemix

from normenkader.model.design import make_design
from normenkader.model.fit import fit_minutes
from normenkader.model.inference import ALIASED, HANGING
from normenkader.model.layout import TOO_FEW

TWO = """
[[factor]]
name = "goal"
kind = "nominal"
levels = ["a", "b", "c"]
ijkclient = "a"
interacts_with = ["load"]
[[factor]]
name = "load"
kind = "ordinal"
levels = ["geen", "licht", "matig", "zwaar"]
ijkclient = "licht"
direction = "up"
[disclosure]
min_clients = 10
min_providers = 3
"""


def frame_of(*blocks: tuple[str, str, str, int]) -> pd.DataFrame:
    """Rows by provider, goal, load and number, sorted by provider, with noise as minutes."""
    rows = [(provider, goal, load) for provider, goal, load, n in blocks for _ in range(n)]
    frame = pd.DataFrame(sorted(rows), columns=["provider", "goal", "load"])
    return frame.assign(minutes_per_week=100 + np.random.default_rng(1).normal(0, 20, len(frame)))


def everywhere(goal: str, load: str, n: int) -> list[tuple[str, str, str, int]]:
    return [(f"p{k}", goal, load, n) for k in range(4)]


BASE = [
    *everywhere("a", "geen", 6),
    *everywhere("a", "licht", 8),
    *everywhere("a", "matig", 6),
    *everywhere("b", "licht", 6),
]


def design_of(blocks, settings=TWO):
    casemix = made_casemix(frame_of(*blocks), settings)
    return make_design(casemix.to_frame(), casemix.study)


def cell_of(design, factor, level, with_level=""):
    return next(c for c in design.cells if (c.factor, c.level, c.with_level) == (factor, level, with_level))


def test_columns_are_indicators_of_the_levels_but_the_ijkclients():
    design = design_of([*BASE, *everywhere("a", "zwaar", 5)])
    frame = frame_of(*BASE, *everywhere("a", "zwaar", 5))
    names = [(c.factor, c.levels) for c in design.columns]
    assert names == [("goal", (1,)), ("load", (0,)), ("load", (2,)), ("load", (3,))]
    for j, (column, level) in enumerate([("goal", "b"), ("load", "geen"), ("load", "matig"), ("load", "zwaar")]):
        assert (design.matrix()[:, j] == (frame[column] == level)).all()
    assert design.providers == ("p0", "p1", "p2", "p3")
    with pytest.raises(ValueError, match="read-only"):
        design.matrix()[0, 0] = 9


def test_counts_are_of_distinct_clients_and_providers():
    frame = frame_of(*BASE, *everywhere("a", "zwaar", 5))
    # One client with two episodes at level zwaar of p0, the second not at the same time.
    at = frame.index[(frame["load"] == "zwaar") & (frame["provider"] == "p0")]
    casemix = made_casemix(frame, TWO)
    rows = casemix.to_frame()
    rows.loc[at[1], "client"] = rows.loc[at[0], "client"]
    design = make_design(rows, casemix.study)
    cell = cell_of(design, "load", "zwaar")
    assert (cell.n_clients, cell.n_providers) == (19, 4)
    assert (cell_of(design, "goal", "b").n_clients, cell_of(design, "goal", "b").n_providers) == (24, 4)


@pytest.mark.parametrize(
    ("blocks", "supported"),
    [([("p0", "a", "zwaar", 4), ("p1", "a", "zwaar", 3), ("p2", "a", "zwaar", 3)], True),
     ([("p0", "a", "zwaar", 4), ("p1", "a", "zwaar", 3), ("p2", "a", "zwaar", 2)], False),
     ([("p0", "a", "zwaar", 20), ("p1", "a", "zwaar", 20)], False)],
)  # fmt: skip
def test_support_asks_ten_clients_and_three_providers(blocks, supported):
    design = design_of([*BASE, *blocks])
    cell = cell_of(design, "load", "zwaar")
    assert cell.supported is supported
    assert cell.merged_with == ("" if supported else "matig")
    assert cell.reason == ("" if supported else TOO_FEW)
    matig = cell_of(design, "load", "matig")
    assert (cell.column == matig.column) is not supported
    assert design.has_norm().all()


def test_a_thin_nominal_level_has_no_norm():
    design = design_of([*BASE, ("p0", "c", "licht", 3)])
    cell = cell_of(design, "goal", "c")
    assert (cell.supported, cell.column, cell.merged_with) == (False, -1, "")
    frame = frame_of(*BASE, ("p0", "c", "licht", 3))
    assert (design.has_norm() == (frame["goal"] != "c").to_numpy()).all()
    # It is fitted all the same, so that it does not pass for the ijkclient's level.
    assert ("goal", (2,)) in [(c.factor, c.levels) for c in design.columns]
    assert not design.in_force()[[c.levels for c in design.columns].index((2,))]


def test_a_level_without_any_row_has_no_column():
    design = design_of(BASE)
    assert (cell_of(design, "goal", "c").n_clients, cell_of(design, "goal", "c").column) == (0, -1)
    assert [c.levels for c in design.columns if c.factor == "goal"] == [(1,)]


def test_a_thin_ijkclient_level_is_joined_and_its_partner_takes_its_zero():
    thin = [
        *everywhere("a", "geen", 6),
        ("p0", "a", "licht", 4),
        *everywhere("a", "matig", 6),
        *everywhere("b", "matig", 3),
    ]
    design = design_of([*thin, *everywhere("a", "zwaar", 5)])
    matig = cell_of(design, "load", "matig")
    assert (matig.supported, matig.merged_with, matig.column) == (False, "licht", -1)
    assert [c.levels for c in design.columns if c.factor == "load"] == [(0,), (3,)]
    assert design.has_norm().all()


def test_blank_leaves_a_thin_ordinal_level_without_norm():
    design = design_of([*BASE, ("p0", "a", "zwaar", 3)], TWO + '[model]\nthin_levels = "blank"\n')
    assert cell_of(design, "load", "zwaar").merged_with == ""
    assert design.has_norm().sum() == len(design.has_norm()) - 3


def test_a_thin_interaction_falls_back_on_its_mains():
    blocks = [*BASE, *everywhere("b", "matig", 4), ("p0", "b", "geen", 5)]
    design = design_of(blocks)
    thick, thin = cell_of(design, "goal", "b", "matig"), cell_of(design, "goal", "b", "geen")
    assert (thick.supported, thick.n_clients, thick.n_providers) == (True, 16, 4)
    assert (thin.supported, thin.column, thin.merged_with) == (False, -1, "")
    assert design.has_norm().all()
    frame = frame_of(*blocks)
    both = ((frame["goal"] == "b") & (frame["load"] == "matig")).to_numpy()
    assert (design.matrix()[:, thick.column] == both).all()


def test_rows_out_of_provider_order_are_refused():
    casemix = made_casemix(frame_of(*BASE), TWO)
    with pytest.raises(ValueError, match="provider order"):
        make_design(casemix.to_frame().iloc[::-1], casemix.study)


def test_a_level_that_only_goes_with_the_provider_is_not_told_apart():
    """At half of the providers all clients have goal b: within providers nothing can be said of it."""
    rows = [(f"p{k}", "b" if k < 3 else "a", load, 8) for k in range(6) for load in ("geen", "licht", "matig")]
    model = fit_minutes(made_casemix(frame_of(*rows), TWO))
    term = next(t for t in model.terms if t.level == "b" and not t.with_factor)
    assert (term.supported, term.estimate, term.reason) == (False, None, ALIASED)


def test_a_level_that_varies_at_one_provider_only_hangs():
    rows = [(f"p{k}", "b", load, 8) for k in range(3) for load in ("geen", "licht", "matig")]
    rows += [(f"p{k}", "a", load, 8) for k in range(3, 6) for load in ("geen", "licht", "matig")]
    rows += [("p0", "a", "licht", 8)]
    model = fit_minutes(made_casemix(frame_of(*rows), TWO))
    term = next(t for t in model.terms if t.level == "b" and not t.with_factor)
    assert (term.supported, term.estimate, term.reason) == (False, None, HANGING)
    assert all(abs(t.estimate.value) < 500 for t in model.terms if t.estimate)
