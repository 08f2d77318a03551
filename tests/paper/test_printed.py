"""What is printed for a session: complete, thirty to a page, readable by machine where it has a code."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from courses.attendance.paper import PER_PAGE, read_code, sheet_code
from courses.errors import Refused
from courses.printing import sheets
from courses.printing.sheets import Heading, Signer

pytestmark = pytest.mark.once

HEADING = Heading("엑셀 데이터 분석", "3차 1회", "11월 23일(월) 09:00–17:00", "본관 정보화교육장", "정수아")
LONG = "남궁황보제갈선우독고사공응우옌티아인마리아테레지아폰슈타인도르프"
AROUND: dict[str, Any] = {
    "organisation": "한빛시",
    "day": date(2026, 11, 23),
    "language": "ko",
    "words": str,
}


def people(count: int) -> list[Signer]:
    return [
        Signer(n, f"김교육{n:03}", "자치행정국 총무과 인사팀", "결석" if n % 2 else "지각 20분")
        for n in range(1, count + 1)
    ]


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def signed(some: Sequence[Signer]) -> list[str]:
    codes = [sheet_code(7, n) for n in range(1, sheets.pages_of(len(some)) + 1)]
    links = [(code, f"https://lms.example/sheets/{code}") for code in codes]
    return pages(sheets.sign_in_sheet(HEADING, some, codes=links, **AROUND))


@pytest.mark.parametrize(("count", "expected"), [(0, 1), (1, 1), (PER_PAGE, 1), (PER_PAGE + 1, 2), (95, 4)])
def test_thirty_sign_on_one_page(count: int, expected: int) -> None:
    some = people(count)
    found = signed(some)
    assert len(found) == expected
    for number, page in enumerate(found):
        on_it = [one.name for one in some[number * PER_PAGE : (number + 1) * PER_PAGE]]
        assert [name for name in (one.name for one in some) if name in page] == on_it
        assert sheet_code(7, number + 1) in page
        assert HEADING.title in page


def test_a_long_name_and_a_long_unit_stay_in_their_cells() -> None:
    (page,) = signed([Signer(1, LONG, "기획조정실 정보통신담당관 정보시스템운영팀 및 데이터품질관리전담반")])
    assert LONG in page


def test_a_name_that_no_font_can_set_is_refused() -> None:
    with pytest.raises(Refused):
        signed([Signer(1, "𠮷野家", "총무과")])


def test_the_absentee_list_says_what_is_marked() -> None:
    (page,) = pages(sheets.absentees(HEADING, people(3), **AROUND))
    assert "결석" in page
    assert "지각 20분" in page
    assert "Everybody was there." in pages(sheets.absentees(HEADING, [], **AROUND))[0]


def test_a_list_of_absentees_says_who_is_not_marked_yet() -> None:
    for some in ([], people(3)):
        (page,) = pages(sheets.absentees(HEADING, some, unmarked=2, **AROUND))
        assert "Not marked yet: 2" in page
        assert "Everybody" not in page


def test_two_name_plates_to_a_page() -> None:
    found = pages(sheets.name_plates([*people(4), Signer(5, LONG, "총무과")], **AROUND))
    assert [sum(one.name in page for one in people(4)) for page in found] == [2, 2, 0]
    assert LONG in found[2]


def test_the_notice_at_the_door() -> None:
    (page,) = pages(sheets.room_notice(HEADING, **AROUND))
    for said in (HEADING.title, HEADING.when, HEADING.place, HEADING.teachers):
        assert said.replace(" ", "") in page.replace(" ", "").replace("\n", "") or said == HEADING.teachers


@pytest.mark.parametrize("code", ["", "7-1", "7-1-00", "x-1-05", "71-1-05", "7-11-05", "9" * 13 + "-1-01"])
def test_a_slip_in_a_code_is_seen(code: str) -> None:
    assert read_code(code) is None


def test_a_code_is_read_as_it_was_printed() -> None:
    assert read_code(f" {sheet_code(12345, 2)} ") == (12345, 2)
