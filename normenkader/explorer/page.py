"""explorer.html: one page that stands alone, made from documents that may be published."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from normenkader.explorer.starting_points import with_places
from normenkader.terms.units import with_word

Document = Mapping[str, Any]
SCRIPTS = (
    "figures.js",
    "client.js",
    "designs.js",
    "words.js",
    "elements.js",
    "chart.js",
    "panels.js",
    "step_two.js",
    "app.js",
)
BADGE = '<p class="badge">SYNTHETISCH <small>verzonnen gegevens</small></p>'
SKIP = '<a class="skip jump" href="#grenzen">Naar de grenzen</a>\n'
NO_AGAINST = "<p>De pagina vergelijkt met de indeling die u bij ‘Vergelijk met’ kiest.</p>"
OTHER_NORMS = (
    "<p>De versie van kracht heeft ook een andere normtabel. Deze pagina telt alleen wat de grenzen doen. Wat tabel en "
    "grenzen samen doen, zegt <code>normenkader compare</code>.</p>"
)


def explorer_html(
    cells: Document, norms: Document, bands: Document, *, against: tuple[Document, Document] | None = None
) -> str:
    """The page; the same documents give the same bytes.

    A content security policy forbids everything but the page's own style and script, which stand in it.

    Parameters
    ----------
    cells, norms, bands : mapping
        Content of cells.json, norms.json and bands.json.
    against : (norms.json, bands.json), optional
        The version in force, to compare with.

    Returns
    -------
    str
        HTML, to be written as UTF-8.
    """
    if len(cells["lower"]) < 2:
        return _without_edges(cells)
    words, script = cells["words"], _told(cells, page_script())
    return _page(cells, "index.html", script, {
        "TITLE": "Waar leggen we de grenzen?", "SKIP": SKIP, "ROUND": str(cells["round_to"]),
        "STEP": str(cells["step"]), "TIME": html.escape(str(words["time"])), "PER": str(words.get("price_of", "uur")),
        "AGAINST": _against_words(norms, against), "DATA": _embedded(_data(cells, norms, bands, against)),
    })  # fmt: skip


@cache
def page_source(name: str) -> str:
    """One file of the page."""
    return files("normenkader.explorer").joinpath("page", name).read_text(encoding="utf-8")


def page_script() -> str:
    """All scripts in one scope."""
    return '(() => {\n"use strict";\n' + "\n".join(page_source(name) for name in SCRIPTS) + "})();\n"


def client_norms(norms: Document) -> dict[str, Any]:
    """What a client's sum needs of norms.json: published minutes, without estimates or counts."""
    keys = ("name", "levels", "ijkclient", "group", "interacts_with")
    return {
        "ijkclient_minutes": norms["ijkclient_minutes"]["published"],
        "factors": [{key: factor[key] for key in keys} for factor in norms["factors"]],
        "overlap": [dict(overlap) for overlap in norms["overlap"]],
        "terms": {_key(term): [term["published"], term["merged_with"]] for term in norms["terms"]},
    }


def _without_edges(cells: Document) -> str:
    """The page of a study with too few clients for even one edge: it says so, and holds no figure."""
    return _page(cells, "nothing.html", "", {"TITLE": "Hier valt geen grens te verschuiven", "SKIP": ""})


def _page(cells: Document, body: str, script: str, more: Mapping[str, str]) -> str:
    """The head that every page has, and the rest of one, in the words of what the study counts."""
    style = page_source("style.css")
    allowed = f"script-src '{_hash(script)}'; " if script else ""
    parts = {
        "POLICY": f"default-src 'none'; style-src '{_hash(style)}'; {allowed}img-src data:; base-uri 'none'; "
                  "form-action 'none'",
        "NAME": html.escape(str(cells["name"])), "BADGE": BADGE if cells["words"]["synthetic"] else "", "STYLE": style,
        "NUMBER": html.escape(str(cells["calibration_number"])), "LEAST": str(cells["min_clients"]), "SCRIPT": script,
    }  # fmt: skip
    return _filled(page_source("head.html") + _told(cells, page_source(body)), {**parts, **more})


def _told(cells: Document, text: str) -> str:
    return with_word(str(cells["words"].get("counted", "minuten")), text)


def _data(cells: Document, norms: Document, bands: Document, against: tuple[Document, Document] | None) -> Document:
    designs = list(cells["designs"])
    if against is not None:
        edges = [band["lower"] for band in against[1]["bands"]]
        designs.append(with_places({"code": "in_force", "n_bands": len(edges), "edges": edges}, cells["lower"]))
    shown = ("n_clients", "mean_minutes", "promise_kept", "fits_below_upper")
    return {
        "cells": {**cells, "designs": designs}, "norms": client_norms(norms),
        "dossier": {
            "bands": [{key: band[key] for key in shown} for band in bands["bands"]],
            "explained_of_norm": bands["explained_of_norm"], "same_band": bands["same_band"]["value"],
            "same_band_modelled": bands["same_band"].get("modelled"),
        },
    }  # fmt: skip


def _against_words(norms: Document, against: tuple[Document, Document] | None) -> str:
    if against is None:
        return NO_AGAINST
    same = client_norms(norms) == client_norms(against[0])
    return NO_AGAINST if same else NO_AGAINST + OTHER_NORMS


def _key(term: Document) -> str:
    other = term["with"] or {}
    return "\x1f".join((term["factor"], term["level"], other.get("factor", ""), other.get("level", "")))


def _embedded(data: Document) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _filled(text: str, parts: Mapping[str, str]) -> str:
    pieces = text.split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, rest = piece.split("}}", 1)
        filled += [parts[name], rest]
    return "".join(filled)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
