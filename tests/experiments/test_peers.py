"""The peers: the loop's edges on a small region computed again, and every figure of the README."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
from stored_results import modules_of, readme_block, result_of

NAME = "2026-11-22-peers"


@pytest.fixture(scope="module")
def own() -> Iterator[dict[str, ModuleType]]:
    with modules_of(NAME) as modules:
        yield modules


def test_the_loop_gives_the_same_edges_on_a_small_region(own: dict[str, ModuleType]) -> None:
    pytest.importorskip("ckwrap")
    run = own["run"]
    norms = run.make(2000)
    found = {"ours_chain": run.ours_chain(norms), "naive_chain": run.naive_chain(norms)}
    for one in found.values():
        one["added_mb"] = 0
    assert run.compared(found, "ours_chain", "naive_chain")["largest_difference"] == 0


def test_a_search_that_goes_on_brings_mixedlm_to_our_optimum(own: dict[str, ModuleType]) -> None:
    run = own["run"]
    norms = run.make(2000)
    found = {"unweighted_reml": run.unweighted_reml(norms), "mixedlm_to_the_optimum": run.mixedlm_to_the_optimum(norms)}
    for one in found.values():
        one["added_mb"] = 0
    row = run.compared(found, "unweighted_reml", "mixedlm_to_the_optimum")
    assert max(row["largest_difference"], row["of_variances"]) < 1e-6
    assert abs(row["peers_likelihood_at_ours_above"]) < 1e-9


def test_the_table_of_the_readme_is_the_stored_result(own: dict[str, ModuleType]) -> None:
    assert readme_block(NAME, "compared") == own["run"].table(result_of(NAME))
    assert readme_block(NAME, "answers") == own["run"].answers(result_of(NAME))


def test_the_stored_ratios_reach_what_was_asked() -> None:
    rows = {row["peer"]: row for row in result_of(NAME)["compared"]}
    assert min(rows[peer]["ratio"] for peer in ("lme4", "mixedlm", "mixedlm_to_the_optimum")) >= 20
    assert rows["lme4"]["largest_difference"] < 1e-6
    converged = rows["mixedlm_to_the_optimum"]
    assert max(converged["largest_difference"], converged["of_variances"]) < 1e-6
    # By its own likelihood, what MixedLM gives without being told to go on is not the optimum.
    assert rows["mixedlm"]["peers_likelihood_at_ours_above"] > 0.1
    for loop in ("naive_chain", "naive_chain_qr"):
        assert rows[loop]["ratio"] >= 150
        assert rows[loop]["ratio_fits"] >= 1000
        assert rows[loop]["largest_difference"] == 0
