"""What a client is told, and what stands in the case file."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normenkader.bands.decision import decide
from normenkader.bands.periods import PERIODS
from normenkader.dossier.case_file import Origin, dossier_text
from normenkader.dossier.letters import client_paragraph
from tests.bands.decision_documents import IJKCLIENT, band, documents, hand_bands, hand_norms


def of(profile: dict[str, Any], **bands: Any) -> Any:
    return decide(hand_norms(), {**hand_bands(), **bands}, {**IJKCLIENT, **profile})


UNITS = ["minutes per week", "hours per week", "days per week", "days", "hours"]


@given(documents(), st.sampled_from(PERIODS), st.sampled_from(UNITS))
@settings(max_examples=200, deadline=None)
def test_the_client_reads_the_lower_bound_and_no_other_number(drawn: tuple, period: str, unit: str) -> None:
    norms, bands, profile = drawn
    decision = decide({**norms, "unit": unit}, bands, profile)
    paragraph = client_paragraph(decision, period)
    factor = {"week": Fraction(1), "two_weeks": Fraction(2), "four_weeks": Fraction(4), "month": Fraction(52, 12)}
    edge = Fraction(next(b["lower"] for b in bands["bands"] if b["band"] == decision.band))
    least = edge * (factor[period] if unit.endswith("per week") else 1)
    numbers = [int(number.replace(".", "")) for number in re.findall(r"\d[\d.]*", paragraph)]
    told = math.ceil(least)
    in_hours = [part for part in divmod(told, 60) if part] if unit.startswith("minutes") and told >= 60 else []
    assert numbers == ([told, *in_hours] if told else [])
    assert not numbers or numbers[0] >= least
    forbidden = [decision.label, *profile, "klasse", "norm ", "cliënten", "aanbieders", "hoogstens", "tot "]
    assert not [word for word in forbidden if word in paragraph]
    assert "\n" not in paragraph


@pytest.mark.parametrize(
    ("unit", "period", "words"),
    [
        ("minutes per week", "month", "minstens 390 minuten per maand (6 uur en 30 minuten) ondersteuning"),
        ("minutes per week", "two_weeks", "minstens 180 minuten per twee weken (3 uur) ondersteuning"),
        ("hours per week", "week", "minstens 90 uur per week ondersteuning"),
        ("days per week", "four_weeks", "minstens 360 dagen per vier weken ondersteuning"),
        ("days", "week", "minstens 90 dagen ondersteuning"),
    ],
)
def test_every_unit_has_its_own_words(unit: str, period: str, words: str) -> None:
    decision = decide({**hand_norms(), "unit": unit}, hand_bands(), IJKCLIENT)
    assert words in client_paragraph(decision, period)


def test_one_is_singular() -> None:
    bands = {"in_doubt": "table", "bands": [band(1, 0, 1), band(2, 1, None)]}
    assert "minstens 1 minuut per week ondersteuning" in client_paragraph(decide(hand_norms(), bands, IJKCLIENT))


def test_the_case_file_names_version_and_date() -> None:
    origin = Origin(calibration_number="ab" * 32, version="begeleiding 3", on="2026-03-14")
    text = dossier_text(of({}), origin)
    assert text.startswith("Datum van het besluit: 14 maart 2026\nKalibratienummer: abab")
    assert "geregistreerd als begeleiding 3" in text
    assert "Datum" not in dossier_text(of({}))


def test_joined_levels_and_silent_interactions_are_named_apart() -> None:
    text = dossier_text(of({"financien": "zwaar"}))
    assert "Samengevoegd met het niveau ernaast, want te weinig waarnemingen: financien: zwaar." in text
    norms = hand_norms()
    norms["terms"] = [t if t["level"] != ">26" or t["with"] else {**t, "published": 20} for t in norms["terms"]]
    text = dossier_text(decide(norms, hand_bands(), {**IJKCLIENT, "orientation": "ontwikkel", "duration": 40}))
    assert "Zonder eigen samenhang, want te weinig waarnemingen: gerichtheid: ontwikkel." in text


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
    amounts = [int(m.replace("−", "-")) for m in re.findall(r"^  .{80} +([+−]?\d+)(?:   |$)", block, flags=re.M)]
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


def test_the_case_file_of_a_study_in_hours_counts_hours() -> None:
    norms = {**hand_norms(), "unit": "hours per week"}
    profiles = ({}, {"financien": "zwaar"}, {"wonen": "geen"})
    bands = {**hand_bands(), "in_doubt": "table"}
    texts = [dossier_text(decide(norms, bands, {**IJKCLIENT, **one})) for one in profiles]
    assert not [text for text in texts if "inuten" in text or "inuut" in text]
    assert "volgens de tabel: 50 uur per week meer" in texts[0]
    assert "krijgt de uren van ‘licht’" in texts[1]
    assert "Noem in het besluit de uren van het plan." in texts[2]


def test_an_interaction_that_falls_back_is_said() -> None:
    norms = hand_norms()
    norms["terms"] = [t if t["level"] != ">26" else {**t, "published": 20, "estimate": 19.0} for t in norms["terms"]]
    text = dossier_text(decide(norms, hand_bands(), {**IJKCLIENT, "orientation": "ontwikkel", "duration": 40}))
    assert "de losse kenmerken tellen wel" in text
    assert "samen met duration: meer dan 26" in text
