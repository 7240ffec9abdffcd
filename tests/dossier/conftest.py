"""Documents as a calibration writes them, made by hand: visibly synthetic, about 45 terms, every awkward case once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from normenkader.dossier.documents import Documents
from normenkader.study import study_from_text

AREAS = (
    "persoonlijk", "sociaal", "gezondheid", "verplaatsen", "dagbesteding", "vrije_tijd", "huishouden", "financien",
    "justitie", "verslaving", "wonen",
)  # fmt: skip
DEGREES = ("geen", "licht", "matig", "zwaar")

HEAD = """
[study]
name = "Individuele begeleiding, synthetisch voorbeeld"
window = [2025-09-01, 2025-10-26]
time_definition = "direct"
unit = "{unit}"
seed = 20260101

[sources]
episodes = ["aanbieders/*.csv"]
minutes = ["registraties/*"]

[columns.episodes]
client = ["Cliëntnummer (pseudo)", "client_id"]

[bands]
min_share = 0.03
in_doubt = "higher"

[triangulation]
margin = 15

[[premise]]
id = "P1"
text = "Reistijd telt niet mee."
source = "Onderzoeksopzet 2025, par. 2"

[[premise]]
id = "P2"
text = "Begeleiding in een groep telt niet mee."

[research]
synthetic = true
opdrachtgever = "Voorbeeldgemeente"

[[factor]]
name = "own_strength"
kind = "ordinal"
levels = ["veel", "enige", "weinig"]
ijkclient = "enige"
direction = "up"

[[factor]]
name = "duration_weeks"
kind = "numeric"
breaks = [13, 26, 52]
ijkclient = "27-52"

