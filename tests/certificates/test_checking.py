"""The preflight of a run finds what the preflight of each sheet finds; English pages say what the facts say."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from courses.certificates.checking import preflight_all
from courses.certificates.design import LINES
from courses.certificates.facts import CODE_ALPHABET, Facts
from courses.certificates.fonts import faces
from courses.certificates.layout import logo_place, preflight, words
from courses.certificates.lettering import fit
from courses.certificates.pdf import draw
from courses.certificates.picture import background_svg, page, seal_place
from courses.certificates.samples import EXAMPLE, ODD
from courses.certificates.wording import BUILT_IN, PLAIN

pytestmark = pytest.mark.once

LETTERS = sorted({c for face in faces("bold") for c in face.characters if c.isalnum()})
NAMES = st.text([*LETTERS[::40], *"김하늘이 \u200b\u0301𠮷ب W"], max_size=70)
FACTS = st.builds(
    lambda name, roman, unit, grade, number, code: replace(
        EXAMPLE, name=name, name_roman=roman, unit=unit, grade=grade, number=number, code=code
    ),
    NAMES,
    NAMES,
    NAMES,
    st.sampled_from(["", "지방행정주사", "급" * 90]),
    st.sampled_from(["제2026-000123호", "", "1" * 80]),
    st.sampled_from([EXAMPLE.code, CODE_ALPHABET[-16:], "", "가" * 16]),
)
RICH = replace(BUILT_IN["plain-both-1"], shown=LINES, logo="0" * 64)


@given(st.lists(FACTS, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_run_is_looked_at_as_each_of_its_sheets(run: list[Facts]):
    for template in (PLAIN, RICH):
        assert preflight_all(run, template) == [preflight(one, template) for one in run]


def test_what_all_sheets_share_is_looked_at_too():
    run = [EXAMPLE, replace(EXAMPLE, course="과정 👍"), replace(EXAMPLE, issuer="")]
    assert [len(problems) for problems in preflight_all(run)] == [0, 1, 1]


def read(facts: Facts) -> list[str]:
    """The text of each page."""
    pdf = draw([facts], seal=None)
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_an_english_page_says_the_facts_in_english():
    (english,) = read(replace(EXAMPLE, template="plain-en-1"))
    for expected in (
        "Certificate of Completion",
        "KIM Haneul",
        "Hanbit City",
        "Personal data protection and information security",
        "2 November 2026 – 20 November 2026",
        "21 hours (15 e-learning, 6 classroom)",
        "conducted by Hanbit City.",
        "22 November 2026",
        "Mayor of Hanbit City",
        "SN4G-2AYQ-K5QM-NQXF",
    ):
        assert expected in english
    assert "김하늘" not in english


def test_a_course_without_an_english_title_keeps_its_own():
    assert EXAMPLE.course in read(replace(EXAMPLE, template="plain-en-1", course_en=""))[0]


def test_english_is_on_the_back_of_the_korean_page():
    front, back = read(replace(EXAMPLE, template="plain-both-1"))
    assert "김하늘" in front
    assert "KIM Haneul" in back
    assert EXAMPLE.number in front
    assert EXAMPLE.number in back


ROMAN = st.text(sorted(c for c in LETTERS if c < "\u0250"), min_size=1, max_size=9)


@given(st.lists(ROMAN, min_size=1, max_size=3).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_english_pages_say_latin_names_as_they_are(name: str):
    """What is said comes out of the file as it is: `test_pdf` looks at every character of the fonts."""
    facts = replace(EXAMPLE, name=name, name_roman="")
    front, back = ([one.text for one in words(facts, BUILT_IN["plain-both-1"], number)] for number in (0, 1))
    assert name in front
    assert name in back


def test_two_sheets_with_english_backs_are_four_pages_in_their_order():
    names = ["Łukasz Żółć", "Nguyễn Thị Ánh"]
    facts = [replace(EXAMPLE, name=name, name_roman=name, template="plain-both-1") for name in names]
    pages = [one.extract_text() for one in PdfReader(io.BytesIO(draw(facts, seal=None))).pages]
    assert [[name in one for one in pages] for name in names] == [
        [True, True, False, False],
        [False, False, True, True],
    ]


@pytest.mark.parametrize("name", [name for key, (name, _) in ODD.items() if key != "no_font"])
def test_the_odd_names_can_be_set(name: str):
    assert preflight(replace(EXAMPLE, name=name)) == []


def test_no_font_sets_the_last_of_the_odd_names():
    name, roman = ODD["no_font"]
    (problem,) = preflight(replace(EXAMPLE, name=name, name_roman=""))
    assert "Latin letters" in str(problem.message)
    assert roman in str(preflight(replace(EXAMPLE, name=name, name_roman=roman))[0].message)


def test_a_logo_keeps_its_shape_and_stays_in_its_place():
    assert logo_place(400, 100) == pytest.approx((77, 251, 56, 14))
    assert logo_place(100, 100) == pytest.approx((98, 251, 14, 14))
    assert logo_place(800, 100) == pytest.approx((75, 251, 60, 7.5))


def test_lines_stand_closer_where_there_are_more():
    def heights(shown: tuple[str, ...]) -> list[float]:
        template = replace(PLAIN, shown=shown)
        return [one.y for one in words(EXAMPLE, template) if one.text == ":"]

    assert heights(PLAIN.shown) == [199, 187, 175, 163, 151]
    assert heights(LINES) == [202, 192, 182, 172, 162, 152, 142]
    assert all(fit(one) for one in words(EXAMPLE, replace(PLAIN, shown=LINES)))


def test_the_picture_on_the_screen_is_whole():
    drawn = page(EXAMPLE, BUILT_IN["plain-both-1"], 1)
    ElementTree.fromstring(f"<svg>{drawn}</svg>")
    root = ElementTree.fromstring(background_svg())
    assert root.get("viewBox") == "0 0 595.28 841.89"
    x, y, side = seal_place(EXAMPLE, replace(PLAIN, seal_side=30.0))
    assert side == pytest.approx(30 * 72 / 25.4)
    assert 0 < x < 595
    assert 0 < y < 842
