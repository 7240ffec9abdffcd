"""The rules of disclosure in plain Dutch, with the numbers of the study."""

from __future__ import annotations

from normenkader.settings import DisclosureSettings


def rules_in_words(settings: DisclosureSettings) -> tuple[str, ...]:
    """The rules in force, one paragraph each, for the dossier's chapter on privacy."""
    least, step, providers = settings.min_clients, settings.round_to, settings.min_providers
    return (
        f"Een aantal cliënten onder {least} wordt niet getoond, nul ook niet. Andere aantallen zijn afgerond op een "
        f"veelvoud van {step}.",
        f"Cijfers over minder dan {providers} aanbieders worden niet getoond.",
        "Als een weggelaten aantal uit het totaal en de andere aantallen te berekenen zou zijn, is ook het "
        "eerstvolgende kleine aantal weggelaten. Van een klein aantal is daardoor niet meer te weten dan dat het onder "
        f"{least} ligt. Een aantal dat ontbreekt, hoeft dus niet klein te zijn.",
        "Een aandeel staat in hele procenten, en alleen als zowel wie het betreft als wie het niet betreft ten minste "
        f"{least} cliënten zijn. In een grote groep kan een aandeel van bijna niemand of bijna iedereen wel worden "
        f"getoond, afgerond op een stap van ten minste {2 * least} cliënten.",
        "Aandelen van alle cliënten samen, zoals hoeveel cliënten door een andere keuze van klasse veranderen, zijn "
        f"afgerond op een stap van ten minste {2 * least} cliënten.",
        f"De mediaan staat er vanaf {2 * least} cliënten, het 10e en het 90e percentiel vanaf {10 * least}: aan elke "
        f"kant liggen dan ten minste {least} cliënten. De kleinste en de grootste waarde worden nooit getoond.",
        f"Een gemiddeld aantal minuten wordt niet getoond als de {_largest(settings.dominant_providers)} meer dan "
        f"{100 * settings.dominant_share:.0f}% van de minuten leveren of krijgen. Zou het uit de andere gemiddelden te "
        "berekenen zijn, dan ontbreekt ook het eerstvolgende kleine.",
        "Het uitvalregister (ledger) noemt aantallen regels en regelnummers precies. Het is niet voor publicatie.",
    )


def _largest(n: int) -> str:
    return "grootste aanbieder of cliënt" if n == 1 else f"{n} grootste aanbieders of cliënten samen"
