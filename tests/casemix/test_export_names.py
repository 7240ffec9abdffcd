"""Column names of Dutch exports."""

from __future__ import annotations

import pytest

from normenkader.casemix.export_names import (
    EPISODE_NAMES,
    MINUTES_NAMES,
    SCALES,
    factor_name,
    is_leefgebied,
    recognised,
    squeezed,
)


@pytest.mark.parametrize(
    ("local", "contract"),
    [
        ("Cliëntnummer (pseudo)", "client"), ("CLIENTNR.", "client"), ("cliënt-id", "client"),
        ("Clie\u0308nt", "client"),
        ("Zorgaanbieder", "provider"), ("Naam aanbieder", "provider"), ("Gemeente", "municipality"),
        ("Toewijzingsnummer", "episode"), ("traject_nr", "episode"),
        ("Start datum", "start"), ("Ingangsdatum", "start"),
        ("Einddatum", "end"), ("T/m", "end"), ("Totaal minuten", "minutes"), ("Minuten, totaal", "minutes"),
        ("Aantal dagen", "exposure_days"), ("Toegekende minuten per week", "assigned_minutes_per_week"),
        ("Herkomst minuten", "minutes_basis"), ("Productcode", "product"), ("Behoefte gedekt", "need_met"),
    ],
)  # fmt: skip
def test_a_local_name_is_recognised(local: str, contract: str) -> None:
    assert recognised([local], EPISODE_NAMES) == {contract: local}


@pytest.mark.parametrize("name", [*EPISODE_NAMES])
def test_the_contracts_own_name_is_recognised(name: str) -> None:
    assert recognised([name], EPISODE_NAMES) == {name: name}


def test_every_local_column_serves_once_and_the_best_name_wins() -> None:
    assert recognised(["Minuten", "Directe minuten", "Datum", "Traject"], MINUTES_NAMES) == {
        "episode": "Traject", "date": "Datum", "minutes_direct": "Directe minuten",
    }  # fmt: skip
    assert recognised(["Start", "Startdatum"], EPISODE_NAMES) == {"start": "Start"}


def test_what_is_not_known_stays_open() -> None:
    assert recognised(["Kleur", "", "Orde"], EPISODE_NAMES) == {}


@pytest.mark.parametrize("names", [EPISODE_NAMES, MINUTES_NAMES])
def test_no_name_stands_for_two_columns_and_all_are_squeezed(names: dict[str, tuple[str, ...]]) -> None:
    every = [name for synonyms in names.values() for name in synonyms]
    assert len(every) == len(set(every))
    assert every == [squeezed(name) for name in every]
    assert all(contract.replace("_", "") in synonyms for contract, synonyms in names.items())


def test_scales_are_squeezed_words() -> None:
    assert all(squeezed(word) == word for scale in SCALES for word in scale)


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Eigen kracht", "own_strength"), ("Duur in weken", "duration_weeks"), ("Oriëntatie", "orientation"),
        ("Financiën", "leefgebied_financien"), ("leefgebied_wonen", "leefgebied_wonen"),
        ("Resultaatgebied vrije tijd", "leefgebied_vrije_tijd"), ("Kleur (huis)", "kleur_huis"),
        ("2e vraag", "factor_2e_vraag"),
    ],
)  # fmt: skip
def test_a_factor_gets_a_name_that_the_study_accepts(column: str, name: str) -> None:
    assert factor_name(column) == name


def test_leefgebieden_share_a_group() -> None:
    named = ["Wonen", "Leefgebied anders", "Resultaatgebied 3", "Netwerk", "Woning"]
    assert [is_leefgebied(name) for name in named] == [True, True, True, False, False]
