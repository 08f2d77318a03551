"""Paper of a session: the sheet to sign, who was absent, name plates, the notice at the door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from courses.attendance.paper import PER_PAGE
from courses.db import in_parts
from courses.printing.page import GREY, INK, MARGIN, RULE, SHADE, Column, Document
from courses.text import Text, text

Words = Callable[[Text], str]

_ROW, _HEAD = 7.6, 8.0
_SHARES = (("no", 9.0), ("unit", 46.0), ("name", 42.0), ("sign", 50.0), ("note", 27.0))
"""Millimetres of the columns of a sheet: 174 in all."""
_QR = 17.0


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on all paper of a session: `when` and `session` in words, `teachers` '' where nobody is named."""

    title: str
    session: str
    when: str
    place: str
    teachers: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody on the roster; `mark` in words, '' while unmarked."""

    number: int
    name: str
    unit: str
    mark: str = ""


def sign_in_sheet(
    heading: Heading, people: Sequence[Signer], *, organisation: str, day: date, language: str, words: Words,
    codes: Sequence[tuple[str, str]],
) -> bytes:  # fmt: skip
    """Thirty people a page, each with room to sign; `codes` of each page: what is printed, and its QR's address."""
    document = Document(words(text("Sign-in sheet")), organisation, day, language=language)
    parts = list(in_parts(list(people), PER_PAGE)) or [[]]
    for (code, address), some in zip(codes, parts, strict=True):
        document.new_page(framed=False)
        _sheet_head(document, heading, organisation, words, len(people))
        document.qr(address, document.width - MARGIN - _QR, document.height - 14 - _QR, _QR)
        document.words(
            code, document.width - MARGIN - _QR / 2, document.height - 16.5 - _QR, 7, 30, colour=GREY, align="centre"
        )
        _rows(document, some, words)
        said = f"{int(codes.index((code, address))) + 1} / {len(codes)}"
        document.words(said, document.width - MARGIN, 9, 9, 30, colour=GREY, align="right")
    return document.finish()


