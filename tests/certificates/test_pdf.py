"""Certificates: what is on the sheet, what is refused, and that nothing is lost on the way."""

import hashlib
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from courses.certificates.design import LINES, Template
from courses.certificates.facts import CODE_ALPHABET, Facts, new_code
from courses.certificates.fonts import faces
from courses.certificates.layout import preflight
from courses.certificates.lettering import Words, fit, put
from courses.certificates.pdf import draw
from courses.certificates.qr import qr_operators
from courses.certificates.wording import PLAIN

pytestmark = pytest.mark.once

SEAL = (Path(__file__).parents[2] / "lms/demo/seal.png").read_bytes()
FACTS = Facts(
    number="제2026-000123호",
    kind="completed",
    name="김하늘",
    name_roman="KIM Haneul",
    organisation="한빛시",
    unit="문화예술과",
    grade="",
    course="2026년 개인정보보호 및 정보보안 실무 과정",
    starts_on="2026-11-02",
    ends_on="2026-11-20",
    hours="총 21시간",
    issued_on="2026-11-22",
    issuer="한빛시장",
    body_place="우리 시에서",
    code="SN4G2AYQK5QMNQXF",
    verify_url="https://lms.hanbit.example/verify",
    template="plain-1",
    seal="",
    reissued=False,
)
SEALED = replace(FACTS, seal=hashlib.sha256(SEAL).hexdigest())
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff Maria Theresia Alexandrina"


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def printed(facts: Facts) -> str:
    return read(draw([facts], seal=SEAL if facts.seal else None)).pages[0].extract_text()


def printed_by(template: Template, facts: Facts) -> str:
    """What is read on all pages of a sheet under another template."""
    pdf = draw([facts], seal=SEAL if facts.seal else None, templates={facts.template: template})
    return "\n".join(page.extract_text() for page in read(pdf).pages)


def test_the_same_facts_give_the_same_bytes_even_after_storing():
    stored = Facts.from_json(json.loads(json.dumps(SEALED.to_json())))
    assert stored == SEALED
    assert draw([stored], seal=SEAL) == draw([SEALED], seal=SEAL)


def test_every_fact_is_on_the_sheet():
    lines = printed(SEALED)
    for expected in (
        "제2026-000123호",
        "한빛시 문화예술과",
        "김하늘",
        "2026년 개인정보보호 및 정보보안 실무 과정",
        "2026. 11. 2. ~ 2026. 11. 20.",
        "총 21시간",
        "위 사람은 우리 시에서 실시한 위 교육 과정을",
        "2026년 11월 22일",
        "한빛시장",
        "SN4G-2AYQ-K5QM-NQXF",
        "lms.hanbit.example/verify",
    ):
        assert expected in lines


def test_title_and_sentence_follow_the_kind():
    completed, attended = printed(FACTS), printed(replace(FACTS, kind="attended"))
    assert "수료증" in completed
    assert "수료하였으므로" in completed
    assert "이수" not in completed
    assert "이수증" in attended
    assert "이수하였으므로" in attended
    assert "수료" not in attended


def test_grade_and_recognised_hours_are_shown_where_the_template_says_so():
    facts = replace(FACTS, grade="지방행정주사", recognised="15시간")
    assert "지방행정주사" not in printed(facts)
    shown = printed_by(replace(PLAIN, shown=LINES), facts)
    assert "지방행정주사" in shown
    assert "인정시간" in "".join(shown.split())
    assert "15시간" in shown
    assert "지방행정주사" not in printed_by(replace(PLAIN, shown=LINES), replace(facts, grade=""))


def test_a_course_of_one_day_names_the_day_once():
    assert printed(replace(FACTS, ends_on="2026-11-02")).count("2026. 11. 2.") == 1


def test_a_second_copy_says_so():
    assert "재발급" not in printed(FACTS)
    assert "재발급" in printed(replace(FACTS, reissued=True))


def test_a_run_is_one_file_in_the_given_order():
    numbers = ["제2026-000003호", "제2026-000001호", "제2026-000002호"]
    pages = read(draw([replace(FACTS, number=number) for number in numbers], seal=None)).pages
    assert [page.extract_text().splitlines()[0] for page in pages] == numbers


def test_what_sheets_share_is_in_the_file_once():
    few, many = (draw([replace(SEALED, code=new_code()) for _ in range(n)], seal=SEAL) for n in (1, 30))
    assert len(read(many).pages) == 30
    assert many.count(b"/Subtype /Image") == few.count(b"/Subtype /Image") == 2  # colours and alpha
    assert many.count(b"/FontFile2") == few.count(b"/FontFile2")
    assert len(many) < len(few) + 30 * 4_000


def test_the_seal_is_multiplied_over_the_issuer_and_left_out_where_there_is_none():
    assert b"/BM /Multiply" in draw([SEALED], seal=SEAL)
    assert b"/BM /Multiply" not in draw([FACTS], seal=SEAL)


