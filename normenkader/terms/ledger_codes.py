"""The codes of the ledger: why a row does not count."""

from __future__ import annotations

from normenkader.terms.term import OURS, terms_of

LEDGER_CODES = terms_of(
    OURS,
    ("negative", "lager dan nul", "negative",
     "Het aantal minuten is lager dan nul. Dat kan niet."),
    ("impossible", "kan niet bestaan", "impossible",
     "De waarde kan niet: meer minuten dan een week heeft, geen getal of geen datum."),
    ("end_before_start", "einde vóór begin", "end before start",
     "De einddatum ligt vóór de begindatum."),
    ("missing_factor", "kenmerk ontbreekt", "missing factor",
     "Een kenmerk dat de norm nodig heeft, is niet ingevuld."),
    ("missing_minutes", "minuten ontbreken", "missing minutes",
     "De minuten zijn niet ingevuld. Dat is iets anders dan nul."),
    ("outside_window", "buiten de meetperiode", "outside the window",
     "De regel valt buiten de meetperiode."),
    ("duplicate", "dubbel", "duplicate",
     "Dezelfde regel stond er al. Hij telt één keer."),
    ("orphan", "zonder traject", "orphan",
     "Deze minuten horen bij een traject dat niet bekend is of niet meetelt."),
    ("no_registration", "geen registratie", "no registration",
     "Van het traject is niets geregistreerd. Dat is iets anders dan nul minuten."),
    ("concurrent_conflict", "tegenstrijdige trajecten", "concurrent conflict",
     "Eén cliënt heeft tegelijk trajecten met verschillende kenmerken."),
    ("basis_not_accepted", "herkomst niet aanvaard", "basis not accepted",
     "De minuten zijn verkregen op een manier die de studie niet aanvaardt, zoals een planning."),
)  # fmt: skip
