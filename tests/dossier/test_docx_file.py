"""The file for a word processor says the same, in that program's own headings, tables and links."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter

import pytest
from hostile import HOSTILE, with_hostile_text

from normenkader.dossier import docx_file
from normenkader.dossier.blocks import texts
from normenkader.dossier.documents import Documents
from normenkader.dossier.docx_file import render_docx, require_docx
from normenkader.dossier.html import render_html
from normenkader.dossier.page_blocks import read_page
from normenkader.errors import OutputRefused

docx = pytest.importorskip("docx", reason="python-docx is an extra")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SMALL = '<html lang="nl"><head><title>T</title></head><body><h1>T</h1>{}</body></html>'


@pytest.fixture(scope="module")
def html(module_documents: Documents) -> str:
    return render_html(module_documents)


@pytest.fixture(scope="module")
def made(module_documents: Documents, html: str) -> bytes:
    return render_docx(module_documents, html)


@pytest.fixture(scope="module")
def document(made: bytes):
    return docx.Document(io.BytesIO(made))


def written(document) -> str:
    return "".join(node.text or "" for node in document.element.body.iter(f"{W}t"))


def test_every_text_of_the_page_is_in_it_in_the_same_order(document, html: str) -> None:
    page = read_page(re.sub(r'alt="[^"]*"', 'alt="\u2603"', html))
    said = "".join(texts(page.blocks)).replace("\u2603", "")
    assert re.sub(r"\s", "", written(document)) == re.sub(r"\s", "", said)


def test_headings_tables_and_figures_are_the_program_s_own(document, html: str) -> None:
    styles = Counter(paragraph.style.name for paragraph in document.paragraphs)
    assert styles["Title"] == 1
    assert styles["Heading 1"] == len(re.findall(r"<h2\b", html))
    assert styles["Heading 2"] == len(re.findall(r"<h3\b", html))
    assert len(document.tables) == html.count("<table")
    assert all(table.rows[0]._tr.find(f".//{W}tblHeader") is not None for table in document.tables)
    alternatives = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(alternatives) == html.count("<img")
    assert all(alternatives)


def test_links_arrive(document) -> None:
    body = document.element.body
    places = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    links = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")]
    assert len(places) == len(set(places))
    assert len(links) > 10
    assert set(links) <= set(places)


def test_each_list_begins_at_one(module_documents: Documents) -> None:
    made = render_docx(module_documents, SMALL.format("<ol><li>a</li><li>b</li></ol><p>x</p><ol><li>c</li></ol>"))
    body = docx.Document(io.BytesIO(made)).element.body
    numbers = [node.get(f"{W}val") for node in body.iter(f"{W}numId")]
    assert len(numbers) == 3
    assert numbers[0] == numbers[1] != numbers[2]


def test_cells_that_span_are_one_cell(module_documents: Documents) -> None:
    table = ('<table><caption>c</caption><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody>'
             '<tr><th scope="row" rowspan="2">r</th><td>1</td></tr><tr><td>2</td></tr>'
             '<tr><th scope="rowgroup" colspan="2">g</th></tr></tbody></table>')  # fmt: skip
    made = docx.Document(io.BytesIO(render_docx(module_documents, SMALL.format(table)))).tables[0]
    assert [[cell.text for cell in row.cells] for row in made.rows] == [["a", "b"], ["r", "1"], ["r", "2"], ["g", "g"]]


def test_the_same_page_gives_the_same_bytes_without_a_time_or_a_name(
    module_documents: Documents, html: str, made: bytes
) -> None:
    assert render_docx(module_documents, html) == made
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = parts.read("docProps/core.xml").decode()
    assert "python-docx" not in properties
    assert module_documents.calibration_number in properties


def test_text_that_looks_like_markup_stays_text(module_documents: Documents) -> None:
    documents = with_hostile_text(module_documents)
    made = render_docx(documents, render_html(documents))
    assert written(docx.Document(io.BytesIO(made))).count(HOSTILE) >= 5


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_file, "find_spec", lambda name: None)
    with pytest.raises(OutputRefused, match="extra 'docx'"):
        require_docx()
