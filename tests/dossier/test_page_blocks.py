"""Nothing on the page is lost on the way to print, and nothing unknown gets by."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from normenkader.dossier.blocks import (
    Definitions,
    Figure,
    Group,
    Heading,
    Listing,
    Paragraph,
    Run,
    Table,
    plain,
    texts,
)
from normenkader.dossier.html import render_html
from normenkader.dossier.page_blocks import read_page
from normenkader.dossier.page_runs import PageNotUnderstood


def blocks(body):
    return read_page(f'<html lang="nl"><head><title>T</title></head><body>{body}</body></html>').blocks


class Visible(HTMLParser):
    """Every word a reader sees or hears, by another parser than the one under test."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.words, self.silent = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.silent += tag in ("head", "style") or given.get("class") == "skip"
        self.words += given.get("alt", "").split()

    def handle_endtag(self, tag):
        # The link that leaps to the text is the first of all links; a page has one head.
        self.silent -= bool(self.silent) and tag in ("head", "style", "a")

    def handle_data(self, data):
        if not self.silent:
            self.words += data.split()


def test_every_word_of_the_dossier_is_in_its_blocks_in_the_same_order(module_documents):
    page = render_html(module_documents)
    found = " ".join(texts(read_page(page).blocks))
    # Marks within a word and full stops after it split words differently: without space there is one text.
    assert re.sub(r"\s", "", found) == "".join(Visible(page).words)
    assert len(found) > 20_000


@pytest.mark.parametrize("tag", ["button", "form", "iframe", "object", "video", "canvas", "script", "marquee", "li"])
def test_an_element_that_print_does_not_know_is_refused(tag):
    with pytest.raises(PageNotUnderstood, match=f"<{tag}>"):
        blocks(f"<section><{tag}>x</{tag}></section>")


@pytest.mark.parametrize(
    "body",
    [
        "<p>a <div>b</div></p><table><tr><p>x</p></tr></table>",
        "<ul>loose<li>a</li></ul>",
        "<ul><p>a</p></ul>",
        "<dl><dd>b</dd></dl>",
        "<p>a <blink>b</blink></p>",
        '<img src="x.png" alt="a">',
        "<figure>loose</figure>",
        '<p><img src="data:image/svg+xml;base64,PHN2Zy8+" alt="a"></p>',
        "<svg></svg>",
    ],
)
def test_what_stands_where_it_has_no_meaning_is_refused(body):
    with pytest.raises(PageNotUnderstood):
        blocks(body)


def test_space_is_as_a_browser_shows_it():
    (found,) = blocks("<p>\n  a  <strong> b</strong> \n c<br>\n d\u00a0 <!-- not said -->e </p>")
    assert plain(found.runs) == "a b c\nd\u00a0 e"
    assert Run(text="b", marks=("strong",)) in found.runs


def test_marks_and_links_nest():
    (found,) = blocks('<p><a href="#k">zie <em>de <code>tabel</code></em></a></p>')
    assert found.runs[-1] == Run(text="tabel", marks=("em", "code"), target="#k")


def test_each_kind_of_block_is_kept_whole():
    heading, listing, words, group = blocks(
        '<h2 id="a">A</h2><ol><li>een<ul><li>twee</li></ul></li></ol><dl><dt>t</dt><dt>u</dt><dd>d</dd></dl>'
        "<details><summary>meer</summary>open</details>"
    )
    assert heading == Heading(level=2, runs=(Run(text="A"),), key="a")
    assert isinstance(listing, Listing)
    assert listing.ordered
    assert isinstance(listing.items[0][1], Listing)
    assert isinstance(words, Definitions)
    assert [plain(term) for term in words.entries[0].terms] == ["t", "u"]
    assert isinstance(group, Group)
    assert [b.role for b in group.blocks if isinstance(b, Paragraph)] == ["summary", ""]


TABLE = """
<table class="norms"><caption id="t">C</caption>
<thead><tr><th scope="col">a</th><th scope="col" class="num">b</th></tr></thead>
<tbody><tr class="group"><th scope="rowgroup" colspan="2">g</th></tr>
<tr><th scope="row">x</th><td class="interval">1</td></tr></tbody></table>
"""


def test_a_table_keeps_its_heads_spans_and_kinds_of_cells():
    (table,) = blocks(TABLE)
    assert isinstance(table, Table)
    assert (table.key, table.role, table.n_columns, len(table.head), len(table.body)) == ("t", "norms", 2, 1, 2)
    assert table.body[0].role == "group"
    assert table.body[0].cells[0].colspan == 2
    assert table.head[0].cells[1].numeric
    assert table.body[1].cells[1].unbroken


def test_a_drawing_in_the_page_keeps_its_own_letters_and_its_words():
    (figure,) = blocks('<figure><svg viewBox="0 0 1 1" aria-label="een &amp; twee"><path d="M0 0"/></svg></figure>')
    assert isinstance(figure, Figure)
    assert 'viewBox="0 0 1 1"' in figure.svg
    assert figure.alternative == "een & twee"
