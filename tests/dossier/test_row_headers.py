"""Every cell that heads a row on the page does so in the tags of the PDF, and the cells of its row point at it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import page as validator
import pytest

from normenkader.dossier.blocks import Table
from normenkader.dossier.documents import Documents
from normenkader.dossier.html import render_html
from normenkader.dossier.page_blocks import read_page
from normenkader.dossier.pdf import render_pdf
from normenkader.dossier.row_headers import tables_of, with_row_headers

TAG = re.compile(rb"^(\d+) 0 obj\n<</Type/StructElem/S/(TH|TD|TR|Table)/P (\d+) 0 R(.*?)\nendobj$", re.M | re.S)


@pytest.fixture(scope="module")
def html(module_documents: Documents) -> str:
    return render_html(module_documents)


@pytest.fixture(scope="module")
def pdf(module_documents: Documents, html: str) -> bytes:
    return render_pdf(module_documents, html, {})


def cells_of(pdf: bytes) -> Iterator[list[tuple[str, bytes]]]:
    """Tag and attributes of the cells of every row, in reading order; found here by the rows' own lists."""
    tags = {int(number): (kind.decode(), rest) for number, kind, _, rest in TAG.findall(pdf)}
    for number in sorted(tags):
        if tags[number][0] == "TR":
            kids = re.search(rb"/K\[([^\]]*)\]", tags[number][1])[1]
            yield [tags[int(kid)] for kid in re.findall(rb"(\d+) 0 R", kids)]


def test_what_heads_a_row_on_the_page_heads_it_in_the_file(pdf: bytes, html: str) -> None:
    tables: list[Table] = list(tables_of(read_page(html).blocks))
    expected = [[cell.header for cell in row.cells] for table in tables for row in (*table.head, *table.body)]
    assert [[kind == "TH" for kind, _ in row] for row in cells_of(pdf)] == expected
    in_body = sum(cell.header for table in tables for row in table.body for cell in row.cells if cell.colspan == 1)
    assert pdf.count(b"/Scope/Row") == in_body > 300


def test_a_cell_names_the_head_of_its_row_and_of_its_column(pdf: bytes) -> None:
    listed = dict(re.findall(rb"(\(U\d+x\d+y\d+\))(\d+) 0 R", re.search(rb"/IDTree<</Names\[(.*?)\]>>", pdf, re.S)[1]))
    assert list(listed) == sorted(listed)
    n_named = 0
    for row in cells_of(pdf):
        heads = [re.search(rb"/ID(\(\w+\))", rest)[1] for kind, rest in row if b"/Scope/Row" in rest]
        for kind, rest in row:
            if kind == "TD":
                named = re.findall(rb"\(\w+\)", re.search(rb"/Headers\[([^\]]*)\]", rest)[1])
                assert set(named) <= set(listed)
                assert set(heads) <= set(named)
                n_named += len(heads)
    assert n_named > 1000


def test_the_file_still_meets_what_it_claims_and_opens_where_it_says(pdf: bytes) -> None:
    for profile in ("PDF_A_3A", "PDF_UA_1"):
        report = validator.validate_pdf_bytes(pdf, profile=validator.ValidationProfile[profile])
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]
    at = int(re.search(rb"startxref\n(\d+)\n%%EOF$", pdf)[1])
    assert pdf[at : at + 5] == b"xref\n"
    for number, line in enumerate(pdf[at:].split(b"\n")[2:], start=0):
        if not line.endswith(b"n\r"):
            if number:
                break
            continue
        assert pdf[int(line[:10]) :].startswith(b"%d 0 obj" % number)


def test_a_file_whose_tables_are_others_is_left_as_it_is(pdf: bytes, html: str) -> None:
    blocks = read_page(html).blocks
    assert with_row_headers(pdf, blocks) == pdf
    assert with_row_headers(pdf, blocks[:1]) == pdf
