"""How files are written is found out by reading them, and every row keeps its physical line."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from normenkader.casemix.csv_text import read_csv
from normenkader.casemix.dialects import RawFile, read_raw
from normenkader.errors import InputRefused

REAL = Path(__file__).resolve().parents[2] / "../shared/real"
BOM = b"\xef\xbb\xbf"

Rows = list[list[str]]


def raw(tmp_path: Path, content: str | bytes, name: str = "a.csv") -> RawFile:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_raw(path, file=name)


def rows_of(read: RawFile) -> Rows:
    return [list(row) for row in zip(*(column.to_pylist() for column in read.cells.columns), strict=True)]


def lines_of(read: RawFile) -> list[int]:
    return [int(line) for line in read.cells.lines]


@pytest.mark.parametrize(("delimiter", "word"), [(";", "semicolon"), (",", "comma"), ("\t", "tab")])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, word: str, newline: str) -> None:
    text = newline.join(delimiter.join(row) for row in [["a", "b"], ["1", "x"], ["2", "y"]]) + newline
    read = raw(tmp_path, text)
    assert (read.cells.header, rows_of(read), lines_of(read)) == (("a", "b"), [["1", "x"], ["2", "y"]], [2, 3])
    assert read.dialect.delimiter == delimiter
    assert word in read.dialect.describe()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("cliënt;b\né€;2\n".encode(), "utf-8"), (BOM + "cliënt;b\né€;2\n".encode(), "utf-8"),
        ("cliënt;b\né€;2\n".encode("cp1252"), "cp1252"), ("cliënt;b\né€;2\n".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "cliënt;b\né€;2\n".encode("utf-16-be"), "utf-16"),
    ],
)  # fmt: skip
def test_encodings(tmp_path: Path, content: bytes, encoding: str) -> None:
    read = raw(tmp_path, content)
    assert (read.cells.header, rows_of(read)) == (("cliënt", "b"), [["é€", "2"]])
    assert read.dialect.encoding == encoding
    assert encoding in read.dialect.describe()


def test_accents_stored_as_two_characters_become_one(tmp_path: Path) -> None:
    read = raw(tmp_path, "clie\u0308nt;b\ne\u0301;1\n")
    assert (read.cells.header[0], rows_of(read)[0][0]) == ("cliënt", "é")


def test_first_line_sep_as_excel_writes_it_counts_as_a_line(tmp_path: Path) -> None:
    read = raw(tmp_path, "sep=;\r\na;b,c\r\n1;2\r\n")
    assert (read.cells.header, rows_of(read), lines_of(read)) == (("a", "b,c"), [["1", "2"]], [3])
    assert read.cells.header_line == 2


def test_quoted_headers_with_delimiters_inside(tmp_path: Path) -> None:
    read = raw(tmp_path, '"a; of, b";"c ""d"""\n"1;2";"x, y"\n')
    assert (read.cells.header, rows_of(read)) == (("a; of, b", 'c "d"'), [["1;2", "x, y"]])


def test_a_line_end_inside_quotation_marks_moves_the_lines_after_it(tmp_path: Path) -> None:
    read = raw(tmp_path, 'a;b\n1;"x\ny\nz"\n2;w\n\n3;v\n\n\n')
    assert lines_of(read) == [2, 5, 7]
    assert rows_of(read)[0] == ["1", "x\ny\nz"]


def test_lines_without_content_are_no_rows_and_count_as_lines(tmp_path: Path) -> None:
    assert lines_of(raw(tmp_path, "\n\na;b\n1;2\n;\n  ; \n3;4\n;;;\n")) == [4, 7]


def test_short_rows_are_missing_and_wide_rows_are_refused(tmp_path: Path) -> None:
    assert rows_of(raw(tmp_path, "a;b;c\n1\n1;2;3;;\n")) == [["1", "", ""], ["1", "2", "3"]]
    with pytest.raises(InputRefused, match="more cells than the header") as refused:
        raw(tmp_path, "a;b\n1;2\n1;2;geheim\n1;2\n1;geheim;geheim\n")
    assert refused.value.lines == (3, 5)
    assert "geheim" not in str(refused.value)


def test_an_open_quotation_mark_is_refused_where_it_opens(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="never closed") as refused:
        raw(tmp_path, 'a;b\n1;2\n3;"geheim\n4;5\n6;7\n')
    assert refused.value.lines == (3,)


def test_cells_are_trimmed_and_what_software_writes_for_missing_is_missing(tmp_path: Path) -> None:
    read = raw(tmp_path, "a;b;c\n x ;\u00a0y\u00a0;n.v.t.\nNULL;NA;NaN\n1;#N/B;onbekend\n")
    assert rows_of(read) == [["x", "y", "n.v.t."], ["1", "", "onbekend"]]


