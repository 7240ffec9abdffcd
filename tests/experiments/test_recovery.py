"""The simulation study: a part of its stored rows computed again, and every figure of its README."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
from stored_results import EXPERIMENTS, differences, modules_of, readme_block, result_of

from normenkader.casemix.synthetic import simulate
from normenkader.casemix.synthetic.factors import DURATION
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import make_norm_table

NAME = "2026-11-22-recovery"


@pytest.fixture(scope="module")
def own() -> Iterator[dict[str, ModuleType]]:
    with modules_of(NAME) as modules:
        yield modules


@pytest.mark.parametrize("at", range(4))
def test_stored_rows_come_back(own: dict[str, ModuleType], at: int) -> None:
    stored = result_of(NAME)["sample"][at]
    task = {"mechanism": stored["mechanism"], "seed": stored["seed"]}
    assert differences({**task, **own["run"].one(task)}, stored) == []


def test_every_table_of_the_readme_is_the_stored_result(own: dict[str, ModuleType], tmp_path) -> None:  # type: ignore[no-untyped-def]
    regimes = result_of(NAME)["regimes"]
    assert list(regimes) == [mechanism.name for mechanism in own["mechanisms"].MECHANISMS]
    assert min(found["replicates"] for found in regimes.values()) >= 40
    for block, lines in own["report"].blocks(regimes).items():
        assert readme_block(NAME, block) == lines, block
    own["report"].draw_figure(regimes, tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_bytes() == (EXPERIMENTS / NAME / "recovery.svg").read_bytes()


def test_the_oracle_in_whole_steps_is_the_truth_as_a_norm_table(own: dict[str, ModuleType]) -> None:
    """Every term to its nearest five, the level up, and the same clients: nothing of it is estimated."""
    region = own["mechanisms"].draw(own["mechanisms"].BY_NAME["20 providers"], 3)
    fitted = make_norm_table(fit_minutes(region.casemix))
    table = own["methods"].oracle_in_whole_steps(region, fitted)
    assert table.ijkclient_minutes == 5 * np.ceil(region.truth.ijkclient_minutes / 5)
    terms = [t for t in table.terms if t.term.column >= 0]
    assert len(terms) >= 40
    assert not any(t.term.merged_with for t in terms)
    true = {(t.factor, t.level, t.with_level): t.minutes for t in region.truth.terms}
    for t in terms:
        exact = true[t.term.factor, t.term.level, t.term.with_level]
        assert t.published is not None
        assert abs(t.published - exact) <= 2.5
    # Before rounding it is the true norm itself, at least zero.
    columns = table.model.coefficients()
    known = table.model.design().has_norm()
    again = np.maximum(region.truth.ijkclient_minutes + table.model.design().matrix() @ columns, 0)
    assert np.abs(again - region.norm)[known].max() < 1e-9
    assert np.abs(table.norm_minutes() - region.norm)[known].max() <= 2.5 * len(region.casemix.study.factors)
    assert (fitted.model.coefficients() != columns).any()


def test_edges_of_every_row_are_stored_with_what_is_said_of_them(own: dict[str, ModuleType]) -> None:
    run = own["run"]
    for row in result_of(NAME)["sample"]:
        edges = row["edges"]
        assert row["ours"]["edge_error"] == run.edge_error(edges["ours"], edges["oracle"])
        assert row["ours"]["edge_error_whole"] == run.edge_error(edges["ours"], edges["oracle in whole steps"])
        assert row["edge_error_unrounded"] == run.edge_error(edges["ours before whole steps"], edges["oracle"])


def test_edges_lie_on_the_step_of_their_mechanism(own: dict[str, ModuleType]) -> None:
    coarse, fine = (
        own["run"].one({"mechanism": name, "seed": 1}) for name in ("20 providers", "20 providers, edges on 5")
    )
    assert {edge % 15 for edges in coarse["edges"].values() for edge in edges} == {0}
    assert {edge % 5 for edges in fine["edges"].values() for edge in edges} == {0}
    assert any(edge % 15 for edges in fine["edges"].values() for edge in edges)
    assert coarse["ours"]["coverage"] == fine["ours"]["coverage"]


def test_the_truth_of_a_wrong_link_is_what_a_level_adds_to_the_ijkclient(own: dict[str, ModuleType]) -> None:
    region = own["mechanisms"].draw(own["mechanisms"].BY_NAME["wrong link"], 1)

    def total(minutes: float) -> float:
        return float(165 * np.exp(minutes / 165))

    assert region.term_minutes("leefgebied_justitie", "zwaar", "", "") == pytest.approx(total(35) - 165)
    first = DURATION.setting.levels[0]
    pair = region.term_minutes("orientation", "ontwikkelgericht", first, "duration_weeks")
    assert pair == pytest.approx((total(18 + 11 + 16) - total(18)) - (total(11) - 165))


@pytest.mark.parametrize("share", ["0.05", "0.15", "0.30"])
def test_providers_have_the_share_of_variance_that_the_regime_is_named_for(
    own: dict[str, ModuleType], share: str
) -> None:
    regime = own["mechanisms"].BY_NAME[f"provider share {share}"].regime
    draws = [simulate(regime, seed=seed, n_providers=12, n_clients=2400).to_frame() for seed in range(1, 17)]
    rest = [(d["minutes_per_week"] - d["norm_minutes"] - d["provider_effect"]).var() for d in draws]
    assert regime.provider_sd**2 / (regime.provider_sd**2 + np.mean(rest)) == pytest.approx(float(share), rel=0.07)
