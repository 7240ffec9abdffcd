"""Lines of the dossier's HTML: text with its marks and links, spaced as a browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import html

from normenkader.dossier.blocks import LINE_END, Run

# Elements within a line, and the mark each sets.
INLINE = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "dfn": "em", "cite": "em", "code": "code", "kbd": "code",
    "samp": "code", "sub": "sub", "sup": "sup", "small": "small", "abbr": "", "span": "", "time": "", "var": "em",
    "a": "",
}  # fmt: skip
# Classes of the style sheet that change how a run of text looks.
_MARKING_CLASSES = {"reason": "soft", "hash": "code", "none": ""}


class PageNotUnderstood(Exception):
    """The page holds an element that print does not know; to drop it would lose content, so that is a fault of ours."""


def runs_of(element: html.HtmlElement) -> tuple[Run, ...]:
    """The text of an element that holds a line and nothing else."""
    return tidy([*text_of(element.text), *(run for child in children(element) for run in _with_tail(child))])


def _with_tail(element: html.HtmlElement) -> Iterator[Run]:
    yield from inline(element)
    yield from text_of(element.tail)


def inline(element: html.HtmlElement) -> Iterator[Run]:
    """The text of one element within a line, with its mark; the link that leaps to the text has none in print."""
    if element.tag == "br":
        yield Run(text=LINE_END)
        return
    if element.tag not in INLINE:
        raise PageNotUnderstood(f"<{element.tag}> has no place within a line (within <{element.getparent().tag}>)")
    if element.get("class") == "skip":
        return
    names = (INLINE[element.tag], *(_MARKING_CLASSES.get(part, "") for part in role_of(element).split()))
    marks, target = tuple(name for name in names if name), element.get("href", "")
    inner = (*text_of(element.text), *(run for child in children(element) for run in _with_tail(child)))
    for run in inner:
        yield replace(run, marks=(*marks, *run.marks), target=run.target or target)


def text_of(text: str | None) -> Iterator[Run]:
    """Bare text, with every stretch of white space as one space; a space that may not break stays."""
    if text:
        yield Run(text=re.sub(r"[ \t\r\n\f]+", " ", text))


def tidy(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Space as a browser shows it: one between words, none at either end of a line."""
    kept: list[Run] = []
    for run in runs:
        opens = not kept or kept[-1].text.endswith((" ", LINE_END))
        text = run.text.removeprefix(" ") if opens and run.text != LINE_END else run.text
        if text:
            kept.append(replace(run, text=text))
    while kept and not kept[-1].text.strip(" \n"):
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
    return tuple(kept)


def role_of(element: html.HtmlElement) -> str:
    """The classes of an element."""
    return " ".join((element.get("class") or "").split())


def children(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The elements within an element."""
    return (child for child in element if isinstance(child.tag, str))