def pages_of(people: int) -> int:
    """How many sheets so many people take."""
    return max(1, -(-people // PER_PAGE))


def _sheet_head(document: Document, heading: Heading, organisation: str, words: Words, people: int) -> None:
    top, room = document.height, document.room - _QR - 4
    document.words(organisation, MARGIN, top - 15, 9, room, colour=GREY, smallest=6)
    document.words(words(text("Sign-in sheet")), MARGIN, top - 23, 17, room, weight="bold", smallest=10)
    lines = [
        f"{heading.title} · {heading.session}",
        f"{heading.when} · {heading.place}" if heading.place else heading.when,
        words(text("Instructor: %(names)s", names=heading.teachers)) if heading.teachers else "",
    ]
    for number, line in enumerate(line for line in lines if line):
        document.words(line, MARGIN, top - 29.5 - number * 5, 10, room, smallest=5)
    count = words(text("%(n)s people", n=people))
    document.words(count, document.width - MARGIN, top - 43, 9, 40, colour=GREY, align="right")


def _rows(document: Document, people: Sequence[Signer], words: Words) -> None:
    """A ruled form of thirty rows, filled as far as there are people: late comers are written in by hand."""
    names = {
        "no": text("No."), "unit": text("Department"), "name": text("Name"), "sign": text("Signature"),
        "note": text("Remarks"),
    }  # fmt: skip
    lefts, x = {}, MARGIN
    for key, wide in _SHARES:
        lefts[key], x = x, x + wide
    top = document.height - 45
    document.box(MARGIN, top - _HEAD, x - MARGIN, _HEAD, fill=SHADE)
    for key, wide in _SHARES:
        centre = lefts[key] + wide / 2
        document.words(words(names[key]), centre, top - 5.4, 9.5, wide - 2, weight="bold", align="centre", smallest=6)
    bottom = top - _HEAD - PER_PAGE * _ROW
    for number in range(PER_PAGE):
        y = top - _HEAD - number * _ROW
        document.line(MARGIN, y, x, y)
        if number < len(people):
            _row(document, people[number], lefts, y - 5.2)
    for left in (*lefts.values(), x):
        document.line(left, top, left, bottom)
    document.line(MARGIN, bottom, x, bottom, points=0.8)


def _row(document: Document, one: Signer, lefts: dict[str, float], baseline: float) -> None:
    wide = dict(_SHARES)
    document.words(str(one.number), lefts["no"] + wide["no"] / 2, baseline, 9, 8, colour=GREY, align="centre")
    document.words(one.unit, lefts["unit"] + 1.5, baseline, 8.5, wide["unit"] - 3, smallest=3.5)
    document.words(one.name, lefts["name"] + 1.5, baseline, 10.5, wide["name"] - 3, smallest=3.5)


def absentees(
    heading: Heading,
    people: Sequence[Signer],
    *,
    unmarked: int = 0,
    organisation: str,
    day: date,
    language: str,
    words: Words,
) -> bytes:
    """Those who were not there from the first minute to the last, with what is marked; how many are not marked yet."""
    document = Document(
        words(text("Absentee list")),
        organisation,
        day,
        subtitle=f"{heading.title} · {heading.session}",
        language=language,
    )
    entries = [(text("When"), heading.when), (text("Where"), heading.place), (text("Instructor"), heading.teachers)]
    document.entries((words(label), value) for label, value in entries if value)
    document.space(3)
    columns = [
        Column(words(text("No.")), 0.6, "centre"), Column(words(text("Department")), 3), Column(words(text("Name")), 2),
        Column(words(text("Attendance")), 1.6),
    ]  # fmt: skip
    document.table(columns, [(number, one.unit, one.name, one.mark) for number, one in enumerate(people, 1)])
    if unmarked or not people:
        said = text("Not marked yet: %(n)s", n=unmarked) if unmarked else text("Everybody was there.")
        document.space(4)
        document.paragraph(words(said), align="centre")
    return document.finish()


def name_plates(people: Sequence[Signer], *, organisation: str, day: date, language: str, words: Words) -> bytes:
    """Two to a page, each folded to a tent along the dashed line: the name faces the room."""
    document = Document(words(text("Name plates")), organisation, day, language=language)
    half = document.height / 2
    for pair in in_parts(list(people), 2):
        document.new_page(framed=False)
        for place, one in enumerate(pair):
            bottom = half if place == 0 else 0.0
            _plate(document, one, bottom, half)
        document.line(0, half, document.width, half, points=0.3)
    return document.finish()


def _plate(document: Document, one: Signer, bottom: float, high: float) -> None:
    fold, middle = bottom + high / 2, document.width / 2
    for dash in range(0, int(document.width), 6):
        document.line(dash, fold, min(dash + 3, document.width), fold, points=0.3)
    document.words(one.name, middle, bottom + high * 0.17, 80, document.width - 30, weight="bold", align="centre")
    document.words(one.unit, middle, bottom + high * 0.06, 20, document.width - 30, colour=GREY, align="centre")


def room_notice(heading: Heading, *, organisation: str, day: date, language: str, words: Words) -> bytes:
    """One page for the door, to be read from the corridor."""
    document = Document(words(text("Room notice")), organisation, day, landscape=True, language=language)
    document.new_page(framed=False)
    middle, room, high = document.width / 2, document.width - 50, document.height
    document.words(organisation, middle, high - 28, 20, room, colour=GREY, align="centre", smallest=10)
    document.words(
        heading.title, middle, high - 72, 56, room, weight="bold", align="centre", smallest=18, may_wrap=True
    )
    document.line(40, high - 100, document.width - 40, high - 100, points=1.5, colour=RULE)
    lines = [
        (heading.session, 24, GREY), (heading.when, 34, INK), (heading.place, 34, INK),
        (words(text("Instructor: %(names)s", names=heading.teachers)) if heading.teachers else "", 26, INK),
    ]  # fmt: skip
    y = high - 118
    for said, size, colour in lines:
        if said:
            document.words(said, middle, y, size, room, align="centre", colour=colour, smallest=10)
            y -= 22
    return document.finish()
