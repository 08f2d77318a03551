"""Fonts cut down to the characters that a file shows: TrueType programs with their widths and meanings.

A character's code is the number of its glyph in the cut font, so that no further table is needed.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from reportlab.pdfbase import pdfmetrics

from courses.certificates.fonts import Face
from courses.certificates.splicing.objects import stream

OBJECTS = 5
"""Objects that a cut font is made of."""
_AT_ONCE = 100  # meanings in a block, as Adobe's technical note 5411 wants it
_TWO_BYTE, _SCALE, _MORE, _XY, _MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80
_SERIF, _SYMBOLIC = 2, 4
_COMPOSED = 0x80  # the first byte of a glyph that is put together of others, from here on


class Outlines:
    """The tables of a whole font, of which glyphs are taken."""

    def __init__(self, name: str) -> None:
        font = pdfmetrics.getFont(name).face
        self.name, self.font = name, font
        self.glyph_of: dict[int, int] = font.charToGlyph
        self.head, self.hhea, self.maxp = (font.get_table(tag) for tag in ("head", "hhea", "maxp"))
        self._glyphs, self._metrics = font.get_table("glyf"), font.get_table("hmtx")
        many, long = struct.unpack(">H", self.maxp[4:6])[0], struct.unpack(">h", self.head[50:52])[0]
        places = struct.unpack(f">{many + 1}{'I' if long else 'H'}", font.get_table("loca"))
        self._places = places if long else [2 * place for place in places]
        starts = enumerate(zip(self._places, self._places[1:], strict=False))
        self.composed = {index for index, (at, end) in starts if at < end and self._glyphs[at] >= _COMPOSED}
        self._measured = struct.unpack(">H", self.hhea[34:36])[0]
        self.unit: float = 1000 / font.unitsPerEm

    def glyph(self, index: int) -> bytes:
        """Its outline, padded to four bytes."""
        found = self._glyphs[self._places[index] : self._places[index + 1]]
        return bytes(found + b"\0" * (-len(found) % 4))

    def metrics(self, index: int) -> bytes:
        """Width and left bearing."""
        if index < self._measured:
            return bytes(self._metrics[4 * index : 4 * index + 4])
        bearing = 4 * self._measured + 2 * (index - self._measured)
        return bytes(
            self._metrics[4 * self._measured - 4 : 4 * self._measured - 2] + self._metrics[bearing : bearing + 2]
        )

    def width(self, index: int) -> int:
        """In thousandths of the size."""
        return round(int.from_bytes(self.metrics(index)[:2]) * self.unit)


@cache
def outlines(name: str) -> Outlines:
    """The tables of a font that is registered with ReportLab (`courses.certificates.fonts.faces`)."""
    return Outlines(name)


class Subset:
    """Some characters of a font. It grows as text is written with it."""

    def __init__(self, face: Face) -> None:
        self._outlines = outlines(face.name)
        self.codes: dict[str, int] = {}

    def write(self, text: str) -> str:
        """The text in this font's codes, hexadecimal."""
        codes = self.codes
        for character in text:
            if character not in codes:
                codes[character] = len(codes) + 1
        return "".join([_HEX[codes[character]] for character in text])

    def objects(self, first: int) -> Iterator[bytes]:
        """Font, its descendant, descriptor, program and meanings, to be numbered from `first` on."""
        name, font = f"{_tag(''.join(self.codes))}+{self._outlines.name}", self._outlines.font
        yield (
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            f"/DescendantFonts[{first + 1} 0 R]/ToUnicode {first + 4} 0 R>>"
        ).encode()
        widths = " ".join(str(self._outlines.width(glyph)) for glyph in self._glyphs())
        yield (
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDToGlyphMap/Identity"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor {first + 2} 0 R/DW 1000/W[0[{widths}]]>>"
        ).encode()
        yield (
            f"<</Type/FontDescriptor/FontName/{name}/Flags {_SERIF | _SYMBOLIC}"
            f"/FontBBox[{' '.join(str(round(edge)) for edge in font.bbox)}]/ItalicAngle 0/Ascent {round(font.ascent)}"
            f"/Descent {round(font.descent)}/CapHeight {round(font.capHeight)}/StemV {round(font.stemV)}"
            f"/FontFile2 {first + 3} 0 R>>"
        ).encode()
        program = self.program()
        yield stream(program, f"/Length1 {len(program)}", packed=self.packed)
        yield stream(_meanings(self.codes), packed=self.packed)

    packed = False
    """Whether streams are compressed; what must be the same with every zlib is not."""

    def program(self) -> bytes:
        """The TrueType file."""
        taken = self._glyphs()
        parts = _with_parts(self._outlines, tuple(taken))
        glyphs = [_glyph(self._outlines.name, index, parts) for index in parts]
        places = [0]
        for outline, _ in glyphs:
            places.append(places[-1] + len(outline))
        of = self._outlines
        tables = {
            b"glyf": (b"".join([outline for outline, _ in glyphs]), sum(checked for _, checked in glyphs)),
            b"head": _summed(of.head[:8] + b"\0\0\0\0" + of.head[12:50] + b"\0\1" + of.head[52:54]),
            b"hhea": _summed(of.hhea[:34] + struct.pack(">H", len(parts))),
            b"hmtx": _summed(b"".join([of.metrics(index) for index in parts])),
            b"loca": _summed(struct.pack(f">{len(places)}I", *places)),
            b"maxp": _summed(of.maxp[:4] + struct.pack(">H", len(parts)) + of.maxp[6:]),
        }
        return _file(tables)

    def _glyphs(self) -> list[int]:
        """The numbers in the whole font, by code: the sign for a missing one first."""
        return [0, *(self._outlines.glyph_of[ord(character)] for character in self.codes)]


