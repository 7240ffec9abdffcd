"""The pieces of a word processor's file that python-docx has no words for: links, places, fields, lists, alt texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import count
from typing import Any

from normenkader.dossier.blocks import Run
from normenkader.dossier.printable import printable

_FONT, _MONO, _SOFT = "Arial", "Courier New", "4A4A4A"
_MARKS = {"strong": "bold", "em": "italic", "sub": "subscript", "sup": "superscript"}


class Paper:
    """A file in the making: its places to link to, and the ones that wait for the next paragraph."""

    def __init__(self, *, keys: Sequence[str], language: str) -> None:
        import docx
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        self.document = docx.Document()
        self.places = {key: f"plaats_{i}" for i, key in enumerate(keys, start=1)}
        self._waiting: list[str] = []
        self._numbers = count(1)
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = _FONT, Pt(10)
        for spoken in self.document.styles.element.iter(qn("w:lang")):
            spoken.set(qn("w:val"), language)
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)

    def describe(self, *, title: str, number: str) -> None:
        """Title and calibration number as properties; no author and no time."""
        properties = self.document.core_properties
        properties.title, properties.subject, properties.language = title, f"kalibratienummer {number}", "nl-NL"
        properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""

    def place(self, key: str) -> None:
        """The next paragraph is where links to `key` arrive."""
        if key in self.places:
            self._waiting.append(key)

    def paragraph(self, within: Any = None, style: str | None = None) -> Any:
        """A new paragraph at the end of the document, or of a cell; a cell opens with an empty one, which is used."""
        holder = self.document if within is None else within
        fresh = within is not None and len(within.paragraphs) == 1 and not within.paragraphs[0].runs
        made = within.paragraphs[0] if fresh else holder.add_paragraph()
        if style:
            made.style = self.document.styles[style]
        for key in self._waiting:
            self._mark(made, key)
        self._waiting.clear()
        return made

    def _mark(self, paragraph: Any, key: str) -> None:
        number = str(next(self._numbers))
        paragraph._p.append(_element("w:bookmarkStart", id=number, name=self.places[key]))
        paragraph._p.append(_element("w:bookmarkEnd", id=number))


def add_runs(paper: Paper, paragraph: Any, runs: Sequence[Run], *, bold: bool = False, points: float = 0) -> None:
    """Text with its marks; a link within the document leads to its place."""
    for run in runs:
        made = paragraph.add_run(printable(run.text))
        _set_marks(made, run, bold=bold, points=points)
        place = paper.places.get(run.target.removeprefix("#")) if run.target.startswith("#") else None
        if place:
            link = _element("w:hyperlink", anchor=place, history="1")
            made._r.addprevious(link)
            link.append(made._r)


def _set_marks(made: Any, run: Run, *, bold: bool, points: float) -> None:
    from docx.shared import Pt, RGBColor

    for mark in run.marks:
        if mark in _MARKS:
            setattr(made.font, _MARKS[mark], True)
    if bold:
        made.font.bold = True
    if "code" in run.marks:
        made.font.name = _MONO
    if "soft" in run.marks:
        made.font.color.rgb = RGBColor.from_string(_SOFT)
    if points:
        made.font.size = Pt(points)


def add_field(paragraph: Any, instruction: str) -> None:
    """A number that the word processor fills in: ``PAGE`` or ``NUMPAGES``."""
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            text = _element("w:instrText")
            text.text = instruction
            run._r.append(text)


def start_numbering(paper: Paper, style: str) -> int:
    """A list of its own that begins at 1; python-docx would run on from the list before."""
    numbering = paper.document.part.numbering_part.element
    used = paper.document.styles[style].element.pPr.numPr.numId.val
    kind = next(num.abstractNumId.val for num in numbering.num_lst if num.numId == used)
    fresh = numbering.add_num(kind)
    fresh.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(fresh.numId)


def number_paragraph(paragraph: Any, numbering: int) -> None:
    """Make `paragraph` an item of the list that ``start_numbering`` opened."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = numbering
    properties.get_or_add_ilvl().val = 0


def add_picture(paper: Paper, png: bytes, alternative: str) -> None:
    """A picture over the width of the text, with the words that stand in its place."""
    from docx.shared import Mm

    shape = paper.paragraph().add_run().add_picture(io.BytesIO(png), width=Mm(168))
    shape._inline.docPr.set("descr", printable(alternative))


def repeat_on_every_page(row: Any) -> None:
    """Head a table with `row` on each page it runs over."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def keep_whole(row: Any) -> None:
    """Break no page within `row`."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made
