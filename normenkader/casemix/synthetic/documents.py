"""truth.json, bronnormen.toml, tarief.toml and README.md of a synthetic study."""

from __future__ import annotations

from typing import Any

import numpy as np

from normenkader.casemix.synthetic import minutes
from normenkader.casemix.synthetic.generate import SyntheticData
from normenkader.casemix.synthetic.panel import source_ijkclient_minutes, source_term_minutes
from normenkader.casemix.synthetic.study_text import toml_value

NOTICE = (
    "synthetisch: alle cliënten, aanbieders, deskundigen en minuten zijn verzonnen; dit is geen norm van wie dan ook"
)

_README = """\
# Synthetisch voorbeeld

**Alles in deze map is verzonnen**: cliënten, aanbieders, deskundigen en minuten. Niets hierin is een norm, meting of
onderzoeksuitkomst van een gemeente, onderzoeksbureau of aanbieder. De namen van de gemeenten en de leefgebieden
bestaan; wat erbij staat niet.

- Regime `{regime}`: {description}.
- Gemaakt met `normenkader synthesise MAP --regime {regime} --seed {seed}`; hetzelfde zaad geeft dezelfde bestanden.
- `truth.json` zegt wat er waar is: de minuten van de ijkclient, van elk kenmerk en van elke aanbieder.
- `aanbieders/`: wat elke aanbieder aanlevert, in verschillende bestandsvormen; `registraties/`: minuten per week.
- Studie met rekeninstellingen: `study.toml`.

# Synthetic example

**Everything in this folder is invented**: clients, providers, experts and minutes. Nothing in it is a norm, a
measurement or a finding of any municipality, research agency or provider. The names of the municipalities and of the
leefgebieden exist; what is said with them does not.

- Made by `normenkader synthesise FOLDER --regime {regime} --seed {seed}`; the same seed gives the same files.
- `truth.json` says what is true: the minutes of the ijkclient, of every factor and of every provider.
"""


_PRICES = """\
# {notice}
# Op papier na te rekenen: 20 x 1,25 x 1,50 = 37,50; x 2000/1250 = 60; + 12 + 3 + 3 = 78; x 1,05 = 81,90 per uur.
name = "Verzonnen bedragen (synthetisch)"
fictitious = true
time_definition = "direct"           # de minuten van de studie tellen dezelfde tijd
price_year = 2026

[staff_costs]                        # a. kosten van de beroepskracht
gross_hourly_wage = 20.00
allowances = 0.25                    # vakantiegeld, onregelmatige uren, eindejaarsuitkering
employer_charges = 0.50              # sociale lasten en pensioen
source = "verzonnen"

[overhead]                           # b. redelijke overheadkosten, als deel van de kosten per geleverd uur
share = 0.20
source = "verzonnen"

[non_productive_hours]               # c. niet-productieve uren per jaar van een voltijder
gross_hours = 2000
leave = 200
sickness = 100
training = 50
meetings = 100
indirect_client_hours = 300          # niet geleverd als alleen directe tijd telt
source = "verzonnen"

[travel_and_training]                # d. reis- en opleidingskosten
share = 0.05
source = "verzonnen"

[indexation]                         # e. indexatie
from_year = 2025
share = 0.05
source = "verzonnen"

[municipal_obligations]              # f. overige kosten door gemeentelijke verplichtingen
share = 0.05
source = "verzonnen"

[products]                           # weekprijs nu, per product
IB1 = 100.00
IB2 = 200.00
IB3 = 300.00
"""


def readme(data: SyntheticData) -> str:
    """README.md in Dutch and English, which says that all is invented."""
    return _README.format(regime=data.regime.name, description=data.regime.description, seed=data.seed)


