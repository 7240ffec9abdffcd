"""Dutch words for other choices, groups of clients and measures by number of bands."""

from __future__ import annotations

DIMENSIONS = {
    "link": "vorm van de norm", "variance": "spreiding rond de norm", "window": "meetperiode",
    "thin_levels": "niveaus met te weinig cliënten", "provider_weights": "gewicht van aanbieders",
    "capped": "leveringen op het maximum", "provider_left_out": "telkens één aanbieder weg",
}  # fmt: skip
OPTIONS = {
    "identity": "optellen", "log": "vermenigvuldigen", "constant": "overal gelijk", "mean": "groeit met het gemiddelde",
    "mean_squared": "groeit met het kwadraat", "whole": "hele periode", "first_half": "eerste helft",
    "second_half": "tweede helft", "merge": "samen met het buurniveau", "blank": "geen norm",
    "clients": "naar cliënten", "equal": "elke aanbieder even zwaar", "as_need": "telt als behoefte",
    "lower_limit": "telt als ondergrens", "left_out": "weggelaten",
}  # fmt: skip
PUT_BACK = {
    "zero_minutes": "tellen als nul minuten", "as_delivered": "tellen mee zoals opgegeven",
    "separate_episodes": "tellen elk apart mee",
}  # fmt: skip
GROUPS = {"all": "alle cliënten", "municipality": "gemeente", "product": "product",
          "target_group": "doelgroep"}  # fmt: skip
BASELINES = {
    "assigned": "Nu: de toegewezen minuten",
    "product_average": "Nu: wat cliënten met hetzelfde product gemiddeld krijgen",
}
CONDITIONS = {
    "rechtszekerheid": "Rechtszekerheid", "flexibiliteit": "Flexibiliteit", "kwaliteit": "Kwaliteit",
    "doelmatigheid": "Doelmatigheid", "administratieve_lasten": "Beperking van administratieve lasten",
}  # fmt: skip
MEASURES = {
    "same_band": "Twee beoordelaars kiezen dezelfde klasse",
    "share_in_doubt": "Cliënten in een twijfelzone",
    "promise_kept": "Heeft ten minste de ondergrens nodig, in de klasse waar dat het minst is",
    "guaranteed": "Deel van de normminuten dat de ondergrens zeker stelt",
    "mean_width": "Gemiddelde breedte van een klasse",
    "periods_within": "Perioden van vier weken met levering binnen de eigen klasse",
    "explained_unseen": "Verklaarde verschillen in levering bij nieuwe aanbieders",
    "fits_below_upper": "Heeft minder nodig dan de bovengrens, in de klasse waar dat het minst is",
    "explained_of_norm": "Verklaarde verschillen in norm",
    "sd_within": "Spreiding van de norm binnen een klasse",
    "cost_of_doubt": "Kosten als twijfel de hogere klasse geeft (1 is zonder die regel)",
    "n_bands": "Aantal klassen om uit te voeren",
    "moved_by_one_fact": "Eén kenmerk een niveau anders geeft een andere klasse",
    "bands_keeping_promise": "Klassen die de belofte houden",
    "mean_doubt_width": "Gemiddelde breedte van een twijfelzone",
}  # fmt: skip
BETTER = {"higher": "hoger", "lower": "lager"}


def option(code: str) -> str:
    """One option of a choice."""
    return OPTIONS.get(code, code.replace("_", " "))


def dimension(code: str) -> str:
    """One choice."""
    return DIMENSIONS.get(code, code.replace("_", " "))


def put_back(code: str) -> str:
    """How rows that were set aside were put back."""
    return PUT_BACK.get(code, code.replace("_", " "))


def group(code: str) -> str:
    """What clients are grouped by; empty when only the study knows."""
    return GROUPS.get(code, "")


def baseline(code: str) -> str:
    """What clients have now."""
    return BASELINES.get(code, code.replace("_", " "))


def condition(code: str) -> str:
    """One of the municipality's five conditions."""
    return CONDITIONS.get(code, code.replace("_", " "))


def measure(code: str) -> str:
    """One measure by number of bands."""
    return MEASURES.get(code, code.replace("_", " "))


def better(code: str) -> str:
    """Which side of a measure is the better one."""
    return BETTER[code]
