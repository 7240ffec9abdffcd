"""The figures of a design: by hand on a small document, and the same in JavaScript for 10,000 designs."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from normenkader.explorer.figures import budget_of, change_between, figures_of
from normenkader.explorer.page import page_source
from normenkader.terms.dutch_numbers import decimal, percent, signed_decimal
from tests.explorer.small_cells import SMALL

Document = dict[str, Any]
N_DESIGNS = 10_000


def designs_of(cells: Document, n: int) -> list[list[int]]:
    rng = np.random.default_rng(3)
    m = len(cells["lower"])
    return [
        [0, *sorted(rng.choice(np.arange(1, m), rng.integers(0, min(8, m)), replace=False).tolist())] for _ in range(n)
    ]


def test_bands_are_added_up_by_hand() -> None:
    found = figures_of(SMALL, [0, 2])
    low, high = found["bands"]
    assert (low["n_clients"], low["share"], low["n_providers"], low["lower"], low["upper"]) == (60, 0.6, 4, 0, 45)
    assert low["mean_minutes"] == pytest.approx((20 * 18 + 40 * 35) / 60)
    assert high["mean_minutes"] == pytest.approx((30 * 60 + 10 * 90) / 40)
    assert (low["label"], high["label"], found["ijkclient_band"]) == ("minder", "ijkclient", 1)
    assert found["same_band"] == pytest.approx(0.5 + 0.3)
    assert found["periods_within"] == pytest.approx((60 + 50) / 200)
    assert found["moved_by_one_fact"] == pytest.approx(1 - (150 + 90) / 400)
    assert found["guaranteed"] == pytest.approx(40 * 45 / (20 * 20 + 40 * 40 + 30 * 50 + 10 * 80))
    assert found["mean_width"] == 45
    assert found["smallest"] == 1


def test_variation_between_bands_by_hand() -> None:
    values = np.repeat([20, 40, 50, 80], [20, 40, 30, 10])
    bands = np.repeat([values[:60].mean(), values[60:].mean()], [60, 40])
    expected = 0.9 * ((bands - values.mean()) ** 2).sum() / ((values - values.mean()) ** 2).sum()
    found = figures_of(SMALL, [0, 2])
    assert found["explained_of_norm"] == pytest.approx(expected)
    assert found["sd_within"] == pytest.approx(16 * np.sqrt(1 - expected))


def test_doubt_and_what_it_costs_by_hand() -> None:
    found = figures_of(SMALL, [0, 2])
    # Cell 30-45 is above the edge in 20 % of the draws, cell 45-60 below it in 30 %; the outer cells hardly ever.
    assert [row["n_in_doubt"] for row in found["bands"]] == [40, 30]
    assert [row["doubt_zone"] for row in found["bands"]] == [None, [30, 55]]
    assert found["share_in_doubt"] == pytest.approx(0.7)
    low, high = (20 * 20 + 40 * 40) / 60, (30 * 50 + 10 * 80) / 40
    assert found["cost_of_doubt"] == pytest.approx(1 + 40 * (high - low) / 4300)


def test_broken_demands_are_named_with_their_bands() -> None:
    assert figures_of(SMALL, [0, 2])["broken"] == [{"code": "ijkclient_off_edge", "bands": [1]}]
    assert figures_of(SMALL, [0, 1, 3])["broken"] == [
        {"code": "min_share", "bands": [2]}, {"code": "min_providers", "bands": [0, 2]},
    ]  # fmt: skip
    codes = [found["code"] for found in figures_of(SMALL, [0, 1, 2, 3])["broken"]]
    assert codes == ["min_share", "min_providers", "min_width", "ijkclient_band", "ijkclient_off_edge"]


def test_a_promise_that_is_not_known_for_one_band_is_not_known_for_the_whole() -> None:
    assert figures_of(SMALL, [0, 2])["promise_kept"] is None
    assert figures_of(SMALL, [0, 1, 3])["promise_kept"] == 0.5
    assert figures_of(SMALL, [0])["promise_kept"] is None


def test_who_moves_and_by_how_many_minutes() -> None:
    # From 0-30-60 to 0-45: cells move from lower bounds 0, 30, 30, 60 to 0, 0, 45, 45.
    found = change_between(SMALL, [0, 1, 3], [0, 2])
    assert (found["higher"], found["lower"]) == (0.3, 0.5)
    assert found["minutes_higher"] == 15
    assert found["minutes_lower"] == pytest.approx((40 * -30 + 10 * -15) / 50)
    # Seen from the ijkclient's band: 0, 1, 1, 2 less 1, against 0, 0, 1, 1 less 1.
    assert found["other_label"] == 0.5
    assert set(change_between(SMALL, [0, 2], [0, 2]).values()) == {0.0}


def test_price_times_minutes() -> None:
    found = budget_of(SMALL, [0, 2], price=60.0)
    assert found["total"] == pytest.approx(20 * 18 + 40 * 35 + 30 * 60 + 10 * 90)
    assert [band["price"] for band in found["bands"]] == pytest.approx([1760 / 60, 67.5])
    assert found["sure"] == 40 * 45
    assert found["with_doubt"] - found["total"] == pytest.approx(40 * (67.5 - 1760 / 60))
    assert budget_of(SMALL, [0, 2], price=30.0, clients=1000)["total"] == pytest.approx(found["total"] * 5)


def test_the_total_of_p_times_q_does_not_depend_on_the_edges(cells: Document) -> None:
    totals = [budget_of(cells, design, price=50.0)["total"] for design in designs_of(cells, 50)]
    assert max(totals) - min(totals) < 1e-6


# Numbers travel as their eight bytes each: nothing is rounded on the way, and nothing is slow.
ALL = """([cells, designs, base]) => {
  const numbers = [], words = [];
  const flat = (value) => {
    if (typeof value === "string") words.push(value);
    else if (value === null || typeof value !== "object") numbers.push(value === null ? NaN : value);
    else for (const key of Object.keys(value).sort()) flat(value[key]);
  };
  for (const d of designs) flat([figuresOf(cells, d), changeBetween(cells, base, d), budgetOf(cells, d, 61.37, 1234)]);
  const bytes = new Uint8Array(new Float64Array(numbers).buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return [btoa(text), words.join("|")];
}"""


def flat(value: Any, numbers: list[float], words: list[str]) -> None:
    if isinstance(value, str):
        words.append(value)
    elif isinstance(value, dict):
        for key in sorted(value):
            flat(value[key], numbers, words)
    elif isinstance(value, list):
        for item in value:
            flat(item, numbers, words)
    else:
        numbers.append(np.nan if value is None else float(value))


@pytest.mark.browser
@pytest.mark.parametrize("name", ["example", "small"])
def test_javascript_gives_the_same_numbers_to_the_last_digit(name: str, cells: Document, functions: Page) -> None:
    document = cells if name == "example" else SMALL
    designs = designs_of(document, N_DESIGNS) if name == "example" else [[0], [0, 1], [0, 2], [0, 1, 2], [0, 1, 2, 3]]
    base, numbers, words = designs[1], [], []
    theirs, their_words = functions.evaluate(ALL, [document, designs, base])
    for design in designs:
        flat([figures_of(document, design), change_between(document, base, design),
              budget_of(document, design, price=61.37, clients=1234)], numbers, words)  # fmt: skip
    assert words == their_words.split("|")
    found = np.frombuffer(base64.b64decode(theirs))
    assert len(found) > 40 * len(designs)
    np.testing.assert_array_equal(np.asarray(numbers), found)


@pytest.mark.browser
def test_numbers_are_rounded_as_in_the_dossier(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(content=page_source("words.js"))
    shares = [0.145, 0.005, -0.145, 0.0049, 1.005, 0.5, 1e-9, *np.random.default_rng(1).random(200).round(4).tolist()]
    values = [2.5, -2.5, 50.5, 1234.55, 0.05, -0.04, 1e-7, 12345678.5, *(10 * share for share in shares)]
    for digits in (0, 1):
        found = page.evaluate("([v, d]) => v.map((value) => percent(value, d))", [shares, digits])
        assert found == [percent(share, digits) for share in shares]
        found = page.evaluate("([v, d]) => v.map((value) => decimals(value, d))", [values, digits])
        assert found == [decimal(value, digits) for value in values]
        found = page.evaluate("([v, d]) => v.map((value) => signed(value, d))", [values, digits])
        assert found == [signed_decimal(value, digits) for value in values]
