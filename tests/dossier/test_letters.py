"""What a client is told, and what stands in the case file."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings

from normenkader.bands.decision import decide
from normenkader.dossier.case_file import dossier_text
from normenkader.dossier.letters import client_paragraph
from tests.bands.decision_documents import IJKCLIENT, documents, hand_bands, hand_norms


def of(profile: dict[str, Any], **bands: Any) -> Any:
    return decide(hand_norms(), {**hand_bands(), **bands}, {**IJKCLIENT, **profile})


@given(documents())
@settings(max_examples=100, deadline=None)
def test_the_client_reads_no_number_but_the_lower_bound(drawn: tuple[dict, dict, dict]) -> None:
    decision = decide(*drawn)
    paragraph = client_paragraph(decision)
    hours, minutes = divmod(decision.lower_bound, 60)
    allowed = {str(decision.lower_bound), str(hours), str(minutes)}
    assert set(re.findall(r"\d+", paragraph)) <= allowed
    assert decision.label not in paragraph
    assert "minuten per week" in paragraph
    assert "\n" not in paragraph


def test_the_client_reads_the_lower_bound_in_time() -> None:
    paragraph = client_paragraph(of({}))
    assert paragraph.startswith("U krijgt minstens 90 minuten per week (1 uur en 30 minuten) ondersteuning.")


def test_sentences_for_the_client_are_short() -> None:
    sentences = re.split(r"(?<=[.?]) ", client_paragraph(of({})))
    assert max(len(sentence.split()) for sentence in sentences) <= 15


def test_a_lower_bound_of_zero_promises_nothing() -> None:
    paragraph = client_paragraph(of({"wonen": "geen"}, in_doubt="table"))
    assert "geen minimum" in paragraph
    assert "0" not in paragraph


def test_without_a_norm_the_client_is_told_so() -> None:
    assert "nog geen norm" in client_paragraph(of({"duration": 40}))


def test_the_case_file_adds_up_on_paper() -> None:
    text = dossier_text(of({"wonen": "zwaar", "financien": "licht", "orientation": "ontwikkel", "duration": 8}))
    block = text.split("Som volgens")[0]
    amounts = [int(m.replace("−", "-")) for m in re.findall(r"^  .{66} +([+−]?\d+)(?:   |$)", block, flags=re.M)]
    assert amounts == [100, 35, 10, 15, 25, 5, -10]
    assert re.search(rf"Som volgens de normtabel +{sum(amounts)}$", text, flags=re.M)
    assert "Som zonder afronding" in text
    assert "tussen 28,1 en 42,7; 50 cliënten, 9 aanbieders" in text


@pytest.mark.parametrize(
    ("profile", "bands", "words"),
    [
        ({"wonen": "geen"}, {"in_doubt": "table"}, "Let op: een ondergrens van 0"),
        ({"financien": "zwaar"}, {}, "krijgt de minuten van ‘licht’"),
        ({"duration": 40}, {}, "Zonder norm, want te weinig waarnemingen: duration: meer dan 26"),
        (
            {"wonen": "zwaar", "financien": "licht", "duration": 8},
            {},
            "bij twijfel de hogere klasse: klasse 3.\n  De tabel alleen geeft klasse 2.",
        ),
        (
            {"wonen": "zwaar", "financien": "licht", "duration": 8},
            {"in_doubt": "table"},
            "bij twijfel de tabel: klasse 2",
        ),
        ({}, {}, "geen los kenmerk waarvan een ander niveau"),
        ({}, {}, "Tot de volgende klasse, volgens de tabel: 50 minuten per week meer."),
        ({"wonen": "zwaar"}, {}, "klasse 3 (meer), norm 140, door de twijfelzone"),
        ({}, {}, "pas bij meer dan 10 minuten per week minder."),
        ({}, {}, "Dat is 180 minuten per twee weken, 360 minuten per vier weken of 390 minuten per maand"),
        ({"wonen": "zwaar", "duration": 8}, {}, "Welk los kenmerk zou de klasse veranderen?"),
    ],
)
def test_the_case_file_says_what_a_reader_must_know(profile: dict, bands: dict, words: str) -> None:
    assert words in dossier_text(of(profile, **bands))


def test_an_interaction_that_falls_back_is_said() -> None:
    norms = hand_norms()
    norms["terms"] = [t if t["level"] != ">26" else {**t, "published": 20, "estimate": 19.0} for t in norms["terms"]]
    text = dossier_text(decide(norms, hand_bands(), {**IJKCLIENT, "orientation": "ontwikkel", "duration": 40}))
    assert "de losse kenmerken tellen wel" in text
    assert "samen met duration: meer dan 26" in text
