"""Exports: exact bytes, nothing that could become a formula, and the way back in."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import Refused
from courses.exchange import writing
from courses.exchange.columns import Column
from courses.exchange.reading import read
from courses.exchange.writing import Cell, Sheet, csv_bytes, csv_chunks, xlsx_bytes
from courses.text import clean

pytestmark = pytest.mark.once

FORMULAS = ["=1+1", "+82-2", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1", "''@x"]
MOMENT = datetime.datetime(2003, 10, 13, 9, 5, tzinfo=datetime.UTC)
COLUMNS = (Column("name", "성명", required=False), Column("note", "비고", required=False))


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_csv_file_is_utf_8_with_bom_commas_and_crlf() -> None:
    rows: list[list[Cell]] = [
        ["홍, 길동", 30, Decimal("77.61"), True, None, datetime.date(2003, 10, 13)],
        ['"가"', -5, "-77.61", False, 1.5, MOMENT],
    ]
    assert csv_bytes(["가", "나", "다", "라", "마", "바"], rows).decode("utf-8") == (
        '\ufeff가,나,다,라,마,바\r\n"홍, 길동",30,77.61,Y,,2003-10-13\r\n"""가""",-5,-77.61,N,1.5,2003-10-13 09:05\r\n'
    )


@pytest.mark.parametrize("words", FORMULAS)
def test_a_formula_gets_an_apostrophe_in_csv_and_loses_it_when_read(words: str) -> None:
    data = csv_bytes(["성명", words], [[words, words]])
    assert data.decode().count("'" + words) == 3
    assert read(csv_bytes(["성명"], [[words]]), "a.csv", COLUMNS).rows[0].values["name"] == clean(words)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=5))
def test_what_is_written_as_csv_reads_back_the_same(rows: list[tuple[str, str]]) -> None:
    expected = [(clean(name) or None, clean(note) or None) for name, note in rows]
    shown = "".join(map("".join, rows))
    if any(map(any, expected)) and not any(ord(char) < 32 and char not in "\t\r\n\v\f" for char in shown):
        found = read(csv_bytes(["성명", "비고"], rows), "a.csv", COLUMNS)
        values = [(row.values["name"], row.values["note"]) for row in found.rows]
        assert values == [row for row in expected if any(row)]


def test_a_long_csv_comes_in_pieces_with_one_bom() -> None:
    pieces = list(csv_chunks(["번호"], ([number] for number in range(1_200))))
    assert pieces[0].decode("utf-8-sig") == "번호\r\n"
    assert len(pieces) == 4
    assert b"".join(pieces).count("\ufeff".encode()) == 1
    assert b"".join(pieces).decode().split("\r\n")[-2:] == ["1199", ""]


def test_a_workbook_keeps_types_and_holds_no_formula_or_link() -> None:
    texts = [*FORMULAS, "http://city.example", "mailto:a@city.example", "{=1}", "007"]
    rows: list[list[Cell]] = [[words, 30, datetime.date(2003, 10, 13), MOMENT, Decimal("77.61")] for words in texts]
    data = xlsx_bytes([Sheet("명단", ["=성명", "정원", "시작일", "시각", "평정점"], rows)])
    sheet = parts(data)["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    cells = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_name("명단").to_python()
    assert [row[0] for row in cells] == ["=성명", *texts]
    assert cells[1][1:] == [30.0, datetime.date(2003, 10, 13), MOMENT.replace(tzinfo=None), 77.61]


def test_what_excel_cannot_hold_as_number_or_date_is_text() -> None:
    rows: list[list[Cell]] = [
        [1234567890123456789, datetime.date(1899, 12, 31), float("nan"), True, None, "가" * 40_000]
    ]
    data = xlsx_bytes([Sheet("a", list("abcdef"), rows)])
    cells = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert cells[1] == ["1234567890123456789", "1899-12-31", "nan", "Y", "", "가" * 32_767]


def test_headings_are_bold_frozen_and_korean_takes_two_columns() -> None:
    found = parts(xlsx_bytes([Sheet("a", ["과정명", "a"], [["엑셀 함수와 데이터 관리", "b"], ["가" * 200, ""]])]))
    sheet = found["xl/worksheets/sheet1.xml"]
    assert 'state="frozen"' in sheet
    assert "<b/>" in found["xl/styles.xml"]
    assert '<c r="A1" s="1"' in sheet
    assert 'min="1" max="1" width="60.7' in sheet
    assert 'min="2" max="2" width="8.7' in sheet


def test_sheet_names_are_made_acceptable_and_different() -> None:
    names = ["2003/10: [전체]", "가" * 40, "가" * 40, "", "'a'", "A"]
    found = python_calamine.load_workbook(io.BytesIO(xlsx_bytes([Sheet(name, ["a"], []) for name in names])))
    assert found.sheet_names == ["2003 10   전체", "가" * 31, f"{'가' * 29} 2", "1", "a", "A 2"]


def test_more_rows_than_a_workbook_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_MAX_ROWS", 3)
    with pytest.raises(Refused, match="export it as CSV"):
        xlsx_bytes([Sheet("a", ["번호"], ([number] for number in range(3)))])


def test_a_workbook_reads_back_the_same() -> None:
    rows = [[words, "가"] for words in FORMULAS]
    found = read(xlsx_bytes([Sheet("명단", ["성명", "비고"], rows)]), "a.xlsx", COLUMNS)
    assert [row.values["name"] for row in found.rows] == [clean(words) for words in FORMULAS]
