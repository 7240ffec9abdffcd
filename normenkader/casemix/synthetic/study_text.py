"""study.toml of a synthetic study, as text."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from normenkader.casemix.synthetic import factors as known
from normenkader.casemix.synthetic.regimes import Regime
from normenkader.settings import Factor
from normenkader.study import Study, study_from_text

WINDOW = ("2025-09-01", "2025-10-26")
MARGIN_MINUTES = 15

# Contract name = name in the files that carry Dutch headers. Files that carry the contract's own names need no mapping.
EPISODE_HEADERS = {
    "client": "Cliëntnummer (pseudo)", "provider": "Aanbieder", "municipality": "Gemeente", "episode": "Trajectnummer",
    "start": "Startdatum", "end": "Einddatum", "orientation": "Doel", "duration_weeks": "Duur in weken",
    "leefgebied_persoonlijk_functioneren": "Persoonlijk functioneren",
    "leefgebied_sociaal_functioneren": "Sociaal functioneren",
    "leefgebied_gezondheid_zelfzorg": "Gezondheid en zelfzorg",
    "leefgebied_verplaatsen_vervoer": "Verplaatsen en vervoer", "leefgebied_dagbesteding": "Dagbesteding",
    "leefgebied_vrije_tijd": "Vrije tijd", "leefgebied_regie_huishouden": "Regie bij het huishouden",
    "leefgebied_financien": "Financiën", "leefgebied_justitie": "Justitie", "leefgebied_verslaving": "Verslaving",
    "leefgebied_wonen": "Wonen", "own_strength": "Eigen kracht", "network": "Netwerk",
    "minutes_basis": "Herkomst minuten", "product": "Product", "need_met": "Behoefte gedekt",
    "assigned_minutes_per_week": "Toegewezen minuten per week",
}  # fmt: skip
MINUTES_HEADERS = {
    "episode": "Trajectnummer", "date": "Datum", "minutes_direct": "Minuten direct",
    "minutes_indirect": "Minuten indirect",
}  # fmt: skip

_HEAD = """\
# SYNTHETISCH VOORBEELD. Alle cliënten, aanbieders en minuten in deze map zijn verzonnen (regime '{regime}').
# Niets hierin is een norm of onderzoeksuitkomst van wie dan ook.

[study]
name = "Individuele begeleiding, synthetisch voorbeeld ({regime})"
window = [{window[0]}, {window[1]}]
time_definition = "direct"
seed = {seed}

[sources]
episodes = ["aanbieders/*"]
minutes = ["registraties/*"]
"""

_PANEL_SOURCES = """\
vignettes = "vignetten.csv"
judgements = "deskundigen.csv"
assessments = "dubbel.csv"
source_norms = "bronnormen.toml"
tariff = "tarief.toml"
"""

_TAIL = """
[model]
step = 5
overlap = ["leefgebied"]

[bands]
n = 5
step = 15
labels = ["veel minder", "minder", "ijkclient", "meer", "veel meer"]

[triangulation]
margin = {margin}

[[premise]]
id = "P1"
text = "Reistijd telt niet mee."
source = "Synthetisch voorbeeld"

[[premise]]
id = "P2"
text = "Alleen tijd met de cliënt zelf telt; verslaglegging en overleg niet."
source = "Synthetisch voorbeeld"

[research]
performed_by = "Niemand: dit is een synthetisch voorbeeld"
commissioned_by = "Niemand: dit is een synthetisch voorbeeld"
interest = "Geen; alle gegevens zijn verzonnen"
"""


def study_text(regime: Regime, *, seed: int, with_panel: bool) -> str:
    """study.toml of a regime.

    Parameters
    ----------
    regime : Regime
    seed : int
        Becomes the study's seed too.
    with_panel : bool
        Whether the sources name vignettes, judgements, assessments and source norms.
    """
    parts = [_HEAD.format(regime=regime.name, window=WINDOW, seed=seed)]
    parts += [_PANEL_SOURCES] if with_panel else []
    parts += [_columns("episodes", EPISODE_HEADERS), _columns("minutes", MINUTES_HEADERS)]
    parts += [_factor(factor.setting) for factor in known.FACTORS]
    return "".join([*parts, _TAIL.format(margin=MARGIN_MINUTES)])


@lru_cache(maxsize=64)
def study_of(regime: Regime, *, seed: int) -> Study:
    """The settings of a regime without files: sources are named but not there."""
    return study_from_text(study_text(regime, seed=seed, with_panel=False), folder=Path())


def _columns(table: str, headers: dict[str, str]) -> str:
    lines = [f"{name} = {toml_value([local, name])}" for name, local in headers.items()]
    return f"\n[columns.{table}]\n" + "\n".join(lines) + "\n"


def _factor(factor: Factor) -> str:
    given: dict[str, Any] = {"name": factor.name, "kind": factor.kind}
    given |= {"breaks": list(factor.breaks)} if factor.breaks else {"levels": list(factor.levels)}
    given |= {"ijkclient": factor.ijkclient}
    given |= {"direction": factor.direction} if factor.direction != "free" else {}
    given |= {"group": factor.group} if factor.group else {}
    given |= {"interacts_with": list(factor.interacts_with)} if factor.interacts_with else {}
    return "\n[[factor]]\n" + "".join(f"{key} = {toml_value(value)}\n" for key, value in given.items())


def toml_value(value: Any) -> str:
    """A string, whole number or list of them as TOML, which here is JSON."""
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(inner) for inner in value) + "]"
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False)
