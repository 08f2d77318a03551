"""Words as PDF operators, in fonts that hold only what is written with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby

from courses.certificates.fonts import Face, spans
from courses.certificates.lettering import Fitted, Words, fit, lines, whole
from courses.certificates.splicing.objects import Objects, decimal
from courses.certificates.splicing.subsets import OBJECTS, Subset


class Fonts:
    """The fonts of a file, each named `prefix` and a number. What `base` already holds is written with that."""

    def __init__(self, prefix: str, base: Fonts | None = None) -> None:
        self._prefix, self._base = prefix, base
        self.subsets: dict[str, tuple[str, Subset]] = {}

    def runs(self, face: Face, text: str) -> Iterator[tuple[str, str]]:
        """The text in pieces of one font each: the font's name on the page, and the codes in hexadecimal."""
        base = self._base.subsets.get(face.name) if self._base else None
        if base is None:
            yield self._written(face, text)
            return
        name, subset = base
        for known, characters in groupby(text, key=subset.codes.__contains__):
            piece = "".join(characters)
            yield (name, subset.write(piece)) if known else self._written(face, piece)

    def hold(self, face: Face, text: str) -> None:
        """Take characters in, without writing."""
        self._written(face, text)

    def _written(self, face: Face, text: str) -> tuple[str, str]:
        found = self.subsets.get(face.name)
        if found is None:
            found = self.subsets[face.name] = f"{self._prefix}{len(self.subsets)}", Subset(face)
        return found[0], found[1].write(text)

    def put(self, objects: Objects, first: int = 0, *, packed: bool = False) -> str:
        """Write them all; the entries of the page's dictionary of fonts. `first`: of numbers reserved for them."""
        entries = ""
        for place, (name, subset) in enumerate(self.subsets.values()):
            subset.packed = packed
            number = first + OBJECTS * place if first else objects.reserve(OBJECTS)
            for offset, body in enumerate(subset.objects(number)):
                objects.put(body, number + offset)
            entries += f"/{name} {number} 0 R"
        return entries


def operators(words: Words, fonts: Fonts) -> str:
    """Draw the words. For those who copy or listen they stay whole, however they are spaced, broken and cut."""
    fitted = fit(words)
    if fitted is None:
        raise ValueError(f"{words.field}: {words.text!r} has no room")
    drawn = f"{colour(words.colour)} {' '.join(_lines(words, fitted, fonts))}"
    if fitted == Fitted((words.text,), words.size) and not words.tracking and words.align != "spread":
        return drawn
    return f"/Span<</ActualText<{whole(words.text)}>>>BDC {drawn} EMC"


def bare(words: Words, fonts: Fonts) -> str:
    """The same for a file that is only printed."""
    fitted = fit(words)
    if fitted is None:
        raise ValueError(f"{words.field}: {words.text!r} has no room")
    return f"{colour(words.colour)} {' '.join(_lines(words, fitted, fonts))}"


@cache
def colour(code: str) -> str:
    """To fill with: #16294d."""
    channels = [decimal(int(code[at : at + 2], 16) / 255) for at in (1, 3, 5)]
    return f"{channels[0]} g" if len(set(channels)) == 1 else " ".join([*channels, "rg"])


def _lines(words: Words, fitted: Fitted, fonts: Fonts) -> Iterator[str]:
    size = decimal(fitted.size)
    for line in lines(words, fitted):
        tracking = f"{decimal(line.tracking)} Tc " if line.tracking else ""
        yield f"BT {tracking}1 0 0 1 {decimal(line.x)} {decimal(line.y)} Tm"
        for face, piece in spans(line.text, words.weight):
            for name, codes in fonts.runs(face, piece):
                yield f"/{name} {size} Tf <{codes}> Tj"
        yield "0 Tc ET" if tracking else "ET"
