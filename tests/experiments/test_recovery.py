"""The simulation study: a part of its stored rows computed again, and every figure of its README."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
from stored_results import EXPERIMENTS, differences, modules_of, readme_block, result_of

from normenkader.casemix.synthetic import simulate
from normenkader.casemix.synthetic.factors import DURATION

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
