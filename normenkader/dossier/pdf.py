"""dossier.pdf: the dossier's HTML laid out on paper, for a court file and for the archive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from normenkader.dossier.documents import Documents
from normenkader.dossier.page_blocks import read_page
from normenkader.dossier.paper import ATTACHED, paper_of
from normenkader.dossier.row_headers import with_row_headers

STANDARDS = ("a-3a", "ua-1")
_PIXELS_PER_INCH = 150.0


def render_pdf(documents: Documents, page: str, folder: Mapping[str, bytes]) -> bytes:
    """The dossier as one file that meets PDF/A-3a and PDF/UA-1, with the tables attached as data.

    Parameters
    ----------
    documents : Documents
        The output documents, for what the title and foot say.
    page : str
        The dossier as ``render_html`` gives it: what it says is what is printed, to the last word.
    folder : mapping
        Files of the output folder by name; those in ``ATTACHED`` go with the dossier.

    Returns
    -------
    bytes
        The same for the same content, on every machine: only typst's own typefaces are used, and its date is the last
        day of the measurement.

    Raises
    ------
    PageNotUnderstood
        If the page holds an element that print does not know.

    References
    ----------
    ISO 19005-3:2012 (PDF/A-3), ISO 14289-1:2014 (PDF/UA-1).
    """
    attached = {name: folder[name] for name in ATTACHED if name in folder}
    read = read_page(page)
    content = json.dumps(paper_of(documents, read, tuple(attached)), ensure_ascii=False)
    template = files("normenkader.dossier").joinpath("templates/dossier.typ").read_bytes()
    made = compiled({"main.typ": template, "content.json": content.encode("utf-8"), **attached})
    return with_row_headers(made, read.blocks)


def compiled(sources: Mapping[str, bytes]) -> bytes:
    """The PDF of ``main.typ`` among `sources`, all held in memory: no folder of this machine is read."""
    return _unambiguous(_typeset(sources, format="pdf", pdf_standards=list(STANDARDS)))


def _unambiguous(pdf: bytes) -> bytes:
    """The same file, with no packed data that seems to end a byte early.

    The standard wants a line end before ``endstream``, and LF is written. Where the data itself happen to end in CR, a
    strict reader takes both for the line end, and finds the stated length one too high. CR is a line end as well, and
    leaves no doubt; no byte moves.
    """
    return pdf.replace(b"\r\nendstream\nendobj", b"\r\rendstream\nendobj")


def picture_png(svg: str) -> bytes:
    """A drawing as pixels, for a reader that knows no SVG; made by the same typesetter, so the same bytes each time."""
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")'
    sources = {"main.typ": source.encode(), "drawing.svg": svg.encode()}
    return _typeset(sources, format="png", ppi=_PIXELS_PER_INCH)


def _typeset(sources: Mapping[str, bytes], **options: Any) -> bytes:
    import typst

    # The library takes sources by name, though its own signature does not say so.
    typeset: Any = typst.compile
    made: bytes = typeset(dict(sources), ignore_system_fonts=True, **options)
    return made
