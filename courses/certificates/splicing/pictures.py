"""Pictures of a sheet: frame and watermark, seal and logo, as objects that pages draw by name."""

from __future__ import annotations

import io

from PIL import Image
from reportlab.lib.units import mm

from courses.certificates.design import Template
from courses.certificates.facts import Facts
from courses.certificates.layout import QR, issuer, logo_place
from courses.certificates.lettering import centre_of_last, fit
from courses.certificates.ornament import BAND_PLACES, BANDS, background, band
from courses.certificates.splicing.objects import A4, Objects, decimal, stream

MULTIPLY = "/ExtGState<</Multiply<</BM/Multiply>>>>"
Box = tuple[float, float, float, float]
QR_BOX: Box = (QR[0] * mm, QR[1] * mm, (QR[0] + QR[2]) * mm, (QR[1] + QR[2]) * mm)
_TURNED = {0: "1 0 0 1", 90: "0 1 -1 0"}


def put_background(objects: Objects) -> int:
    """What is the same on every sheet, as a form."""
    bands = [
        f"q {_TURNED[turn]} {decimal(x * mm)} {decimal(y * mm)} cm {band(BANDS[name])} Q"
        for name, turn, x, y in BAND_PLACES
    ]
    return objects.put(form("\n".join([*bands, background()])))


def form(drawn: str, entries: str = "/Resources<<>>", beyond: float = 0) -> bytes:
    """A form as large as the sheet and so many points beyond its edges."""
    box = " ".join(map(decimal, (-beyond, -beyond, A4[0] + beyond, A4[1] + beyond)))
    return stream(drawn.encode(), f"/Type/XObject/Subtype/Form/BBox[{box}]{entries}", packed=True)


def put_picture(objects: Objects, data: bytes) -> int:
    """A picture with its transparency, in sRGB. ValueError for what is none."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGBA")
    head = f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}/BitsPerComponent 8"
    mask = stream(picture.getchannel("A").tobytes(), f"{head}/ColorSpace/DeviceGray", packed=True)
    colours = picture.convert("RGB").tobytes()
    return objects.put(stream(colours, f"{head}/ColorSpace/DeviceRGB/SMask {objects.put(mask)} 0 R", packed=True))


def seal_box(facts: Facts, template: Template, page: int) -> Box:
    """The seal's edges in points: over the last character of the issuer."""
    signed = issuer(facts, template, page)
    fitted = fit(signed)
    if fitted is None:
        raise ValueError(f"issuer: {signed.text!r} has no room")
    x, y = centre_of_last(signed, fitted)
    half = template.seal_side * mm / 2
    return x - half, y - half, x + half, y + half


def logo_box(data: bytes) -> Box:
    """The logo's edges in points."""
    with Image.open(io.BytesIO(data)) as picture:
        left, bottom, width, height = (measure * mm for measure in logo_place(*picture.size))
    return left, bottom, left + width, bottom + height


def drawn(name: str, box: Box, state: str = "") -> str:
    """Draw a picture between its edges."""
    left, bottom, right, top = box
    place = " ".join(map(decimal, (right - left, 0, 0, top - bottom, left, bottom)))
    return f"q {state} {place} cm /{name} Do Q"
