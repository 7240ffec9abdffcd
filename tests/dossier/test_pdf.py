"""The PDF says what the page says, meets what it claims, and is the same bytes wherever it is made."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

import page as validator
import pytest
from hostile import HOSTILE, with_hostile_text

from normenkader.dossier.blocks import Block, Figure, Group, texts
from normenkader.dossier.documents import Documents
from normenkader.dossier.html import render_html
from normenkader.dossier.page_blocks import read_page
from normenkader.dossier.paper import ATTACHED, paper_of
from normenkader.dossier.pdf import STANDARDS, _typeset, _unambiguous, picture_png, render_pdf
from normenkader.dossier.printable import printable

FOLDER = {name: f'"{name} \u20ac"\n'.encode() for name in (*ATTACHED, "ledger.json", "ledger.csv")}
UNSEEN = "\u2603"
SMALL = '<html lang="nl"><head><title>T</title></head><body><h1>T</h1>{}</body></html>'
CLAIMED = {"PDF_A_3A": 156, "PDF_UA_1": 104}


@pytest.fixture(scope="module")
def html(module_documents: Documents) -> str:
    return render_html(module_documents)


@pytest.fixture(scope="module")
def pdf(module_documents: Documents, html: str) -> bytes:
    return render_pdf(module_documents, html, FOLDER)


def assert_meets_what_it_claims(pdf: bytes) -> None:
    for profile, n_rules in CLAIMED.items():
        report = validator.validate_pdf_bytes(pdf, profile=validator.ValidationProfile[profile])
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]
        assert report.rules.passed == report.rules.total >= n_rules
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def words_in(pdf: bytes, folder: Path) -> Counter[str]:
    """Words of the print by another program, a hyphen at the end of a line taken out."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (folder / "d.pdf").write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", folder / "d.pdf", "-"], capture_output=True, check=True)
    return Counter(run.stdout.decode().replace("-", "").split())


def test_it_meets_both_profiles_it_claims(pdf: bytes) -> None:
    assert_meets_what_it_claims(pdf)


def test_packed_data_that_end_in_a_return_do_not_seem_a_byte_short() -> None:
    source = """#set document(title: "t", date: datetime(year: 2000, month: 1, day: 1))
#pdf.attach("d.bin", description: "d", relationship: "data", mime-type: "application/octet-stream")"""
    # Packed or not, these data end in CR: their sum, which closes the packing, does so too.
    pdf = _typeset({"main.typ": source.encode(), "d.bin": b"dd7\r"}, pdf_standards=list(STANDARDS))
    assert b"\r\nendstream" in pdf
    assert not is_archival(pdf)
    assert is_archival(_unambiguous(pdf))
    assert len(_unambiguous(pdf)) == len(pdf)


def is_archival(pdf: bytes) -> bool:
    return bool(validator.is_pdf_compliant_bytes(pdf, profile=validator.ValidationProfile.PDF_A_3A))


def test_the_validator_finds_a_print_that_does_not() -> None:
    import typst

    plain = typst.compile(b"= a\nb", ignore_system_fonts=True)
    for profile in CLAIMED:
        assert not validator.validate_pdf_bytes(plain, profile=validator.ValidationProfile[profile]).is_compliant


def silent(html: str) -> str:
    """The page with one sign for every alternative: those are heard, not seen."""
    return re.sub(r'alt="[^"]*"', f'alt="{UNSEEN}"', html)


def test_every_text_of_the_page_is_given_to_the_paper(module_documents: Documents, html: str) -> None:
    page = read_page(silent(html))
    given = json.dumps(paper_of(module_documents, page), ensure_ascii=False)
    runs = [json.loads(f'"{run}"') for run in re.findall(r'"text": "((?:[^"\\]|\\.)*)", "marks"', given)]
    assert "".join(runs) == "".join(texts(page.blocks)).replace(UNSEEN, "")


