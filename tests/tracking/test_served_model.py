"""The served model against `bands.decide` and against sums done by hand."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from output_folder import band, bands_document, norms_document, term

from normenkader.study import Study
from normenkader.tracking.check import NEVER_MISSING, OUTPUT_TYPES, decided, departures, example_profiles

IJKCLIENT = {"orientation": "behoudgericht", "duration_weeks": "27-52", "leefgebied_financien": "licht",
             "leefgebied_wonen": "geen"}  # fmt: skip


def answers(profiles: list[dict[str, Any]], norms: dict[str, Any], bands: dict[str, Any]) -> list[dict[str, Any]]:
    from normenkader.tracking import served_model

    levels = served_model.levels_of(pd.DataFrame(profiles), norms)
    table = served_model.minutes_of(levels, norms)
    table = table.join(served_model.bands_of(table["minutes"], bands))
    return table.astype(object).where(table.notna(), None).to_dict(orient="records")


def answer(norms: dict[str, Any], bands: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return answers([IJKCLIENT | changed], norms, bands)[0]


@pytest.mark.parametrize(
    ("changed", "minutes", "band_number", "lower"),
    [
        ({}, 100, 2, 60),
        ({"orientation": "ontwikkelgericht"}, 130, 3, 120),
        # 100 + 30 + 15 + 20 for the two together
        ({"orientation": "ontwikkelgericht", "duration_weeks": "<=13"}, 165, 4, 150),
        ({"duration_weeks": "14-26"}, 95, 2, 60),
        # 100 + 45 + 20, and two leefgebieden above the lowest instead of one: -15
        ({"leefgebied_financien": "zwaar", "leefgebied_wonen": "licht"}, 150, 4, 150),
        # 100 - 60, and none above the lowest: -50; below zero counts as zero
        ({"leefgebied_financien": "geen"}, 0, 1, 0),
    ],
)
def test_sums_done_by_hand(study: Study, changed: dict[str, str], minutes: int, band_number: int, lower: int) -> None:
    given = answer(norms_document(study), bands_document(), **changed)
    assert (given["minutes"], given["table_band"], given["band"]) == (minutes, band_number, band_number)
    assert given["lower_bound"] == lower
    assert given["below_zero"] == (minutes == 0)
    assert given["supported"]


def test_a_level_without_norm_gives_no_minutes_and_no_band(study: Study) -> None:
    given = answer(norms_document(study), bands_document(), duration_weeks=">52")
    assert not given["supported"]
    assert all(given[name] is None for name in OUTPUT_TYPES if name not in NEVER_MISSING)


def test_a_merged_level_has_minutes_and_is_not_supported(study: Study) -> None:
    given = answer(norms_document(study), bands_document(), leefgebied_wonen="zwaar")
    assert given["minutes"] == 100 + 20 - 15
    assert given["minutes_unrounded"] == round(96.41 + 21.27 - 13.73, 2)
    assert not given["supported"]


def test_an_interaction_without_support_adds_nothing(study: Study) -> None:
    norms = norms_document(study)
    open_ended = next(t for t in norms["terms"] if t["level"] == ">52" and t["factor"] == "duration_weeks")
    open_ended |= {"published": 25, "estimate": 24.0}
    both = answer(norms, bands_document(), duration_weeks=">52", orientation="ontwikkelgericht")
    assert both["minutes"] == 100 + 25 + 30


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ("13", "<=13"),
        ("13.5", "14-26"),
        ("14", "14-26"),
        ("26", "14-26"),
        ("30", "27-52"),
        (" 52 ", "27-52"),
        ("53", ">52"),
    ],
)
def test_a_numeric_factor_takes_a_number_as_text(study: Study, given: str, level: str) -> None:
    from normenkader.tracking.served_model import levels_of

    profiles = pd.DataFrame([IJKCLIENT | {"duration_weeks": given}])
    assert levels_of(profiles, norms_document(study))["duration_weeks"].tolist() == [level]


@pytest.mark.parametrize("wrong", ["zwaar", "nan", "inf", "", None])
def test_no_level_is_refused_with_its_place_and_without_its_value(study: Study, wrong: str | None) -> None:
    from normenkader.tracking.served_model import levels_of

    profiles = pd.DataFrame([IJKCLIENT, IJKCLIENT | {"duration_weeks": wrong}])
    with pytest.raises(ValueError, match=r"Column 'duration_weeks': none of the levels .* \(profile 2\)$"):
        levels_of(profiles, norms_document(study))


def test_the_doubt_zone_gives_the_higher_band_or_the_tables_by_the_studys_rule(study: Study) -> None:
    norms, bands = norms_document(study), bands_document()
    norms["ijkclient_minutes"]["published"] = 115
    higher, table = answer(norms, bands), answer(norms, bands | {"in_doubt": "table"})
    assert (higher["band"], higher["lower_bound"], higher["table_band"]) == (3, 120, 2)
    assert (table["band"], table["lower_bound"], table["table_band"]) == (2, 60, 2)
    assert higher["near_boundary"]
    assert table["near_boundary"]


def test_every_profile_there_is_gets_the_answer_of_decide(study: Study) -> None:
    norms, bands = norms_document(study), bands_document()
    levels = [[(f["name"], level) for level in f["levels"]] for f in norms["factors"]]
    profiles = [dict(pairs) for pairs in itertools.product(*levels)]
    assert len(profiles) == 72
    assert departures([decided(p, norms, bands) for p in profiles], answers(profiles, norms, bands)) == []


@pytest.mark.parametrize("seed", range(40))
def test_drawn_norm_tables_give_the_answers_of_decide(seed: int) -> None:
    norms, bands, profiles = drawn(random.Random(seed))
    expected = [decided(profile, norms, bands) for profile in profiles]
    assert departures(expected, answers(profiles, norms, bands)) == []


def test_the_order_and_index_of_the_profiles_are_kept(study: Study) -> None:
    from normenkader.tracking import served_model

    profiles = pd.DataFrame([IJKCLIENT, IJKCLIENT | {"duration_weeks": "14-26"}], index=[7, 3])
    levels = served_model.levels_of(profiles, norms_document(study))
    table = served_model.minutes_of(levels, norms_document(study))
    table = table.join(served_model.bands_of(table["minutes"], bands_document()))
    assert table.index.tolist() == [7, 3]
    assert table["minutes"].tolist() == [100.0, 95.0]


def test_departures_names_what_differs() -> None:
    same = {name: 1 for name in OUTPUT_TYPES}
    assert departures([same], [same | {"band": 2}]) == ["band (1 of 1 profiles)"]
    assert departures([same], [same | {"minutes": None}]) == ["minutes (1 of 1 profiles)"]
    assert departures([same], []) == ["the number of rows"]


def test_the_examples_are_every_single_change_and_every_pair(study: Study) -> None:
    profiles = example_profiles(norms_document(study))
    assert profiles[0] == IJKCLIENT
    changed = [sum(profile[name] != level for name, level in IJKCLIENT.items()) for profile in profiles]
    assert changed[1:9] == [1] * 8  # 1 + 3 + 2 + 2 other levels
    assert changed[9:12] == [2, 2, 2]
    assert len(profiles) == 1 + 8 + 3 + 2


def drawn(rng: random.Random) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """A norm table with gaps, merged levels, interactions and two overlap groups; every edge may have a doubt zone."""
    factors = [
        {"name": f"f{i}", "kind": "ordinal", "levels": [f"l{j}" for j in range(rng.randint(2, 4))], "breaks": [],
         "group": rng.choice([None, "a", "b"]), "direction": "free", "interacts_with": []}
        for i in range(5)
    ]  # fmt: skip
    for factor in factors:
        factor["ijkclient"] = rng.choice(factor["levels"])
    factors[0]["interacts_with"] = ["f1"]
    terms = [drawn_term(rng, f["name"], level, f) for f in factors for level in f["levels"] if level != f["ijkclient"]]
    terms += [
        drawn_term(rng, "f0", a, factors[0], **{"with": {"factor": "f1", "level": b}}, merged_with=None)
        for a, b in itertools.product(factors[0]["levels"], factors[1]["levels"])
        if a != factors[0]["ijkclient"] and b != factors[1]["ijkclient"]
    ]
    overlap = []
    for group in sorted({f["group"] for f in factors} - {None}):
        own = sum(f["ijkclient"] != "l0" for f in factors if f["group"] == group)
        classes = ["0", "1", ">1"]
        overlap.append({"group": group, "factor": f"n_{group}", "breaks": [0, 1], "classes": classes,
                        "ijkclient": classes[min(own, 2)]})  # fmt: skip
        terms += [term(f"n_{group}", name, 5 * rng.randint(-9, 9)) for name in classes if name != classes[min(own, 2)]]
    lowers = [0, *sorted(rng.sample(range(15, 300, 15), rng.randint(1, 5)))]
    zones = [None, *(rng.choice([None, [e - rng.randint(0, 30), e + rng.randint(0, 30)]]) for e in lowers[1:])]
    uppers = [*lowers[1:], None]
    bands = [band(i + 1, f"band {i + 1}", lowers[i], uppers[i], zones[i]) for i in range(len(lowers))]
    norms = {"ijkclient_minutes": {"estimate": 101.3, "interval": None, "published": 5 * rng.randint(0, 40)},
             "terms": terms, "factors": factors, "overlap": overlap, "unit": "minutes per week"}  # fmt: skip
    profiles = [{f["name"]: rng.choice(f["levels"]) for f in factors} for _ in range(60)]
    return norms, {"bands": bands, "in_doubt": rng.choice(["higher", "table"])}, profiles


def drawn_term(rng: random.Random, name: str, level: str, factor: dict[str, Any], **more: Any) -> dict[str, Any]:
    published = None if rng.random() < 0.1 else 5 * rng.randint(-15, 15)
    made = term(name, level, published, **more)
    others = [other for other in factor["levels"] if other != level]
    if published is not None and made["with"] is None and rng.random() < 0.2:
        made |= {"estimate": None, "supported": False, "merged_with": rng.choice(others)}
    return made


def test_drawn_tables_do_hold_gaps_merged_levels_and_doubt() -> None:
    tables = [drawn(random.Random(seed)) for seed in range(40)]
    expected = [decided(profile, norms, bands) for norms, bands, profiles in tables for profile in profiles]
    shares = {name: np.mean([bool(a[name]) for a in expected]) for name in NEVER_MISSING}
    assert all(0.02 < share < 0.98 for share in shares.values()), shares
    assert any(a["band"] != a["table_band"] for a in expected)
