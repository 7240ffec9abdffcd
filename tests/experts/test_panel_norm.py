from __future__ import annotations

import json

import numpy as np
import pytest
from panel_study import with_best, with_rows

from normenkader.errors import InputRefused
from normenkader.experts import panel_norm
from normenkader.experts.panel_norm import fit_panel_norm

DRINK = ("leefgebied_verslaving", "zwaar", "", "")


def minutes_of_truth(study):
    truth = json.loads((study.folder / "truth.json").read_text(encoding="utf-8"))
    found = {}
    for term in truth["terms"]:
        partner = term["with"] or {"factor": "", "level": ""}
        found[term["factor"], term["level"], partner["factor"], partner["level"]] = term["minutes"]
    return truth["ijkclient_minutes"]["minutes"], found


def test_without_noise_every_term_is_the_truth(panel_model, panel):
    level, terms = minutes_of_truth(panel_model.study)
    mains = {(f, lev): m for (f, lev, other, _), m in terms.items() if not other}
    pairs = {(lev, with_lev): m for (f, lev, other, with_lev), m in terms.items() if other}

    def norm(rows):
        total = np.full(len(rows), level)
        for factor in panel_model.study.factors:
            total = total + rows[factor.name].map(lambda value, name=factor.name: mains.get((name, value), 0.0))
        both = zip(rows["orientation"], rows["duration_weeks"], strict=True)
        return total + np.array([pairs.get(pair, 0.0) for pair in both])

    found = fit_panel_norm(with_best(panel, norm))
    assert found.left_out == ()
    assert found.ijkclient.estimate.value == pytest.approx(level, abs=1e-6)
    for term in found.terms:
        assert term.estimate.value == pytest.approx(terms[term.key], abs=1e-6), term.key


def test_what_the_panel_finds_otherwise_stands_in_its_norm(panel_model, panel):
    found = fit_panel_norm(panel).estimates()
    _, truth = minutes_of_truth(panel_model.study)
    low, high = found[DRINK].estimate.interval()
    # The panel was made to find 32 minutes more than the truth here.
    assert low < truth[DRINK] + 32 < high
    assert low > truth[DRINK]


def test_only_the_last_round_counts(panel):
    last = with_rows(panel, lambda rows: rows["round"] == 2)
    assert fit_panel_norm(last) == fit_panel_norm(panel)


def test_a_level_nobody_judged_is_none_with_its_reason(panel):
    fewer = with_rows(panel, lambda rows: rows["leefgebied_verslaving"] != "zwaar")
    found = fit_panel_norm(fewer).estimates()[DRINK]
    assert found.estimate is None
    assert found.reason == panel_norm.NOT_JUDGED


def test_two_levels_that_always_go_together_are_none_with_their_reason(panel):
    def together(rows):
        return (rows["leefgebied_verslaving"] == "zwaar") == (rows["leefgebied_justitie"] == "zwaar")

    fewer = with_rows(panel, together)
    found = fit_panel_norm(fewer).estimates()
    twins = [found[DRINK], found["leefgebied_justitie", "zwaar", "", ""]]
    assert {term.reason for term in twins} <= {panel_norm.NOT_IDENTIFIED, panel_norm.NOT_JUDGED}


def test_a_level_that_one_expert_judged_has_minutes_but_no_interval(panel):
    first = panel.experts[0]
    fewer = with_rows(panel, lambda rows: (rows["leefgebied_verslaving"] != "zwaar") | (rows["expert"] == first))
    found = fit_panel_norm(fewer).estimates()[DRINK]
    assert found.reason == panel_norm.ONE_EXPERT
    assert found.estimate.interval() is None


def test_too_few_vignettes_give_up_interactions_and_overlap_before_the_factors(panel):
    few = panel.vignettes[:46]
    found = fit_panel_norm(with_rows(panel, lambda rows: rows["vignette"].isin(few)))
    assert found.left_out
    assert set(found.left_out) <= {"n_leefgebied", "orientation x duration_weeks"}
    gone = [term for term in found.terms if term.reason == panel_norm.LEFT_OUT]
    assert gone
    assert all(term.factor == "n_leefgebied" or term.with_factor for term in gone)
    assert found.ijkclient.estimate is not None


def test_an_incomplete_panel_is_normal(panel):
    rng = np.random.default_rng(0)
    fewer = with_rows(panel, lambda rows: rng.random(len(rows)) < 0.6)
    found, whole = fit_panel_norm(fewer), fit_panel_norm(panel)
    assert found.n_estimates < whole.n_estimates
    pairs = [(a.estimate, b.estimate) for a, b in zip(found.terms, whole.terms, strict=True)]
    wider = [a.standard_error > b.standard_error for a, b in pairs if a and b and a.standard_error]
    assert len(wider) > 30
    assert np.mean(wider) > 0.7


def test_one_expert_is_refused(panel):
    with pytest.raises(InputRefused, match="two experts"):
        fit_panel_norm(with_rows(panel, lambda rows: rows["expert"] == panel.experts[0]))
