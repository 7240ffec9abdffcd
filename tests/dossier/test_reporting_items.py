from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from normenkader.dossier.documents import Documents
from normenkader.dossier.reporting_items import INSTRUMENTS, FilledList, filled_list, list_document

Make = Callable[..., Documents]


def by_id(filled: FilledList):  # type: ignore[no-untyped-def]
    return {item.id: item for item in filled.items}


def test_the_numbering_is_that_of_the_published_lists(make: Make) -> None:
    tripod = [item.id for item in filled_list("tripod_ai", make()).items]
    assert len(tripod) == 52
    assert list(dict.fromkeys(int(i.rstrip("abcdefg")) for i in tripod)) == list(range(1, 28))
    probast = [item.id for item in filled_list("probast_ai", make()).items]
    assert Counter(i[0] for i in probast) == {"O": 16, "T": 18}
    assert Counter(i[1] for i in probast if i[0] == "O") == {"1": 3, "2": 4, "3": 4, "4": 5}
    assert Counter(i[1] for i in probast if i[0] == "T") == {"1": 3, "2": 4, "3": 4, "4": 7}


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_it_says_how_the_list_was_seen_and_whose_words_these_are(make: Make, instrument: str) -> None:
    filled = filled_list(instrument, make())
    assert "artikel zelf is niet gezien" in filled.seen
    assert "eigen omschrijvingen" in filled.seen


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_an_open_item_says_what_is_missing_and_claims_nothing(make: Make, instrument: str) -> None:
    for item in filled_list(instrument, make()).items:
        assert bool(item.missing) == (item.status in ("partly", "open"))
        assert (item.status == "open") <= (item.say == "" and item.where == ())
        assert "{" not in item.say


def test_answers_follow_the_run(make: Make) -> None:
    documents = make()
    assert by_id(filled_list("tripod_ai", documents))["12a"].status == "open"
    documents.validation["unseen"] = {"provider": {}}
    assert by_id(filled_list("tripod_ai", documents))["12a"].status == "answered"
    assert "2.385 cliënten" in by_id(filled_list("tripod_ai", documents))["6a"].say
    documents.settings["research"] = {"funding": "Gemeente X"}
    assert by_id(filled_list("tripod_ai", documents))["18a"].status == "answered"


def test_small_numbers_do_not_show(make: Make) -> None:
    documents = make()
    documents.norms["model"].update(n_clients=None, n_providers=None)
    assert "minder dan 3 aanbieders" in by_id(filled_list("tripod_ai", documents))["6a"].say


def test_the_document_keeps_every_item(make: Make) -> None:
    filled = filled_list("tripod_ai", make())
    document = list_document(filled)
    assert [row["id"] for row in document["items"]] == [item.id for item in filled.items]
    assert sum(document["counts"].values()) == 52
