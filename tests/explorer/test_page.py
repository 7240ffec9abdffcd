"""The page as a file: whole, closed, small, and the same every time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from normenkader.bands.table import BandTable
from normenkader.dossier.explorer_files import EXPLORER, explorer_texts
from normenkader.dossier.write import documents_of
from normenkader.explorer.figures import budget_of
from normenkader.explorer.page import SCRIPTS, explorer_html, page_source

Document = dict[str, Any]


@pytest.fixture(scope="module")
def page(texts: dict[str, str]) -> str:
    return texts[EXPLORER]


@pytest.fixture(scope="module")
def documents(bands: BandTable) -> tuple[Document, Document]:
    made = documents_of(bands)
    return dict(made.norms), dict(made.bands)


def test_the_page_is_under_300_kb(page: str) -> None:
    assert len(page.encode()) < 300_000


def test_the_same_bands_give_the_same_bytes(bands: BandTable, texts: dict[str, str]) -> None:
    assert explorer_texts(bands, documents_of(bands)) == texts


def test_the_policy_names_the_page_s_own_style_and_script_and_nothing_else(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    parts = {name: values for name, *values in (part.split() for part in policy.split(";"))}
    assert parts["default-src"] == ["'none'"]
    assert parts["img-src"] == ["data:"]
    for name, found in (("style-src", re.findall(r"<style>(.*?)</style>", page, re.S)),
                        ("script-src", re.findall(r"<script>(.*?)</script>", page, re.S))):  # fmt: skip
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert parts[name] == [f"'sha256-{digest}'"]


def test_no_address_and_nothing_to_fetch(page: str) -> None:
    bare = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//cdn|@import|url\((?!#)|fetch\(|XMLHttpRequest|import\(|eval\(|innerHTML", bare)
    assert set(re.findall(r'(?:src|href)="([^"#]*)"', bare)) <= {"data:,", ""}


def test_the_number_of_the_calibration_and_the_badge_are_printed(page: str, cells: Document) -> None:
    assert f'<span class="hash">{cells["calibration_number"]}</span>' in page
    assert "SYNTHETISCH" in page.split("<script")[0]


def test_real_data_carry_no_badge(cells: Document, documents: tuple[Document, Document]) -> None:
    real = {**cells, "name": "Kalibratie 2026", "words": {**cells["words"], "synthetic": False}}
    assert "SYNTHETISCH" not in explorer_html(real, *documents)


def test_a_name_cannot_break_out_of_the_page(cells: Document, documents: tuple[Document, Document]) -> None:
    evil = "</script><script>alert(1)</script>{{STYLE}}"
    found = explorer_html({**cells, "name": evil}, *documents)
    assert evil not in found
    assert found.count("<script") == 2
    data = re.search(r'id="data">(.*?)</script>', found, re.S)[1]
    assert json.loads(data)["cells"]["name"] == evil


def test_the_version_in_force_becomes_a_design(cells: Document, documents: tuple[Document, Document]) -> None:
    norms, bands = documents
    edges = [0, 148, 210, 1000]
    against = ({**norms, "ijkclient_minutes": {"published": 1}}, {"bands": [{"lower": edge} for edge in edges]})
    found = explorer_html(cells, norms, bands, against=against)
    data = json.loads(re.search(r'id="data">(.*?)</script>', found, re.S)[1])
    design = data["cells"]["designs"][-1]
    assert (design["code"], design["edges"], design["exact"]) == ("in_force", edges, False)
    assert [cells["lower"][place] for place in design["places"]] == [0, 150, 210, 360]
    assert "ook een andere normtabel" in found
    assert "ook een andere normtabel" not in explorer_html(cells, norms, bands, against=(norms, bands))


@pytest.mark.parametrize("name", [*SCRIPTS, "style.css", "head.html", "index.html", "nothing.html"])
def test_sources_stay_readable(name: str) -> None:
    lines = page_source(name).splitlines()
    assert len(lines) < 340
    assert not any("\t" in line for line in lines)


def test_a_study_with_too_few_clients_has_a_page_that_says_so(cells: Document) -> None:
    kept = ("calibration_number", "name", "min_clients", "words")
    found = explorer_html({"lower": [], **{key: cells[key] for key in kept}}, {}, {})
    assert "te weinig cliënten" in found
    assert cells["calibration_number"] in found
    assert "<script" not in found


def test_both_pages_have_one_head(cells: Document, page: str) -> None:
    kept = ("calibration_number", "name", "min_clients", "words")
    other = explorer_html({"lower": [], **{key: cells[key] for key in kept}}, {}, {})
    heads = [re.sub(r'content="default-src[^"]*"|<a class="skip.*?</a>|<h1>.*?</h1>', "", text.split("<main")[0])
             for text in (page, other)]  # fmt: skip
    assert heads[0].split() == heads[1].split()
    assert "<h1>Hier valt geen grens te verschuiven</h1>" in other


def test_a_study_in_hours_reads_of_hours(cells: Document, documents: tuple[Document, Document], page: str) -> None:
    words = {**cells["words"], "unit": "uren per week", "counted": "uren", "short": "uren", "in_price_of": 1}
    told, usual = (re.sub(r'<script[^>]*id="data">.*?</script>', "", text, flags=re.S)
                   for text in (explorer_html({**cells, "words": words}, *documents), page))  # fmt: skip
    assert "inuten" not in told
    assert told.lower().count("uren") - usual.lower().count("uren") == usual.count("inuten") > 10


def test_a_price_is_of_an_hour_also_where_hours_are_counted(cells: Document) -> None:
    design = [0, 3]
    hours = {**cells, "words": {**cells["words"], "in_price_of": 1}}
    usual, told = (budget_of(found, design, price=60.0)["total"] for found in (cells, hours))
    assert told == pytest.approx(60 * usual)
