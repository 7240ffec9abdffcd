"""The annex on the tariff: every figure of tariff.json stands on the page; without prices it says what is open."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from normenkader.bands.prices import prices_from_text
from normenkader.bands.tariff import tariff
from normenkader.dossier.documents import Documents
from normenkader.dossier.html import render_html
from normenkader.dossier.numbers import client_count, euro
from normenkader.dossier.tariff_tables import tariff_document
from tests.bands.price_files import INVENTED
from tests.bands.test_tariff import row, volumes


def chapter(documents: Documents) -> str:
    return re.search(r'<section[^>]*id="tariefbijlage">.*?</section>', render_html(documents), flags=re.S)[0]


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def priced(documents: Documents, **more: Any) -> Documents:
    given = volumes(**more)
    found = tariff_document(tariff(given, prices_from_text(INVENTED, file="tarief.toml")), given)
    return replace(documents, tariff=found, validation={**documents.validation, "volumes": given})


def test_every_step_and_week_price_stands_on_the_page(module_documents: Documents) -> None:
    spread = {"n_providers": 8, "lower_quartile": -0.04, "median": 0.01, "upper_quartile": 0.062, "n_losing": 3,
              "loss": 0.05}  # fmt: skip
    documents = priced(module_documents, spread=spread)
    html, found = chapter(documents), documents.tariff
    page = words(html)
    for amount in [step["amount"] for step in found["hourly"]["steps"]] + [found["hourly"]["price"]]:
        assert euro(amount) in page
    for band in found["bands"]:
        assert euro(band["week_price"]) in page
    for element in found["elements"]:
        assert element["words"] in page
    for said in ("tussen 65,52 en 98,28", "VERZONNEN", "3 aanbieders gaan meer dan 5% achteruit", "niet toegestaan"):
        assert said in page
    assert set(cells(html, "3")) <= {"–", client_count(None)}


def test_without_prices_the_minutes_stand_there_and_the_rest_is_open(module_documents: Documents) -> None:
    documents = replace(module_documents, validation={**module_documents.validation, "volumes": volumes()})
    page = words(chapter(documents))
    assert "de studie noemt geen prijzen" in page
    assert "133,37" in page
    assert "€" not in page


def test_providers_stand_there_by_number_when_they_may(module_documents: Documents) -> None:
    rows = [row(name="1"), row(name="2"), row(name="3")]
    assert "genummerd en zonder naam" in words(chapter(priced(module_documents, providers=rows, providers_reason=None)))


def cells(page: str, head: str) -> list[str]:
    table = page.split("t-weekprijs")[-1]
    line = re.search(rf'<tr><th scope="row">{head}</th>(.*?)</tr>', table, flags=re.S)[1]
    return [words(cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", line, flags=re.S)]
