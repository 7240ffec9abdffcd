"""The page in a browser: no barrier that a checker can find, and not one request to anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from hostile import with_hostile_text

from normenkader.dossier.documents import Documents
from normenkader.dossier.html import render_html

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def window() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


def opened(window: Any, path: Path, **options: Any) -> tuple[Any, list[str], list[str]]:
    """A page, what it asked of the network, and what it complained of."""
    # The checker is put in the page as a script, which the page's own policy would rightly forbid.
    page = window.new_context(**options).new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    return page, requests, complaints


def violations(page: Any) -> list[tuple[str, str]]:
    from axe_playwright_python.sync_playwright import Axe

    only = {"runOnly": {"type": "tag", "values": list(WCAG)}, "resultTypes": ["violations"]}
    results = Axe().run(page, options=only).response
    assert len(results["passes"]) >= 10
    return [(found["id"], found["nodes"][0]["html"][:200]) for found in results["violations"]]


@pytest.fixture(scope="module")
def saved(module_documents: Documents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "dossier.html"
    path.write_text(render_html(module_documents), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [360, 1280])
def test_no_barrier_is_found_on_a_telephone_or_a_screen(window: Any, saved: Path, width: int) -> None:
    page, _, _ = opened(window, saved, bypass_csp=True, viewport={"width": width, "height": 800})
    assert violations(page) == []


def test_the_checker_finds_a_barrier(window: Any, saved: Path, tmp_path: Path) -> None:
    worse = tmp_path / "worse.html"
    text = re.sub(
        r"<main.*</main>", '<main><img src="data:,"></main>', saved.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    worse.write_text(text.replace('lang="nl"', ""), encoding="utf-8")
    page, _, _ = opened(window, worse, bypass_csp=True)
    assert {"html-has-lang", "image-alt"} <= {rule for rule, _ in violations(page)}


def test_nothing_is_asked_of_the_network(window: Any, module_documents: Documents, tmp_path: Path) -> None:
    path = tmp_path / "dossier.html"
    path.write_text(render_html(with_hostile_text(module_documents)), encoding="utf-8")
    page, requests, complaints = opened(window, path)
    assert [url for url in requests if not url.startswith(("file:", "data:image/svg+xml;"))] == []
    assert [url for url in requests if url.startswith("file:")] == [path.as_uri()]
    assert complaints == []
    broken = "() => [...document.images].filter(image => !image.complete || !image.naturalWidth).length"
    assert page.evaluate(broken) == 0
    assert page.evaluate("() => getComputedStyle(document.querySelector('main h2')).borderTopWidth") == "3px"


def test_the_policy_stops_a_script_and_a_fetch(window: Any, saved: Path, tmp_path: Path) -> None:
    worse = tmp_path / "worse.html"
    added = '<script>document.title = "run"</script><img src="https://example.invalid/a.png" alt="a"></body>'
    worse.write_text(saved.read_text(encoding="utf-8").replace("</body>", added), encoding="utf-8")
    page, _, complaints = opened(window, worse)
    assert page.title() != "run"
    assert sum("Content Security Policy" in complaint for complaint in complaints) >= 2


def test_a_narrow_screen_scrolls_tables_and_not_the_page(window: Any, saved: Path) -> None:
    page, _, _ = opened(window, saved, viewport={"width": 360, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