def source_norms(data: SyntheticData) -> str:
    """bronnormen.toml: invented source norms near the truth, with the departures that truth.json lists."""
    head = [
        f"# {NOTICE}", f"name = {toml_value('Synthetisch bronkader (verzonnen)')}", 'version = "synthetisch-1"',
        f"ijkclient_minutes = {source_ijkclient_minutes()}",
    ]  # fmt: skip
    terms = []
    for term in data.truth.terms:
        terms += ["", "[[term]]", f"factor = {toml_value(term.factor)}", f"level = {toml_value(term.level)}"]
        if term.with_factor:
            partner = f"factor = {toml_value(term.with_factor)}, level = {toml_value(term.with_level)}"
            terms.append(f"with = {{ {partner} }}")
        terms.append(f"minutes = {source_term_minutes(term)}")
    premise = ["", "[[premise]]", 'id = "P1"', 'text = "Reistijd telt niet mee."']
    return "\n".join([*head, *terms, *premise]) + "\n"


def price_file() -> str:
    """tarief.toml: invented prices, so round that nobody takes them for those of a cao or a municipality."""
    return _PRICES.format(notice=NOTICE)


def truth_document(
    data: SyntheticData, *, planted: list[dict[str, Any]], panel: dict[str, Any] | None
) -> dict[str, Any]:
    """What is true of a written study, as truth.json holds it.

    Parameters
    ----------
    data : SyntheticData
    planted : list of dict
        Bad rows by table and code.
    panel : dict, optional
        Truth of the panel.
    """
    document: dict[str, Any] = {
        "synthetic": True, "notice": NOTICE, "regime": data.regime.name, "seed": data.seed,
        "unit": "minutes per week",
        "ijkclient_minutes": {"estimate": data.truth.ijkclient_minutes, "minutes": data.truth.ijkclient_minutes},
        "terms": [term.to_json() for term in data.truth.terms],
        "providers": _providers(data), "provider_effects": _provider_effects(data), "variance": _variance(data),
        "clients": _clients(data), "planted": planted,
    }  # fmt: skip
    return document | ({"panel": panel} if panel else {})


def _providers(data: SyntheticData) -> list[dict[str, Any]]:
    rows = zip(data.provider_names(), data.providers.effect, data.providers.size, strict=True)
    return [{"provider": name, "effect_minutes": _rounded(u), "n_clients": int(n)} for name, u, n in rows]


def _provider_effects(data: SyntheticData) -> dict[str, Any]:
    effect, size = data.providers.effect, data.providers.size
    return {
        "sd_minutes": data.regime.provider_sd,
        "correlation_with_casemix": data.regime.style_correlation,
        "centring": "effects are draws from a population with mean zero and are not recentred: ijkclient_minutes is the"
        " level at the average provider of that population, so an interval for it must allow for the providers at hand",
        "client_weighted_mean_minutes": _rounded(np.average(effect, weights=size)),
    }


def _variance(data: SyntheticData) -> dict[str, Any]:
    regime = data.regime
    week = "w^2 / 8" if regime.capped else "(1 + c^2) w^2 sum(d^2) / sum(d)^2"
    return {
        "rule": "mean_squared",
        "distribution": regime.residual,
        "cv_client": regime.cv_client,
        "cv_week": regime.cv_week,
        "formula": f"variance of minutes per week = m^2 (c^2 + {week}); m = ijkclient + terms + provider effect, c ="
        " cv_client, w = cv_week, d = days open in each week; before any cap; rounding adds less than 1",
        "registration_step_minutes": minutes.REGISTRATION_STEP,
    }


def _clients(data: SyntheticData) -> dict[str, Any]:
    frame = data.to_frame()
    at_cap = frame["minutes_per_week"] >= frame["assigned_minutes_per_week"] - 1
    return {
        "n": len(frame), "mean_norm_minutes": _rounded(frame["norm_minutes"].mean()),
        "sd_norm_minutes": _rounded(frame["norm_minutes"].std()), "share_at_assigned": _rounded(at_cap.mean()),
        "capped": data.regime.capped,
    }  # fmt: skip


def _rounded(value: float) -> float:
    return round(float(value), 4) + 0.0