def test_the_file_describes_itself():
    reader = read(draw([FACTS], seal=None))
    assert reader.metadata is not None
    assert reader.metadata.title == "수료증 제2026-000123호"
    assert reader.metadata.author == "한빛시장"
    assert reader.metadata.creation_date.date().isoformat() == "2026-11-22"
    assert reader.root_object["/Lang"] == "ko"


def test_a_long_name_is_broken_at_a_blank_and_never_cut():
    lines = printed(replace(FACTS, name=LONG_NAME)).splitlines()
    start = next(number for number, line in enumerate(lines) if "Wolfe" in line)
    assert LONG_NAME in " ".join(lines[start : start + 2])


def test_a_name_without_blanks_is_broken_anywhere():
    fitted = fit(Words("name", "가" * 50, 71, 187, 17, 100, "bold", may_wrap=True))
    assert fitted is not None
    assert "".join(fitted.lines) == "가" * 50
    assert 9 <= fitted.size <= 17


@pytest.mark.parametrize(
    ("field", "value", "gone"),
    [
        ("name", "김𠮷", "𠮷"),
        ("name", "가" * 90, ""),
        ("name", "\u200b", ""),
        ("course", "과정 👍", "👍"),
        ("unit", "ب" * 3, "ب"),
        ("issuer", "한" * 40, ""),
        ("number", "1" * 80, ""),
        ("verify_url", "https://" + "a" * 200, ""),
    ],
)
def test_what_cannot_be_drawn_is_reported_and_refused(field: str, value: str, gone: str):
    facts = replace(FACTS, **{field: value})
    problem = preflight(facts)[0]
    assert (problem.field, problem.missing) == (field, gone)
    with pytest.raises(ValueError, match=field):
        draw([FACTS, facts], seal=None)


def test_the_name_in_latin_letters_is_offered():
    assert "KIM Haneul" in str(preflight(replace(FACTS, name="김𠮷"))[0].message)


def test_nothing_stands_against_an_ordinary_certificate():
    assert preflight(SEALED) == []


def test_names_are_composed_and_freed_of_what_cannot_be_seen():
    assert "김하늘" in printed(replace(FACTS, name="김\u200b하늘"))


@pytest.mark.parametrize(
    ("facts", "seal", "reason"),
    [
        ([], None, "no certificate"),
        ([replace(FACTS, template="plain-99")], None, "template"),
        ([SEALED], None, "seal"),
        ([SEALED], SEAL + b" ", "seal"),
    ],
)
def test_nothing_is_drawn_that_is_not_what_was_issued(facts: list[Facts], seal: bytes | None, reason: str):
    with pytest.raises(ValueError, match=reason):
        draw(facts, seal=seal)


def extracted(names: list[str], weight: str = "bold") -> list[str]:
    """The lines that come out of a page with a name on each line."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(900, 20 * len(names) + 40))
    for number, name in enumerate(names):
        words = Words("name", name, 5, 7 * (len(names) - number), 12, 300, weight)
        put(canvas, words, fit(words))
    canvas.save()
    return read(file.getvalue()).pages[0].extract_text().splitlines()


LETTERS = sorted({c for face in faces("bold") for c in face.characters if c.isalnum()})
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=4).map(" ".join)


@given(st.lists(NAMES, min_size=30, max_size=60))
@settings(max_examples=10, deadline=None)
def test_extracted_names_equal_the_names(names: list[str]):
    assert extracted(names) == names


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_every_character_of_the_fonts_comes_out_as_itself(weight: str):
    characters = "".join(sorted({c for face in faces(weight) for c in face.characters if not c.isspace()}))
    lines = [characters[start : start + 60] for start in range(0, len(characters), 60)]
    assert extracted(lines, weight) == lines


def test_the_qr_code_holds_the_address_and_keeps_its_quiet_zone():
    data = FACTS.verification
    assert data == "https://lms.hanbit.example/verify/SN4G2AYQK5QMNQXF"
    wanted = [list(row) for row in segno.make(data, error="m", boost_error=False, mask=3).matrix]
    size = len(wanted)
    dark = [[0] * size for _ in range(size)]
    drawn = qr_operators(data, 100, 200, 82)
    for x, y, length in re.findall(r"(\d+) (\d+) (\d+) 1 re", drawn):
        dark[int(y)][int(x) : int(x) + int(length)] = [1] * int(length)
    assert dark == wanted
    module = 82 / (size + 8)
    assert f"{module:.4f} 0 0 {-module:.4f} {100 + 4 * module:.4f} {282 - 4 * module:.4f} cm" in drawn


def test_codes_are_sixteen_signs_that_nobody_mistakes():
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(code) == 16 and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert len(CODE_ALPHABET) == 31
    assert not set("01ILO") & set(CODE_ALPHABET)
