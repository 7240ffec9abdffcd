"""When to look at a norm again: a proposal, with how things stand in this calibration."""

from __future__ import annotations

from dataclasses import dataclass

from normenkader.dossier import numbers, view
from normenkader.dossier.documents import Documents
from normenkader.dossier.jurisprudence import jurisprudence

UNKNOWN = "niet vastgesteld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One reason to look again, and how it stands now."""

    text: str
    now: str


def triggers(documents: Documents) -> tuple[Trigger, ...]:
    """Reasons to recalibrate before the date that was set; none of them is a rule of law."""
    rows = (
        ("Een uitspraak of wet stelt andere eisen.", _law()),
        ("Een aanname verandert, of het bestaande normenkader krijgt een nieuwe versie.", _premises(documents)),
        ("In besluiten wordt vaak in dezelfde richting afgeweken.", "wordt buiten dit dossier bijgehouden"),
        ("Een nieuwe meting legt een grens buiten haar stabiliteitsinterval.", _edges(documents)),
        ("Er komen aanbieders bij of er vallen grote weg.", _providers(documents)),
        ("Veel trajecten zitten op het toegekende maximum (5% of meer).", _share(documents, "share_at_cap")),
        ("Twee beoordelaars kiezen te vaak een andere klasse.", _share(documents, "same_band", " kiest dezelfde")),
        ("De aanbieders lopen verder uiteen.", _spread(documents)),
    )
    return tuple(Trigger(text=text, now=now) for text, now in rows)


def _law() -> str:
    rulings = jurisprudence().ruling
    return f"{len(rulings)} uitspraken in de lijst, {sum(ruling.verified for ruling in rulings)} nagelezen"


def _premises(documents: Documents) -> str:
    rows = documents.triangulation.get("premises") or ()
    count = f"{len(documents.settings.get('premise') or ())} aannames"
    other = sum(row["status"] != "same" for row in rows)
    return f"{count}, {other} anders dan in het bestaande normenkader" if rows else f"{count}, niet vergeleken"


def _edges(documents: Documents) -> str:
    told = [
        f"{numbers.exact(band['lower'])} ({numbers.between_exact(band['lower_interval'])})"
        for band in view.bands(documents) if band["lower_interval"]
    ]  # fmt: skip
    return "; ".join(told) or UNKNOWN


def _providers(documents: Documents) -> str:
    n_providers = (documents.norms.get("model") or {}).get("n_providers")
    return f"{numbers.count(n_providers, least=documents.settings['disclosure']['min_providers'])} aanbieders"


def _share(documents: Documents, code: str, after: str = "") -> str:
    found = next((check for check in view.checks(documents) if check["code"] == code), None)
    if found is None or (found["value"] is None and found["passed"] is None):
        return UNKNOWN
    if found["value"] is None:
        return f"controle {'gehaald' if found['passed'] else 'niet gehaald'}; het aandeel is te klein om te tonen"
    return f"{numbers.percent(found['value'], 1)}{after}"


def _spread(documents: Documents) -> str:
    effects = (documents.validation.get("delivered_and_needed") or {}).get("provider_effects") or {}
    if effects.get("median") is None:
        return UNKNOWN
    unit = numbers.dutch_unit(documents.settings["study"]["unit"])
    middle, worst = (numbers.decimal(effects[key], 0) for key in ("median", "worst"))
    return f"de middelste wijkt {middle} {unit} af, de verste {worst}"
