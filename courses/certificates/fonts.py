"""The committed fonts: Noto Serif KR, and Noto Serif for the words that it lacks letters for.

ReportLab leaves out what a font lacks without a word, so nothing is drawn before `missing` said that there is
nothing missing.
"""

from __future__ import annotations

import io
import lzma
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

Weight = Literal["regular", "bold", "title"]

_FILES: dict[Weight, tuple[str, ...]] = {
    "regular": ("NotoSerifKR-Regular", "NotoSerif-Regular"),
    "bold": ("NotoSerifKR-Bold", "NotoSerif-Bold"),
    "title": ("NotoSerifKR-ExtraBold",),
}
_loading = Lock()
_loaded: dict[Weight, tuple[Face, ...]] = {}


class Face:
    """One font, registered with ReportLab under its name."""

    def __init__(self, name: str) -> None:
        packed = files(__package__).joinpath("fonts", f"{name}.ttf.xz").read_bytes()
        font = TTFont(name, io.BytesIO(lzma.decompress(packed)), shapable=False, asciiReadable=False)
        pdfmetrics.registerFont(font)
        self.name = name
        self.characters = frozenset(map(chr, font.face.charToGlyph))
        self._widths: dict[str, float] = {
            character: font.face.charWidths[ord(character)] / 1000 for character in self.characters
        }

    def covers(self, text: str) -> bool:
        return self.characters.issuperset(text)

    def width(self, text: str) -> float:
        """In units of the font size."""
        return sum(map(self._widths.__getitem__, text))


def faces(weight: Weight) -> tuple[Face, ...]:
    """The fonts of a weight, preferred first; loaded once in a process, at the first call."""
    if weight not in _loaded:
        with _loading:  # two threads would otherwise register a font twice while one of them draws with it
            _loaded[weight] = tuple(_face(name) for name in _FILES[weight])
    return _loaded[weight]


def load_fonts() -> None:
    """Load them all (half a second, once in a process): before a writing transaction, in which others would wait."""
    for weight in _FILES:
        faces(weight)


@cache
def _face(name: str) -> Face:
    return Face(name)


@lru_cache(maxsize=512)
def missing(text: str, weight: Weight) -> str:
    """The characters of the text that no font of this weight has, each once, in their order."""
    fonts = faces(weight)
    return "".join(character for character in dict.fromkeys(text) if not any(face.covers(character) for face in fonts))


def spans(text: str, weight: Weight) -> list[tuple[Face, str]]:
    """The text cut into pieces of one font each; where a word needs the second font, all that can take it.

    A word that no single font covers ("Łukasz님") is cut inside. ValueError for a character that is missing.
    """
    first, *others = faces(weight)
    if first.covers(text):
        return [(first, text)]
    order = (*others, first)
    pieces: list[tuple[Face, str]] = []
    for word in _words(text):
        whole = next((face for face in order if face.covers(word)), None)
        pieces += [(whole, word)] if whole else [(_only(character, order), character) for character in word]
    return _joined(pieces)


def width(text: str, weight: Weight) -> float:
    """In units of the font size."""
    return sum(face.width(piece) for face, piece in spans(text, weight))


def _words(text: str) -> list[str]:
    """Each with the blank after it."""
    *heads, last = text.split(" ")
    return [head + " " for head in heads] + [last]


def _only(character: str, order: tuple[Face, ...]) -> Face:
    for face in order:
        if face.covers(character):
            return face
    raise ValueError(f"no font has {character!r}")


def _joined(pieces: list[tuple[Face, str]]) -> list[tuple[Face, str]]:
    """Neighbours of the same font become one piece."""
    joined: list[tuple[Face, str]] = []
    for face, piece in pieces:
        if joined and joined[-1][0] is face:
            joined[-1] = (face, joined[-1][1] + piece)
        elif piece:
            joined.append((face, piece))
    return joined
