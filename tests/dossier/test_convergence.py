from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from normenkader.dossier.convergence import differences, term_words, triangulation
from normenkader.dossier.documents import Documents
from normenkader.dossier.html import render_html

KEY = {"factor": "own_strength", "level": "veel", "with": None}
IJK = {"factor": "ijkclient", "level": "", "with": None}


def comparison(key: dict[str, Any], difference: float, verdict: str | None, **changes: Any) -> dict[str, Any]:
    row = {
        "sources": ["data", "experts"], **key, "difference": difference, "confidence": 0.9, "verdict": verdict,
        "interval": [difference - 4, difference + 4], "reason": None,
    }  # fmt: skip
    return {**row, **changes}


def value(estimate: float) -> dict[str, Any]:
    return {"estimate": estimate, "interval": [estimate - 5, estimate + 5], "reason": None}


def found(**changes: Any) -> dict[str, Any]:
    document = {
        "margin": 15.0,
        "on_conflict": {"rule": "experts", "conflicts": [
            {**KEY, "data": -14.0, "experts": 21.5, "source": "experts", "settled": True}]},
        "comparisons": [comparison(IJK, 3.0, "agree"), comparison(KEY, -35.5, "conflict")],
        "verdicts": {"data-experts": {"agree": 1, "conflict": 1, "silent": 0}},
        "terms": [
            {**IJK, "data": value(165.0), "experts": value(162.0), "verdicts": {"data-experts": "agree"}},
            {**KEY, "data": value(-14.0), "experts": value(21.5), "verdicts": {"data-experts": "conflict"}},
        ],
        "panel": {"n_experts": 12, "n_vignettes": 80, "n_estimates": 960},
    }  # fmt: skip
    return {**document, **changes}


@pytest.fixture
def documents(make: Callable[..., Documents]) -> Callable[..., Documents]:
    return lambda **changes: make(triangulation=found(**changes))


def test_the_chapter_says_who_disagrees_and_what_followed(documents: Callable[..., Documents]) -> None:
    page = render_html(documents())
    chapter = page[page.index('<section class="page" id="bronnen">') :].split("</section>")[0]
    assert "12 deskundigen gaven 960 schattingen bij 80 beschreven cliënten" in chapter
    assert "een verschil van meer dan 15 minuten per week telt" in chapter
    assert "<strong>oneens</strong>" in chapter
    assert "de deskundigen gaan voor" in chapter
    assert "−14,0" in chapter
    assert "21,5" in chapter


def test_without_other_sources_the_chapter_says_so(make: Callable[..., Documents]) -> None:
    page = render_html(make())
    assert "Er is geen tweede bron vergeleken" in page
    assert differences(make(), "minuten per week") == ()


def test_without_a_margin_there_are_differences_and_no_verdicts(documents: Callable[..., Documents]) -> None:
    rows = [comparison(IJK, 3.0, None), comparison(KEY, -35.5, None, interval=None)]
    page = render_html(documents(margin=None, comparisons=rows))
    assert "De studie zegt niet welk verschil telt" in page
    assert "Grijze vlak" not in differences(documents(margin=None, comparisons=rows), "minuten")[0].alternative


def test_the_figure_has_words_for_who_cannot_see_it(documents: Callable[..., Documents]) -> None:
    (picture,) = differences(documents(), "minuten per week")
    assert "gegevens min deskundigen" in picture.alternative
    assert "van −15 tot 15" in picture.alternative
    assert picture.svg == differences(documents(), "minuten per week")[0].svg


def test_pairs_and_sources_are_those_that_were_compared(documents: Callable[..., Documents]) -> None:
    shown = triangulation(documents())
    assert shown["pairs"] == [("data", "experts")]
    assert shown["sources"] == ["data", "experts"]


def test_a_term_in_words() -> None:
    pair = {"factor": "orientation", "level": "ontwikkelgericht", "with": {"factor": "duration_weeks", "level": ">52"}}
    assert term_words(IJK) == "ijkcliënt"
    assert term_words(pair) == "gerichtheid: ontwikkelgericht, samen met duur in weken: meer dan 52"


def test_the_norm_table_says_where_experts_decide_and_what_the_data_said(make: Callable[..., Documents]) -> None:
    norms = make().norms
    first, *rest = norms["terms"]
    norms = {**norms, "terms": [{**first, "source": "experts", "data_estimate": -14.2}, *rest]}
    page = render_html(make(norms=norms))
    assert page.count("minuten van deskundigen (gegevens: −14,2)") == 1