@pytest.mark.parametrize(
    ("text", "decimal", "source"),
    [
        ("a;b\nx;1.250,75\n", ",", "cells"), ("a;b\nx;1250,75\n", ",", "cells"), ("a;b\nx;1250.75\n", ".", "cells"),
        ('a,b\nx,"1,250.75"\n', ".", "cells"), ('a,b\nx,"1250,75"\n', ",", "cells"),
        ("a;b\nx;1.250\n", ",", "assumed"), ("a,b\nx,1.250\n", ".", "assumed"), ("a\tb\nx\t1.250\n", ",", "assumed"),
        ("a;b\nx;1250\n", ",", "unused"), ("a;b\nx;n.v.t.\ny;12,5\n", ",", "cells"),
        ("a;b;c\nx;1,5;2.5\ny;1,5;2\nz;3,5;12.75\n", ",", "assumed"),
        ("a;b;c;d\n1,5;1,5;2.5;x\n2,5;1,5;2;x\n", ",", "mixed"), ("versie;b\n1.2.3;12,5\n3.4.5;12\n", ",", "cells"),
    ],
)  # fmt: skip
def test_decimal_marks_and_how_sure_they_are(tmp_path: Path, text: str, decimal: str, source: str) -> None:
    dialect = raw(tmp_path, text).dialect
    assert (dialect.decimal, dialect.decimal_source) == (decimal, source)
    assert ("assumed" in dialect.describe()) == (source == "assumed")


def test_one_word_in_a_column_of_numbers_changes_nothing(tmp_path: Path) -> None:
    read = raw(tmp_path, "a;b\n1;12,5\n2;n.v.t.\n3;7,25\n")
    assert rows_of(read) == [["1", "12,5"], ["2", "n.v.t."], ["3", "7,25"]]
    assert read.dialect.decimal == ","


def test_date_orders_are_reported(tmp_path: Path) -> None:
    read = raw(tmp_path, "a;b;c;d\n01-09-2025;2025-09-01;20250901;1/9/2025\n")
    assert read.dialect.date_orders == ("dd-mm-yyyy", "yyyy-mm-dd", "yyyymmdd", "dd/mm/yyyy")
    assert read.dialect.describe().endswith("dates dd-mm-yyyy and yyyy-mm-dd and yyyymmdd and dd/mm/yyyy")


texts = st.text(alphabet=st.sampled_from('ab1 ,;.\t"\n\u00e9'), max_size=6)


@given(
    rows=st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from(";,\t"),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_lines_are_those_of_pythons_own_reader(rows: Rows, delimiter: str, newline: str, quoting: int) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=newline, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([["kop a", "kop b", "kop c"], *rows])
    text = stream.getvalue()
    reader, expected, start = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [], 1
    for row in reader:
        if start > 1 and any(cell.strip() for cell in row):
            expected.append((start, [cell.strip() for cell in row]))
        start = reader.line_num + 1
    # The delimiter is named, because a few cells of punctuation need not show which one it is.
    read = read_csv(f"sep={delimiter}\n{text}".encode(), file="a.csv")
    found = [list(row) for row in zip(*(c.to_pylist() for c in read.cells.columns), strict=True)]
    assert [line - 1 for line in read.cells.lines.tolist()] == [line for line, _ in expected]
    assert found == [row for _, row in expected]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xef\xbb\xbf", b" \r\n\r\n", b"\x00\x01\x02\x03", b"%PDF-1.7\n\x00\x01", bytes(range(256)),
     b"a;b\n1;\x81\x8d\n", b"\x1f\x8bdamaged", b"PK\x03\x04damaged", b"PAR1damaged", b"\xd0\xcf\x11\xe0damaged",
     b"\xff\xfea\x00b"],
)  # fmt: skip
def test_empty_binary_and_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputRefused) as refused:
        raw(tmp_path, content)
    assert refused.value.file == "a.csv"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no such file"):
        read_raw(tmp_path / "weg.csv", file="weg.csv")


def test_gzip_is_opened_whatever_it_is_called(tmp_path: Path) -> None:
    read = raw(tmp_path, gzip.compress(b"a;b\n1;2,5\n"), name="a.csv.gz")
    assert (rows_of(read), lines_of(read), read.dialect.form) == ([["1", "2,5"]], [2], "csv")


def workbook(tmp_path: Path, sheets: dict[str, list[list[object]]], *, hidden: str = "") -> RawFile:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title == hidden else "visible"
    book.save(tmp_path / "a.xlsx")
    return read_raw(tmp_path / "a.xlsx", file="a.xlsx")


