"""Plain Dutch for the codes, kinds and names that stand in the documents."""

from __future__ import annotations

import re

from normenkader.casemix.quality_words import QUALITY_MEASURES, QUALITY_REASONS_DUTCH
from normenkader.dossier.numbers import dutch_unit

SET_ASIDE = {
    "negative": "Het aantal minuten was lager dan nul. Dat kan niet.",
    "impossible": "De waarde kan niet bestaan: meer minuten dan een week heeft, geen getal, of geen datum.",
    "end_before_start": "De einddatum ligt vóór de begindatum.",
    "missing_factor": "Van de cliënt ontbreekt een kenmerk dat de norm nodig heeft.",
    "missing_minutes": "De minuten zijn niet ingevuld. Niet ingevuld is niet hetzelfde als nul.",
    "outside_window": "De regel valt buiten de meetperiode.",
    "duplicate": "Dezelfde regel stond er al. Hij telt één keer mee.",
    "orphan": "Minuten van een traject dat niet bekend is of dat zelf terzijde is gelegd.",
    "no_registration": "Van het hele traject is niets geregistreerd. Dat is niet hetzelfde als nul minuten.",
    "concurrent_conflict": "Eén cliënt had tegelijk trajecten waarvan de kenmerken elkaar tegenspreken.",
    "basis_not_accepted": "De minuten zijn verkregen op een manier die deze studie niet aanvaardt, zoals een planning.",
}
_REASONS = {
    "too few clients or providers": "te weinig cliënten of aanbieders",
    "cannot be told apart from other factors within providers": "binnen aanbieders niet te onderscheiden van andere "
    "kenmerken",
    "rests on one provider: without it the term cannot be estimated": "rust op één aanbieder: zonder die aanbieder is "
    "er geen schatting",
    "at least 5 % of the episodes are at their cap": "ten minste 5% van de trajecten zit op het toegekende maximum",
    "fewer than 5 % of the episodes are at their cap": "minder dan 5% van de trajecten zit op het toegekende maximum",
    "no episode carries assigned minutes, so a cap cannot be seen": "bij geen traject is bekend hoeveel minuten er "
    "waren toegekend",
    "the study says 'on'": "de studie heeft dit zo gekozen",
    "the study says 'off'": "de studie heeft dit zo gekozen",
}
_UNITS = {"share": "aandeel", "rows": "regels", "episodes": "trajecten", "clients": "cliënten", "p-value": "(p-waarde)"}
_TABLES = {
    "episodes": "trajecten", "minutes": "tijdregistratie", "vignettes": "casusbeschrijvingen",
    "judgements": "oordelen van deskundigen", "assessments": "dubbele beoordelingen",
    "source_norms": "bestaand normenkader", "study": "instellingen",
}  # fmt: skip
_NAMES = {
    "orientation": "gerichtheid", "duration_weeks": "duur in weken", "own_strength": "eigen kracht",
    "network": "netwerk", "ijkclient": "ijkcliënt", "synthetic": "verzonnen gegevens",
}  # fmt: skip
_CHOICES = {
    "data": "alle gegevens, zoals gekozen", "censored": "met correctie voor het toegekende maximum",
    "uncensored": "zonder correctie voor het toegekende maximum",
    "censoring_on": "met correctie voor het toegekende maximum",
    "censoring_off": "zonder correctie voor het toegekende maximum",
    "unregistered_as_zero": "trajecten zonder registratie tellen als nul minuten",
    "as_delivered": "zoals geleverd, zonder correctie voor de stijl van aanbieders",
    "pooled": "zoals geleverd, zonder correctie voor de stijl van aanbieders",
    "reml": "met aanbieders als toevallige groepen (REML)",
    "set_aside_included": "met de regels die terzijde zijn gelegd",
    "unrounded": "met de onafgeronde norm",
}  # fmt: skip
_RULES = {
    "least_variation": "kleinste verschillen binnen de klassen",
    "least_within_variation": "kleinste verschillen binnen de klassen",
    "optimal": "kleinste verschillen binnen de klassen", "equal_shares": "evenveel cliënten per klasse",
    "equal_widths": "even brede klassen", "experts": "grenzen van de deskundigen",
}  # fmt: skip
_DEMANDS = {
    "min_share": "te weinig cliënten in een klasse", "min_providers": "te weinig aanbieders in een klasse",
    "min_width": "een klasse is te smal", "ijkclient_band": "de ijkcliënt valt in een andere klasse",
    "ijkclient_off_edge": "de ijkcliënt ligt op een grens", "n_bands": "een ander aantal klassen",
}  # fmt: skip
_VERDICTS = {"agree": "eens", "conflict": "oneens", "silent": "niet te zeggen: de marge is te groot"}
_SOURCES = {"data": "gegevens", "experts": "deskundigen", "source_norms": "bestaand normenkader"}
_VARIANCE = {
    "constant": "de spreiding is overal gelijk", "mean": "de spreiding groeit mee met het gemiddelde",
    "mean_squared": "de spreiding groeit mee met het kwadraat van het gemiddelde",
}  # fmt: skip
_LOSS = {
    "explained_unrounded": "Verklaard deel, onafgeronde norm", "explained_published": "Verklaard deel, normtabel",
    "share_below": "Aandeel cliënten dat met de normtabel lager uitkomt dan onafgerond",
    "share_below_unrounded": "Aandeel cliënten dat met de normtabel lager uitkomt dan onafgerond",
    "mean_minutes_below": "Hoeveel minuten zij gemiddeld lager uitkomen",
    "minutes_below": "Hoeveel minuten zij gemiddeld lager uitkomen",
    "minutes_below_unrounded": "Hoeveel minuten zij gemiddeld lager uitkomen",
    "most_minutes_below": "Hoeveel minuten iemand ten hoogste lager uitkomt",
    "share_below_zero": "Aandeel cliënten met een som onder nul, die als nul telt",
    "share_without_norm": "Aandeel cliënten met een niveau waarvoor geen norm is",
}  # fmt: skip
_BASES = {
    "measured": "gemeten", "registered": "geregistreerd", "declared": "gedeclareerd", "planned": "gepland",
    "estimated": "geschat",
}  # fmt: skip
_TIME = {"direct": "alleen directe tijd met de cliënt", "direct+indirect": "directe en indirecte tijd"}


