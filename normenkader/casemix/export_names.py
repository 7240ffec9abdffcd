"""How Dutch exports name the columns of the contract, and scales that they use: what `init` recognises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from normenkader.settings import RESERVED_NAMES

_NUMBERED = ("nummer", "nr", "id", "code", "pseudo", "pseudoniem", "kenmerk", "volgnummer")


def _numbered(*stems: str) -> tuple[str, ...]:
    return (*stems, *(stem + ending for stem in stems for ending in _NUMBERED))


#: Contract column to names in exports, each as `squeezed` gives it; the first match in this order wins.
EPISODE_NAMES: dict[str, tuple[str, ...]] = {
    "client": (*_numbered("client", "clienten", "deelnemer", "inwoner"), "pseudoniem", "pseudo", "pseudoid"),
    "provider": (*_numbered("provider", "aanbieder", "zorgaanbieder", "organisatie", "instelling"), "aanbiedernaam",
                 "naamaanbieder", "naamzorgaanbieder", "agb", "agbcode"),
    "municipality": ("municipality", "gemeente", "gemeentenaam", "gemeentecode", "gemeentenr", "woongemeente"),
    "episode": (*_numbered("episode", "traject", "zorgtraject", "ondersteuningstraject", "indicatie", "toewijzing",
                           "toewijzings", "beschikking", "beschikkings"),),
    "start": ("start", "startdatum", "begindatum", "ingangsdatum", "datumstart", "datumbegin", "datumingang", "begin",
              "ingang", "startzorg", "aanvang", "aanvangsdatum", "toewijzingingangsdatum", "vanaf"),
    "end": ("end", "einddatum", "datumeinde", "datumeind", "einde", "eind", "stopdatum", "eindezorg", "totenmet", "tm",
            "toewijzingeinddatum"),
    "minutes": ("minutes", "minuten", "totaalminuten", "minutentotaal", "totaalaantalminuten", "aantalminuten",
                "geleverdeminuten", "minutengeleverd", "bestedeminuten", "minuteninperiode", "minutenperiode"),
    "exposure_days": ("exposuredays", "aantaldagen", "dagen", "dageninzorg", "dagenopen", "meetdagen", "dagenperiode"),
    "assigned_minutes_per_week": (
        "assignedminutesperweek", "toegekendeminutenperweek", "toegewezenminutenperweek", "beschikteminutenperweek",
        "geindiceerdeminutenperweek", "indicatieminutenperweek", "minutenperweektoegekend", "minutenperweekbeschikt",
        "minutenperweekgeindiceerd", "maximumminutenperweek", "maxminutenperweek",
    ),
    "minutes_basis": ("minutesbasis", "basisminuten", "herkomstminuten", "grondslagminuten", "grondslag",
                      "registratiewijze"),
    "product": _numbered("product"),
    "target_group": ("targetgroup", "doelgroep", "clientgroep", "doelgroepclient"),
    "need_met": ("needmet", "behoeftevervuld", "behoeftegedekt", "voldoendeondersteuning"),
}  # fmt: skip

MINUTES_NAMES: dict[str, tuple[str, ...]] = {
    "episode": EPISODE_NAMES["episode"],
    "date": ("date", "datum", "contactdatum", "datumcontact", "registratiedatum", "leverdatum", "datumlevering", "dag"),
    "minutes_direct": ("minutesdirect", "directeminuten", "minutendirect", "directetijd", "clientgebondenminuten",
                       "contactminuten", "minutes", "minuten", "aantalminuten", "tijdminuten", "duur", "duurminuten",
                       "duurinminuten", "tijd"),
    "minutes_indirect": ("minutesindirect", "indirecteminuten", "minutenindirect", "indirecttijd", "indirectetijd",
                         "nietclientgebondenminuten"),
    "contact": (*_numbered("contact", "registratie", "afspraak"), "regelnummer", "regelid"),
}  # fmt: skip

#: Factor names of the contract's examples, for columns that exports name in Dutch.
FACTOR_NAMES: dict[str, tuple[str, ...]] = {
    "orientation": ("orientation", "orientatie", "gerichtheid", "behoudofontwikkel", "behoudontwikkel",
                    "doel", "soortdoel"),
    "duration_weeks": ("durationweeks", "duurweken", "duurinweken", "looptijdweken", "looptijdinweken", "weken"),
    "own_strength": ("ownstrength", "eigenkracht"),
    "network": ("network", "netwerk", "sociaalnetwerk"),
}  # fmt: skip

#: Scales whose words have an order, lowest first. They are vocabulary, so naming one tells nothing of any client.
SCALES: tuple[tuple[str, ...], ...] = (
    ("geen", "licht", "matig", "zwaar"),
    ("geen", "licht", "matig", "ernstig"),
    ("geen", "licht", "zwaar"),
    ("licht", "matig", "zwaar"),
    ("licht", "midden", "zwaar"),
    ("geen", "weinig", "enige", "veel"),
    ("weinig", "enige", "veel"),
    ("geen", "enige", "veel"),
    ("geen", "beperkt", "steunend"),
    ("weinig", "voldoende", "veel"),
    ("zwak", "matig", "sterk"),
    ("laag", "midden", "hoog"),
    ("laag", "gemiddeld", "hoog"),
    ("klein", "middel", "groot"),
    ("nooit", "soms", "vaak", "altijd"),
    ("nee", "ja"),
    ("behoudgericht", "ontwikkelgericht"),
)
UNORDERED = (("behoudgericht", "ontwikkelgericht"),)

#: The eleven resultaatgebieden of FAQT-V (Factum) as exports write them: factors of the group ``leefgebied``.
LEEFGEBIEDEN: dict[str, tuple[str, ...]] = {
    "persoonlijk_functioneren": ("persoonlijkfunctioneren",),
    "sociaal_functioneren": ("sociaalfunctioneren",),
    "gezondheid_zelfzorg": ("gezondheidenzelfzorg", "gezondheidzelfzorg"),
    "verplaatsen_vervoer": ("verplaatsenenvervoer", "verplaatsenvervoer"),
    "dagbesteding": ("dagbesteding",),
    "vrije_tijd": ("vrijetijd",),
    "regie_huishouden": ("regiebijhethuishouden", "regiehuishouden", "regiehethuishouden"),
    "financien": ("financien",),
    "justitie": ("justitie",),
    "verslaving": ("verslaving",),
    "wonen": ("wonen",),
}
_GROUP = "leefgebied"
_GROUP_WORDS = re.compile(r"^(leefgebied|resultaatgebied)(en)?")


def unaccented(name: str) -> str:
    """`name` in lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


