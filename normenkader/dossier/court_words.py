"""Dutch words for the chapters that speak to a court: what weighs most, what the method assumes, when to look again."""

from __future__ import annotations

# Reservations in the order in which a court would ask about them; others follow in their own order.
WEIGHTIEST = (
    "fewer_bands", "edges_chosen", "promise_kept", "few_providers", "open_conflict", "settled_conflict",
    "premises_differ", "source_norms_conflict", "losers_above_20_percent", "share_at_cap", "censored_need",
    "cap_counted_as_delivered",
    "ijkclient_unsupported", "unsupported_levels", "delivered_against_neutral", "provider_effects",
    "published_below_unrounded", "same_band", "same_band_uncertain", "no_margin", "experts_silent",
)  # fmt: skip

# What is assumed; why; the checks that could speak against it (a star: every check that begins so); where to read on.
ASSUMPTIONS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "De norm is een optelsom: een kenmerk telt even zwaar, wat de andere kenmerken ook zijn, behalve bij rijen met "
        "‘samen met’ en bij het aantal factoren van een groep.",
        "Een optelsom is op papier na te rekenen.",
        ("undeclared_interactions", "domains_add_up", "sum_does_not_bend", "sum_keeps_ceiling"), ("modelmaten",),
    ),
    (
        "Krijgt van twee cliënten van dezelfde aanbieder de één meer tijd, dan heeft die gemiddeld ook meer nodig.",
        "Alleen zo is behoefte te onderscheiden van de stijl van een aanbieder.",
        ("prmse_panel",), ("geleverd-en-nodig", "bronnen"),
    ),
    (
        "De gemiddelde aanbieder geeft gemiddeld wat nodig is.",
        "Het niveau van de norm is dat van de gemiddelde aanbieder. Geven alle aanbieders te weinig, dan is de norm "
        "te laag.",
        (), ("geleverd-en-nodig", "grenzen-van-de-gegevens"),
    ),
    (
        "Het toegekende maximum heeft de levering niet begrensd.",
        "Wie zijn maximum kreeg, kan meer nodig hebben gehad.",
        ("share_at_cap",), ("grenzen-van-de-gegevens", "andere-keuzes"),
    ),
    (
        "Kenmerken zijn goed genoteerd.",
        "De norm volgt de notatie, ook als die niet klopt.",
        ("reliability_of_minutes", "same_band", "intervals_bear_misreading", "one_level_too_heavy"),
        ("kenmerken", "klassen"),
    ),
    (
        "Geen kenmerk is een kopie van wat is toegekend.",
        "Anders herhaalt de norm de toekenning van vroeger.",
        ("factor_is_assigned_minutes", "leakage_alarm"), ("modelmaten",),
    ),
    (
        "Aanbieders en gemeenten die meededen, lijken op die niet meededen.",
        "De norm wordt ook daar gebruikt.",
        ("signal_at_unseen_*", "error_unseen*", "calibration_*"), ("modelmaten", "gegevens"),
    ),
    (
        "De meetperiode is een gewone tijd, en het maakt niet uit in welke week van een traject is gemeten.",
        "De norm geldt ook na de meting.",
        ("front_loading_*", "choices_within_stability"), ("tijd-in-traject", "andere-keuzes"),
    ),
    (
        "Waar de studie dat zegt, geeft een hoger niveau nooit minder tijd, of juist nooit meer.",
        "Toeval in de gegevens mag de volgorde van niveaus niet omkeren.",
        ("declared_directions",), ("kenmerken", "normtabel"),
    ),
    (
        "De norm klopt voor elke groep cliënten even goed.",
        "Gelijke gevallen worden gelijk behandeld.",
        ("fair_*",), ("modelmaten",),
    ),
)  # fmt: skip