def test_a_workbook_keeps_numbers_dates_and_lines(tmp_path: Path) -> None:
    read = workbook(
        tmp_path,
        {"leeg": [], "data": [
            ["client", "n", "dag", "dagtijd", "ja", "duur"],
            [123456789, 12.5, date(2025, 9, 1), datetime(2025, 9, 1, 14, 30), True, time(2, 30)],
            [], ["c2", 1e-7, datetime(2025, 9, 2), None, False, "n.v.t."], ["c3", 0.1, None, None, None, None],
        ]},
    )  # fmt: skip
    assert rows_of(read) == [
        ["123456789", "12.5", "2025-09-01", "2025-09-01 14:30:00", "true", "02:30:00"],
        ["c2", "1e-07", "2025-09-02", "", "false", "n.v.t."],
        ["c3", "0.1", "", "", "", ""],
    ]
    assert lines_of(read) == [2, 4, 5]
    assert read.dialect.describe() == "xlsx, sheet 2, typed numbers, dates yyyy-mm-dd"


def test_a_table_lower_in_the_sheet_and_a_hidden_sheet(tmp_path: Path) -> None:
    read = workbook(tmp_path, {"geheim": [["x", "y"], [1, 2]], "data": [[], [], ["a", "b"], [1, 2]]}, hidden="geheim")
    assert (read.cells.header, rows_of(read), lines_of(read)) == (("a", "b"), [["1", "2"]], [4])


def test_numbers_typed_and_numbers_as_text_get_one_decimal_mark(tmp_path: Path) -> None:
    read = workbook(tmp_path, {"data": [["a"], ["1.250,75"], [12.5], [1.125]]})
    assert (rows_of(read), read.dialect.decimal) == ([["1.250,75"], ["12,5"], ["1,125"]], ",")


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="empty"):
        workbook(tmp_path, {"data": []})


def parquet(tmp_path: Path, table: pa.Table) -> RawFile:
    pq.write_table(table, tmp_path / "a.parquet")
    return read_raw(tmp_path / "a.parquet", file="a.parquet")


def test_parquet_types_as_text_with_its_first_row_on_line_two(tmp_path: Path) -> None:
    read = parquet(
        tmp_path,
        pa.table({
            "tekst": pa.array([" é ", None, "x"]), "woord": pa.array(["a", "b", "a"]).dictionary_encode(),
            "geheel": pa.array([1, None, 3], pa.int32()), "breuk": pa.array([12.5, float("nan"), 1e-7]),
            "enkel": pa.array([0.1, 2.0, None], pa.float32()),
            "geld": pa.array([Decimal("1.50"), None, Decimal("2.00")]),
            "dag": pa.array([date(2025, 9, 1), None, date(2025, 9, 2)]),
            "tijd": pa.array([datetime(2025, 9, 1), datetime(2025, 9, 1, 14, 30), None]),
            "zone": pa.array([datetime(2025, 8, 31, 22), None, None], pa.timestamp("us", tz="Europe/Amsterdam")),
            "ja": pa.array([True, False, None]), "niets": pa.nulls(3),
        }),
    )  # fmt: skip
    assert rows_of(read) == [
        ["é", "a", "1", "12.5", "0.1", "1.50", "2025-09-01", "2025-09-01", "2025-09-01", "true", ""],
        ["", "b", "", "", "2", "", "", "2025-09-01 14:30:00", "", "false", ""],
        ["x", "a", "3", "1e-7", "", "2.00", "2025-09-02", "", "", "", ""],
    ]
    assert lines_of(read) == [2, 3, 4]
    assert read.dialect.form == "parquet"


def test_a_parquet_column_of_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        parquet(tmp_path, pa.table({"a": [1], "lijst": [[1, 2]]}))
    assert refused.value.column == "lijst"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_no_digit_of_a_typed_number_is_lost(tmp_path: Path, values: list[float]) -> None:
    read = parquet(tmp_path, pa.table({"a": pa.array(values, pa.float64())}))
    assert [float(text) for text in read.cells.columns[0].to_pylist()] == values


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder with real data (../shared/real) is not here")
class TestRealDutchExports:
    def test_quoted_headers_mark_and_line_ends_of_statistics_netherlands(self) -> None:
        read = read_raw(REAL / "GM_naar_GGD_en_PV.csv", file="gm.csv")
        assert read.dialect.describe() == "csv, semicolon, utf-8, no decimals"
        assert (len(read.cells.header), read.cells.header[0], len(read.cells.lines)) == (7, "Regio's", 355)
        assert lines_of(read)[-1] == 356

    def test_a_header_with_the_delimiter_in_it_and_blanks_for_suppressed_cells(self) -> None:
        path = REAL / "instroomleeftijdwlz_gemeente_2020.csv"
        read = read_raw(path, file="wlz.csv")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, delimiter=";"))
        assert list(read.cells.header) == rows[0]
        assert rows_of(read) == [[cell.strip() for cell in row] for row in rows[1:]]
        assert "" in read.cells.columns[3].to_pylist()
