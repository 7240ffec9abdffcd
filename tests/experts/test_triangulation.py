from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from panel_study import with_best, with_triangulation, without_sources
from scipy import stats

from normenkader.bands.chain import run_chain
from normenkader.bands.norm_bands import demands_of
from normenkader.dossier.norm_tables import norms_document
from normenkader.dossier.triangulation_table import triangulation_document
from normenkader.experts.source_values import NO_MARGIN, SourceEstimate, compare, verdict_of
from normenkader.experts.triangulation import data_values, triangulate
from normenkader.model.norm_table import make_norm_table
from normenkader.model.replaced import NONE_REPLACED, Replaced, ReplacedTerm, leading_terms
from normenkader.provenance import canonical_json

KEY = ("own_strength", "veel", "", "")
PAIR = ("data", "experts")


@pytest.fixture(scope="module")
def found(panel_model, panel):
    return triangulate(panel_model, panel)


def shifted(panel, minutes, *, factor="own_strength", level="veel"):
    """The panel that finds this many minutes more at one level."""
    return with_best(panel, lambda rows: np.maximum(rows["minutes_best"] + minutes * (rows[factor] == level), 1))


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [((-15, 15), "agree"), ((-3, 8), "agree"), ((15.01, 40), "conflict"), ((-40, -15.01), "conflict"),
     ((15, 40), "silent"), ((-16, 8), "silent"), ((-60, 60), "silent")],
)  # fmt: skip
def test_the_verdict_is_where_the_interval_lies(interval, verdict):
    assert verdict_of(interval, 15) == verdict


def test_a_difference_of_two_sources_is_welchs():
    rng = np.random.default_rng(0)
    a, b = rng.normal(40, 9, 8), rng.normal(22, 20, 13)
    sources = [SourceEstimate(value=v.mean(), standard_error=stats.sem(v), degrees_of_freedom=len(v) - 1)
               for v in (a, b)]  # fmt: skip
    own = compare(PAIR, KEY, *sources, margin=15)
    welch = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.90)
    assert own.interval == pytest.approx((welch.low, welch.high))


def test_a_fixed_number_adds_no_doubt():
    estimate = SourceEstimate(value=40.0, standard_error=3.0, degrees_of_freedom=6)
    own = compare(("data", "source_norms"), KEY, estimate, SourceEstimate(value=30.0, standard_error=0.0), margin=15)
    half = stats.t.ppf(0.95, 6) * 3.0
    assert own.interval == pytest.approx((10 - half, 10 + half))


def test_a_source_without_an_error_gets_no_verdict():
    own = compare(PAIR, KEY, SourceEstimate(value=40.0, standard_error=None),
                  SourceEstimate(value=0.0, standard_error=1.0), margin=15)  # fmt: skip
    assert own.verdict is None
    assert own.interval is None
    assert own.reason


def test_every_pair_is_compared_on_the_ijkclient_and_every_term(found, panel_model):
    for pair in (PAIR, ("data", "source_norms"), ("experts", "source_norms")):
        own = [c for c in found.comparisons if c.sources == pair] + [c for c in found.not_compared if c.sources == pair]
        assert len(own) == 1 + len(panel_model.terms)
        assert sum(c.factor == "ijkclient" for c in own) == 1
    for c in found.comparisons:
        assert c.interval[0] < c.difference < c.interval[1]


def test_the_data_carry_the_interval_that_the_model_gives(panel_model):
    values = data_values(panel_model)
    assert values["ijkclient", "", "", ""].estimate.interval() == pytest.approx(panel_model.ijkclient.interval)
    for term in panel_model.terms:
        own = values[term.factor, term.level, term.with_factor, term.with_level].estimate
        assert (own is None) == (term.estimate is None)
        if own is not None:
            assert own.interval() == pytest.approx(term.estimate.interval)


def test_a_departure_far_beyond_the_margin_is_a_conflict_and_nothing_else_changes(panel_model, panel, found):
    changed = triangulate(panel_model, shifted(panel, 90))
    before = {c.key: c for c in found.comparisons if c.sources == PAIR}
    for c in (c for c in changed.comparisons if c.sources == PAIR):
        moved = c.difference - before[c.key].difference
        assert moved == pytest.approx(-90 if c.key == KEY else 0, abs=1.0)
    assert next(c.verdict for c in changed.comparisons if c.key == KEY and c.sources == PAIR) == "conflict"
    assert KEY in {(o.factor, o.level, o.with_factor, o.with_level) for o in changed.outcomes}


@pytest.mark.parametrize(
    ("rule", "minutes", "source"),
    [("data", 90, "data"), ("open", 90, "data"), ("experts", 90, "experts"), ("experts", -90, "experts"),
     ("cautious", 90, "experts"), ("cautious", -90, "data")],
)  # fmt: skip
def test_the_rule_decides_whose_minutes_the_norm_takes(panel_model, panel, rule, minutes, source):
    model = with_triangulation(panel_model, on_conflict=rule)
    agreed = triangulate(model, shifted(panel, minutes))
    outcome = next(o for o in agreed.outcomes if (o.factor, o.level) == KEY[:2])
    assert (outcome.source, outcome.settled) == (source, rule != "open")
    norms = make_norm_table(model, replaced=agreed.replaced)
    own = next(n for n in norms.terms if (n.term.factor, n.term.level) == KEY[:2])
    plain = next(n for n in make_norm_table(model).terms if (n.term.factor, n.term.level) == KEY[:2])
    assert own.source == source
    if source == "experts":
        assert own.replaced.minutes == pytest.approx(outcome.experts)
    else:
        assert own.published == plain.published
    codes = {r.code: r.text for r in agreed.reservations}
    assert ("open_conflict" if rule == "open" else "settled_conflict") in codes
    assert "eigen kracht: veel" in codes.get("open_conflict", codes.get("settled_conflict", ""))


