"""The page as people use it: by keyboard and by pointer, on a desk and on a telephone, offline."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from normenkader.explorer.figures import figures_of
from normenkader.settings import BandSettings

pytestmark = pytest.mark.browser
Document = dict[str, Any]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}


@pytest.fixture(params=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, page_file: Path) -> Iterator[Page]:
    """A fresh page; whatever it asks of the network, and whatever goes wrong in it, fails the test."""
    phone = request.param == "phone"
    context = browser.new_context(viewport=PHONE if phone else DESK, has_touch=phone)
    wrong: list[str] = []
    asked: list[str] = []
    found = context.new_page()
    found.on("request", lambda sent: asked.append(sent.url))
    found.on("console", lambda said: wrong.append(said.text))
    found.on("pageerror", lambda fault: wrong.append(str(fault)))
    found.goto(page_file.as_uri())
    yield found
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert {url.split("#")[0] for url in asked if url.startswith("file:")} == {page_file.as_uri()}
    assert wrong == []


def edges(page: Page) -> list[int]:
    return [int(field.input_value()) for field in page.locator(".edge input[type=number]").all()]


def band_rows(page: Page) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in page.locator("#bands tbody tr").all()]


def test_it_opens_with_the_calibrated_bands(page: Page, cells: Document) -> None:
    assert edges(page) == [150, 195, 240, 300]
    expect(page.locator("#which")).to_contain_text("de gekalibreerde indeling")
    rows = figures_of(cells, cells["designs"][0]["places"])["bands"]
    for shown, row in zip(band_rows(page), rows, strict=True):
        assert shown[2].startswith(f"{row['n_clients']} ")
        assert shown[3] == str(row["n_providers"])
        assert shown[4] == f"{row['mean_minutes']:.1f}".replace(".", ",")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_the_keyboard_moves_an_edge_by_its_slider(page: Page, cells: Document) -> None:
    page.locator("#edge-2").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#minutes-2")).to_have_value("210")
    expect(page.locator("#edge-2")).to_be_focused()
    expect(page.locator("#edge-2")).to_have_attribute("aria-valuetext", "210 minuten per week")
    expect(page.locator("#said")).to_contain_text("150, 210, 240, 300")
    expect(page.locator("#which")).to_contain_text("een eigen keuze")
    found = figures_of(cells, [cells["lower"].index(edge) for edge in (0, 150, 210, 240, 300)])
    assert band_rows(page)[1][2].startswith(f"{found['bands'][1]['n_clients']} ")


def test_an_edge_stops_at_its_neighbour(page: Page) -> None:
    page.locator("#edge-2").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#minutes-2")).to_have_value("225")
    assert edges(page) == [150, 225, 240, 300]


def test_typed_minutes_go_to_the_nearest_edge_that_may_be_shown(page: Page) -> None:
    page.fill("#minutes-4", "323")
    page.keyboard.press("Enter")
    expect(page.locator("#minutes-4")).to_have_value("330")
    expect(page.locator("#hint")).to_contain_text("323 minuten kan hier niet")
    page.fill("#minutes-4", "90000")
    page.keyboard.press("Tab")
    expect(page.locator("#minutes-4")).to_have_value("360")


def test_buttons_move_one_step(page: Page) -> None:
    page.get_by_role("button", name="Grens 1 een stap lager").click()
    expect(page.locator("#minutes-1")).to_have_value("135")
    page.get_by_role("button", name="Grens 1 een stap hoger").press("Enter")
    expect(page.locator("#minutes-1")).to_have_value("150")


def test_the_pointer_drags_an_edge_in_the_figure(page: Page) -> None:
    handle = page.locator("#figure .handle").nth(3)
    handle.scroll_into_view_if_needed()
    box, figure = handle.bounding_box(), page.locator("#figure").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 5, box["y"] + 20, steps=4)
    page.mouse.move(figure["x"] + 2, box["y"] + 20, steps=4)
    expect(page.locator("#minutes-4")).to_have_value("255")
    page.mouse.up()
    page.mouse.move(figure["x"] + figure["width"] - 20, box["y"], steps=3)
    expect(page.locator("#minutes-4")).to_have_value("255")
    assert edges(page) == [150, 195, 240, 255]


def test_every_number_of_bands_goes_to_its_optimum(page: Page, cells: Document) -> None:
    for n in (3, 4, 6, 7, 8):
        page.locator(f"label[for=number-{n}]").click()
        best = next(d for d in cells["designs"] if d["code"] == "optimum" and d["n_bands"] == n)
        expect(page.locator("#which")).to_contain_text(f"het optimum met {n} klassen")
        assert edges(page) == best["edges"][1:]
        assert len(band_rows(page)) == n


def test_back_to_the_optimum_and_to_the_experts(page: Page, cells: Document) -> None:
    page.get_by_role("button", name="De grenzen van de deskundigen").click()
    experts = next(d for d in cells["designs"] if d["code"] == "experts")
    expect(page.locator("#minutes-1")).to_have_value(str(experts["edges"][1]))
    page.get_by_role("button", name="Optimum met dit aantal klassen").click()
    expect(page.locator("#minutes-1")).to_have_value("150")


def test_broken_demands_are_said_in_words(page: Page) -> None:
    expect(page.locator("#demands")).to_contain_text("voldoet aan alle eisen")
    page.fill("#minutes-4", "345")
    page.keyboard.press("Tab")
    expect(page.locator("#demands")).to_contain_text("voldoet niet aan alle eisen")
    expect(page.locator("#demands")).to_contain_text("Klasse 5 heeft te weinig cliënten")


def test_two_designs_stand_side_by_side(page: Page) -> None:
    page.locator("label[for=choose-B]").click()
    page.locator("label[for=number-3]").click()
    expect(page.locator("#which")).to_contain_text("Indeling B")
    last = page.locator("#conditions tr", has_text="Aantal klassen").locator("td")
    expect(last.nth(0)).to_contain_text("5")
    expect(last.nth(1)).to_contain_text("3")
    expect(page.locator("#conditions tr.group")).to_have_text(
        ["Rechtszekerheid", "Flexibiliteit", "Kwaliteit", "Doelmatigheid", "Administratieve lasten"]
    )
    page.locator("label[for=choose-A]").click()
    expect(page.locator("#which")).to_contain_text("Indeling A")
    assert edges(page) == [150, 195, 240, 300]


def test_the_budget_asks_for_a_price_and_invents_none(page: Page, cells: Document) -> None:
    expect(page.locator("#budget")).to_contain_text("Vul een prijs per uur in")
    page.fill("#price", "61")
    total = sum(n * mean / 60 * 61 for n, mean in zip(cells["n_clients"], cells["mean_minutes"], strict=True))
    shown = page.locator("#budget tr", has_text="p × q").locator("td").first
    expect(shown).to_contain_text(f"€\u00a0{round(total):,}".replace(",", "."))


def test_a_link_holds_both_designs(page: Page, page_file: Path) -> None:
    page.fill("#minutes-1", "120")
    page.keyboard.press("Tab")
    page.wait_for_url(re.compile("a=120,"))
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#minutes-1")).to_have_value("120")
    assert edges(page) == [120, 195, 240, 300]


def test_a_jump_within_the_page_keeps_the_designs_in_the_address(page: Page) -> None:
    page.get_by_role("button", name="Grens 1 een stap lager").click()
    page.wait_for_url(re.compile("a=135,"))
    page.get_by_role("link", name="Kosten").click()
    expect(page.locator("#kosten")).to_be_focused()
    assert "a=135," in page.url


def test_a_file_holds_both_designs(page: Page, tmp_path: Path, cells: Document) -> None:
    page.get_by_role("button", name="Grens 1 een stap lager").click()
    with page.expect_download() as got:
        page.get_by_role("button", name="Bewaar als bestand").click()
    saved = tmp_path / "indelingen.json"
    got.value.save_as(saved)
    content = json.loads(saved.read_text(encoding="utf-8"))
    assert content["designs"]["A"] == [0, 135, 195, 240, 300]
    assert content["calibration_number"] == cells["calibration_number"]
    page.get_by_role("button", name="Optimum met dit aantal klassen").click()
    page.set_input_files("#load", saved)
    expect(page.locator("#minutes-1")).to_have_value("135")
    saved.write_text(json.dumps({**content, "calibration_number": "0" * 64}), encoding="utf-8")
    page.set_input_files("#load", saved)
    expect(page.locator("#kept")).to_contain_text("andere kalibratie")
    (tmp_path / "ander.json").write_text("[1, 2", encoding="utf-8")
    page.set_input_files("#load", tmp_path / "ander.json")
    expect(page.locator("#kept")).to_contain_text("geen indeling")


def test_what_to_take_over_is_there_with_its_warning(page: Page) -> None:
    expect(page.locator("#derived")).to_be_visible()
    expect(page.locator("#toml")).to_have_text("[bands]\nn = 5\n")
    page.get_by_role("button", name="Grens 1 een stap lager").click()
    expect(page.locator("#toml")).to_have_text("[bands]\nn = 5\nedges = [0, 135, 195, 240, 300]\n")
    taken = tomllib.loads(page.locator("#toml").inner_text())["bands"]
    assert BandSettings(**taken).edges == (0, 135, 195, 240, 300)
    expect(page.locator("#chosen")).to_contain_text("een keuze vraagt een reden")
    expect(page.locator("#derived")).to_be_hidden()


def test_step_two_shows_the_sum_and_the_band(page: Page, cells: Document) -> None:
    expect(page.locator("#client-result .answer")).to_contain_text(f"De norm is {cells['ijkclient_minutes']}")
    page.select_option("#factor-leefgebied_wonen", "zwaar")
    total = page.locator("#client-result tr.total td")
    expect(total).not_to_have_text(str(cells["ijkclient_minutes"]))
    lines = page.locator("#client-result .sum tbody td").all_inner_texts()
    amounts = [int(text.replace("−", "-").replace("+", "")) for text in lines]
    assert sum(amounts[:-1]) == amounts[-1]
    page.get_by_role("button", name="Terug naar de ijkcliënt").click()
    expect(total).to_have_text(str(cells["ijkclient_minutes"]))


def test_the_figure_has_words_and_a_table(page: Page, cells: Document) -> None:
    label = page.locator("#figure").get_attribute("aria-label")
    assert "klasse 1 minder, 0 tot 150 minuten, 510 cliënten" in label
    page.get_by_text("De figuur als tabel").first.click()
    assert page.locator("#cells tbody tr").count() == len(cells["lower"])


def test_axe_finds_nothing(page: Page) -> None:
    page.fill("#price", "60")
    for summary in page.locator("summary").all():
        summary.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_every_control_has_room_for_a_finger(page: Page) -> None:
    for control in page.locator("main button:visible, .segments label, main select").all():
        box = control.bounding_box()
        assert box["height"] >= 24
        assert box["width"] >= 24


def test_it_prints_without_controls(page: Page, cells: Document) -> None:
    page.emulate_media(media="print")
    expect(page.locator("#edges")).to_be_hidden()
    assert page.locator("#figure svg .column:visible").count() == len(cells["lower"])
    expect(page.locator("#bands table")).to_be_visible()
    page.emulate_media(media="screen")
