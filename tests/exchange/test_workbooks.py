"""Workbooks: what cells become, and files made to exhaust the reader."""

import datetime
import io
import re
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.errors import Refused
from courses.exchange import extent, workbooks
from courses.exchange.columns import Column, code, day, hundredths
from courses.exchange.reading import Table, read

COLUMNS = (
    Column("employee_no", "사번", convert=code),
    Column("appointed", "임용일", required=False, convert=day),
    Column("score", "평정점", required=False, convert=hundredths()),
)
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def workbook(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book)
    return target.getvalue()


def fill_plain(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("표지")
    hidden = book.add_worksheet("코드")
    hidden.write("A1", "사번")
    hidden.hide()
    page = book.add_worksheet("직원")
    page.write("B2", "직원 명부")
    page.write_row("B4", ["사번", "임용일", "평정점"])
    page.write_row("B5", [199802426, "", 77.61])
    page.write_datetime("C5", datetime.date(2003, 10, 13), book.add_format({"num_format": "yyyy-mm-dd"}))
    page.write_row("B7", ["199500001", "2003. 10. 13.", 0.1 + 0.2 + 59])


def table(data: bytes, filename: str = "staff.xlsx") -> Table:
    return read(data, filename, COLUMNS)


def refusal(data: bytes, filename: str = "staff.xlsx") -> str:
    with pytest.raises(Refused) as caught:
        table(data, filename)
    return str(caught.value.message)


PLAIN = workbook(fill_plain)
SIMPLE = workbook(lambda book: book.add_worksheet().write_column("A1", ["사번", "C001", "C002"]))


def rebuilt(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def parts(data: bytes = SIMPLE) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(part: str, before: bytes, after: bytes) -> bytes:
    content = parts()
    assert before in content[part]
    return rebuilt({**content, part: content[part].replace(before, after)})


def test_numbers_and_dates_come_out_as_meant_from_the_first_visible_sheet_with_cells() -> None:
    found = table(PLAIN)
    assert [row.number for row in found.rows] == [5, 7]
    for row, number, score in zip(found.rows, ("199802426", "199500001"), (7761, 5930), strict=True):
        assert row.values == {"employee_no": number, "appointed": datetime.date(2003, 10, 13), "score": score}
    assert found.encoding == "xlsx"


def test_a_workbook_without_cells_is_empty() -> None:
    assert "is empty" in refusal(workbook(lambda book: book.add_worksheet()))


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        (SHEET, b'<c r="A3"', b'<c r="XFD1048576"'),
        (SHEET, b'<c r="A3"', b'<c r="&#88;FD3"'),
        (SHEET, b'<c r="A3"', b"<c\n r='A1048576'"),
        (SHEET, b'<row r="3" spans="1:1"><c r="A3"', b'<row r="900000"><c'),
        (STRINGS, b'uniqueCount="3"', b'uniqueCount="99999999999"'),
        (STRINGS, b"C002", b"C" * 40_000),
    ],
)
def test_what_would_make_the_reader_reserve_too_much_is_refused(part: str, before: bytes, after: bytes) -> None:
    assert "too large" in refusal(changed(part, before, after))


def test_prefixed_elements_are_counted_too() -> None:
    sheet = parts()[SHEET].replace(b'<c r="A3"', b'<c r="A900000"')
    prefixed = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", sheet).replace(b" xmlns=", b" xmlns:x=")
    assert "too large" in refusal(rebuilt({**parts(), SHEET: prefixed}))


def test_one_long_text_shown_in_many_cells_counts_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MAX_TEXT", 1_000)
    data = workbook(lambda book: book.add_worksheet().write_column("A1", ["사번", *["C" * 40] * 30]))
    assert "too large" in refusal(data)


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    bomb = {**parts(), "xl/media/a.bin": bytes(40_000_000)}
    assert "too large" in refusal(rebuilt(bomb))


def test_archives_with_very_many_or_very_large_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1_000)
    assert "too large" in refusal(SIMPLE)
    monkeypatch.setattr(workbooks, "MAX_ENTRIES", 3)
    assert "too large" in refusal(SIMPLE)


def test_a_file_that_declares_less_than_it_holds_is_damaged() -> None:
    size = len(parts()[SHEET]).to_bytes(4, "little")
    assert size in SIMPLE
    assert "damaged" in refusal(SIMPLE.replace(size, (100).to_bytes(4, "little")))


def test_entities_are_never_expanded() -> None:
    content = parts()
    strings = content[STRINGS].replace(b"<sst", b'<!DOCTYPE sst [<!ENTITY a "XXXX"><!ENTITY b "&a;&a;">]><sst')
    assert "damaged" in refusal(rebuilt({**content, STRINGS: strings.replace(b"C002", b"&b;")}))


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_missing_or_broken_part_is_damage(part: str) -> None:
    content = parts()
    assert refusal(rebuilt({**content, part: content[part][:-5]}))
    del content[part]
    assert refusal(rebuilt(content))


def test_doubled_entries_are_damage() -> None:
    target = io.BytesIO(SIMPLE)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr(SHEET, "<worksheet/>")
    assert "damaged" in refusal(target.getvalue())


def test_macros_are_refused_by_content_and_by_name() -> None:
    assert "has macros" in refusal(rebuilt({**parts(), "xl/vbaProject.bin": b"x"}))
    assert "has macros" in refusal(SIMPLE, "staff.XLSM")


def test_an_encrypted_archive_asks_for_its_password_to_be_removed() -> None:
    data = bytearray(SIMPLE)
    for signature, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(signature), SIMPLE):
            data[found.start() + flag] |= 1
    assert "by a password" in refusal(bytes(data))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SIMPLE) - 1), st.integers(0, 255)), max_size=8), st.integers(0, 60))
def test_a_damaged_archive_gives_a_table_or_a_refusal(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SIMPLE)
    for place, value in changes:
        data[place] = value
    _try(bytes(data[: len(data) - cut]))


@settings(deadline=None)
@given(st.sampled_from([SHEET, STRINGS, "xl/styles.xml", "xl/workbook.xml"]), st.data())
def test_changed_xml_gives_a_table_or_a_refusal(part: str, draw: st.DataObject) -> None:
    content = parts(PLAIN)
    name = part.replace("sheet1", "sheet3")
    xml = bytearray(content[name])
    for place in draw.draw(st.lists(st.integers(0, len(xml) - 1), max_size=8)):
        xml[place] = draw.draw(st.sampled_from(b"0123456789<>/\"'&;=ABXacrstv \xec\x00"))
    _try(rebuilt({**content, name: bytes(xml)}))


def _try(data: bytes) -> None:
    try:
        found = table(data)
    except Refused:
        return
    assert found.rows or found.bad