def squeezed(name: str) -> str:
    """`name` for comparing: lower case, without accents, spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", unaccented(name))


def factor_name(column: str) -> str:
    """A factor name for a local column: the contract's where one is known, else the column's own words."""
    flat = squeezed(column)
    known = next((name for name, others in FACTOR_NAMES.items() if flat in others), "")
    area = next((name for name, others in LEEFGEBIEDEN.items() if _GROUP_WORDS.sub("", flat) in others), "")
    words = re.sub(r"[^a-z0-9]+", "_", unaccented(column)).strip("_")
    free = words[:1].isalpha() and words not in (*RESERVED_NAMES, f"n_{_GROUP}")
    own = words if free else f"factor_{words}".rstrip("_")
    return known or (f"{_GROUP}_{area}" if area else own)


def is_leefgebied(column: str) -> bool:
    """Whether a column is one of the leefgebieden, by its own name or because it says so."""
    return factor_name(column).startswith(_GROUP) or _GROUP_WORDS.match(squeezed(column)) is not None


def recognised(header: Iterable[str], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Contract column to the column of `header` that it is; every local column serves once.

    A remark in brackets or behind a comma is passed over where the whole name says nothing: ``Cliëntnummer (pseudo)``.
    """
    flat = {name: {squeezed(name), squeezed(re.split(r"[(\[,:]", name)[0])} for name in header if name}
    found: dict[str, str] = {}
    for contract, synonyms in names.items():
        for synonym in synonyms:
            local = next(
                (name for name, forms in flat.items() if synonym in forms and name not in found.values()), None
            )
            if local is not None:
                found[contract] = local
                break
    return found
