"""Price per hour and week prices against sums on paper, and everything that must be refused."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from normenkader.bands.hourly_price import hourly_price
from normenkader.bands.price_file import ELEMENTS
from normenkader.bands.prices import Prices, prices_from_text, read_price_file, read_prices
from normenkader.bands.table import BandTable
from normenkader.bands.tariff import tariff
from normenkader.dossier.tariff_tables import tariff_document
from normenkader.dossier.volume_tables import volumes_document
from normenkader.dossier.write import documents_of
from normenkader.errors import InputRefused
from normenkader.study import Study
from tests.bands.price_files import INVENTED, without


def prices(text: str = INVENTED) -> Prices:
    return prices_from_text(text, file="tarief.toml")


def row(**more: Any) -> dict[str, Any]:
    base = {"name": "", "n_clients": 120, "n_providers": 8, "mean_band_minutes": 110.0, "mean_delivered": 110.0,
            "mean_assigned": None, "mean_band_where_assigned": None}  # fmt: skip
    return {**base, **more}


def volumes(**more: Any) -> dict[str, Any]:
    bands = [
        {"band": 1, "n_clients": 300, "n_providers": 8, "mean_minutes": 60.0, "interval": [48.0, 72.0],
         "mean_by_days": 61.0},
        {"band": 2, "n_clients": 200, "n_providers": 8, "mean_minutes": 133.37, "interval": None,
         "mean_by_days": 130.0},
        {"band": 3, "n_clients": None, "n_providers": None, "mean_minutes": None, "interval": None,
         "mean_by_days": None},
    ]  # fmt: skip
    return {"time_definition": "direct", "unit": "minutes per week", "bands": bands,
            "total": {**row(n_clients=500), "interval": [100.0, 120.0]},
            "products": [row(name="IB1"), row(name="IB2", mean_assigned=120.0, mean_band_where_assigned=100.0)],
            "providers": None, "providers_reason": "niet toegestaan", "spread": None, **more}  # fmt: skip


def test_the_worked_example_is_that_of_pen_and_paper() -> None:
    hourly = hourly_price(prices().content)
    amounts = [(step.element, str(step.amount.normalize())) for step in hourly.steps]
    # 20 x 1.25 = 25; x 1.5 = 37.5; x 2000/1250 = 60; + 12 overhead + 3 travel + 3 obligations = 78; x 1.05 = 81.90.
    assert amounts == [("a", "2E+1"), ("a", "25"), ("a", "37.5"), ("c", "6E+1"), ("b", "72"), ("d", "75"), ("f", "78"),
                       ("e", "81.9")]  # fmt: skip
    assert (hourly.price, hourly.productive_hours) == (Decimal("81.90"), 1250)


def test_week_prices_and_budget_are_those_of_a_spreadsheet() -> None:
    found = tariff(volumes(), prices())
    first, second, third = found.bands
    assert (first.week_price, first.interval) == (Decimal("81.90"), (Decimal("65.52"), Decimal("98.28")))
    # 81.90 / 60 x 133.37 = 182.05005
    assert (second.week_price, second.interval) == (Decimal("182.05"), None)
    assert (second.week_budget, second.year_budget) == (36410, 1893320)
    assert (third.week_price, third.week_budget, third.n_clients) == (None, None, None)
    assert found.total.week_price == Decimal("150.15")
    assert found.total.interval == (Decimal("136.50"), Decimal("163.80"))


def test_old_is_the_products_price_or_its_assigned_minutes() -> None:
    by_price, by_minutes = tariff(volumes(), prices()).products
    assert (by_price.old_is, by_price.old_week_price, by_price.comparable) == (
        "product_price", Decimal("100.0"), Decimal("150.15"),
    )  # fmt: skip
    # 120 assigned minutes at 81.90 an hour, and 100 minutes by band for the same clients.
    assert (by_minutes.old_is, by_minutes.old_week_price, by_minutes.comparable) == (
        "assigned_minutes", Decimal("163.80"), Decimal("136.50"),
    )  # fmt: skip


shares = st.decimals(0, 1, places=4)


@given(st.decimals("0.01", 200, places=2), shares, shares, shares, shares, shares, shares, st.integers(0, 900))
@example(Decimal("0.25"), *(Decimal(1),) * 6, 0)
@settings(max_examples=200, deadline=None)
def test_any_price_is_the_formula_in_exact_fractions(
    wage: Decimal, allow: Decimal, charges: Decimal, over: Decimal, travel: Decimal, duty: Decimal, index: Decimal,
    lost: int,
) -> None:  # fmt: skip
    # In one pass: a wage of 0.25 must not be taken for the allowance that stands after it.
    drawn = {"20.00": str(wage), "0.25": str(allow), "0.50": str(charges)}
    text = re.sub("|".join(map(re.escape, drawn)), lambda found: drawn[found.group()], INVENTED)
    for table, share in (("overhead", over), ("travel_and_training", travel), ("municipal_obligations", duty)):
        text = re.sub(rf"\[{table}\]\nshare = [0-9.]+", f"[{table}]\nshare = {share}", text)
    text = text.replace("from_year = 2025\nshare = 0.05", f"from_year = 2025\nshare = {index}")
    text = text.replace("meetings = 100", f"meetings = {lost}")
    a, s, o, r, g, i = (Fraction(x) for x in (allow, charges, over, travel, duty, index))
    by_hand = Fraction(wage) * (1 + a) * (1 + s) * Fraction(2000, 1350 - lost) * (1 + o + r + g) * (1 + i)
    hourly = hourly_price(prices(text).content)
    assert abs(Fraction(hourly.unrounded) - by_hand) < Fraction(1, 10**15)
    assert abs(Fraction(hourly.price) - by_hand) <= Fraction(1, 200) + Fraction(1, 10**15)
    assert sum(step.added for step in hourly.steps) == pytest.approx(hourly.unrounded, abs=Decimal("1e-15"))


@pytest.mark.parametrize("element", ELEMENTS)
def test_each_of_the_six_elements_must_be_there(element: str) -> None:
    letter, words = ELEMENTS[element]
    with pytest.raises(InputRefused) as refusal:
        prices(without(element))
    assert f"{letter}. {words}" in str(refusal.value)
    assert "art. 5.4" in str(refusal.value)


def test_the_elements_are_those_of_the_article_in_its_order() -> None:
    # As quoted in ECLI:NL:HR:2021:1452; see the label [S] in the project's notes on the domain.
    quoted = ["kosten van de beroepskracht", "redelijke overheadkosten", "niet-productieve uren",
              "reis- en opleidingskosten", "indexatie", "overige kosten"]  # fmt: skip
    assert [letter for letter, _ in ELEMENTS.values()] == list("abcdef")
    assert all(words in own for words, (_, own) in zip(quoted, ELEMENTS.values(), strict=True))
    assert all(word in ELEMENTS["non_productive_hours"][1] for word in ("verlof", "ziekte", "scholing", "werkoverleg"))


@pytest.mark.parametrize("element", ELEMENTS)
def test_each_element_says_where_its_figure_comes_from(element: str) -> None:
    table = next(part for part in INVENTED.split("\n\n") if part.startswith(f"[{element}]"))
    with pytest.raises(InputRefused, match="required") as refusal:
        prices(INVENTED.replace(table, table.replace('\nsource = "verzonnen"', "")))
    assert element in refusal.value.column


def test_an_element_that_costs_nothing_is_written_as_zero() -> None:
    text = INVENTED.replace("[overhead]\nshare = 0.20", "[overhead]\nshare = 0")
    assert hourly_price(prices(text).content).price == Decimal("69.30")


@pytest.mark.parametrize("kind", ["direct", "direct+indirect"])
def test_price_and_minutes_of_other_time_are_refused(kind: str) -> None:
    other = {"direct": "direct+indirect", "direct+indirect": "direct"}[kind]
    text = INVENTED.replace('time_definition = "direct"', f'time_definition = "{kind}"')
    text = text if kind == "direct" else text.replace("indirect_client_hours = 300\n", "")
    with pytest.raises(InputRefused, match="paid twice or not at all") as refusal:
        tariff(volumes(time_definition=other), prices(text))
    assert refusal.value.column == "time_definition"
    assert tariff(volumes(time_definition=kind), prices(text)).bands


def test_hours_of_indirect_time_stand_in_the_price_or_in_the_minutes_never_in_both() -> None:
    both = INVENTED.replace('time_definition = "direct"', 'time_definition = "direct+indirect"')
    with pytest.raises(InputRefused, match="paid twice"):
        prices(both)
    with pytest.raises(InputRefused, match="nobody pays"):
        prices(INVENTED.replace("indirect_client_hours = 300\n", ""))
    sold = hourly_price(prices(both.replace("indirect_client_hours = 300\n", "")).content)
    assert sold.productive_hours == 1550


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("gross_hours = 2000", "gross_hours = 450", "", "no hour is left"),
        ("allowances = 0.25", "allowances = -0.25", "[staff_costs] allowances", "greater than or equal to 0"),
        ("allowances = 0.25", 'allowances = "25 %"', "[staff_costs] allowances", "without quotation marks"),
        ("allowances = 0.25", "allowance = 0.25", "[staff_costs]", "unknown key"),
        ("allowances = 0.25", "allowances = 25", "[staff_costs] allowances", "less than or equal to 5"),
        ("gross_hourly_wage = 20.00", "gross_hourly_wage = nan", "[staff_costs] gross_hourly_wage", "finite"),
        ("gross_hourly_wage = 20.00", "gross_hourly_wage = true", "[staff_costs] gross_hourly_wage", "number"),
        ("from_year = 2025", "from_year = 2027", "", "after price_year"),
        ("IB1 = 100.00", 'IB1 = "100"', "products", "number"),
        ("IB1 = 100.00", "IB1 = -1", "[products] IB1", "greater than 0"),
        ("[products]", "[product]", "product", "unknown key"),
        ("[overhead]", "[overhead", "", "not valid TOML"),
        ('name = "Verzonnen bedragen"', "", "name", "required"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(old: str, new: str, column: str, words: str) -> None:
    assert old in INVENTED
    with pytest.raises(InputRefused) as refusal:
        prices(INVENTED.replace(old, new))
    assert words in str(refusal.value)
    assert refusal.value.file == "tarief.toml"
    assert column in refusal.value.column


def test_a_unit_that_is_no_time_is_refused_and_hours_become_minutes() -> None:
    with pytest.raises(InputRefused, match="minutes per week or hours per week"):
        tariff(volumes(unit="days"), prices())
    hours = tariff(volumes(unit="hours per week"), prices())
    assert hours.bands[0].week_price == Decimal("81.90") * 60


def test_half_a_cent_rounds_up_on_the_printed_figures() -> None:
    text = INVENTED.replace("from_year = 2025\nshare = 0.05", "from_year = 2025\nshare = 0")
    bands = [{"band": 1, "n_clients": 10, "n_providers": 3, "mean_minutes": 0.05, "interval": None,
              "mean_by_days": None}]  # fmt: skip
    assert tariff(volumes(bands=bands), prices(text)).bands[0].week_price == Decimal("0.07")


def priced_study(bands: BandTable, folder: Path, text: str = INVENTED, **info: Any) -> Study:
    (folder / "tarief.toml").write_text(text, encoding="utf-8")
    study = bands.study
    return replace(
        study, folder=folder, sources=study.sources.model_copy(update={"tariff": ("tarief.toml",)}),
        info=study.info.model_copy(update=info),
    )  # fmt: skip


def test_a_study_that_names_no_prices_has_none(bands: BandTable) -> None:
    assert read_prices(replace(bands.study, sources=bands.study.sources.model_copy(update={"tariff": ()}))) is None


@pytest.mark.parametrize(
    ("info", "words"),
    [({"time_definition": "direct+indirect"}, "paid twice or not at all"), ({"unit": "days"}, "a week price needs")],
)
def test_prices_of_other_time_or_unit_stop_a_calibration_before_it_begins(
    bands: BandTable, tmp_path: Path, info: dict[str, str], words: str
) -> None:
    with pytest.raises(InputRefused, match=words) as refusal:
        read_prices(priced_study(bands, tmp_path, **info))
    assert refusal.value.file == "tarief.toml"


def test_the_prices_are_an_input_and_the_annex_an_output(bands: BandTable, tmp_path: Path) -> None:
    found = read_prices(priced_study(bands, tmp_path))
    documents = documents_of(replace(bands, prices=found))
    entry = next(entry for entry in documents.inputs if entry["table"] == "tariff")
    assert entry["sha256"] == hashlib.sha256((tmp_path / "tarief.toml").read_bytes()).hexdigest()
    assert documents.tariff == tariff_document(tariff(documents.validation["volumes"], found),
                                               documents.validation["volumes"])  # fmt: skip
    assert documents_of(replace(bands, prices=None)).tariff is None


def test_the_budget_of_the_bands_adds_up_to_what_the_delivered_minutes_cost(bands: BandTable) -> None:
    """Unrounded, week prices x clients give back every delivered minute at the price per hour."""
    given = volumes_document(bands.volumes, bands.study)
    rows = [row for row in given["bands"] if row["mean_minutes"] is not None]
    assert len(rows) == len(given["bands"])
    found = tariff(given, prices())
    cost = sum(band.week_price * row["n_clients"] for band, row in zip(found.bands, rows, strict=True))
    delivered = Decimal(str(given["total"]["mean_delivered"])) * given["total"]["n_clients"] * found.hourly.price / 60
    # Numbers of clients are rounded to five: within two and a half clients a band.
    assert abs(cost - delivered) <= Decimal("2.5") * (sum(b.week_price for b in found.bands) + found.total.week_price)


def test_a_file_that_is_absent_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no such file"):
        read_price_file(tmp_path / "tarief.toml")
    (tmp_path / "tarief.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputRefused, match="UTF-8"):
        read_price_file(tmp_path / "tarief.toml")
