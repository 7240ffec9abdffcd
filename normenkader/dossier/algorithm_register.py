"""An entry for the Algoritmeregister of the Dutch government, written from the study; what it leaves open is listed.

The fields, their lengths and permitted values follow version 1.0 of the publication standard of the ministry of the
interior (MinBZK/Algoritmeregister, configuration ``v1_0``; explained in Algoritmeregister-Publicatiestandaard 1.0.9 of
9 July 2024), as those stood in the public repositories when this was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from normenkader.dossier import register_text
from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.research import said
from normenkader.dossier.view import is_synthetic

STANDARD = "1.0"
STANDARD_SEEN = (
    "MinBZK/Algoritmeregister, configuratie v1_0, en Algoritmeregister-Publicatiestandaard 1.0.9 van 9 juli 2024"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the standard: its name, title, whether it is required, its length and permitted values."""

    name: str
    title: str
    required: bool = False
    longest: int | None = None
    permitted: tuple[str, ...] = ()
    pattern: str = ""


_URL = r"https://\S+"
THEMES = (
    "Organisatie en bedrijfsvoering", "Cultuur en recreatie", "Economie", "Overheidsfinanciën", "Wonen",
    "Internationaal", "Migratie en integratie", "Natuur en milieu", "Onderwijs en wetenschap",
    "Openbare orde en veiligheid", "Recht", "Ruimte en infrastructuur", "Sociale zekerheid", "Verkeer", "Werk",
    "Zorg en gezondheid",
)  # fmt: skip
FIELDS: tuple[Field, ...] = (
    Field(name="name", title="Naam", required=True, longest=100),
    Field(name="description_short", title="Korte omschrijving", required=True, longest=350),
    Field(name="organization", title="Organisatie", required=True, longest=100),
    Field(name="category", title="Thema", permitted=THEMES),
    Field(name="status", title="Status", required=True, permitted=("In ontwikkeling", "In gebruik", "Buiten gebruik")),
    Field(name="begin_date", title="Begindatum", pattern=r"\d{4}-\d{2}"),
    Field(name="end_date", title="Einddatum", pattern=r"\d{4}-\d{2}"),
    Field(name="contact_email", title="Contactgegevens", required=True, longest=500,
          pattern=rf"[^@\s]+@[^@\s]+\.[^@\s]+|{_URL}"),
    Field(name="website", title="Link naar publiekspagina", longest=500, pattern=_URL),
    Field(name="publication_category", title="Publicatiecategorie", required=True,
          permitted=("Hoog-risico AI-systeem", "Impactvolle algoritmes", "Overige algoritmes")),
    Field(name="url", title="Link naar bronregistratie", longest=500, pattern=_URL),
    Field(name="goal", title="Doel en impact", longest=2500),
    Field(name="proportionality", title="Afwegingen", longest=2500),
    Field(name="human_intervention", title="Menselijke tussenkomst", longest=2500),
    Field(name="risks", title="Risicobeheer", longest=2500),
    Field(name="lawful_basis", title="Wettelijke basis", longest=2500),
    Field(name="lawful_basis_grouping", title="Verwijzingen wettelijke basis"),
    Field(name="process_index_url", title="Link naar verwerkingsregister", longest=500, pattern=_URL),
    Field(name="impacttoetsen_grouping", title="Impacttoetsen"),
    Field(name="impacttoetsen", title="Toelichting op impacttoetsen", longest=2500),
    Field(name="source_data", title="Gegevens", longest=2500),
    Field(name="source_data_grouping", title="Verwijzingen gegevensbronnen"),
    Field(name="methods_and_models", title="Technische werking", longest=5000),
    Field(name="provider", title="Leverancier", longest=200),
    Field(name="publiccode", title="Link naar broncode", longest=500, pattern=_URL),
    Field(name="lang", title="Taal", required=True, permitted=("nld",)),
    Field(name="standard_version", title="Versie publicatiestandaard", permitted=(STANDARD,)),
    Field(name="source_id", title="Bron-ID", longest=100),
    Field(name="tags", title="Zoektermen", longest=2500),
)  # fmt: skip
# What only the organisation can know, by the key of [research] that says it.
FROM_RESEARCH: Mapping[str, str] = {
    "organization": "organisation", "status": "in_use", "begin_date": "in_use_from", "contact_email": "contact",
    "website": "public_page", "publication_category": "publication_category", "publiccode": "source_code",
    "process_index_url": "processing_register", "impacttoetsen": "dpia", "provider": "supplier",
}  # fmt: skip


def register_document(documents: Documents) -> Document:
    """The entry: ``fields`` to be handed in, ``open`` what is still to be filled in, ``refused`` what does not fit.

    Parameters
    ----------
    documents : Documents
        The output documents of one calibration.
    """
    given = {**register_text.own_fields(documents), **_from_research(documents.settings.get("research") or {})}
    refused = {field.name: rule for field in FIELDS if (rule := broken_rule(field, given.get(field.name)))}
    filled = {f.name: given[f.name] for f in FIELDS if given.get(f.name) is not None and f.name not in refused}
    return {
        "standard": STANDARD, "standard_seen": STANDARD_SEEN,
        "for_publication": False if is_synthetic(documents.settings) else None,
        "note": register_text.NOTE, "calibration_number": documents.calibration_number, "fields": filled,
        "open": [_open(field) for field in FIELDS if field.name not in filled],
        "refused": [{"field": name, "rule": rule} for name, rule in refused.items()],
    }  # fmt: skip


def _from_research(research: Mapping[str, Any]) -> Document:
    return {field: str(value) for field, key in FROM_RESEARCH.items() if (value := said(research, key)) is not None}


def _open(field: Field) -> Document:
    key = FROM_RESEARCH.get(field.name)
    return {"field": field.name, "title": field.title, "required": field.required,
            "permitted": list(field.permitted), "fill_in": f"[research] {key}" if key else None}  # fmt: skip


def broken_rule(field: Field, value: Any) -> str | None:
    """The rule of the standard that a value breaks, in Dutch; None when it fits, or when there is none."""
    if value is None:
        return None
    if field.longest is not None and len(value) >= field.longest:
        return f"{field.title} moet korter zijn dan {field.longest} tekens."
    values = value if isinstance(value, list) else [value]
    if field.permitted and not set(values) <= set(field.permitted):
        return f"{field.title} is een van: {', '.join(field.permitted)}."
    if field.pattern and not re.fullmatch(field.pattern, value):
        return f"{field.title} heeft een andere vorm."
    return None
