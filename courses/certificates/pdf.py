"""How a certificate looks: A4 portrait, millimetres from the lower left corner, sizes in points.

`draw` depends on nothing but its arguments: the same facts and seal give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from courses.certificates.facts import Facts, Kind
from courses.certificates.fonts import missing
from courses.certificates.lettering import Words, centre_of_last, fit, put
from courses.certificates.ornament import BAND_PLACES, BAND_WIDTH, BANDS, GOLD, NAVY, background, band
from courses.certificates.qr import qr_operators
from courses.text import Text, clean, text

TITLES: dict[Kind, str] = {"completed": "수료증", "attended": "이수증"}
_VERBS: dict[Kind, str] = {"completed": "수료", "attended": "이수"}
_TEMPLATES = {"plain-1"}
_REQUIRED = {"number", "name", "course", "issuer"}
_GREY = "#5c6370"
_SEAL_SIDE = 24.0
_QR = (34.0, 27.0, 23.0)

rl_config.useA85 = 0  # streams as bytes: text encoding would only make the files a quarter larger


@dataclass(frozen=True)
class Problem:
    """Why a certificate cannot be drawn: the field of `Facts`, its text, and the characters no font has."""

    field: str
    text: str
    missing: str
    message: Text


def draw(facts: Sequence[Facts], *, seal: bytes | Sequence[bytes] | None) -> bytes:
    """One PDF with a page for each of the facts, in their order.

    `seal` is a picture with an alpha channel, or several where the facts were issued under different ones.
    ValueError for no facts at all, for what `preflight` finds, for an unknown template, and when the seal that facts
    were issued under (`Facts.seal`) is not among the pictures.
    """
    seals = _by_digest(seal)
    _check(facts, seals)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1, lang="ko")
    _describe(canvas, facts)
    _prepare(canvas, seals)
    for certificate in facts:
        _page(canvas, certificate)
    canvas.save()
    return file.getvalue()


def preflight(facts: Facts) -> list[Problem]:
    """Everything that keeps this certificate from being drawn; nothing, if it can be."""
    return [problem for words in _words(facts) if (problem := _problem(words, facts))]


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


def _by_digest(seal: bytes | Sequence[bytes] | None) -> dict[str, bytes]:
    pictures = [seal] if isinstance(seal, bytes) else seal or []
    return {hashlib.sha256(picture).hexdigest(): picture for picture in pictures if picture}


def _check(facts: Sequence[Facts], seals: Mapping[str, bytes]) -> None:
    if not facts:
        raise ValueError("no certificate to draw")
    for certificate in facts:
        if certificate.template not in _TEMPLATES:
            raise ValueError(f"{certificate.number}: unknown template {certificate.template!r}")
        if certificate.seal and certificate.seal not in seals:
            raise ValueError(f"{certificate.number}: issued under another seal than the one given")
        for problem in preflight(certificate):
            raise ValueError(f"{certificate.number}: {problem.field}: {problem.message}")


def _words(facts: Facts) -> Iterator[Words]:
    """All there is to read on the sheet, in reading order."""
    yield Words("number", clean(facts.number), 34, 262, 11.5, room=90)
    if facts.reissued:
        yield Words("", "재발급", 176, 262, 11.5, room=30, colour=GOLD, align="right", weight="bold")
    yield Words("", TITLES[facts.kind], 105, 231, 46, 150, "title", NAVY, "centre", tracking=0.56)
    yield Words("", "CERTIFICATE OF COMPLETION", 105, 221, 11, 150, colour=GOLD, align="centre", tracking=0.29)
    yield from _entries(facts)
    yield from _body(facts)
    yield _issuer(facts)
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
        yield Words("", label, 42, y, 13, 21, colour=_GREY, align="spread")
        yield Words("", ":", 66, y, 13, 5, colour=_GREY)
        if field == "name":
            yield Words(field, clean(value), 71, y, 17, 100, weight="bold", may_wrap=True)
        else:
            yield Words(field, clean(value), 71, y, 13.5, 100, may_wrap=True)


def _body(facts: Facts) -> Iterator[Words]:
    place = clean(facts.body_place)
    done = f"성실히 {_VERBS[facts.kind]}하였으므로 이 증서를 수여합니다."
    yield Words("body_place", f"위 사람은 {place} 실시한 위 교육 과정을", 105, 128, 16.5, 146, align="centre")
    yield Words("", done, 105, 117.5, 16.5, 146, align="centre")
    issued = facts.issued_day
    day = f"{issued.year}년 {issued.month}월 {issued.day}일"
    yield Words("issued_on", day, 105, 95, 16, 100, align="centre")


def _issuer(facts: Facts) -> Words:
    """A little to the left where the seal follows, so that both together stand in the middle."""
    x = 101 if facts.seal else 105
    issuer = clean(facts.issuer)
    return Words("issuer", issuer, x, 72, 27, 130, "bold", align="centre", tracking=0.26, smallest=14)


def _verification(facts: Facts) -> Iterator[Words]:
    address = facts.verify_url.split("://", 1)[-1]
    korean = f"이 증서의 진위는 QR 코드 또는 {address} 에서 확인할 수 있습니다."
    english = f"Verify this certificate with the QR code or at {address}"
    yield Words("", "문서확인번호", 62, 44.5, 7.5, 60, colour=_GREY, smallest=7)
    yield Words("code", facts.printed_code, 62, 39.2, 11, 100, tracking=0.04)
    yield Words("verify_url", korean, 62, 34, 7.5, 120, colour=_GREY, smallest=5)
    yield Words("verify_url", english, 62, 30, 7.5, 120, colour=_GREY, smallest=5)


def _period(facts: Facts) -> str:
    """One day alone stands once."""
    return " ~ ".join(f"{day.year}. {day.month}. {day.day}." for day in dict.fromkeys(facts.days))


def _describe(canvas: Canvas, facts: Sequence[Facts]) -> None:
    """Metadata. The file's date is the day of issue: it must not depend on when it is drawn."""
    first, last = facts[0], facts[-1]
    numbers = first.number if len(facts) == 1 else f"{first.number} ~ {last.number}"
    day = last.issued_on.replace("-", "")
    canvas.setTitle(f"{TITLES[first.kind]} {numbers}")
    canvas.setCreator("lms")
    canvas.setAuthor(first.issuer)
    canvas.setSubject(first.course)
    canvas.setDateFormatter(lambda *_: f"D:{day}000000+09'00'")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.setViewerPreference("PrintScaling", "None")


