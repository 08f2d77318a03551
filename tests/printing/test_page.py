"""The frame of a printed document."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from courses.errors import Refused
from courses.printing.page import Column, Document, wrapped

DAY = date(2026, 11, 23)


def a_document(title: str = "교육이수 내역서") -> Document:
    return Document(title, "한빛시", DAY, note="한빛시 IT 교육")


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_the_header_is_repeated_and_pages_are_counted() -> None:
    document = a_document()
    document.table([Column("연번"), Column("과정명", 5)], [(number, f"과정 {number}") for number in range(120)])
    found = pages(document.finish())
    assert len(found) > 2
    for number, page in enumerate(found, 1):
        assert "과정명" in page
        assert f"{number} / {len(found)}" in page
    whole = "\n".join(found)
    assert all(f"과정 {number}" in whole for number in range(120))


def test_the_same_words_give_the_same_bytes() -> None:
    def once() -> bytes:
        document = a_document()
        document.entries([("성명", "김아나")])
        return document.finish()

    assert once() == once()


def test_what_is_too_long_is_folded_and_nothing_is_lost() -> None:
    said = "행정정보공동이용을위한공간정보시스템고급활용과데이터시각화실무 " * 3
    lines = wrapped(said, 10, 40)
    assert len(lines) > 3
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")


def test_decomposed_letters_are_composed() -> None:
    assert wrapped("\u1112\u1161\u11ab", 10, 40) == ("한",)


def test_what_the_fonts_lack_is_refused() -> None:
    with pytest.raises(Refused, match="The fonts lack"):
        a_document().paragraph("이름 😀")
    with pytest.raises(Refused, match="The fonts lack"):
        a_document().table([Column("이름")], [["😀"]])


def test_a_free_sheet_takes_words_of_its_own_and_refuses_what_does_not_fit() -> None:
    document = a_document()
    document.new_page(framed=False)
    document.words("김아나", 105, 150, 90, 180, align="centre", weight="bold")
    document.qr("https://lms.example/x", 20, 20, 30)
    document.box(20, 20, 30, 30)
    document.line(20, 60, 190, 60)
    assert "1 / 1" not in pages(document.finish())[0]
    with pytest.raises(Refused, match="too long"):
        document.words("가" * 400, 105, 150, 20, 100)
