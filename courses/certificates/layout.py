"""What stands where on a certificate: A4 portrait, millimetres from the lower left corner, sizes in points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from courses.certificates.design import Side, Template
from courses.certificates.facts import Facts
from courses.certificates.fonts import Weight, missing
from courses.certificates.lettering import Words, fit
from courses.certificates.ornament import GOLD, NAVY
from courses.certificates.wording import PLAIN, TITLES, TITLES_EN, VERBS
from courses.text import Text, clean, text

__all__ = ["LOGO", "QR", "TITLES", "Problem", "issuer", "logo_place", "preflight", "reprinted", "words"]

QR = (34.0, 27.0, 23.0)
"""Left, bottom and side of the square."""
LOGO = (105.0, 251.0, 60.0, 14.0)
"""Centre, bottom, and the width and height that a logo may have."""
_REQUIRED = {"number", "name", "name_roman", "course", "issuer"}
_GREY = "#5c6370"
_MANY, _MANY_SENTENCES = 6, 3  # lines stand closer from here on
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Why a certificate cannot be drawn: the field of `Facts`, its text, and the characters no font has."""

    field: str
    text: str
    missing: str
    message: Text


def preflight(facts: Facts, template: Template = PLAIN) -> list[Problem]:
    """Everything that keeps this certificate from being drawn, each once; nothing, if it can be."""
    pages = range(len(template.sides))
    every = (problem for page in pages for one in words(facts, template, page) if (problem := _problem(one, facts)))
    return list({(problem.field, problem.text): problem for problem in every}.values())


def _problem(words: Words, facts: Facts) -> Problem | None:
    if not words.text and words.field in _REQUIRED:
        return Problem(words.field, "", "", _nothing(words, facts))
    if gone := missing(words.text, words.weight):
        return Problem(words.field, words.text, gone, _without(words, facts, gone))
    if fit(words) is None:
        message = text("“%(text)s” is too long for the certificate.", text=words.text)
        return Problem(words.field, words.text, "", message)
    return None


def _nothing(words: Words, facts: Facts) -> Text:
    if words.field == "name_roman":
        return text(
            "%(name)s has no name in Latin letters, which a certificate in English needs. Enter it with the person.",
            name=facts.name,
        )
    return text("What the certificate must show is empty.")


def _without(words: Words, facts: Facts, gone: str) -> Text:
    roman = clean(facts.name_roman)
    if words.field == "name" and roman and not missing(roman, words.weight):
        return text(
            "The fonts lack %(characters)s of “%(text)s”; the name in Latin letters is “%(roman)s”.",
            characters=gone,
            text=words.text,
            roman=roman,
        )
    if words.field == "name":
        return text(
            "The fonts lack %(characters)s of “%(text)s”. Enter the name in Latin letters with the person.",
            characters=gone,
            text=words.text,
        )
    return text("The fonts lack %(characters)s of “%(text)s”.", characters=gone, text=words.text)


def words(facts: Facts, template: Template = PLAIN, page: int = 0) -> Iterator[Words]:
    """All there is to read on one page of the sheet (`template.sides[page]`), in reading order."""
    side = template.sides[page]
    yield _number(facts, template)
    if facts.reissued:
        again = "재발급" if side.language == "ko" else "Reissued"
        yield Words("", again, 176, 262, 11.5, room=30, colour=GOLD, align="right", weight="bold")
    yield from _title(facts, side)
    yield from _entries(facts, template, side)
    yield from _body(facts, side)
    yield issuer(facts, template, page)
    yield from _verification(facts, side)


def reprinted(mark: str) -> Words:
    """What a sheet that is printed again says of it, between the code and the frame."""
    return Words("", clean(mark), 105, 23, 9, 130, colour=GOLD, align="centre", weight="bold", smallest=5)


def logo_place(width: int, height: int) -> tuple[float, float, float, float]:
    """Left, bottom, width and height in mm of a logo with so many pixels."""
    centre, bottom, most_wide, most_high = LOGO
    scale = min(most_wide / width, most_high / height)
    return centre - width * scale / 2, bottom, width * scale, height * scale


def _number(facts: Facts, template: Template) -> Words:
    """Upper left, beside the logo where there is one."""
    return Words("number", clean(facts.number), 34, 262, 11.5, room=40 if template.logo else 90)


def _title(facts: Facts, side: Side) -> Iterator[Words]:
    korean, english = TITLES[facts.kind], TITLES_EN[facts.kind]
    if side.language == "ko":
        title, below = clean(side.title) or korean, clean(side.subtitle) or english.upper()
        size, wide = 46.0, 0.56
    else:
        title, below = clean(side.title) or english, clean(side.subtitle) or korean
        size, wide = 32.0, 0.01
    weight: Weight = "bold" if missing(title, "title") else "title"
    tracking = 0.29 if below.isascii() else 0.56
    yield Words("", title, 105, 231, size, 150, weight, NAVY, "centre", wide, role="title")
    spoken = "en" if below.isascii() else "ko"
    yield Words("", below, 105, 221, 11, 150, colour=GOLD, align="centre", tracking=tracking, language=spoken)


