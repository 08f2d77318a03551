"""What stands where on a certificate: A4 portrait, millimetres from the lower left corner, sizes in points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from courses.certificates.facts import Facts, Kind
from courses.certificates.fonts import missing
from courses.certificates.lettering import Words, fit
from courses.certificates.ornament import GOLD, NAVY
from courses.text import Text, clean, text

TITLES: dict[Kind, str] = {"completed": "수료증", "attended": "이수증"}
SEAL_SIDE = 24.0
QR = (34.0, 27.0, 23.0)
"""Left, bottom and side of the square."""
_VERBS: dict[Kind, str] = {"completed": "수료", "attended": "이수"}
_REQUIRED = {"number", "name", "course", "issuer"}
_GREY = "#5c6370"


@dataclass(frozen=True)
class Problem:
    """Why a certificate cannot be drawn: the field of `Facts`, its text, and the characters no font has."""

    field: str
    text: str
    missing: str
    message: Text


def preflight(facts: Facts) -> list[Problem]:
    """Everything that keeps this certificate from being drawn; nothing, if it can be."""
    return [problem for one in words(facts) if (problem := _problem(one, facts))]


def _problem(words: Words, facts: Facts) -> Problem | None:
    if not words.text and words.field in _REQUIRED:
        return Problem(words.field, "", "", text("What the certificate must show is empty."))
    if gone := missing(words.text, words.weight):
        return Problem(words.field, words.text, gone, _without(words, facts, gone))
    if fit(words) is None:
        message = text("“%(text)s” is too long for the certificate.", text=words.text)
        return Problem(words.field, words.text, "", message)
    return None


def _without(words: Words, facts: Facts, gone: str) -> Text:
    roman = clean(facts.name_roman)
    if words.field == "name" and roman and not missing(roman, words.weight):
        return text(
            "The fonts lack %(characters)s of “%(text)s”; the name in Latin letters is “%(roman)s”.",
            characters=gone,
            text=words.text,
            roman=roman,
        )
    return text("The fonts lack %(characters)s of “%(text)s”.", characters=gone, text=words.text)


def words(facts: Facts) -> Iterator[Words]:
    """All there is to read on the sheet, in reading order."""
    yield Words("number", clean(facts.number), 34, 262, 11.5, room=90)
    if facts.reissued:
        yield Words("", "재발급", 176, 262, 11.5, room=30, colour=GOLD, align="right", weight="bold")
    yield Words("", TITLES[facts.kind], 105, 231, 46, 150, "title", NAVY, "centre", tracking=0.56, role="title")
    english = "CERTIFICATE OF COMPLETION"
    yield Words("", english, 105, 221, 11, 150, colour=GOLD, align="centre", tracking=0.29, language="en")
    yield from _entries(facts)
    yield from _body(facts)
    yield issuer(facts)
    yield from _verification(facts)


def _entries(facts: Facts) -> Iterator[Words]:
    """Label, colon and value. Five lines, or six closer ones in the same room; empty ones are left out."""
    entries = [
        ("unit", "소속", f"{facts.organisation} {facts.unit}"),
        ("grade", "직급", facts.grade),
        ("name", "성명", facts.name),
        ("course", "과정명", facts.course),
        ("starts_on", "교육기간", _period(facts)),
        ("hours", "교육시간", facts.hours),
    ]
    shown = [entry for entry in entries if entry[0] in _REQUIRED or entry[2]]
    top, step = (202, 10) if len(shown) == len(entries) else (199, 12)
    for number, (field, label, value) in enumerate(shown):
        y = top - step * number
        yield Words("", label, 42, y, 13, 21, colour=_GREY, align="spread", role="label")
        yield Words("", ":", 66, y, 13, 5, colour=_GREY, role="label")
        if field == "name":
            yield Words(field, clean(value), 71, y, 17, 100, weight="bold", may_wrap=True, role="value")
        else:
            yield Words(field, clean(value), 71, y, 13.5, 100, may_wrap=True, role="value")


def _body(facts: Facts) -> Iterator[Words]:
    place = clean(facts.body_place)
    done = f"성실히 {_VERBS[facts.kind]}하였으므로 이 증서를 수여합니다."
    yield Words("body_place", f"위 사람은 {place} 실시한 위 교육 과정을", 105, 128, 16.5, 146, align="centre")
    yield Words("", done, 105, 117.5, 16.5, 146, align="centre")
    issued = facts.issued_day
    day = f"{issued.year}년 {issued.month}월 {issued.day}일"
    yield Words("issued_on", day, 105, 95, 16, 100, align="centre")


def issuer(facts: Facts) -> Words:
    """A little to the left where the seal follows, so that both together stand in the middle."""
    x = 101 if facts.seal else 105
    name = clean(facts.issuer)
    return Words("issuer", name, x, 72, 27, 130, "bold", align="centre", tracking=0.26, smallest=14, role="issuer")


def _verification(facts: Facts) -> Iterator[Words]:
    address = facts.verify_url.split("://", 1)[-1]
    korean = f"이 증서의 진위는 QR 코드 또는 {address} 에서 확인할 수 있습니다."
    english = f"Verify this certificate with the QR code or at {address}"
    yield Words("", "문서확인번호", 62, 44.5, 7.5, 60, colour=_GREY, smallest=7)
    yield Words("code", facts.printed_code, 62, 39.2, 11, 100, tracking=0.04)
    yield Words("verify_url", korean, 62, 34, 7.5, 120, colour=_GREY, smallest=5)
    yield Words("verify_url", english, 62, 30, 7.5, 120, colour=_GREY, smallest=5, language="en")


def _period(facts: Facts) -> str:
    """One day alone stands once."""
    return " ~ ".join(f"{day.year}. {day.month}. {day.day}." for day in dict.fromkeys(facts.days))
