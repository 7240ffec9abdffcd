"""Column names that say that a column holds personal data, and those that only seem to."""

from __future__ import annotations

import re
import unicodedata

BSN, NAME, ADDRESS, BIRTH_DATE = "bsn", "name", "address", "birth_date"
PHONE, EMAIL, IBAN, FREE_TEXT, POSTCODE = "phone", "email", "iban", "free_text", "postcode"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STRICT = (BSN, BIRTH_DATE, EMAIL, IBAN)
"""Kinds for which no other word in the name, and no use of the column, is an excuse."""

_MEASURES = _words("minuten minutes min uren uur hours aantal duur count kosten tarief score datum date code type")
_THINGS = _words("""
    aanbieder aanbieders zorgaanbieder provider providers organisatie organisation organization instelling gemeente
    gemeenten municipality regio regios region provincie provincies ggd wijk buurt plaats woonplaats product producten
    voorziening dienst service factor niveau level perceel bestand file team locatie location kolom column variabele
    variable veld field traject vestiging facility clinic hospital afdeling bedrijf company categorie category groep
    group klasse class band arrangement leefgebied activiteit taak module eenheid unit contract land country county
    state functie rol beroep discipline studie study onderzoek item chain kenmerk zorgsoort
    """)
_PERSONS = _words("""
    client clienten clients patient persoon persoons personen person burger inwoner medewerker hulpverlener begeleider
    behandelaar contactpersoon expert deskundige assessor beoordelaar employee worker partner kind ouder moeder vader
    voogd mantelzorger huisarts arts vertegenwoordiger first last sur full given family maiden middle voor achter roep
    meisjes geslachts familie gebruikers gebruiker user
    """)
_ENGLISH_NAMES = _words("""
    name names firstname lastname surname fullname forename familyname givenname maidenname nickname username
    clientname patientname namen voornamen achternamen voorletters voorletter initialen initials tussenvoegsel
    voorvoegsel tussenvoegsels voorvoegsels
    """)
_NO_NAMES = _words("aangenaam onaangenaam")
_ADDRESSES = _words("address addresses street streetname straat straatnaam huisnummer huisnr huisletter housenumber")
_PHONES = _words("tel telnr telnummer gsm phone phonenumber telephone mobielnummer mobielnr mobile")
_EMAILS = _words("email emails emailadres emailaddress mail mailadres")
_IBANS = _words("iban rekeningnummer rekeningnr bankrekening bankrekeningnummer banknummer")
_FREE_TEXTS = _words("memo comment comments remark remarks note notes opm freetext vrijveld")
_FREE_TEXT_STEMS = ("toelichting", "opmerking", "notitie", "aantekening", "vrijetekst", "bijzonderhe", "commentaar")
_BIRTH_STEMS = (
    "geboortedat",
    "geboortedag",
    "geboorteplaats",
    "gebdat",
    "gbdat",
    "birthdate",
    "dateofbirth",
    "birthday",
)


def kind_of_name(name: str, *, is_factor: bool = False, is_organisation: bool = False) -> str:
    """Kind of personal data that a column name announces; empty when none.

    A name is read word by word (``naam_aanbieder``, ``clientNaam``, ``Cliëntnaam`` alike). The name of a thing or an
    organisation is no personal data unless a word for a person stands beside it; nor is a count or duration
    (``aantal_opmerkingen``, ``telefoon_minuten``).

    Parameters
    ----------
    name : str
        Column name as the file has it.
    is_factor : bool
        The study uses the column as a factor, so that its cells are levels that the study names.
    is_organisation : bool
        The study uses the column as provider, municipality, product or employer.
    """
    words = words_of(name)
    kind = next((kind for kind, holds in _TESTS if holds(words)), "")
    if kind in _STRICT or not kind or kind == POSTCODE:
        return kind
    if is_factor or _MEASURES & set(words):
        return ""
    if kind in (NAME, ADDRESS) and not _about_person(words) and (is_organisation or _about_thing(words)):
        return ""
    return kind


def words_of(name: str) -> list[str]:
    """Words of a column name: without accents, lower case, split at signs and at capitals inside a word."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower())


def _is_bsn(words: list[str]) -> bool:
    ends = any(word.startswith("bsn") or word.endswith("bsn") or word.startswith("sofi") for word in words)
    return ends or "ssn" in words or any(stem in "".join(words) for stem in ("burgerservice", "socialsecurity"))


def _is_birth_date(words: list[str]) -> bool:
    if {"dob", "geboren"} & set(words) or any(stem in "".join(words) for stem in _BIRTH_STEMS):
        return True
    return bool({"geboorte", "birth", "born"} & set(words)) and not {"jaar", "year"} & set(words)


def _is_name(words: list[str]) -> bool:
    return any(_is_name_word(word) for word in words)


def _is_name_word(word: str) -> bool:
    # Dutch "opname", "deelname" end in "name" and are no names, so English compounds are listed one by one.
    return word in _ENGLISH_NAMES or (word.endswith("naam") and word not in _NO_NAMES)


def _is_address(words: list[str]) -> bool:
    return any(word in _ADDRESSES or word.startswith("adres") or word.endswith("adres") for word in words)


def _is_phone(words: list[str]) -> bool:
    known = bool(_PHONES & set(words)) or {"mobiel", "nummer"} <= set(words)
    return known or any(word.startswith("telefoon") for word in words)


def _is_email(words: list[str]) -> bool:
    return bool(_EMAILS & set(words))


def _is_iban(words: list[str]) -> bool:
    return bool(_IBANS & set(words))


def _is_free_text(words: list[str]) -> bool:
    found = set(words)
    apart = bool({"vrij", "vrije", "free", "open"} & found) and bool({"tekst", "text", "tekstveld", "veld"} & found)
    return apart or bool(_FREE_TEXTS & found) or any(stem in word for stem in _FREE_TEXT_STEMS for word in words)


def _is_postcode(words: list[str]) -> bool:
    return any(w.startswith("postcode") or w in ("pc6", "zip", "zipcode", "postalcode", "postal") for w in words)


def _about_person(words: list[str]) -> bool:
    return bool(_PERSONS & _with_prefixes(words))


def _about_thing(words: list[str]) -> bool:
    return bool(_THINGS & _with_prefixes(words))


def _with_prefixes(words: list[str]) -> set[str]:
    """Words, and what stands before naam or adres in a compound: ``aanbieder`` of ``aanbiedersnaam``."""
    stems = [word.removesuffix(end) for word in words for end in ("naam", "adres", "name") if word.endswith(end)]
    return {*words, *stems, *(stem.removesuffix("s") for stem in stems)}


_TESTS = (
    (BSN, _is_bsn),
    (BIRTH_DATE, _is_birth_date),
    (EMAIL, _is_email),
    (IBAN, _is_iban),
    (POSTCODE, _is_postcode),
    (PHONE, _is_phone),
    (ADDRESS, _is_address),
    (FREE_TEXT, _is_free_text),
    (NAME, _is_name),
)
