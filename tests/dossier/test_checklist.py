from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from normenkader.dossier.checklist import checklist, checklist_document, counts, demands, status_of
from normenkader.dossier.documents import Documents
from normenkader.dossier.jurisprudence import jurisprudence
from normenkader.dossier.present import GROUNDS, RESEARCH, ground
from normenkader.dossier.research import research_keys, said, subject_groups

Make = Callable[..., Documents]


def saying(make: Make, **research: object) -> Documents:
    documents = make()
    documents.settings["research"] = research
    return documents


def item(documents: Documents, number: int):  # type: ignore[no-untyped-def]
    return next(each for each in checklist(documents) if each.demand.number == number)


def test_there_are_27_items_in_order() -> None:
    assert [demand.number for demand in demands()] == list(range(1, 28))
    assert all(demand.hook and demand.title and demand.where and demand.needs for demand in demands())


def test_every_need_is_known_and_every_ruling_stands_in_the_file() -> None:
    known = set(jurisprudence().read)
    for demand in demands():
        assert all(ground(need).missing for need in demand.needs)
        assert set(demand.rulings) <= known


def test_an_unknown_need_is_a_fault() -> None:
    with pytest.raises(KeyError):
        ground("niets")
    with pytest.raises(KeyError):
        ground(RESEARCH + "niets")


@pytest.mark.parametrize(("needed", "absent", "status"), [(3, 0, "answered"), (3, 1, "partly"), (3, 3, "open")])
def test_status_follows_from_what_lacks(needed: int, absent: int, status: str) -> None:
    assert status_of(needed, absent) == status


def test_a_study_that_says_nothing_of_itself_leaves_items_open(make: Make) -> None:
    found = item(saying(make), 1)
    assert found.status == "open"
    assert "uitvoerder ([research] performed_by)" in found.missing
    assert set(found.who) == {"onderzoeker", "gemeente"}


def test_an_item_is_answered_only_by_all_that_it_takes(make: Make) -> None:
    keys = [need.removeprefix(RESEARCH) for need in demands()[0].needs]
    told = {key: "zie bijlage" for key in keys}
    assert item(saying(make, **told), 1).status == "answered"
    for key in keys:
        assert item(saying(make, **{**told, key: " "}), 1).status == "partly"


def test_triangulation_is_seen_in_the_documents_and_not_stated(make: Make) -> None:
    documents = make()
    assert item(documents, 11).status == "open"
    sources = {"comparisons": [{"sources": ["data", "experts"]}], "panel": {"n_experts": 12}}
    assert item(make(triangulation=sources), 11).missing == ("het bestaande normenkader",)
    assert item(make(triangulation={**sources, "source_norms": {"name": "x"}}), 11).status == "answered"


def test_a_first_band_from_zero_leaves_a_letter_without_time(make: Make) -> None:
    documents = make()
    assert item(documents, 16).status == "partly"
    documents.bands["bands"][0]["lower"] = 15
    assert item(documents, 16).status == "answered"


def test_every_ground_can_fail(make: Make) -> None:
    bare = make(validation={}, triangulation={}, ledger={}, quality=())
    bare.settings["premise"] = []
    bare.settings["research"] = {}
    bare.bands.pop("stability")
    for band in bare.bands["bands"]:
        band["promise_kept"] = None
    bare = dataclasses.replace(bare, norms={**bare.norms, "terms": []})
    held = {name for name, each in GROUNDS.items() if name not in ("bands", "example") and each.holds(bare)}
    assert held == set()
    bare = dataclasses.replace(bare, bands={**bare.bands, "bands": []})
    assert not GROUNDS["bands"].holds(bare)


def test_the_document_holds_every_item_and_the_counts_add_up(make: Make) -> None:
    documents = make()
    rows = checklist_document(documents)
    assert [row["item"] for row in rows] == list(range(1, 28))
    assert all(bool(row["missing"]) == (row["status"] != "answered") for row in rows)
    assert sum(counts(checklist(documents)).values()) == 27


def test_what_a_study_says_is_shown_and_the_rest_is_open() -> None:
    groups = subject_groups({"performed_by": "Bureau X", "funding": "", "kleur": "rood", "synthetic": True})
    first = groups[0]
    assert [subject.key for subject in first.answered] == ["performed_by"]
    assert "funding" in [subject.key for subject in first.open]
    assert [(subject.label, subject.said) for subject in groups[-1].subjects] == [("kleur", "rood")]
    assert len([subject for group in groups for subject in group.subjects]) == len(research_keys()) + 1
    assert said({"dpia": []}, "dpia") is None


def test_a_tariff_is_there_with_a_file_of_prices_or_where_the_study_says_it_is(make: Make) -> None:
    assert item(make(), 26).status == "partly"
    assert item(make(tariff={"name": "prijzen"}), 26).status == "answered"
    assert item(saying(make, tariff="zie kostprijsonderzoek"), 26).status == "answered"


def test_the_codebook_names_every_key_a_study_can_fill_in() -> None:
    codebook = (Path(__file__).resolve().parents[2] / "data" / "codebook.md").read_text(encoding="utf-8")
    for key in research_keys():
        assert f"| `{key.key}` | {key.label}: {key.asks} | {key.who} |" in codebook
