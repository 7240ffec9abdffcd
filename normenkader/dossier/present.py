"""What a calibration can show, by name, computed from its documents: the ground under checklists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from normenkader.dossier import view
from normenkader.dossier.documents import Documents
from normenkader.dossier.example import fictitious_client
from normenkader.dossier.research import research_keys, said

RESEARCH = "research:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One thing to be shown: what is missing without it, in Dutch, who can mend that, and whether it is there."""

    missing: str
    who: str
    holds: Callable[[Documents], bool]


def _validation(key: str) -> Callable[[Documents], bool]:
    return lambda documents: bool(documents.validation.get(key))


def _triangulation(key: str) -> Callable[[Documents], bool]:
    return lambda documents: bool(documents.triangulation.get(key))


def _weeks(documents: Documents) -> bool:
    return (documents.validation.get("time_in_episode") or {}).get("weeks") is not None


def _curves(documents: Documents) -> bool:
    return bool((documents.validation.get("time_in_episode") or {}).get("curves"))


def _impact(documents: Documents) -> bool:
    return bool((documents.validation.get("impact") or {}).get("changes"))


def _every_letter_names_time(documents: Documents) -> bool:
    return all(band["lower"] > 0 for band in documents.bands["bands"])


def _answered(documents: Documents, code: str) -> bool:
    return any(check["code"] == code and check["value"] is not None for check in view.checks(documents))


def _estimands(documents: Documents) -> bool:
    return bool((documents.validation.get("delivered_and_needed") or {}).get("terms"))


GROUNDS: Mapping[str, Ground] = {
    "norm_table": Ground(missing="een normtabel", who="onderzoeker", holds=lambda d: bool(d.norms["terms"])),
    "bands": Ground(missing="klassen", who="onderzoeker", holds=lambda d: bool(d.bands["bands"])),
    "example": Ground(missing="een rekenvoorbeeld", who="onderzoeker",
                      holds=lambda d: fictitious_client(d) is not None),
    "premises": Ground(
        missing="aannames van de studie ([[premise]])", who="gemeente", holds=lambda d: bool(d.settings.get("premise"))
    ),
    "premises_compared": Ground(
        missing="een vergelijking met de aannames van het bestaande normenkader", who="onderzoeker",
        holds=_triangulation("premises"),
    ),
    "ledger": Ground(missing="de telling van gelezen en gebruikte regels", who="onderzoeker",
                     holds=lambda d: bool(d.ledger.get("files"))),
    "data_quality": Ground(missing="de controle op de gegevens", who="onderzoeker", holds=lambda d: bool(d.quality)),
    "weekly_rows": Ground(missing="registraties per week of contact", who="aanbieder", holds=_weeks),
    "time_curves": Ground(missing="het verloop van de tijd in het traject", who="onderzoeker", holds=_curves),
    "assessors": Ground(missing="dubbele beoordelingen van dezelfde cliënt", who="gemeente",
                        holds=_validation("assessors")),
    "triangulation": Ground(missing="een tweede bron om mee te vergelijken", who="onderzoeker",
                            holds=_triangulation("comparisons")),
    "experts": Ground(missing="oordelen van deskundigen", who="onderzoeker", holds=_triangulation("panel")),
    "source_norms": Ground(missing="het bestaande normenkader", who="gemeente", holds=_triangulation("source_norms")),
    "estimands": Ground(missing="de vergelijking van geleverd en nodig", who="onderzoeker", holds=_estimands),
    "stability": Ground(missing="de stabiliteit van de grenzen", who="onderzoeker",
                        holds=lambda d: "reason" not in (d.bands.get("stability") or {"reason": ""})),
    "sensitivity": Ground(missing="de uitkomst onder andere keuzes en zonder elke aanbieder", who="onderzoeker",
                          holds=_validation("multiverse")),
    "unseen": Ground(missing="de toets bij aanbieders die niet meededen", who="onderzoeker",
                     holds=_validation("unseen")),
    "fairness": Ground(missing="de fout per groep cliënten", who="onderzoeker", holds=_validation("fairness")),
    "assigned_tested": Ground(missing="de toets of een kenmerk de toegekende minuten volgt", who="onderzoeker",
                              holds=lambda d: _answered(d, "factor_is_assigned_minutes")),
    "tariff": Ground(missing="de prijs per klasse: een prijsbestand ([sources] tariff) of de plaats daarvan "
                     "([research] tariff)", who="gemeente",
                     holds=lambda d: d.tariff is not None or _is_said(d, "tariff")),
    "impact": Ground(missing="de vergelijking met wat cliënten nu krijgen", who="gemeente", holds=_impact),
    "promises": Ground(missing="het aandeel cliënten dat meer of minder nodig heeft dan de ondergrens",
                       who="onderzoeker", holds=view.has_promises),
    "time_in_every_letter": Ground(
        missing="tijd in elke brief: de laagste klasse begint bij 0, dus daar moet het plan de tijd noemen",
        who="college", holds=_every_letter_names_time,
    ),
}  # fmt: skip


def ground(name: str) -> Ground:
    """The ground called `name`, or ``research:KEY`` for what the study says under that key of ``[research]``.

    Raises
    ------
    KeyError
        If there is no such ground or key.
    """
    if not name.startswith(RESEARCH):
        return GROUNDS[name]
    key = {known.key: known for known in research_keys()}[name.removeprefix(RESEARCH)]
    return Ground(missing=f"{key.label} ([research] {key.key})", who=key.who, holds=lambda d: _is_said(d, key.key))


def _is_said(documents: Documents, key: str) -> bool:
    return said(documents.settings.get("research") or {}, key) is not None


def lacking(needs: tuple[str, ...], documents: Documents) -> tuple[Ground, ...]:
    """Those of `needs` that these documents do not show."""
    grounds = (ground(name) for name in needs)
    return tuple(each for each in grounds if not each.holds(documents))
