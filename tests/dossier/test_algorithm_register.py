from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from normenkader.dossier.algorithm_register import FIELDS, FROM_RESEARCH, STANDARD, broken_rule, register_document
from normenkader.dossier.court import court_document
from normenkader.dossier.documents import Documents
from normenkader.dossier.research import research_keys

Make = Callable[..., Documents]
BY_NAME = {field.name: field for field in FIELDS}
TOLD = {
    "organisation": "Gemeente Voorbeeld", "in_use": "In ontwikkeling", "in_use_from": "2026-01",
    "contact": "vragen@voorbeeld.example", "publication_category": "Impactvolle algoritmes",
    "public_page": "https://voorbeeld.example/norm",
}  # fmt: skip


def entry(make: Make, **research: object):  # type: ignore[no-untyped-def]
    documents = make()
    documents.settings["research"] = research
    return register_document(documents)


def test_every_field_is_filled_or_open_and_none_is_both(make: Make) -> None:
    for research in ({}, TOLD):
        found = entry(make, **research)
        filled, left = set(found["fields"]), {row["field"] for row in found["open"]}
        assert filled | left == set(BY_NAME)
        assert not filled & left


def test_texts_are_shorter_than_the_standard_asks(make: Make) -> None:
    found = entry(make, **TOLD)["fields"]
    assert 0 < len(found["name"]) < 100
    assert 0 < len(found["description_short"]) < 350
    for name, value in found.items():
        assert broken_rule(BY_NAME[name], value) is None, name
    assert "\n" not in "".join(str(value) for value in found.values())


def test_short_text_keeps_to_short_sentences(make: Make) -> None:
    sentences = entry(make)["fields"]["description_short"].rstrip(".").split(". ")
    assert max(len(sentence.split()) for sentence in sentences) <= 16


def test_nothing_that_only_the_organisation_knows_is_made_up(make: Make) -> None:
    found = entry(make)
    assert not set(FROM_RESEARCH) & set(found["fields"])
    required = {row["field"] for row in found["open"] if row["required"]}
    assert required == {"organization", "status", "contact_email", "publication_category"}


def test_with_what_the_study_says_nothing_required_is_open(make: Make) -> None:
    found = entry(make, **TOLD)
    assert found["fields"]["organization"] == "Gemeente Voorbeeld"
    assert found["fields"]["begin_date"] == "2026-01"
    assert not [row for row in found["open"] if row["required"]]
    assert found["refused"] == []


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("in_use", "in gebruik", "status"),
        ("in_use_from", "januari 2026", "begin_date"),
        ("contact", "loket", "contact_email"),
        ("public_page", "voorbeeld.example", "website"),
        ("organisation", "x" * 100, "organization"),
    ],
)
def test_what_does_not_fit_the_standard_is_refused_with_its_rule_and_stays_open(
    make: Make, key: str, value: str, field: str
) -> None:
    found = entry(make, **{**TOLD, key: value})
    assert [row["field"] for row in found["refused"]] == [field]
    assert value not in json.dumps(found["refused"])
    assert field in {row["field"] for row in found["open"]}


def test_it_says_which_version_of_the_standard_it_follows(make: Make) -> None:
    found = entry(make)
    assert found["standard"] == STANDARD == found["fields"]["standard_version"] == "1.0"
    assert "1.0.9" in found["standard_seen"]


def test_a_made_up_study_is_not_for_publication(make: Make) -> None:
    documents = make()
    assert register_document(documents)["for_publication"] is False
    documents.settings["study"]["name"] = "Begeleiding 2025"
    documents.settings["research"] = {}
    assert register_document(documents)["for_publication"] is None


def test_every_key_that_fills_a_field_is_a_known_key_of_research() -> None:
    assert set(FROM_RESEARCH.values()) <= {key.key for key in research_keys()}
    assert set(FROM_RESEARCH) <= set(BY_NAME)


def test_the_court_document_holds_items_lists_and_law(make: Make) -> None:
    document = json.loads(json.dumps(court_document(make())))
    assert len(document["checklist"]) == 27
    assert [each["name"] for each in document["lists"]] == ["TRIPOD+AI", "PROBAST+AI"]
    assert sum(document["counts"].values()) == 27
    assert all(ruling["verified"] is False and ruling["verified_by"] == "" for ruling in document["rulings"])
