"""From the dossier's HTML to blocks: a closed set of tags, so that nothing on the page can be lost in print."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from html import escape

from lxml import html

from normenkader.dossier.blocks import (
    Block,
    Cell,
    Definitions,
    Entry,
    Figure,
    Group,
    Heading,
    Listing,
    Page,
    Paragraph,
    Row,
    Run,
    Table,
)
from normenkader.dossier.page_runs import INLINE, PageNotUnderstood, children, inline, role_of, runs_of, text_of, tidy

# Classes whose cells the style sheet keeps on one line.
_UNBROKEN = frozenset({"num", "interval", "wide-key"})
_SVG_URI = "data:image/svg+xml;base64,"
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_GROUPS = ("section", "div", "main", "header", "footer", "nav", "article", "aside", "details")


def read_page(page: str) -> Page:
    """The blocks of the dossier's HTML.

    Parameters
    ----------
    page : str
        A whole HTML page, as ``render_html`` gives it.

    Returns
    -------
    Page
        All that stands in its body, but for the link that leaps to the text, which is of use on a screen alone.

    Raises
    ------
    PageNotUnderstood
        At any element outside the closed set, or one at a place where it has no meaning.
    """
    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    root = html.document_fromstring(_drawings_as_images(page), parser=parser)
    body = root.find("body")
    title = " ".join((root.findtext("head/title") or "").split())
    return Page(title=title, language=root.get("lang", "nl"), blocks=_flow(body))


def _drawings_as_images(page: str) -> str:
    """SVG in the page becomes an image of it: a parser of HTML would change the case of its attributes."""
    return re.sub(r"<svg\b.*?</svg>", lambda found: _image(found.group()), page, flags=re.DOTALL)


def _image(svg: str) -> str:
    found = re.search(r'aria-label="([^"]*)"', svg) or re.search(r"<(?:desc|title)[^>]*>([^<]*)<", svg)
    if not found:
        raise PageNotUnderstood("a drawing has no text alternative")
    whole = svg if "xmlns=" in svg else svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    source = _SVG_URI + base64.b64encode(whole.encode()).decode("ascii")
    return f'<img src="{source}" alt="{escape(found.group(1)) if "&" not in found.group(1) else found.group(1)}">'


def _flow(element: html.HtmlElement) -> tuple[Block, ...]:
    """The blocks in `element`; loose text and inline elements between them become paragraphs."""
    blocks: list[Block] = []
    loose: list[Run] = []

    def close() -> None:
        runs = tidy(loose)
        loose.clear()
        if runs:
            blocks.append(Paragraph(runs=runs))

    loose.extend(text_of(element.text))
    for child in children(element):
        if child.tag in INLINE or child.tag == "br":
            loose.extend(inline(child))
        else:
            close()
            blocks.extend(_block(child))
        loose.extend(text_of(child.tail))
    close()
    return tuple(blocks)


def _block(element: html.HtmlElement) -> Iterable[Block]:
    maker = _MAKERS.get(element.tag)
    if maker is None:
        raise PageNotUnderstood(f"<{element.tag}> has no place in print (within <{element.getparent().tag}>)")
    return (maker(element),)


def _heading(element: html.HtmlElement) -> Block:
    return Heading(level=_HEADINGS[element.tag], runs=runs_of(element), key=element.get("id", ""))


def _paragraph(element: html.HtmlElement) -> Block:
    return Paragraph(runs=runs_of(element), role=role_of(element), key=element.get("id", ""))


def _summary(element: html.HtmlElement) -> Block:
    return Paragraph(runs=runs_of(element), role="summary")


def _group(element: html.HtmlElement) -> Block:
    role = " ".join(part for part in (element.tag, role_of(element)) if part != "div").strip()
    return Group(blocks=_flow(element), role=role, key=element.get("id", ""))


def _listing(element: html.HtmlElement) -> Block:
    items = tuple(_flow(item) for item in _only(element, "li"))
    return Listing(items=items, ordered=element.tag == "ol", role=role_of(element), key=element.get("id", ""))


def _definitions(element: html.HtmlElement) -> Block:
    entries: list[Entry] = []
    for child in _only(element, "dt", "dd"):
        if child.tag == "dt" and (not entries or entries[-1].blocks):
            entries.append(Entry(terms=(runs_of(child),), blocks=()))
        elif child.tag == "dt":
            entries[-1] = replace(entries[-1], terms=(*entries[-1].terms, runs_of(child)))
        elif not entries:
            raise PageNotUnderstood("a description stands before its term")
        else:
            entries[-1] = replace(entries[-1], blocks=(*entries[-1].blocks, *_coded(child)))
    return Definitions(entries=tuple(entries), role=role_of(element), key=element.get("id", ""))


def _table(element: html.HtmlElement) -> Block:
    caption: tuple[Run, ...] = ()
    head: list[Row] = []
    body: list[Row] = []
    key = ""
    for part in _only(element, "caption", "thead", "tbody", "tfoot", "colgroup"):
        if part.tag == "caption":
            caption, key = runs_of(part), part.get("id", "")
        elif part.tag != "colgroup":
            rows = head if part.tag == "thead" else body
            rows.extend(_row(row) for row in _only(part, "tr"))
    return Table(caption=caption, head=tuple(head), body=tuple(body), role=role_of(element), key=key)


def _row(element: html.HtmlElement) -> Row:
    return Row(cells=tuple(_cell(cell) for cell in _only(element, "th", "td")), role=role_of(element))


def _cell(element: html.HtmlElement) -> Cell:
    classes = role_of(element).split()
    return Cell(
        blocks=_coded(element), header=element.tag == "th", numeric="num" in classes, strong="strong" in classes,
        unbroken=not _UNBROKEN.isdisjoint(classes), colspan=int(element.get("colspan", 1)),
        rowspan=int(element.get("rowspan", 1)),
    )  # fmt: skip


def _coded(element: html.HtmlElement) -> tuple[Block, ...]:
    """The blocks in a cell or description, as code when it holds a hash."""
    blocks = _flow(element)
    return tuple(_as_code(block) for block in blocks) if "hash" in role_of(element).split() else blocks


def _as_code(block: Block) -> Block:
    if not isinstance(block, Paragraph):
        return block
    return replace(block, runs=tuple(replace(run, marks=(*run.marks, "code")) for run in block.runs))


def _figure(element: html.HtmlElement) -> Block:
    drawings = [child for child in children(element) if child.tag == "img"]
    captions = [child for child in _only(element, "img", "figcaption") if child.tag == "figcaption"]
    if len(drawings) != 1 or len(captions) > 1:
        raise PageNotUnderstood("a figure is one drawing with one caption")
    return replace(_drawing(drawings[0]), caption=runs_of(captions[0]) if captions else (), key=element.get("id", ""))


def _drawing(element: html.HtmlElement) -> Figure:
    source, alternative = element.get("src", ""), element.get("alt", "")
    if not source.startswith(_SVG_URI) or not alternative:
        raise PageNotUnderstood("a drawing is SVG that stands in the page, with a text alternative")
    svg = base64.b64decode(source.removeprefix(_SVG_URI)).decode()
    return Figure(svg=svg, alternative=alternative, caption=())


_MAKERS: dict[str, Callable[[html.HtmlElement], Block]] = {
    **dict.fromkeys(_HEADINGS, _heading), **dict.fromkeys(_GROUPS, _group), **dict.fromkeys(("ul", "ol"), _listing),
    **dict.fromkeys(("p", "blockquote", "pre"), _paragraph), "dl": _definitions, "table": _table, "figure": _figure,
    "img": _drawing, "summary": _summary,
}  # fmt: skip


def _only(element: html.HtmlElement, *tags: str) -> Iterator[html.HtmlElement]:
    """The children of `element`, which may be of no other kind and have no loose text between them."""
    loose = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in loose):
        raise PageNotUnderstood(f"<{element.tag}> holds loose text")
    for child in children(element):
        if child.tag not in tags:
            raise PageNotUnderstood(f"<{child.tag}> has no place in <{element.tag}>")
        yield child