def name(code: str) -> str:
    """Readable name of a factor: known ones in Dutch, others with spaces."""
    if code.startswith("n_"):
        return f"aantal factoren ‘{name(code.removeprefix('n_'))}’ boven het laagste niveau"
    return _NAMES.get(code, code.replace("_", " "))


def level(text: str) -> str:
    """A level in words: ``<=13`` reads ``13 of minder``; other levels stand as they are."""
    if match := re.fullmatch(r"<=([\d.]+)", text):
        return f"{_comma(match[1])} of minder"
    if match := re.fullmatch(r">([\d.]+)", text):
        return f"meer dan {_comma(match[1])}"
    if match := re.fullmatch(r">([\d.]+)-([\d.]+)", text):
        return f"meer dan {_comma(match[1])} t/m {_comma(match[2])}"
    if match := re.fullmatch(r"(\d+)-(\d+)", text):
        return f"{match[1]} t/m {match[2]}"
    return text


def quality(code: str) -> str:
    """A finding of the data-quality report in a sentence."""
    return QUALITY_MEASURES[code].dutch if code in QUALITY_MEASURES else _plain(code)


def reason(text: str | None) -> str:
    """Why there is no value, without a full stop: known reasons in Dutch, others as they stand."""
    known = {**QUALITY_REASONS_DUTCH, **_REASONS}
    return known.get(text or "", text or "te weinig gegevens").rstrip(".")


def unit(text: str) -> str:
    """A unit of a measure: ``share`` and the like, else a unit of time."""
    return _UNITS.get(text, dutch_unit(text))


def loss(code: str) -> str:
    """What one figure of the norm table's loss says."""
    return _LOSS.get(code, _plain(code))


def _lookup(words: dict[str, str], code: str) -> str:
    return words.get(code, _plain(code))


def table(code: str) -> str:
    """Name of an input table."""
    return _lookup(_TABLES, code)


def choice(code: str) -> str:
    """Another fit under which edges were derived."""
    return _lookup(_CHOICES, code)


def rule(code: str) -> str:
    """A rule for edges; a full sentence of the documents stands as it is."""
    return code if " " in code else _lookup(_RULES, code)


def demand(code: str) -> str:
    """A demand on the bands that a rival rule breaks."""
    return _lookup(_DEMANDS, code)


def verdict(code: str) -> str:
    """Verdict of a comparison of two sources."""
    return _lookup(_VERDICTS, code)


def source(code: str) -> str:
    """One of the sources that are compared."""
    return _lookup(_SOURCES, code)


def variance(code: str) -> str:
    """Rule for the spread around the norm."""
    return _lookup(_VARIANCE, code)


def basis(code: str) -> str:
    """How minutes were obtained."""
    return _lookup(_BASES, code)


def time_definition(code: str) -> str:
    """Which time counts."""
    return _lookup(_TIME, code)


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _comma(number: str) -> str:
    return number.replace(".", ",")
