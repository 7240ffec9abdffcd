"""A panel of another size: what the planner foretells against panels that are made up and fitted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from normenkader.experts.crossed import CrossedFit, fit_crossed
from normenkader.plan.experts import scaled_half_width


def test_half_widths_of_a_panel_go_with_its_size_where_vignettes_bring_nothing() -> None:
    """As for a mean over experts: t with one degree less than their number."""
    alone = {"shared": 0.0, "expert_degrees": 11.0, "from_experts": 12}
    same = scaled_half_width(6.0, 11.0, to_experts=12, **alone)  # type: ignore[arg-type]
    assert same == pytest.approx(2.200985 * 6.0, rel=1e-6)
    three = scaled_half_width(6.0, 11.0, to_experts=3, **alone)  # type: ignore[arg-type]
    assert three == pytest.approx(4.302653 * 12.0, rel=1e-6)


def made_panel(random: np.random.Generator, n_experts: int, vignette_sd: float) -> CrossedFit:
    """Experts of different level and taste, on 24 vignettes that all of them find heavier or lighter than the sum."""
    design = random.permuted(np.tile([[0.0], [1.0]], (12, 3)), axis=0)
    taste = np.array([20.0, 35.0, -15.0]) + random.normal(0, 5, (n_experts, 3))
    level = 150 + random.normal(0, 10, (n_experts, 1))
    y = level + taste @ design.T + random.normal(0, vignette_sd, 24) + random.normal(0, 8, (n_experts, 24))
    expert, vignette = np.repeat(np.arange(n_experts), 24), np.tile(np.arange(24), n_experts)
    return fit_crossed(y.ravel(), np.tile(design, (n_experts, 1)), expert, vignette)


@pytest.mark.parametrize("vignette_sd", [0.0, 12.0])
@pytest.mark.parametrize("to_experts", [5, 30])
def test_the_width_foretold_for_a_panel_is_that_of_panels_of_that_size(vignette_sd: float, to_experts: int) -> None:
    """Panels of 12 foretell what panels of 5 and of 30 give, and how far those really are from the truth."""
    random = np.random.default_rng(8)
    pilots = [made_panel(random, 12, vignette_sd) for _ in range(250)]
    foretold = [
        scaled_half_width(
            fit.standard_errors[-1], fit.degrees_of_freedom[-1], shared=fit.shared_variance[-1],
            expert_degrees=fit.expert_degrees[-1], from_experts=12, to_experts=to_experts,
        )
        for fit in pilots
    ]  # fmt: skip
    panels = [made_panel(random, to_experts, vignette_sd) for _ in range(250)]
    given = [stats.t.ppf(0.975, fit.degrees_of_freedom[-1]) * fit.standard_errors[-1] for fit in panels]
    assert np.mean(foretold) == pytest.approx(np.mean(given), rel=0.07)
    away = np.abs([fit.values[-1] - 150 for fit in panels])
    assert 0.92 <= np.mean(away <= np.mean(foretold)) <= 0.99


def test_what_vignettes_bring_is_the_same_with_any_number_of_experts() -> None:
    random = np.random.default_rng(9)
    shared = {n: np.mean([made_panel(random, n, 12.0).shared_variance[-1] for _ in range(100)]) for n in (5, 30)}
    assert shared[5] == pytest.approx(shared[30], rel=0.15)
    # Of 24 vignettes and three balanced factors the level at zero has variance 4 / 24 of that of a vignette.
    assert shared[30] == pytest.approx(12.0**2 * 4 / 24, rel=0.15)
