"""Certificates drawn with ReportLab: the design engine, and the oracle of what is spliced.

`draw` depends on nothing but its arguments: the same facts and seal give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from courses.certificates.design import Template
from courses.certificates.facts import Facts
from courses.certificates.layout import QR, TITLES, issuer, logo_place, preflight, words
from courses.certificates.lettering import Words, centre_of_last, fit, put
from courses.certificates.ornament import BAND_PLACES, BAND_WIDTH, BANDS, background, band
from courses.certificates.qr import qr_operators
from courses.certificates.wording import BUILT_IN

_SEAL_SIDE = 24.0
"""In mm, as its form has it; templates may want another size."""

rl_config.useA85 = 0  # streams as bytes: text encoding would only make the files a quarter larger


def draw(
    facts: Sequence[Facts],
    *,
    seal: bytes | Sequence[bytes] | None,
    logos: Sequence[bytes] = (),
    templates: Mapping[str, Template] = BUILT_IN,
) -> bytes:
    """One PDF with the pages of each of the facts (two, where the back is English), in their order.

    `seal` is a picture with an alpha channel, or several where the facts were issued under different ones; `templates`
    by key are what `Facts.template` names, `logos` the pictures that these want. ValueError for no facts at all, for
    what `preflight` finds, for an unknown template, and when a picture that facts or templates name is not given.
    """
    seals, pictures = _by_digest(seal), _by_digest(logos)
    _check(facts, templates, seals, pictures)
    file = io.BytesIO()
    lang = templates[facts[0].template].sides[0].language
    canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1, lang=lang)
    _describe(canvas, facts)
    _prepare(canvas, seals, pictures)
    for certificate in facts:
        template = templates[certificate.template]
        for page in range(len(template.sides)):
            _page(canvas, certificate, template, page)
    canvas.save()
    return file.getvalue()


def _by_digest(seal: bytes | Sequence[bytes] | None) -> dict[str, bytes]:
    pictures = [seal] if isinstance(seal, bytes) else seal or []
    return {hashlib.sha256(picture).hexdigest(): picture for picture in pictures if picture}


def _check(
    facts: Sequence[Facts], templates: Mapping[str, Template], seals: Mapping[str, bytes], logos: Mapping[str, bytes]
) -> None:
    if not facts:
        raise ValueError("no certificate to draw")
    for certificate in facts:
        template = templates.get(certificate.template)
        if template is None:
            raise ValueError(f"{certificate.number}: unknown template {certificate.template!r}")
        if certificate.seal and certificate.seal not in seals:
            raise ValueError(f"{certificate.number}: issued under another seal than the one given")
        if template.logo and template.logo not in logos:
            raise ValueError(f"{certificate.number}: issued under another logo than the one given")
        for problem in preflight(certificate, template):
            raise ValueError(f"{certificate.number}: {problem.field}: {problem.message}")


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


def _prepare(canvas: Canvas, seals: Mapping[str, bytes], logos: Mapping[str, bytes]) -> None:
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
    for digest, picture in logos.items():
        image = ImageReader(io.BytesIO(picture))
        canvas.beginForm(f"logo-{digest}")
        canvas.drawImage(image, *(measure * mm for measure in logo_place(*image.getSize())), mask="auto")
        canvas.endForm()


def _place_bands(canvas: Canvas) -> None:
    for name, degrees, x, y in BAND_PLACES:
        canvas.saveState()
        canvas.translate(x * mm, y * mm)
        canvas.rotate(degrees)
        canvas.doForm(name)
        canvas.restoreState()


def _page(canvas: Canvas, facts: Facts, template: Template, page: int) -> None:
    canvas.doForm("background")
    if template.logo:
        canvas.doForm(f"logo-{template.logo}")
    for one in words(facts, template, page):
        fitted = fit(one)
        assert fitted, "preflight has looked at the same words"
        put(canvas, one, fitted)
    canvas.addLiteral(qr_operators(facts.verification, *(measure * mm for measure in QR)))
    if facts.seal:
        _stamp(canvas, issuer(facts, template, page), facts.seal, template.seal_side)
    canvas.showPage()


def _stamp(canvas: Canvas, signed: Words, seal: str, side: float) -> None:
    """The seal over the last character of the issuer, multiplied, so that the ink below stays black."""
    fitted = fit(signed)
    assert fitted, "preflight has looked at the same words"
    x, y = centre_of_last(signed, fitted)
    canvas.saveState()
    canvas.setBlendMode("Multiply")
    canvas.translate(x - side * mm / 2, y - side * mm / 2)
    if side != _SEAL_SIDE:
        canvas.scale(side / _SEAL_SIDE, side / _SEAL_SIDE)
    canvas.doForm(f"seal-{seal}")
    canvas.restoreState()
