"""dossier.html: one page that stands alone, laid out from the documents."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from normenkader.dossier import (
    chapters,
    choices,
    convergence,
    figures,
    forest,
    numbers,
    robustness_words,
    view,
    wording,
)
from normenkader.dossier.court_view import court_context
from normenkader.dossier.documents import Documents
from normenkader.dossier.example import fictitious_client
from normenkader.dossier.jurisprudence import marked
from normenkader.dossier.robustness_view import robustness_context
from normenkader.dossier.unit_wording import TemplatesInUnit, WordsInUnit
from normenkader.parallel import beside
from normenkader.terms import LAW_AND_POLICY, TOOLKIT, Term
from normenkader.terms.units import counted_in, in_unit

# A stretch such as 14 t/m 26 stays on one line.
_UP_TO = re.compile(r"(?<=\d) t/m (?=\d)")
_FILTERS: dict[str, Callable[..., Any]] = {
    "decimal": numbers.decimal, "exact": numbers.exact, "signed": numbers.signed, "percent": numbers.percent,
    "p_value": numbers.p_value, "signed_decimal": numbers.signed_decimal, "between": numbers.between,
    "euro": numbers.euro_unbroken,
    "between_exact": numbers.between_exact, "van_tot": numbers.from_to,
    "dutch_date": numbers.dutch_date, "naam": wording.name, "niveau": wording.level, "eenheid": wording.unit,
    "in_words": choices.in_words, "zonder_adres": wording.without_address,
    "bron": wording.source, "bronpaar": wording.source_pair,
    "onderdeel": convergence.term_words,
}  # fmt: skip


def render_html(documents: Documents) -> str:
    """The dossier as one self-contained page in Dutch.

    Nothing is fetched from anywhere: a content security policy forbids all but the page's own style and its figures,
    which stand in it. The same documents give the same bytes.

    Parameters
    ----------
    documents : Documents
        The output documents of one calibration.

    Returns
    -------
    str
        HTML, to be written as UTF-8.
    """
    # Drawing takes as long as all the rest of the page: where there are processes for it, it goes beside.
    pictures = beside(_with_pictures, documents)
    environment = _environment(documents.settings["study"]["unit"])
    for name in environment.list_templates(["j2"]):
        environment.get_template(name)
    page = environment.get_template("dossier.html.j2").render({**_context(documents), **pictures()})
    whole = _UP_TO.sub("\u00a0t/m\u00a0", _numbered(marked(page)))
    return re.sub(r"\n\s*\n", "\n", whole) + "\n"


def _numbered(page: str) -> str:
    """Tables and figures numbered in their order: a pleading must be able to point at one."""
    for kind in ("Tabel", "Figuur"):
        first, *others = page.split(f"{kind} §")
        page = first + "".join(f"{kind} {number}{text}" for number, text in enumerate(others, start=1))
    return page


@cache
def _environment(unit: str) -> Environment:
    environment = Environment(
        loader=TemplatesInUnit(unit), autoescape=True, undefined=StrictUndefined, lstrip_blocks=True
    )
    words = WordsInUnit(wording, unit)
    environment.filters.update(_FILTERS, reden=words.reason)
    environment.globals.update(words=words, rwords=WordsInUnit(robustness_words, unit), heading=chapters.heading,
                               ref=chapters.reference)  # fmt: skip
    return environment


def _context(documents: Documents) -> dict[str, Any]:
    settings = documents.settings
    style = _style(documents)
    return {
        **_tables(documents),
        "documents": documents, "settings": settings,
        "study": settings["study"],
        "premises": settings.get("premise") or (), "columns": settings.get("columns") or {},
        "unit": numbers.dutch_unit(settings["study"]["unit"]), "counted": counted_in(settings["study"]["unit"]),
        "synthetic": view.is_synthetic(settings),
        "tariff": documents.tariff,
        "sections": choices.sections(settings), "glossary": _glossary(settings["study"]["unit"]),
        "style": Markup(style), "style_hash": _csp_hash(style),
        "client_count": numbers.client_count,
        "provider_count": _counter(settings["disclosure"]["min_providers"]), "rows": _row_counter(documents),
    }  # fmt: skip


def _glossary(unit: str) -> tuple[Term, ...]:
    words = LAW_AND_POLICY + TOOLKIT
    return tuple(replace(t, dutch=in_unit(unit, t.dutch), meaning_nl=in_unit(unit, t.meaning_nl)) for t in words)


def _tables(documents: Documents) -> dict[str, Any]:
    norms, bands = documents.norms, documents.bands
    return {
        "terms": view.terms(documents), "groups": view.term_groups(documents), "sources": view.sources(documents),
        "factors": view.factors(documents), "bands": view.bands(documents),
        "checks": view.checks(documents), "comparisons": view.comparisons(documents),
        "limits": view.limits(documents), "model": norms.get("model") or {}, "loss": norms.get("loss") or {},
        "ijkclient": norms["ijkclient_minutes"], "overlap": norms.get("overlap") or (), "rule": bands.get("rule"),
        "chosen": documents.settings["bands"].get("edges") is not None, "edges_of_rule": view.edges_of_rule(documents),
        "rivals": bands.get("rivals") or (), "edges_under": bands.get("edges_under") or (),
        "edges_by_source": bands.get("edges_by_source") or (), "triangulation": convergence.triangulation(documents),
        "reservations": bands.get("reservations") or (), "explained": bands.get("explained") or {},
        "stability": bands.get("stability") or {}, "same_band": bands.get("same_band"),
        "ijkclient_band": bands.get("ijkclient_band"), "promises": view.has_promises(documents),
        "ijkclient_level": lambda factor: view.ijkclient_level(documents, factor),
    }  # fmt: skip


def _with_pictures(documents: Documents) -> dict[str, Any]:
    return {**_pictures(documents), **robustness_context(documents), **court_context(documents)}


def _pictures(documents: Documents) -> dict[str, Any]:
    unit = numbers.dutch_unit(documents.settings["study"]["unit"])
    rows, example = view.bands(documents), fictitious_client(documents)
    return {
        "example": example,
        "picture_bands": figures.minutes_by_band(rows, unit),
        "picture_example": figures.waterfall(example, unit) if example else None,
        "picture_edges": figures.edges(rows, unit),
        "pictures_terms": forest.norm_terms(view.terms(documents), unit),
        "pictures_sources": convergence.differences(documents, unit),
    }


def _counter(least: int) -> Callable[[float | None], str]:
    return lambda value: numbers.count(value, least=least)


def _row_counter(documents: Documents) -> Callable[[int | None], str]:
    floor = documents.settings["disclosure"]
    return lambda rows: numbers.public_rows(rows, least=floor["min_clients"], round_to=floor["round_to"])


def _style(documents: Documents) -> str:
    """The style sheet, with the running foot of the printed page; only hexadecimal and fixed words enter it."""
    loader = PackageLoader("normenkader.dossier", "templates")
    source, _, _ = loader.get_source(_environment(documents.settings["study"]["unit"]), "style.css")
    number = "".join(c for c in documents.calibration_number if c in "0123456789abcdef")[:16]
    badge = "SYNTHETISCH – verzonnen gegevens" if view.is_synthetic(documents.settings) else ""
    return source.replace("KALIBRATIENUMMER", number).replace("MERK", badge)


def _csp_hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
