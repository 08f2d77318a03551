"""Whole files: encodings, separators, headings, bad rows, and everything that is no table."""

import datetime
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.errors import Refused
from courses.exchange import reading
from courses.exchange.columns import Column, code, day, hundredths
from courses.exchange.reading import Table, read

COLUMNS = (
    Column("employee_no", "사번", ("employee number",), convert=code),
    Column("name", "성명", ("full name",)),
    Column("appointed", "임용일", required=False, convert=day),
    Column("score", "평정점", required=False, convert=hundredths()),
)
PLAIN = "사번,성명,임용일\r\n199802426,송별철,1998-02-08\r\n199500001,최종늘,1995-07-14\r\n"


def table(content: str | bytes, filename: str = "staff.csv") -> Table:
    return read(content if isinstance(content, bytes) else content.encode(), filename, COLUMNS)


def refusal(content: str | bytes, filename: str = "staff.csv") -> str:
    with pytest.raises(Refused) as caught:
        table(content, filename)
    return str(caught.value.message)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-8"),
        (PLAIN.encode("cp949"), "cp949"),
        (b"\xff\xfe" + PLAIN.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings(data: bytes, encoding: str) -> None:
    found = table(data)
    assert found.encoding == encoding
    assert [row.values["name"] for row in found.rows] == ["송별철", "최종늘"]
    assert found.rows[0].values["appointed"] == datetime.date(1998, 2, 8)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_separators_and_line_ends(separator: str, line_end: str) -> None:
    lines = [f'사번{separator}"성명"', f'1{separator}"송,별;철\t|"', f"2{separator}최종늘"]
    found = table(line_end.join(lines))
    assert [row.values["name"] for row in found.rows] == ["송,별;철 |", "최종늘"]


def test_a_title_blank_rows_and_cells_of_several_lines_keep_the_numbers_of_the_spreadsheet() -> None:
    found = table('직원 명부, 2003\n\n비고,"사\n번",성명\n,1,송별철\n,,\n\n"두\n줄",2,최종늘\n \u200b,,\n,3,\n')
    assert [row.number for row in found.rows] == [4, 7]
    assert [(bad.row, bad.field) for bad in found.bad] == [(9, "name")]
    assert found.ignored_headings == ["비고"]
    assert found.headings == {"employee_no": "사 번", "name": "성명"}


def test_english_headings_in_another_order() -> None:
    found = table("Full Name,EMPLOYEE_NO\nSong,1\n")
    assert found.rows[0].values == {"name": "Song", "employee_no": "1"}


def test_every_bad_cell_is_listed_and_good_rows_stay() -> None:
    found = table("사번,성명,임용일,평정점\n1,가,어제,77.615\n2,나,2003-10-13,77.61\n,다,2003-10-13,101\n")
    assert [row.values["score"] for row in found.rows] == [7761]
    assert [(bad.row, bad.field, bad.value) for bad in found.bad] == [
        (2, "appointed", "어제"),
        (2, "score", "77.615"),
        (4, "employee_no", ""),
        (4, "score", "101"),
    ]
    assert str(found.bad[0].remedy) == "Write the date as 2003-10-13."


def test_a_row_with_more_cells_than_headings_is_bad_and_a_shorter_one_is_filled_up() -> None:
    found = table("사번,성명,임용일\n1,송,별철,1998-02-08\n2,최종늘\n3,이,,,\n")
    assert [(bad.row, bad.field) for bad in found.bad] == [(2, ""), (2, "appointed")]
    assert [(row.number, row.values["appointed"]) for row in found.rows] == [(3, None), (4, None)]


def test_a_missing_column_is_named_with_what_was_found() -> None:
    message = refusal("사번,이름\n1,송별철\n")
    assert "성명" in message
    assert "사번, 이름" in message


def test_a_doubled_column_is_named() -> None:
    assert "성명 is there twice: 성명 and Full name" in refusal("사번,성명,Full name\n1,a,b\n")


def test_no_heading_at_all() -> None:
    message = refusal("a,b\n" * 12 + "사번,성명\n1,가\n")
    assert "사번, 성명, 임용일, 평정점" in message
    assert "Found: a, b." in message


@pytest.mark.parametrize("content", ["사번,성명\n", "사번,성명\n,\n\n"])
def test_headings_alone_are_refused(content: str) -> None:
    assert "no rows" in refusal(content)


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n \n"])
def test_an_empty_file_is_refused(content: str) -> None:
    assert "Choose the file with the table" in refusal(content)


def test_a_quotation_mark_that_never_closes_is_located() -> None:
    assert "In line 3" in refusal('사번,성명\n1,송별철\n2,"최종늘\n3,가\n4,나\n')


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        (b"%PDF-1.7\n", "a.pdf", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.png", "is a picture"),
        (b"{\\rtf1 hello}", "a.csv", "is a text document"),
        (b"\x1f\x8b\x08\0", "a.csv.gz", "is a packed archive"),
        (b"<html><table><tr><td>1</td></tr></table>", "a.xls", "is a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "a.xls", "old office format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"HWP Document File", "a.hwp", "is a Hangul document"),
        (b"\xff\xff\xff\xff,\xff", "a.csv", "cannot be read as text"),
        (b"a,b\x00\n", "a.csv", "cannot be read as text"),
    ],
)
def test_other_formats_are_told_apart(data: bytes, filename: str, words: str) -> None:
    message = refusal(data, filename)
    assert words in message
    assert message.startswith(filename)


def test_too_many_bytes_rows_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    assert "more than 2 rows" in refusal(PLAIN)
    monkeypatch.setattr(reading, "MAX_COLUMNS", 2)
    assert "more than 2 columns" in refusal(PLAIN)
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert "is larger than" in refusal(PLAIN)


def test_a_row_wider_than_any_spreadsheet() -> None:
    assert "more than 16384 columns" in refusal("사번,성명\n" + "," * 20_000)


def test_an_archive_that_is_no_workbook() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "is an archive or document" in refusal(target.getvalue(), "a.docx")


@settings(deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda content: ("사번,성명\n" + content).encode()))
def test_any_bytes_give_a_table_or_a_refusal(data: bytes) -> None:
    _try(data)


@settings(deadline=None)
@given(st.data())
def test_a_damaged_file_gives_a_table_or_a_refusal(draw: st.DataObject) -> None:
    encoding = draw.draw(st.sampled_from(["utf-8-sig", "cp949", "utf-16"]))
    data = bytearray(PLAIN.encode(encoding))
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=6)):
        data[place] = draw.draw(st.integers(0, 255))
    _try(bytes(data))


def _try(data: bytes) -> None:
    try:
        found = table(data)
    except Refused:
        return
    assert found.rows or found.bad
