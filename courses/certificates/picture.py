"""A sheet as a picture (SVG) for the screen: what is drawn on paper, as outlines, so that every browser shows it alike.

The background is the same everywhere and kept apart; `page` lies over it.
"""

from __future__ import annotations

import io
import lzma
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont
from reportlab.lib.units import mm

from courses.certificates.design import Template
from courses.certificates.facts import Facts
from courses.certificates.fonts import spans
from courses.certificates.layout import QR, issuer, words
from courses.certificates.lettering import Line, Words, centre_of_last, fit, lines
from courses.certificates.ornament import BAND_PLACES, BANDS, background, band
from courses.certificates.qr import QUIET, qr_modules

WIDTH, HEIGHT = 210 * mm, 297 * mm
"""A4 in points: the view box of both pictures."""
_STROKES = {"m": "M", "l": "L", "c": "C"}


@cache
def background_svg() -> str:
    """Frame and watermark, the same of every sheet: a whole SVG file."""
    bands = "".join(f'<g id="{name}">{"".join(_shapes(band(length)))}</g>' for name, length in BANDS.items())
    placed = "".join(
        f'<use href="#{name}" transform="translate({x * mm:.2f} {y * mm:.2f}) rotate({degrees})"/>'
        for name, degrees, x, y in BAND_PLACES
    )
    drawn = f"<defs>{bands}</defs>{placed}{''.join(_shapes(background()))}"
    box = f'viewBox="0 0 {WIDTH:.2f} {HEIGHT:.2f}"'
    paper = f'<path fill="#fff" d="M0 0H{WIDTH:.2f}V{HEIGHT:.2f}H0z"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{paper}{_upright(drawn)}</svg>'


def page(facts: Facts, template: Template, number: int = 0) -> str:
    """What stands on one page, without background and seal: the inside of an SVG element of that view box.

    Everything must fit: ask `layout.preflight` before.
    """
    shapes: dict[str, str] = {}
    letters = "".join("".join(_written(one, shapes, number)) for one in words(facts, template, number))
    known = "".join(f'<path id="{name}" d="{shape}"/>' for shape, name in shapes.items())
    return f"<defs>{known}</defs>{_upright(letters + _code(facts.verification))}"


def seal_place(facts: Facts, template: Template, number: int = 0) -> tuple[float, float, float]:
    """Left, top and side of the seal in points, from the upper left corner as SVG counts."""
    signed = issuer(facts, template, number)
    fitted = fit(signed)
    assert fitted, "preflight has looked at the same words"
    x, y = centre_of_last(signed, fitted)
    side = template.seal_side * mm
    return x - side / 2, HEIGHT - y - side / 2, side


def _upright(drawn: str) -> str:
    """Paper counts from below, screens from above."""
    return f'<g transform="matrix(1 0 0 -1 0 {HEIGHT:.2f})">{drawn}</g>'


def _shapes(operators: str) -> Iterator[str]:
    """The lines of `ornament` (m, l, c, re; RG, g, w; S, B) as paths."""
    stack: list[str] = []
    path, stroke, fill, width = "", "none", "none", "1"
    for word in operators.split():
        match word:
            case "m" | "l" | "c":
                path += _STROKES[word] + " ".join(stack)
            case "re":
                x, y, across, up = stack
                path += f"M{x} {y}h{across}v{up}h-{across}z"
            case "RG":
                stroke = "#" + "".join(f"{round(float(part) * 255):02x}" for part in stack)
            case "g":
                fill = "#fff"
            case "w":
                width = stack[-1]
            case "S" | "B":
                inside = fill if word == "B" else "none"
                yield f'<path fill="{inside}" stroke="{stroke}" stroke-width="{width}" d="{path}"/>'
                path = ""
            case "q" | "Q":
                pass
            case _:
                stack.append(word)
                continue
        stack.clear()


def _written(words: Words, shapes: dict[str, str], number: int) -> Iterator[str]:
    """`shapes` collects each outline once, under a name that differs from page to page."""
    fitted = fit(words)
    assert fitted, "preflight has looked at the same words"
    for line in lines(words, fitted):
        yield _line(words, line, fitted.size, shapes, number)


def _line(words: Words, line: Line, size: float, shapes: dict[str, str], number: int) -> str:
    """The glyphs side by side, in thousandths of the size; one group of the line's place, size and colour."""
    glyphs, at = [], 0.0
    for face, piece in spans(line.text, words.weight):
        for character in piece:
            if shape := _outline(face.name, character):
                name = shapes.setdefault(shape, f"g{number}-{len(shapes)}")
                glyphs.append(f'<use href="#{name}" x="{at:.0f}"/>')
            at += 1000 * (face.width(character) + line.tracking / size)
    place = f"translate({line.x:.2f} {line.y:.2f}) scale({size / 1000:.5f})"
    return f'<g fill="{words.colour}" transform="{place}">{"".join(glyphs)}</g>'


@lru_cache(maxsize=4096)
def _outline(name: str, character: str) -> str:
    """A glyph as a path, in thousandths of the size; "" for a blank."""
    font = _font(name)
    pen = SVGPathPen(font.getGlyphSet(), ntos=lambda value: f"{value:.0f}")
    glyph = font.getBestCmap().get(ord(character))
    if glyph:
        font.getGlyphSet()[glyph].draw(pen)
    return str(pen.getCommands())


@cache
def _font(name: str) -> TTFont:
    packed = files(__package__).joinpath("fonts", f"{name}.ttf.xz").read_bytes()
    return TTFont(io.BytesIO(lzma.decompress(packed)), lazy=True)  # of a thousand units, all of them


def _code(data: str) -> str:
    modules = qr_modules(data)
    left, bottom, side = (measure * mm for measure in QR)
    module = side / (len(modules) + 2 * QUIET)
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, bits in enumerate(modules) for x, bit in enumerate(bits) if bit)
    place = f"matrix({module:.4f} 0 0 {-module:.4f} {left + QUIET * module:.2f} {bottom + side - QUIET * module:.2f})"
    return f'<path shape-rendering="crispEdges" transform="{place}" d="{dark}"/>'