[[factor]]
name = "orientation"
kind = "nominal"
levels = ["behoudgericht", "ontwikkelgericht"]
ijkclient = "behoudgericht"
{interacts}
"""
AREA = """
[[factor]]
name = "leefgebied_{area}"
kind = "ordinal"
levels = ["geen", "licht", "matig", "zwaar"]
ijkclient = "licht"
direction = "up"
group = "leefgebied"
"""


def settings_of(*, unit: str, interactions: bool) -> dict[str, Any]:
    interacts = 'interacts_with = ["duration_weeks"]' if interactions else ""
    text = HEAD.format(unit=unit, interacts=interacts) + "".join(AREA.format(area=area) for area in AREAS)
    return study_from_text(text, folder=Path("example")).settings()


def term(factor: str, level: str, estimate: float | None, **more: Any) -> dict[str, Any]:
    published = None if estimate is None else 5 * round(estimate / 5)
    interval = None if estimate is None else [round(estimate - 11.37, 2), round(estimate + 12.41, 2)]
    return {
        "factor": factor, "level": level, "with": None, "estimate": estimate, "interval": interval,
        "published": published, "n_clients": 240, "n_providers": 16, "supported": estimate is not None,
        "merged_with": None, "under_direction": estimate, "random_intercept": estimate and estimate + 0.9, **more,
    }  # fmt: skip


def terms_of(*, interactions: bool) -> list[dict[str, Any]]:
    rows = [term("own_strength", "veel", -21.62), term("own_strength", "weinig", 33.18)]
    rows += [term("duration_weeks", "<=13", 24.31), term("duration_weeks", "14-26", 9.04)]
    rows += [term("duration_weeks", ">52", -12.55), term("orientation", "ontwikkelgericht", 18.73)]
    if interactions:
        rows += [
            term("orientation", "ontwikkelgericht", value, **{"with": {"factor": "duration_weeks", "level": level}})
            for level, value in (("<=13", 15.42), ("14-26", 6.1), (">52", -7.83))
        ]
    for i, area in enumerate(AREAS):
        rows += [term(f"leefgebied_{area}", level, round((k - 1) * (8.13 + i), 2))
                 for k, level in enumerate(DEGREES) if level != "licht"]  # fmt: skip
    rows += [term("n_leefgebied", "0-2", 11.87), term("n_leefgebied", "3-4", 4.2), term("n_leefgebied", "5-6", 2.6)]
    thin = next(row for row in rows if (row["factor"], row["level"]) == ("leefgebied_justitie", "zwaar"))
    thin.update(under_direction=None, estimate=None, interval=None, published=15, n_clients=None, n_providers=None,
                supported=False, merged_with="matig", reason="Minder dan 10 cliënten met dit niveau.")  # fmt: skip
    blank = next(row for row in rows if (row["factor"], row["level"]) == ("leefgebied_verslaving", "geen"))
    blank.update(under_direction=None, estimate=None, interval=None, published=None, n_clients=15, n_providers=None,
                 supported=False, reason="De cliënten met dit niveau zitten bij minder dan 3 aanbieders.")  # fmt: skip
    return rows


def norms_of(unit: str, *, interactions: bool) -> dict[str, Any]:
    return {
        "ijkclient_minutes": {"estimate": 121.37, "interval": [104.92, 137.81], "published": 125},
        "terms": terms_of(interactions=interactions),
        "unit": unit,
        "loss": {"explained_unrounded": 0.2893, "explained_published": 0.2871, "share_below": 0.4312,
                 "minutes_below": 2.31, "mean_difference": 4.98},
        "overlap": [{"group": "leefgebied", "factor": "n_leefgebied", "breaks": [2, 4, 6],
                     "classes": ["0-2", "3-4", "5-6", ">6"], "ijkclient": ">6"}],
        "model": {
            "variance_rule": "mean", "variance_reason": "De toets wijst een gelijke spreiding af.",
            "censoring": {"applied": False, "reason": "Minder dan 5% zit op het maximum.", "share_at_cap": 0.0312},
            "reml": {"provider_sd": 17.41, "residual_sd": 52.07},
            "specification_test": {"statistic": 61.22, "p_value": 0.0312, "text": "Stijl en cliënten hangen samen."},
            "n_clients": 2385, "n_providers": 16, "n_episodes": 2410,
        },
    }  # fmt: skip


def band(number: int, label: str, lower: float, upper: float | None, **more: Any) -> dict[str, Any]:
    middle = lower + 31.4
    return {
        "band": number, "label": label, "lower": lower, "upper": upper,
        "lower_interval": None if number == 1 else [lower - 15, lower + 15],
        "doubt_zone": None if number == 1 else [lower - 5, lower + 10],
        "n_clients": 475, "n_providers": 16, "mean_minutes": middle, "median_minutes": middle - 4.2,
        "p10": max(lower - 38.1, 3.0), "p90": middle + 61.7,
        "promise_kept": {"value": 0.612, "interval": [0.51, 0.71]},
        "fits_below_upper": {"value": 0.581, "interval": [0.47, 0.68]},
        "promise_lower": max(lower - 45, 0), "minutes_above_lower": 24.6, "suppressed": False, **more,
    }  # fmt: skip


def bands_of() -> dict[str, Any]:
    rows = [
        band(1, "veel minder", 0, 75, promise_kept={"value": None, "reason": "De ondergrens is nul."}),
        band(2, "minder", 75, 120), band(3, "ijkclient", 120, 165), band(4, "meer", 165, 240),
        band(5, "veel meer", 240, None, n_clients=None, n_providers=None, mean_minutes=None, median_minutes=None,
             p10=None, p90=None, promise_kept=None, fits_below_upper=None, promise_lower=None,
             minutes_above_lower=None, suppressed=True),
    ]  # fmt: skip
    return {
        "n_bands": 5, "rule": "De kleinste verschillen in norm binnen de klassen", "bands": rows, "ijkclient_band": 3,
        "explained_of_norm": 0.8812,
        "explained": {"model": 0.2893, "norm_table": 0.2871, "bands": 0.2514},
        "same_band": {"value": None, "reason": "Er zijn geen dubbele beoordelingen."},
        "stability": {"resamples": 2000, "feasible_share": 0.9985},
        "rivals": [
            {"rule": "equal_shares", "edges": [0, 90, 120, 150, 195], "explained": 0.8401, "keeps_constraints": True},
            {"rule": "equal_widths", "edges": [0, 105, 210, 315, 420], "explained": 0.7913, "keeps_constraints": False,
             "broken": ["min_share"]},
        ],
        "edges_under": [
            {"choice": "censoring_on", "edges": [0, 75, 120, 180, 240], "reason": ""},
            {"choice": "unregistered_as_zero", "edges": None, "reason": "Geen traject zonder registratie."},
        ],
        "reservations": [
            {"code": "promise_not_kept", "text": "In klasse 2 heeft minder dan 90% ten minste de ondergrens nodig."},
            {"code": "no_experts", "text": "Er zijn geen oordelen van deskundigen."},
            {"code": "thin_levels", "text": "Twee niveaus hebben te weinig gegevens voor een eigen norm."},
            {"code": "first_band_zero", "text": "De laagste klasse begint bij nul."},
            {"code": "no_reliability", "text": "Niet is gemeten of twee beoordelaars dezelfde klasse kiezen."},
            {"code": "doubt", "text": "Van de cliënten valt 23% in een twijfelzone."},
        ],
    }  # fmt: skip


def validation_of(unit: str) -> dict[str, Any]:
    return {
    "checks": [
        {"code": "explained_below_alarm", "question": "Ligt het verklaarde deel onder de alarmgrens?", "value": 0.2893,
         "unit": "share", "interval": [0.241, 0.333], "limit": 0.45, "passed": True},
        {"code": "worst_provider", "question": "Hoever schuift een grens als één aanbieder wegblijft?", "value": 15.0,
         "unit": unit, "interval": None, "limit": 15.0, "passed": False},
        {"code": "same_band", "question": "Kiezen twee beoordelaars dezelfde klasse?", "value": None, "unit": "share",
         "interval": None, "limit": 0.5, "passed": None, "reason": "Er zijn geen dubbele beoordelingen."},
    ]
}  # fmt: skip


LEDGER = {
    "files": [{"file": "aanbieders/a01.csv", "read": 163, "used": 160, "set_aside": 3},
              {"file": "registraties/r01.parquet", "read": 12873, "used": 12799, "set_aside": 74}],
    "codes": {"duplicate": 61, "no_registration": 13, "impossible": 3},
}  # fmt: skip
QUALITY = (
    {"code": "heaping_15", "provider": "", "value": 0.4127, "unit": "share", "reason": ""},
    {"code": "missing_indirect", "provider": "", "value": None, "unit": "share", "reason": "Geen indirecte minuten."},
)
INPUTS = (
    {"file": "aanbieders/a01.csv", "table": "episodes", "sha256": "ab" * 32, "dialect": "csv ; decimale komma cp1252"},
    {"file": "registraties/r01.parquet", "table": "minutes", "sha256": "cd" * 32, "dialect": "parquet"},
)


def make_documents(*, unit: str = "minutes per week", interactions: bool = True, **changes: Any) -> Documents:
    content: dict[str, Any] = {
        "settings": settings_of(unit=unit, interactions=interactions),
        "norms": norms_of(unit, interactions=interactions), "bands": bands_of(), "validation": validation_of(unit),
        "triangulation": {"comparisons": []}, "ledger": LEDGER, "quality": QUALITY, "inputs": INPUTS,
        "calibration_number": "0f1e2d3c" * 8, "seed": 20260101,
        "versions": {"normenkader": "0.1.0", "numpy": "2.4.6", "python": "3.11.2"},
    }  # fmt: skip
    return Documents(**{**content, **changes})


@pytest.fixture
def documents() -> Documents:
    return make_documents()


@pytest.fixture
def make() -> Callable[..., Documents]:
    return make_documents


@pytest.fixture(scope="module")
def module_documents() -> Documents:
    return make_documents()
