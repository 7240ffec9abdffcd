"""Personal data are refused by name and by value, and what only looks like it is not."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normenkader.casemix import personal_values
from normenkader.casemix.csv_text import read_csv
from normenkader.casemix.dialects import read_raw
from normenkader.casemix.personal_data import refuse_personal_data
from normenkader.casemix.personal_names import kind_of_name
from normenkader.errors import InputRefused

REAL = Path(__file__).resolve().parents[2] / "../shared/real"


def passes_by_definition(number: int) -> bool:
    """The elfproef, figure by figure."""
    figures = [int(c) for c in f"{number:09d}"]
    total = sum(weight * figure for weight, figure in zip(range(9, 1, -1), figures, strict=False)) - figures[8]
    return total % 11 == 0


def bsns(n: int, *, seed: int = 1, low: int = 10_000_000) -> list[str]:
    rng = np.random.default_rng(seed)
    found: list[str] = []
    while len(found) < n:
        number = int(rng.integers(low, 999_999_999))
        found += [str(number)] if passes_by_definition(number) else []
    return found


def refuse(cells: list[str], *, name: str = "kolom", role: str = "", factors: tuple[str, ...] = ()) -> None:
    """Read a file with one column of these cells beside a number, and screen it."""
    stream = io.StringIO()
    stream.write(f'nr;"{name}"\n')
    for number, cell in enumerate(cells):
        stream.write(f'{number};"{cell}"\n')
    read = read_csv(stream.getvalue().encode(), file="a.csv")
    refuse_personal_data(read.cells, file="a.csv", roles={1: (role,)} if role else {}, factors=factors)


def refusal(cells: list[str], *, name: str = "kolom", role: str = "") -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        refuse(cells, name=name, role=role)
    assert all(len(cell) < 4 or cell not in str(caught.value) for cell in cells), "a message never holds a value"
    assert (caught.value.file, caught.value.column) == ("a.csv", name)
    return caught.value


class TestNames:
    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            ("bsn", "bsn BSN bsn_client ClientBSN BSN-nummer sofinummer burgerservicenummer "
                    "Burger_Service_Nummer bsn_hash"),
            ("name", "naam Naam voornaam achternaam cliëntnaam Clientnaam client_naam naam_client clientName "
                     "first_name last_name surname roepnaam voorletters tussenvoegsel meisjesnaam naam_contactpersoon "
                     "naam_medewerker_aanbieder fake_first_name partnernaam name client_name gebruikersnaam"),
            ("address", "adres Adres woonadres straat straatnaam huisnummer address street client_adres adresregel1"),
            ("birth_date", "geboortedatum Geboorte_datum geb.datum gebdat geboren dateOfBirth birth_date dob "
                           "GeboorteDatum geboortedatum_client geboortedag birthdate date_of_birth"),
            ("phone", "telefoon telefoonnummer tel telnr phone mobielnummer mobiel_nummer"),
            ("email", "email e-mail E_mail mail emailadres e-mailadres"),
            ("iban", "iban IBAN rekeningnummer bankrekening"),
            ("free_text", "toelichting Opmerking opmerkingen vrije_tekst vrijetekst notitie notities memo commentaar "
                          "comments remarks free_text bijzonderheden aantekeningen zorgtoelichting notes open_veld"),
        ],
    )  # fmt: skip
    def test_names_that_are_refused(self, kind: str, names: str) -> None:
        assert {name: kind_of_name(name) for name in names.split()} == dict.fromkeys(names.split(), kind)

    @pytest.mark.parametrize(
        "name",
        ["client", "client_id", "Cliëntnummer (pseudo)", "provider", "naam_aanbieder", "Naam aanbieder",
         "provider name",         "providerName", "aanbiedersnaam",
         "product_naam", "productnaam", "gemeentenaam", "Naam gemeente", "factor",
         "level_name", "clinic_name", "opname", "opnamedatum", "deelname", "afname", "aangenaam", "geboortejaar",
         "birth_year", "niet_aangeboren_hersenletsel", "woonplaats", "gemeente", "telefoon_minuten",
         "aantal_opmerkingen", "leefgebied_financien", "start", "end", "date", "need_met", "municipality", "expert",
         "employer", "adres_aanbieder", "Codes en namen van gemeenten/Naam (naam)", "clubsnaam_groep", "mobiel",
         "contact", "datum", "besluitdatum", "omschrijving", "product_omschrijving", "realised_minutes",
         "telefonisch_contact", ""],
    )  # fmt: skip
    def test_names_that_are_not(self, name: str) -> None:
        assert kind_of_name(name) == ""

    def test_what_the_study_uses_the_column_for_is_an_excuse_for_some_names_only(self) -> None:
        assert kind_of_name("Naam", is_organisation=True) == ""
        assert kind_of_name("Naam cliënt", is_organisation=True) == "name"
        assert kind_of_name("straat", is_factor=True) == ""
        assert kind_of_name("bsn", is_factor=True, is_organisation=True) == "bsn"
        assert kind_of_name("geboortedatum", is_factor=True) == "birth_date"

    def test_the_refusal_names_the_column_and_the_line_of_the_header(self) -> None:
        error = refusal(["x"], name="Naam cliënt")
        assert error.lines == (1,)
        assert str(error).startswith("a.csv, column 'Naam cliënt': the name of this column says")

    def test_empty_columns_are_refused_by_name_too(self) -> None:
        refusal(["", ""], name="bsn")


class TestBsn:
    def test_the_eleven_test_figure_by_figure(self) -> None:
        numbers = np.random.default_rng(3).integers(10_000_000, 1_000_000_000, 5_000)
        expected = [passes_by_definition(int(number)) for number in numbers]
        assert personal_values.passes_eleven_test(numbers).tolist() == expected
        assert personal_values.passes_eleven_test(np.array([111_222_333, 123_456_782])).all()

    @pytest.mark.parametrize("form", ["{}", "{}.0", "{},0", "P{}", "client-{}", "{:.3} "])
    def test_a_column_of_them_is_refused_in_any_form(self, form: str) -> None:
        cells = [form.replace("{:.3} ", "{}").format(b) for b in bsns(8)]
        refusal(cells, role="client", name="pseudoniem")

    def test_points_and_spaces_between_the_figures(self) -> None:
        refusal([f"{b[:4]}.{b[4:6]}.{b[6:]}" for b in bsns(6, low=100_000_000)])
        refusal([f"{b[:3]} {b[3:6]} {b[6:]}" for b in bsns(6, low=100_000_000)])

    def test_leading_zeros_that_a_spreadsheet_has_eaten(self) -> None:
        rng = np.random.default_rng(5)
        short = [str(n) for n in rng.integers(10_000_000, 99_999_999, 400) if passes_by_definition(int(n))]
        assert all(len(text) == 8 for text in short)
        refusal(short)

    def test_nine_of_ten_and_the_lines_of_those_that_pass(self) -> None:
        cells = [*bsns(9), "123456789"]
        assert refusal(cells).lines == tuple(range(2, 11))
        refuse([*bsns(8), "123456789", "123456780"])

    def test_pseudonyms_mixed_in_do_not_hide_them(self) -> None:
        assert refusal([*bsns(5), *(f"pseudo-{n}" for n in range(50))]).lines == (2, 3, 4, 5, 6)

    def test_fewer_than_five_distinct_cannot_tell(self) -> None:
        refuse(bsns(4) * 10)

    def test_one_in_eleven_random_numbers_passes_and_columns_of_them_are_not_refused(self) -> None:
        rng = np.random.default_rng(11)
        numbers = rng.integers(100_000_000, 1_000_000_000, (2_000, 20))
        share = personal_values.passes_eleven_test(numbers.ravel()).mean()
        assert share == pytest.approx(1 / 11, abs=4 * np.sqrt(1 / 11 * 10 / 11 / numbers.size))
        columns = [personal_values.bsn_like(pa.array([str(n) for n in column])).any() for column in numbers]
        assert sum(columns) == 0

    def test_the_false_alarm_rate_of_the_shortest_columns(self) -> None:
        """Five of five pass once in 11^5 = 161,051 columns; four of four would once in 14,641."""
        rng = np.random.default_rng(12)
        numbers = rng.integers(100_000_000, 1_000_000_000, (200_000, 5))
        alarms = personal_values.passes_eleven_test(numbers.ravel()).reshape(numbers.shape).all(axis=1)
        assert alarms.mean() < 5e-5

    def test_consecutive_numbers_are_not_refused(self) -> None:
        refuse([str(n) for n in range(100_000_000, 100_000_200)])
        refuse([f"2025{month:02d}{day:02d}" for month in (9, 10) for day in range(1, 29)])


class TestOtherValues:
    def test_one_address_of_electronic_mail_is_enough(self) -> None:
        assert refusal(["x"] * 50 + ["stuur naar j.jansen@voorbeeld.nl"]).lines == (52,)
        refuse(["12,50 @ week", "a@b", "@"])

    def test_account_numbers_that_pass_their_check(self) -> None:
        refusal(["x", "NL91ABNA0417164300"])
        refusal(["x", "NL91 ABNA 0417 1643 00"])
        refuse(["NL92ABNA0417164300", "AB12CDEF34567890"])

    def test_pseudonyms_in_capitals_are_no_account_numbers(self) -> None:
        rng = np.random.default_rng(4)
        letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
        refuse(["XY12" + "".join(rng.choice(letters, 14)) for _ in range(2_000)])

    @pytest.mark.parametrize(
        "cells",
        [["06-12345678", "0612345679", "06 1234 5670"],
         ["+31612345678", "0031 71 1234567", "+31 (0)71 1234568"], ["071-1234567", "0252-123456", "020 1234567"]],
    )  # fmt: skip
    def test_telephone_numbers(self, cells: list[str]) -> None:
        refusal(cells)

    def test_codes_with_leading_zeros_are_no_telephone_numbers(self) -> None:
        refuse([f"{n:010d}" for n in range(40)] + [f"01{n:08d}" for n in range(40)])
        refuse(["612345678", "612345679", "612345670"])

    @pytest.mark.parametrize(
        "cells",
        [["2161 AB", "2162CD", "2163 XY"], ["2161AB 12", "2162cd 3a", "2163XY-7"],
         ["Kerkstraat 1", "Laanweg 22", "Dorpsplein 3"],
         ["1234 AB Lisse", "1235 AC Lisse", "1236 XY Hillegom"]],
    )  # fmt: skip
    def test_addresses(self, cells: list[str]) -> None:
        refusal(cells)

    def test_four_figures_of_a_postcode_are_allowed_and_one_full_one_is_not(self) -> None:
        refuse(["2161", "2162", "", "2163"], name="postcode")
        refuse(["2161", "2162"], name="Postcode (4 cijfers)")
        assert refusal(["2161", "2162", "2163ab"], name="postcode").lines == (4,)
        refuse(["IB1", "IB2", "2500 AB", *(f"p{n}" for n in range(20))])

    def test_dates_of_birth(self) -> None:
        rng = np.random.default_rng(8)
        births = np.datetime64("1930-01-01") + rng.integers(0, 75 * 365, 60)
        cells = [str(day) for day in births]
        refusal(cells)
        refusal([f"{c[8:]}-{c[5:7]}-{c[:4]}" for c in cells])
        refusal([c.replace("-", "") for c in cells], role="product")
        refuse(cells, role="start")

    def test_other_dates_are_no_births(self) -> None:
        rng = np.random.default_rng(9)
        for first, days in (("2024-01-01", 600), ("2012-01-01", 1_500), ("2014-06-01", 4_000)):
            refuse([str(day) for day in np.datetime64(first) + rng.integers(0, days, 60)])

    @pytest.mark.parametrize(
        "cells",
        [["J. de Vries", "A.B. Jansen", "P. van der Berg"], ["Jansen, J.", "de Vries, P", "Bakker, A.B."],
         ["mevr. Jansen", "Dhr. de Boer", "Mw. Özdemir"], ["Jan Jansen", "Fatima Yilmaz", "Anna de Wit", "Xander X"]],
    )  # fmt: skip
    def test_names_of_people(self, cells: list[str]) -> None:
        refusal(cells)
        refusal(cells, role="client")
        refuse(cells, role="provider")

    def test_names_of_other_things(self) -> None:
        refuse(["Aa en Hunze", "Den Haag", "Bergen op Zoom", "'s-Gravenhage", "Anna Paulowna"])
        refuse(["A. licht", "B. matig", "C. zwaar"])
        refuse(["Tulp", "Roos", "Iris"])

    def test_sentences_are_free_text(self) -> None:
        cells = [f"Mevrouw heeft hulp nodig bij de administratie, situatie {n}" for n in range(4)]
        assert refusal(cells).lines == (2, 3, 4, 5)
        refusal([*cells, *["zie boven"] * 300])

    def test_labels_that_return_are_not(self) -> None:
        labels = [f"Individuele begeleiding gericht op het behoud van vaardigheden {n}" for n in range(4)]
        refuse(labels * 5)
        refuse(labels, role="doel", factors=("doel",))
        refuse([f"Begeleiding individueel basis {n}" for n in range(50)])

    @given(st.lists(st.text(alphabet="abc 019.,-@/", max_size=12), min_size=1, max_size=12))
    def test_any_column_is_screened_without_a_fault(self, cells: list[str]) -> None:
        with suppress(InputRefused):
            assert refuse(cells) is None


def test_a_name_that_could_be_a_value_is_not_printed() -> None:
    read = read_csv(";".join(["nr", "123456782"]).encode() + b"\n1;a@b.nl\n", file="a.csv")
    with pytest.raises(InputRefused) as caught:
        refuse_personal_data(read.cells, file="a.csv")
    assert caught.value.column == "number 2"


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder with real data (../shared/real) is not here")
@pytest.mark.parametrize(
    "name",
    ["GM_naar_GGD_en_PV.csv", "instroomleeftijdwlz_gemeente_2020.csv", "cms_pbj_facility_2025Q1.csv.gz",
     "medpar_los.csv", "atus_adult_care_minutes.csv.gz",
     "bh1996_workhours.csv.gz", "cooke_seed_assessments.csv", "methcomp_long.csv"],
)  # fmt: skip
def test_real_files_without_personal_data_pass(name: str) -> None:
    refuse_personal_data(read_raw(REAL / name, file=name).cells, file=name)


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder with real data (../shared/real) is not here")
def test_the_real_file_with_columns_of_names_is_refused() -> None:
    name = "covid_testing_turnaround.csv"
    with pytest.raises(InputRefused) as caught:
        refuse_personal_data(read_raw(REAL / name, file=name).cells, file=name)
    assert caught.value.column == "fake_first_name"