_HEX = [f"{code:04x}" for code in range(20_000)]


def _tag(characters: str) -> str:
    """Six capitals that tell subsets of a font from each other."""
    digest = hashlib.sha256(characters.encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _file(tables: dict[bytes, tuple[bytes, int]]) -> bytes:
    """A TrueType file: the directory, then the tables, each with its sum."""
    at = 12 + 16 * len(tables)
    directory, bodies = [struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 16 * len(tables) - 64)], []
    for tag, (data, summed) in tables.items():
        directory.append(struct.pack(">4sIII", tag, summed & 0xFFFFFFFF, at, len(data)))
        bodies.append(data + b"\0" * (-len(data) % 4))
        at += len(bodies[-1])
    return b"".join(directory + bodies)


def _summed(data: bytes) -> tuple[bytes, int]:
    padded = data + b"\0" * (-len(data) % 4)
    return data, sum(struct.unpack(f">{len(padded) // 4}I", padded))


def _with_parts(of: Outlines, taken: tuple[int, ...]) -> tuple[int, ...]:
    """The glyphs, and after them those that they are put together of."""
    if of.composed.isdisjoint(taken):
        return taken
    found = dict.fromkeys(taken)
    waiting = list(taken)
    while waiting:
        for part, _ in _parts(of.glyph(waiting.pop())):
            if part not in found:
                found[part] = None
                waiting.append(part)
    return taken + tuple(found)[len(dict.fromkeys(taken)) :]


def _parts(outline: bytes) -> Iterator[tuple[int, int]]:
    """The glyphs that one is put together of, and where their numbers stand in it."""
    if not outline or outline[0] < _COMPOSED:
        return
    at, flags = 10, _MORE
    while flags & _MORE:
        flags, part = struct.unpack(">HH", outline[at : at + 4])
        yield part, at + 2
        at += 4 + (4 if flags & _TWO_BYTE else 2)
        at += 2 if flags & _SCALE else 4 if flags & _XY else 8 if flags & _MATRIX else 0


def _glyph(name: str, index: int, parts: tuple[int, ...]) -> tuple[bytes, int]:
    """An outline with its sum; one put together has the new numbers of its parts."""
    plain = _plain(name, index)
    if not plain[0] or plain[0][0] < _COMPOSED:
        return plain
    outline = bytearray(plain[0])
    for part, at in _parts(plain[0]):
        outline[at : at + 2] = struct.pack(">H", parts.index(part))
    return _summed(bytes(outline))


@lru_cache(maxsize=4096)
def _plain(name: str, index: int) -> tuple[bytes, int]:
    return _summed(outlines(name).glyph(index))


def _meanings(codes: dict[str, int]) -> bytes:
    """The character map from codes back to characters."""
    lines = [f"<{_HEX[code]}><{character.encode('utf-16-be').hex()}>" for character, code in codes.items()]
    blocks = (lines[start : start + _AT_ONCE] for start in range(0, len(lines), _AT_ONCE))
    return "\n".join([_MAP_HEAD, *_blocks(blocks), _MAP_END]).encode()


def _blocks(blocks: Iterable[list[str]]) -> Iterator[str]:
    for block in blocks:
        yield f"{len(block)} beginbfchar"
        yield from block
        yield "endbfchar"


_MAP_HEAD = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000><FFFF> endcodespacerange"""
_MAP_END = "endcmap CMapName currentdict /CMap defineresource pop end end"