def _entries(facts: Facts, template: Template, side: Side) -> Iterator[Words]:
    """Label, colon and value. Five lines, or six and seven closer ones in the same room; empty ones are left out."""
    told = _korean(facts) if side.language == "ko" else _english(facts)
    shown = [(line, *told[line]) for line in template.shown if told[line][0] in _REQUIRED or told[line][1].strip()]
    top, step = (202, 10) if len(shown) >= _MANY else (199, 12)
    x, room = (71, 100) if side.language == "ko" else (77, 94)
    for number, (line, field, value) in enumerate(shown):
        y = top - step * number
        yield from _label(side, line, x - 5, y)
        if line == "name":
            yield Words(field, clean(value), x, y, 17, room, weight="bold", may_wrap=True, role="value")
        else:
            yield Words(field, clean(value), x, y, 13.5, room, may_wrap=True, role="value")


def _label(side: Side, line: str, colon: float, y: float) -> Iterator[Words]:
    label = clean(side.label(line))
    if side.language == "ko":
        yield Words("", label, 42, y, 13, 21, colour=_GREY, align="spread", role="label")
    else:
        yield Words("", label, 42, y, 13, colon - 44, colour=_GREY, smallest=7, role="label")
    yield Words("", ":", colon, y, 13, 5, colour=_GREY, role="label")


def _korean(facts: Facts) -> dict[str, tuple[str, str]]:
    """By line: the fact and what is printed."""
    return {
        "unit": ("unit", f"{facts.organisation} {facts.unit}"),
        "grade": ("grade", facts.grade),
        "name": ("name", facts.name),
        "course": ("course", facts.course),
        "period": ("starts_on", " ~ ".join(f"{day.year}. {day.month}. {day.day}." for day in _days(facts))),
        "hours": ("hours", facts.hours),
        "recognised": ("recognised", facts.recognised),
    }


def _english(facts: Facts) -> dict[str, tuple[str, str]]:
    """The same on an English page. What has no English stays Korean, the name alone does not."""
    return {
        "unit": ("unit", facts.organisation_en or f"{facts.organisation} {facts.unit}"),
        "grade": ("grade", facts.grade_en or facts.grade),
        "name": ("name_roman", latin_name(facts)),
        "course": ("course", facts.course_en or facts.course),
        "period": ("starts_on", " – ".join(map(_english_day, _days(facts)))),
        "hours": ("hours", facts.hours_en or facts.hours),
        "recognised": ("recognised", facts.recognised_en or facts.recognised),
    }


def latin_name(facts: Facts) -> str:
    """The name on an English page; "" where nobody said how it is written."""
    is_latin = not any(character >= "\u2e80" for character in facts.name)  # from here on: hangul, hanja and their like
    return facts.name_roman or (facts.name if is_latin else "")


def _body(facts: Facts, side: Side) -> Iterator[Words]:
    is_korean = side.language == "ko"
    place = facts.body_place if is_korean else facts.place_en or facts.organisation
    size = 16.5 if is_korean else 14.5
    top, step = (128, 10.5) if len(side.body) < _MANY_SENTENCES else (130, 9.5)
    for number, line in enumerate(side.body):
        said = clean(line.replace("{place}", place).replace("{verb}", VERBS[facts.kind]))
        field = "body_place" if "{place}" in line else ""
        yield Words(field, said, 105, top - step * number, size, 146, align="centre")
    issued = facts.issued_day
    day = f"{issued.year}년 {issued.month}월 {issued.day}일" if is_korean else _english_day(issued)
    yield Words("issued_on", day, 105, 95, 16, 100, align="centre")


def issuer(facts: Facts, template: Template = PLAIN, page: int = 0) -> Words:
    """A little to the left where the seal follows, so that both together stand in the middle."""
    x = 101 if facts.seal else 105
    if template.sides[page].language == "ko":
        name, size, tracking = clean(facts.issuer), 27.0, 0.26
    else:
        name, size, tracking = clean(facts.issuer_en or facts.issuer), 23.0, 0.03
    return Words(
        "issuer", name, x, 72, size, 130, "bold", align="centre", tracking=tracking, smallest=14, role="issuer"
    )


def _verification(facts: Facts, side: Side) -> Iterator[Words]:
    address = facts.verify_url.split("://", 1)[-1]
    korean = f"이 증서의 진위는 QR 코드 또는 {address} 에서 확인할 수 있습니다."
    english = f"Verify this certificate with the QR code or at {address}"
    label = "문서확인번호" if side.language == "ko" else "Verification code"
    first, second = (korean, english) if side.language == "ko" else (english, korean)
    other = "en" if side.language == "ko" else "ko"
    yield Words("", label, 62, 44.5, 7.5, 60, colour=_GREY, smallest=7)
    yield Words("code", facts.printed_code, 62, 39.2, 11, 100, tracking=0.04)
    yield Words("verify_url", first, 62, 34, 7.5, 120, colour=_GREY, smallest=5)
    yield Words("verify_url", second, 62, 30, 7.5, 120, colour=_GREY, smallest=5, language=other)


def _days(facts: Facts) -> list[date]:
    """One day alone stands once."""
    return list(dict.fromkeys(facts.days))


def _english_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