def test_every_word_of_the_page_is_in_the_print(html: str, pdf: bytes, tmp_path: Path) -> None:
    printed = words_in(pdf, tmp_path)
    wanted = " ".join(texts(read_page(silent(html)).blocks)).replace(UNSEEN, "").replace("-", "").split()
    assert [word for word in dict.fromkeys(wanted) if word not in printed] == []
    assert len(set(wanted)) > 500


def test_who_cannot_see_a_figure_hears_its_words(html: str, pdf: bytes) -> None:
    wanted = [unescape(words) for words in re.findall(r'alt="([^"]*)"', html)]
    assert len(wanted) == html.count("<img") > 3
    for words in wanted:
        assert b"/Alt" + in_pdf(words) in pdf


def in_pdf(words: str) -> bytes:
    return f"({words})".encode() if words.isascii() else f"<FEFF{words.encode('utf-16-be').hex()}>".upper().encode()


def streams(pdf: bytes) -> list[bytes]:
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.DOTALL)
    return [zlib.decompressobj().decompress(part) if part[:1] == b"\x78" else part for part in packed]


def test_the_tables_go_with_it_and_the_ledger_does_not(pdf: bytes) -> None:
    held = streams(pdf)
    assert all(FOLDER[name] in held for name in ATTACHED)
    assert FOLDER["ledger.json"] not in held
    assert FOLDER["ledger.csv"] not in held
    assert pdf.count(b"/AFRelationship") == len(ATTACHED)
    assert {b"/Data", b"/Source", b"/Supplement"} == set(re.findall(rb"/AFRelationship ?(/\w+)", pdf))


MAKE = """
import json, sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/.."]
from conftest import make_documents
from normenkader.dossier.html import render_html
from normenkader.dossier.pdf import render_pdf
documents = make_documents()
folder = {name: text.encode() for name, text in json.loads(sys.argv[2]).items()}
sys.stdout.buffer.write(render_pdf(documents, render_html(documents), folder))
"""


def test_another_process_in_another_folder_and_time_zone_makes_the_same_bytes(pdf: bytes, tmp_path: Path) -> None:
    environment = {**os.environ, "TZ": "Pacific/Auckland", "HOME": str(tmp_path), "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    folder = json.dumps({name: content.decode() for name, content in FOLDER.items()})
    command = [sys.executable, "-c", MAKE, str(Path(__file__).parent), folder]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert run.stdout[:5] == b"%PDF-"
    assert run.stdout == pdf


def test_text_that_looks_like_markup_is_printed_as_it_stands(module_documents: Documents, tmp_path: Path) -> None:
    documents = with_hostile_text(module_documents)
    html = render_html(documents)
    pdf = render_pdf(documents, html, FOLDER)
    assert_meets_what_it_claims(pdf)
    assert "".join(texts(read_page(html).blocks)).count(HOSTILE) >= 5
    printed = words_in(pdf, tmp_path)
    for word in HOSTILE.replace("-", "").split():
        assert printed[word] >= 5, word


def test_a_letter_without_a_shape_is_named(module_documents: Documents) -> None:
    assert printable("caf\u00e9 \u2265 \u0141\u00f3d\u017a") == "caf\u00e9 \u2265 \u0141\u00f3d\u017a"
    assert printable("\u6f22 \u202e \U0001f600 \x07") == "[U+6F22] [U+202E] [U+1F600] [U+0007]"
    assert_meets_what_it_claims(render_pdf(module_documents, SMALL.format("<p>\u6f22\u202e</p>"), {}))


def test_a_link_that_leads_nowhere_is_text(module_documents: Documents) -> None:
    html = SMALL.format('<p><a href="#nergens">zie daar</a></p>')
    given = json.dumps(paper_of(module_documents, read_page(html)))
    assert '{"text": "zie daar", "marks": [], "target": ""}' in given
    assert "#nergens" not in given


def test_a_figure_as_pixels_is_the_same_each_time(html: str) -> None:
    drawing = read_page(html)
    svg = next(block.svg for block in every(drawing.blocks) if isinstance(block, Figure))
    png = picture_png(svg)
    assert png.startswith(b"\x89PNG")
    assert png == picture_png(svg)


def every(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Group):
            yield from every(block.blocks)