def _prepare(canvas: Canvas, seals: Mapping[str, bytes]) -> None:
    """What all pages share is drawn once, as forms."""
    for name, length in BANDS.items():
        canvas.beginForm(name, 0, 0, length * mm, BAND_WIDTH * mm)
        canvas.addLiteral(band(length))
        canvas.endForm()
    canvas.beginForm("background")
    _place_bands(canvas)
    canvas.addLiteral(background())
    canvas.endForm()
    side = _SEAL_SIDE * mm
    for digest, picture in seals.items():
        canvas.beginForm(f"seal-{digest}", 0, 0, side, side)
        canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, side, side, mask="auto")
        canvas.endForm()


def _place_bands(canvas: Canvas) -> None:
    for name, degrees, x, y in BAND_PLACES:
        canvas.saveState()
        canvas.translate(x * mm, y * mm)
        canvas.rotate(degrees)
        canvas.doForm(name)
        canvas.restoreState()


def _page(canvas: Canvas, facts: Facts) -> None:
    canvas.doForm("background")
    for words in _words(facts):
        fitted = fit(words)
        assert fitted, "preflight has looked at the same words"
        put(canvas, words, fitted)
    canvas.addLiteral(qr_operators(facts.verification, *(measure * mm for measure in _QR)))
    if facts.seal:
        _stamp(canvas, _issuer(facts), facts.seal)
    canvas.showPage()


def _stamp(canvas: Canvas, issuer: Words, seal: str) -> None:
    """The seal over the last character of the issuer, multiplied, so that the ink below stays black."""
    fitted = fit(issuer)
    assert fitted, "preflight has looked at the same words"
    x, y = centre_of_last(issuer, fitted)
    canvas.saveState()
    canvas.setBlendMode("Multiply")
    canvas.translate(x - _SEAL_SIDE * mm / 2, y - _SEAL_SIDE * mm / 2)
    canvas.doForm(f"seal-{seal}")
    canvas.restoreState()
