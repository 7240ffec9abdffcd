"""Headless Chromium for tests that look at a page as a reader's browser does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

# Without these a browser calls its maker at every start.
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def chromium_path() -> str:
    """Where Chromium is; without it the test is skipped, or fails where a browser was promised."""
    found = os.environ.get("NORMENKADER_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    if os.environ.get("NORMENKADER_REQUIRE_BROWSER"):
        pytest.fail("NORMENKADER_REQUIRE_BROWSER is set, and Chromium is not to be found")
    pytest.skip("Chromium is not to be found; name it in NORMENKADER_CHROMIUM")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that is closed again."""
    path = chromium_path()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()
