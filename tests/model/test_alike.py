"""Levels that cannot be told apart within providers: none has a norm, in whatever order the study declares them."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from model_data import made_casemix

from normenkader.dossier.norm_tables import norms_document
from normenkader.errors import StudyRefused
from normenkader.model.fit import fit_minutes, identified_design
from normenkader.model.inference import ALIASED, HANGING
from normenkader.model.norm_table import make_norm_table

FACTORS = {
    "zorg": '[[factor]]\nname = "zorg"\nkind = "ordinal"\nlevels = ["geen", "licht", "matig", "zwaar"]\n'
    'ijkclient = "licht"\ndirection = "up"\n{zorg}\n',
    "doel": '[[factor]]\nname = "doel"\nkind = "nominal"\nlevels = ["a", "b"]\nijkclient = "a"\n{doel}\n',
    "kracht": '[[factor]]\nname = "kracht"\nkind = "ordinal"\nlevels = ["veel", "enig", "weinig"]\n'
    'ijkclient = "veel"\n{kracht}\n',
}


def settings(order, model="", **more):
    keys = {name: more.get(name, "") for name in FACTORS}
    text = "\n".join(FACTORS[name].format(**keys) for name in order)
    return f"{text}\n[model]\n{model}\n[disclosure]\nmin_clients = 10\nmin_providers = 3\n"


def rows(n=900, providers=6, seed=1):
    """Clients with zorg, kracht and a doel that is b for the heaviest zorg, and for nobody else."""
    rng = np.random.default_rng(seed)
    zorg = rng.choice(["geen", "licht", "matig", "zwaar"], n)
    kracht = rng.choice(["veel", "enig", "weinig"], n)
    frame = pd.DataFrame({
        "provider": np.sort(rng.choice([f"p{k}" for k in range(providers)], n)), "zorg": zorg, "kracht": kracht,
        "doel": np.where(zorg == "zwaar", "b", "a"),
    })  # fmt: skip
    minutes = 150 + 20.0 * pd.Series(zorg).map(["geen", "licht", "matig", "zwaar"].index) + rng.normal(0, 20, n)
    return frame.assign(minutes_per_week=minutes.to_numpy())


def told(frame, text):
    """What the norm table says of every term, by what it is a term of."""
    norms = make_norm_table(fit_minutes(made_casemix(frame, text)))
    found = {}
    for term in norms.terms:
        value = None if term.term.estimate is None else round(term.term.estimate.value, 6)
        sides = frozenset({(term.term.factor, term.term.level), (term.term.with_factor, term.term.with_level)})
        found[sides] = (value, term.published, term.term.supported, term.term.reason)
    return found, norms


@pytest.mark.parametrize("order", list(permutations(FACTORS)))
def test_of_two_levels_that_always_go_together_neither_has_a_norm_whatever_comes_first(order):
    first, norms = told(rows(), settings(("zorg", "doel", "kracht")))
    found, _ = told(rows(), settings(order))
    assert found == first
    for key in (("zorg", "zwaar"), ("doel", "b")):
        _, published, supported, reason = found[frozenset({key, ("", "")})]
        assert (published, supported, reason) == (None, False, f"{ALIASED}: doel b, zorg zwaar")
    assert found[frozenset({("zorg", "matig"), ("", "")})][2]
    heavy = (norms.model.casemix.to_frame()["zorg"] == "zwaar").to_numpy()
    assert np.isnan(norms.norm_minutes()[heavy]).all()
    assert not np.isnan(norms.norm_minutes()[~heavy]).any()
    reasons = {t["level"]: t["reason"] for t in norms_document(norms)["terms"]}
    assert reasons["b"] == "binnen aanbieders niet te onderscheiden van andere factoren: doel b, zorg zwaar"


@pytest.mark.parametrize("order", list(permutations(FACTORS)))
def test_a_direction_moves_the_other_terms_alike_whichever_of_them_is_fitted(order):
    """Kracht is broken in order on purpose; doel b and kracht weinig are the same clients."""
    frame = rows()
    frame["doel"] = np.where(frame["kracht"] == "weinig", "b", "a")
    frame["minutes_per_week"] += 60.0 * (frame["zorg"] == "geen") + 30.0 * (frame["kracht"] == "enig")
    first, norms = told(frame, settings(("zorg", "doel", "kracht")))
    assert norms.terms[0].published == 0 != round(norms.terms[0].term.estimate.value)
    assert told(frame, settings(order))[0] == first


def test_an_interaction_that_is_its_main_term_takes_it_along():
    """All with doel b have zwaar zorg: what b does at other zorg nobody can tell, and their norms are silent."""
    frame = rows()
    frame.loc[(frame["zorg"] == "zwaar") & (np.arange(len(frame)) % 2 == 0), "doel"] = "a"
    found, norms = told(frame, settings(("zorg", "doel", "kracht"), doel='interacts_with = ["zorg"]'))
    pair = found[frozenset({("doel", "b"), ("zorg", "zwaar")})]
    assert pair == found[frozenset({("doel", "b"), ("", "")})]
    assert pair == (None, None, False, f"{ALIASED}: doel b, doel b x zorg zwaar")
    assert found[frozenset({("zorg", "zwaar"), ("", "")})][2]
    both = (norms.model.casemix.to_frame()["doel"] == "b").to_numpy()
    assert (np.isnan(norms.norm_minutes()) == both).all()


def test_interactions_that_are_each_other_fall_back_on_their_mains():
    """Among doel b, zorg zwaar and kracht weinig are the same clients; elsewhere they are not."""
    frame = rows(n=2400)
    frame["doel"] = np.where(np.arange(2400) % 3 == 0, "b", "a")
    heavy = frame["zorg"] == "zwaar"
    inside = frame["doel"] == "b"
    frame.loc[inside & heavy, "kracht"] = "weinig"
    frame.loc[inside & ~heavy & (frame["kracht"] == "weinig"), "kracht"] = "enig"
    plain, norms = told(frame, settings(("zorg", "doel", "kracht")))
    both, again = told(frame, settings(("zorg", "doel", "kracht"), doel='interacts_with = ["zorg", "kracht"]'))
    pair = both[frozenset({("doel", "b"), ("zorg", "zwaar")})]
    assert pair == both[frozenset({("doel", "b"), ("kracht", "weinig")})]
    assert pair == (None, None, False, f"{ALIASED}: doel b x kracht weinig, doel b x zorg zwaar")
    assert all(both[key][2] for key in plain)
    assert not np.isnan(again.norm_minutes()).any()
    assert not np.isnan(norms.norm_minutes()).any()


def test_a_class_for_every_number_of_areas_is_their_sum_and_has_no_norm_of_its_own():
    frame = rows()
    frame["doel"] = np.where(np.arange(900) % 2 == 0, "b", "a")
    frame["kracht"] = np.where(frame["kracht"] == "veel", "veel", "enig")
    text = FACTORS["kracht"].replace(', "weinig"', "").format(kracht='group = "g"')
    text += FACTORS["kracht"].replace("kracht", "rust", 1).replace(', "weinig"', "").format(kracht='group = "g"')
    text += '\n[model]\noverlap = ["g"]\noverlap_breaks.g = [0, 1]\n[disclosure]\nmin_clients = 10\n'
    found, _ = told(frame.assign(rust=np.where(frame["doel"] == "a", "veel", "enig")), text)
    assert {supported for _, _, supported, _ in found.values()} == {False}
    assert {reason for *_, reason in found.values()} == {f"{ALIASED}: kracht enig, n_g 1, n_g >1, rust enig"}


@pytest.mark.parametrize("order", [("zorg", "doel", "kracht"), ("doel", "kracht", "zorg")])
def test_levels_that_one_provider_alone_tells_apart_both_hang(order):
    frame = rows()
    alone = (frame["provider"] == "p3") & (frame["zorg"] == "zwaar") & (np.arange(900) % 2 == 0)
    found, _ = told(frame.assign(doel=frame["doel"].mask(alone, "a")), settings(order))
    for key in (("zorg", "zwaar"), ("doel", "b")):
        assert found[frozenset({key, ("", "")})] == (None, None, False, HANGING)


def test_an_ijkclient_whose_level_nobody_has_is_refused_and_the_levels_are_named():
    frame = rows()
    frame["doel"] = np.where(frame["kracht"] == "veel", "b", "a")
    with pytest.raises(StudyRefused, match="of these levels: doel b, kracht enig, kracht weinig; at some provider"):
        fit_minutes(made_casemix(frame, settings(("zorg", "doel", "kracht"))))


def test_without_such_levels_the_design_is_as_it_was_made():
    frame = rows().assign(doel=np.where(np.arange(900) % 3 == 0, "b", "a"))
    casemix = made_casemix(frame, settings(("zorg", "doel", "kracht"), doel='interacts_with = ["zorg"]'))
    design = identified_design(casemix.to_frame(), casemix.study)
    assert len(design.columns) == np.linalg.matrix_rank(design.matrix()) == 3 + 1 + 2 + 3
    assert all(cell.supported for cell in design.cells)
