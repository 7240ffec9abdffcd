"""The Algoritmeregister's texts in plain Dutch (B1), from what a calibration shows and what the law asks."""

from __future__ import annotations

from normenkader.dossier import numbers, wording
from normenkader.dossier.documents import Document, Documents
from normenkader.terms.units import in_unit

NOTE = (
    "Concept. Wat onder ‘open’ staat, kan alleen de organisatie zelf invullen. De wetsartikelen zijn niet door een "
    "jurist nagelezen. Wie het register aanlevert, is verantwoordelijk voor de inhoud."
)
NAME = "Norm en klasse berekenen voor minuten ondersteuning (Wmo)"
SHORT = (
    "Deze rekenregel telt minuten op voor wat er bij een inwoner speelt. De som bepaalt in welke klasse de inwoner "
    "valt en hoeveel tijd hij ten minste krijgt. Een medewerker vult de kenmerken in en kan afwijken. Daarna maken "
    "inwoner en aanbieder een plan."
)
GOAL = (
    "Doel: inwoners met een vergelijkbare situatie krijgen vergelijkbaar veel ondersteuning, en iedereen kan narekenen "
    "waarom. Impact: de klasse bepaalt de tijd die een inwoner ten minste krijgt tot er een plan is. In het plan staat "
    "de werkelijke tijd."
)
HUMAN = (
    "Een medewerker onderzoekt de situatie van de inwoner en vult de kenmerken in. De som is met pen en papier te "
    "maken. De medewerker kan en moet afwijken als de uitkomst niet past. De inwoner kan bezwaar maken."
)
LAW = (
    "Wet maatschappelijke ondersteuning 2015, artikelen 2.3.2 en 2.3.5: de gemeente onderzoekt wat nodig is en geeft "
    "een passende bijdrage. Algemene wet bestuursrecht, artikel 4:84: van een beleidsregel wordt afgeweken als dat "
    "nodig is."
)


def own_fields(documents: Documents) -> Document:
    """Fields that follow from the calibration itself, in what the study counts."""
    unit = documents.settings["study"]["unit"]
    fields = _fields(documents)
    return {name: in_unit(unit, text) if isinstance(text, str) else text for name, text in fields.items()}


def _fields(documents: Documents) -> Document:
    return {
        "name": NAME, "description_short": SHORT, "category": ["Zorg en gezondheid"], "goal": GOAL,
        "proportionality": _proportionality(documents), "human_intervention": HUMAN, "risks": _risks(documents),
        "lawful_basis": LAW, "source_data": _source_data(documents), "methods_and_models": _method(documents),
        "lang": "nld", "standard_version": "1.0", "source_id": documents.calibration_number,
        "tags": "Wmo, maatschappelijke ondersteuning, begeleiding, normtijden, minuten, klassen",
    }  # fmt: skip


def _proportionality(documents: Documents) -> str:
    rivals = len(documents.bands.get("rivals") or ())
    looked = f" Andere regels voor de grenzen zijn nagegaan: {rivals}." if rivals else ""
    return (
        "Voordeel: de uitkomst is na te rekenen en voor iedereen gelijk. Nadeel: een norm is een gemiddelde en past "
        "niet bij iedereen; daarom is er een plan en kan worden afgeweken. Het alternatief is dat elke medewerker zelf "
        f"schat.{looked} Een model dat niet op papier is na te rekenen, is niet gebruikt."
    )


def _risks(documents: Documents) -> str:
    reservations = documents.bands.get("reservations") or ()
    fairness = "De fout is per groep inwoners gemeten." if documents.validation.get("fairness") else (
        "De fout per groep inwoners is niet gemeten."
    )  # fmt: skip
    return (
        f"Risico’s: de norm kan voor een inwoner te laag zijn; kenmerken kunnen verkeerd zijn ingevuld; geleverde tijd "
        f"is niet hetzelfde als nodige tijd. {fairness} Het dossier noemt {len(reservations)} voorbehouden. Kleine "
        "aantallen worden niet getoond. Bij nieuwe gegevens of een nieuwe uitspraak wordt de norm opnieuw bekeken."
    )


def _source_data(documents: Documents) -> str:
    settings, model = documents.settings, documents.norms.get("model") or {}
    window = " t/m ".join(numbers.dutch_date(str(day)) for day in settings["study"]["window"])
    providers = numbers.count(model.get("n_providers"), least=settings["disclosure"]["min_providers"])
    factors = ", ".join(wording.name(factor["name"]) for factor in settings["factor"])
    return (
        f"Bij het maken: geregistreerde tijd van {providers} aanbieders, {window}, met pseudoniemen. Geen naam, adres, "
        f"geboortedatum of burgerservicenummer. Bij het gebruik: de kenmerken van de inwoner, namelijk {factors}."
    )


def _method(documents: Documents) -> str:
    n_bands, terms = len(documents.bands["bands"]), len(documents.norms["terms"])
    return (
        f"Niet zelflerend. Een optelsom: beginminuten plus of min de minuten van elk kenmerk ({terms} rijen), in hele "
        f"stappen van {documents.settings['model']['step']}. De som valt in een van {n_bands} klassen met vaste "
        "grenzen. De minuten zijn geschat binnen aanbieders, zodat de stijl van een aanbieder niet meetelt. Elke keuze "
        "en elk getal staat in het dossier met hetzelfde kalibratienummer."
    )