def test_experts_minutes_are_rounded_like_any_other_and_stay_the_same_in_every_draw(panel_model):
    term = ReplacedTerm(factor="orientation", level="ontwikkelgericht", minutes=43.4)
    level = ReplacedTerm(factor="ijkclient", minutes=181.0)
    norms = make_norm_table(panel_model, replaced=Replaced(terms=(term, level)))
    own = next(n for n in norms.terms if n.term.factor == "orientation" and not n.term.with_factor)
    assert own.published == 45
    assert norms.ijkclient_minutes == 185
    others = zip(norms.terms, make_norm_table(panel_model).terms, strict=True)
    assert all(a.published == b.published for a, b in others if a is not own)
    draws = np.random.default_rng(0).multinomial(8, np.full(8, 1 / 8), size=30).astype(float)
    chain = run_chain(norms, draws, n_bands=4, demands=demands_of(norms))
    assert set(chain.published[:, own.term.column]) == {45}
    assert set(chain.ijkclient_minutes) == {185}


def test_a_direction_holds_for_experts_minutes_too(panel_model):
    # own_strength: minutes may not rise with strength, so 'veel' cannot ask more than the ijkclient's level.
    term = ReplacedTerm(factor="own_strength", level="veel", minutes=30.0)
    norms = make_norm_table(panel_model, replaced=Replaced(terms=(term,)))
    assert next(n for n in norms.terms if n.replaced).published <= 0


def test_nothing_replaced_changes_nothing(panel_model):
    assert make_norm_table(panel_model, replaced=NONE_REPLACED).receipt == make_norm_table(panel_model).receipt


def test_every_column_has_one_term_that_speaks_for_it(panel_model):
    design = panel_model.design()
    assert sorted(leading_terms(design)) == np.flatnonzero(design.in_force()).tolist()


def test_documents_say_whose_minutes_stand_and_what_the_data_said(panel_model, panel):
    model = with_triangulation(panel_model, on_conflict="experts")
    agreed = triangulate(model, shifted(panel, 90))
    norms = norms_document(make_norm_table(model, replaced=agreed.replaced))
    document = triangulation_document(agreed, model.study.triangulation)
    term = next(t for t in norms["terms"] if (t["factor"], t["level"]) == KEY[:2])
    conflict = next(c for c in document["on_conflict"]["conflicts"] if (c["factor"], c["level"]) == KEY[:2])
    assert (term["source"], conflict["source"]) == ("experts", "experts")
    assert term["estimate"] == conflict["experts"]
    assert term["data_estimate"] == conflict["data"]
    assert {t["source"] for t in norms["terms"] if t is not term} >= {"data"}
    assert "settled_conflict" in {r.code for r in agreed.reservations}
    json.loads(canonical_json(document))


def test_margin_missing_gives_differences_without_a_verdict(panel_model):
    found = triangulate(with_triangulation(without_sources(panel_model, "judgements"), margin=None))
    assert found.comparisons
    assert {(c.verdict, c.reason) for c in found.comparisons} == {(None, NO_MARGIN)}
    assert "no_margin" in {r.code for r in found.reservations}


def test_a_study_without_any_expert_file_says_what_is_missing(panel_model):
    model = without_sources(panel_model, "judgements", "vignettes", "assessments", "source_norms")
    agreed = triangulate(model)
    assert [r.code for r in agreed.reservations] == ["no_experts", "no_source_norms", "no_assessments"]
    document = triangulation_document(agreed, model.study.triangulation)
    assert (document["comparisons"], document["pooling"], document["agreement"]) == ([], {}, {})
    assert agreed.replaced == NONE_REPLACED


def test_the_panel_is_pooled_both_ways_and_decides_nothing(panel_model, found, panel):
    makers = dict(found.pooling.makers)
    assert list(makers) == ["equal", "global", "item", "global_optimised", "item_optimised"]
    assert found.pooling.n_seeds == 10
    assert makers["equal"].weights == pytest.approx(1 / len(panel.experts))
    for scores in found.experts:
        assert scores.combined == pytest.approx(scores.calibration * scores.information)
    assert {len(without) for _, without in found.pooling.without} == {len(panel.experts)}
    unseeded = replace(panel, _vignettes=panel.vignettes_frame().assign(realised_minutes=np.nan))
    assert triangulate(panel_model, unseeded).pooling is None


def test_agreement_of_a_complete_panel_is_the_textbook_icc(found, panel):
    import pandas as pd
    import pingouin

    best = panel.quantiles()[:, :, 1]
    frame = pd.DataFrame(best, index=panel.experts, columns=panel.vignettes).stack().reset_index()
    frame.columns = ["rater", "target", "rating"]
    table = pingouin.intraclass_corr(frame, targets="target", raters="rater", ratings="rating").set_index("Type")
    assert found.agreement.single.value == pytest.approx(table.loc["ICC(A,1)", "ICC"], abs=1e-4)
    assert found.agreement.mean.value == pytest.approx(table.loc["ICC(A,k)", "ICC"], abs=1e-4)
    assert found.agreement.rounds == (1, 2)
    assert len(found.agreement.stability) == 1


def test_the_same_inputs_give_the_same_triangulation(panel_model, panel, found):
    assert triangulate(panel_model, panel).receipt == found.receipt
    assert triangulate(panel_model, shifted(panel, 90)).receipt != found.receipt
