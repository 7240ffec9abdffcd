"""Dutch words for codes, kinds and names, list by list; `wording` looks them up."""

from __future__ import annotations

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
REASONS = {
    "too few clients or providers": "te weinig cliënten of aanbieders",
    "joined with the ijkclient's own level, which has too few clients or providers": "samengevoegd met het niveau "
    "van de ijkcliënt, dat zelf te weinig cliënten of aanbieders heeft",
    "cannot be told apart from other factors within providers": "binnen aanbieders niet te onderscheiden van andere "
    "kenmerken",
    "rests on one provider: without it the term cannot be estimated": "rust op één aanbieder: zonder die aanbieder is "
    "er geen schatting",
    "at least 5 % of the episodes are at their cap": "ten minste 5% van de trajecten zit op het toegekende maximum",
    "fewer than 5 % of the episodes are at their cap": "minder dan 5% van de trajecten zit op het toegekende maximum",
    "with deliveries at the cap as lower limits nothing bounds some level or term from above": "met leveringen aan het "
    "maximum als ondergrens is er voor een aanbieder of niveau geen bovengrens",
    "no episode carries assigned minutes, so a cap cannot be seen": "bij geen traject is bekend hoeveel minuten er "
    "waren toegekend",
    "who is at the cap is not known without records, so deliveries at the cap count as delivered": "zonder gegevens "
    "per cliënt is niet bekend wie aan het maximum zit; wat aan het maximum is geleverd, telt als geleverd",
    "no vignette that was judged has this level": "geen beoordeelde casus heeft dit niveau",
    "the judged vignettes cannot tell this level apart from others": "met de beoordeelde casussen niet te "
    "onderscheiden van andere niveaus",
    "rests on one expert: without that expert it cannot be estimated": "rust op één deskundige",
    "there are not more judged vignettes than terms, so how certain this is cannot be said": "te weinig casussen om te "
    "zeggen hoe zeker dit is",
    "left out of the experts' model, because the judged vignettes cannot carry it beside the factors themselves": "te "
    "weinig verschillende casussen om dit van de deskundigen te weten",
    "the existing norms do not list this term": "het bestaande normenkader noemt dit niet",
    "stated in the study": "de studie heeft dit zo gekozen",
    "every episode counts alike": "elk traject telt even zwaar; sommen van aanbieders laten geen gewichten toe",
    "modified Park test": "een toets op de gegevens (Park) wijst dit aan",
    "the study says 'on'": "de studie heeft dit zo gekozen",
    "the study says 'off'": "de studie heeft dit zo gekozen",
}
UNITS = {
    "share": "aandeel",
    "slope": "helling",
    "rows": "regels",
    "episodes": "trajecten",
    "clients": "cliënten",
    "ratio": "keer",
    "p-value": "p-waarde",
    "number": "",
}
TABLES = {
    "episodes": "trajecten", "minutes": "tijdregistratie", "vignettes": "casusbeschrijvingen",
    "judgements": "oordelen van deskundigen", "assessments": "dubbele beoordelingen",
    "source_norms": "bestaand normenkader", "tariff": "prijzen", "study": "instellingen",
}  # fmt: skip
CHOICES = {
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
    "basis_not_accepted_put_back": "minuten die op een andere manier zijn verkregen, tellen mee",
    "concurrent_conflict_put_back": "tegelijk lopende trajecten tellen elk apart",
}  # fmt: skip
RULES = {
    "least_variation": "kleinste verschillen binnen de klassen",
    "least_within_variation": "kleinste verschillen binnen de klassen",
    "optimal": "de regel: kleinste verschillen binnen de klassen", "equal_shares": "evenveel cliënten per klasse",
    "equal_widths": "even brede klassen", "experts": "grenzen van de deskundigen",
}  # fmt: skip
RESEARCH = {
    "commissioned_by": "opdrachtgever", "performed_by": "uitvoerder", "interest": "belang bij de uitkomst",
    "panel": "deskundigen in het panel", "funding": "betaald door", "synthetic": "verzonnen gegevens",
    "independence": "onafhankelijkheid", "expertise": "deskundigheid",
}  # fmt: skip
# Longer phrases stand before the words they hold.
DIALECT = {
    "(cells such as 1.250 can be read two ways)": "(een getal als 1.250 is op twee manieren te lezen)",
    "in most columns": "in de meeste kolommen", "decimal comma": "decimale komma", "decimal point": "decimale punt",
    "no decimals": "geen decimalen", "typed numbers": "getallen als getal", "other delimiter": "ander scheidingsteken",
    "assumed": "aangenomen", "semicolon": "puntkomma", "comma": "komma", "sheet ": "blad ", "dates ": "datums ",
    " and ": " en ", "yyyy": "jjjj",
}  # fmt: skip
BAND_RULE = (
    "Elke klasse moet genoeg cliënten en aanbieders hebben en breed genoeg zijn. De ijkcliënt valt in de klasse die de "
    "studie noemt, als zij er een noemt, en nooit op een grens. Van alle indelingen met grenzen op veelvouden van de "
    "stap die aan deze eisen voldoen, is die gekozen waarbij de normen binnen een klasse het minst van elkaar "
    "verschillen: de kleinste som van kwadraten rond het gemiddelde van de klasse, geteld per cliënt. Zijn er meer "
    "indelingen even goed, dan geldt die met de laagste eerste grens, daarna die met de laagste tweede grens, "
    "enzovoort."
)
CHOSEN_BAND_RULE = (
    "De grenzen zijn door mensen gekozen. Ze volgen niet uit een regel. Welke grenzen de regel van de studie zou "
    "geven, en aan welke eisen de gekozen grenzen niet voldoen, staat bij de voorbehouden."
)
DEMANDS = {
    "min_share": "te weinig cliënten in een klasse", "min_providers": "te weinig aanbieders in een klasse",
    "min_width": "een klasse is te smal", "ijkclient_band": "de ijkcliënt valt in een andere klasse",
    "ijkclient_off_edge": "de ijkcliënt ligt op een grens", "n_bands": "een ander aantal klassen",
}  # fmt: skip
VERDICTS = {"agree": "eens", "conflict": "oneens", "silent": "niet te zeggen: de marge is te groot"}
PREMISES = {
    "same": "gelijk", "differs": "de tekst verschilt", "only_study": "staat alleen in deze studie",
    "only_source": "staat alleen in het bestaande normenkader",
}  # fmt: skip
SOURCES = {"data": "gegevens", "experts": "deskundigen", "source_norms": "bestaand normenkader"}
VARIANCE = {
    "constant": "de spreiding is overal gelijk", "mean": "de spreiding groeit mee met het gemiddelde",
    "mean_squared": "de spreiding groeit mee met het kwadraat van het gemiddelde",
}  # fmt: skip
LOSS = {
    "explained_unrounded": "Verklaard deel, onafgeronde norm", "explained_published": "Verklaard deel, normtabel",
    "share_below": "Aandeel cliënten dat met de normtabel lager uitkomt dan onafgerond",
    "share_below_unrounded": "Aandeel cliënten dat met de normtabel lager uitkomt dan onafgerond",
    "mean_minutes_below": "Hoeveel zij gemiddeld lager uitkomen",
    "minutes_below": "Hoeveel zij gemiddeld lager uitkomen",
    "minutes_below_unrounded": "Hoeveel zij gemiddeld lager uitkomen",
    "most_minutes_below": "Hoeveel minuten iemand ten hoogste lager uitkomt",
    "mean_difference": "Hoeveel alle cliënten samen gemiddeld hoger uitkomen; onder nul is lager",
    "share_below_zero": "Aandeel cliënten met een som onder nul, die als nul telt",
    "share_without_norm": "Aandeel cliënten met een niveau waarvoor geen norm is",
}  # fmt: skip
BASES = {
    "measured": "gemeten", "registered": "geregistreerd", "declared": "gedeclareerd", "planned": "gepland",
    "estimated": "geschat",
}  # fmt: skip
TIME = {"direct": "alleen directe tijd met de cliënt", "direct+indirect": "directe en indirecte tijd"}
