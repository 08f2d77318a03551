"""Print files: thousands of sheets that share their frame, their fixed words and their fonts. Not signed, not tagged.

Written as it goes along, so that memory does not grow with the file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from reportlab.lib.units import mm

from courses.certificates.design import Template
from courses.certificates.facts import Facts
from courses.certificates.layout import reprinted, words
from courses.certificates.qr import qr_picture
from courses.certificates.splicing import settled
from courses.certificates.splicing.metadata import PRODUCER
from courses.certificates.splicing.objects import (
    A4,
    HEADER,
    Objects,
    decimal,
    first_table,
    references,
    stream,
    string,
    trailer,
)
from courses.certificates.splicing.pictures import (
    MULTIPLY,
    QR_BOX,
    drawn,
    form,
    logo_box,
    put_background,
    put_picture,
    seal_box,
)
from courses.certificates.splicing.setting import Fonts, bare

_TENTH = mm / 10
_BLEED, _MARGIN, _MARK = 3 * mm, 10 * mm, 5 * mm
_REPEATED = 2048  # words that are kept in mind: departments and dates come again and again


@dataclass(frozen=True)
class Sheet:
    """A certificate to be printed. `mark` says that it is a reprint, when and why: 재발급 2026. 11. 23. 분실."""

    facts: Facts
    template: Template
    mark: str = ""


@dataclass(frozen=True)
class Print:
    """How sheets are printed. Offsets are tenths of a millimetre, to the right and upwards.

    Without `background` there is neither frame nor seal nor logo, for stock that has them. `duplex`: an empty page
    after a sheet of one. `bleed`: 3 mm around the sheet and crop marks.
    """

    background: bool = True
    offset_x: int = 0
    offset_y: int = 0
    duplex: bool = False
    bleed: bool = False


def sheets(printed: Iterable[Sheet], pictures: Mapping[str, bytes], how: Print = Print()) -> bytes:
    """The print file of the sheets, in order. `pictures` by their SHA-256. ValueError for what cannot be drawn."""
    file = io.BytesIO()
    write_sheets(file.write, printed, pictures, how)
    return file.getvalue()


def write_sheets(
    write: Callable[[bytes], object], printed: Iterable[Sheet], pictures: Mapping[str, bytes], how: Print = Print()
) -> int:
    """The same, piece by piece; how many pages it has. After a ValueError what was written is of no use."""
    return _File(write, pictures, how).put(printed)


class _File:
    def __init__(self, write: Callable[[bytes], object], pictures: Mapping[str, bytes], how: Print) -> None:
        self._objects, self._pictures, self._how = Objects(write), pictures, how
        self._fonts = Fonts("F")
        self._named: dict[str, int] = {}
        self._shared: dict[settled.Likeness, list[tuple[settled.Page, str]]] = {}
        self._bare = lru_cache(maxsize=_REPEATED)(lambda one: bare(one, self._fonts))

    def put(self, printed: Iterable[Sheet]) -> int:
        objects = self._objects
        objects.raw(HEADER)
        self._root, self._above, self._resources, self._empty = (objects.reserve() for _ in range(4))
        objects.put(stream(b""), self._empty)
        self._first = self._start()
        pages: list[int] = []
        numbers: list[str] = []
        for sheet in printed:
            pages += self._sheet(sheet)
            numbers = [*numbers[:1], sheet.facts.number]
        if not pages:
            raise ValueError("no certificate to print")
        self._end(pages, " ~ ".join(numbers))
        return len(pages)

    def _start(self) -> str:
        """What comes first on every page: crop marks where they stand, all the rest moved by the offsets."""
        marks, how = "", self._how
        if how.bleed:
            self._named["Marks"] = self._objects.put(form(_crop_marks(), beyond=_MARGIN))
            marks = "/Marks Do "
        if how.background:
            self._named["Background"] = put_background(self._objects)
        moved = f"1 0 0 1 {decimal(how.offset_x * _TENTH)} {decimal(how.offset_y * _TENTH)} cm "
        return marks + (moved if how.offset_x or how.offset_y else "")

    def _sheet(self, sheet: Sheet) -> list[int]:
        facts, template = sheet.facts, sheet.template
        key = settled.likeness(facts, template)
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = self._share(settled.nobody(facts), template)
        pages = []
        for number, (page, name) in enumerate(shared):
            own = [self._bare(one) for _, one in page.own(words(facts, template, number))]
            if sheet.mark:
                own.append(self._bare(reprinted(sheet.mark)))
            code = qr_picture(facts.verify_url, facts.code, QR_BOX)
            pages.append(self._page("\n".join([f"{self._first}/{name} Do", *own, code])))
        if self._how.duplex and len(pages) % 2:
            pages.append(self._page(""))
        return pages

    def _page(self, content: str) -> int:
        drawn_by = self._objects.put(stream(content.encode("latin-1"))) if content else self._empty
        boxes = _BOXES if self._how.bleed else ""
        return self._objects.put(f"<</Type/Page/Parent {self._above} 0 R/Contents {drawn_by} 0 R{boxes}>>".encode())

    def _share(self, blank: Facts, template: Template) -> list[tuple[settled.Page, str]]:
        """The pages of a run, each with the form of what is the same on all its sheets."""
        shared = []
        for number, page in enumerate(settled.pages(blank, template)):
            lines = [bare(one, self._fonts) for one in page.settled if one]
            if self._how.background:
                lines = ["/Background Do", *lines, *self._stamped(blank, template, number)]
            name = f"S{len(self._named)}"
            self._named[name] = self._objects.put(form("\n".join(lines), f"/Resources {self._resources} 0 R"))
            shared.append((page, name))
        return shared

    def _stamped(self, blank: Facts, template: Template, page: int) -> Iterable[str]:
        if template.logo:
            yield drawn(self._picture(template.logo), logo_box(self._pictures[template.logo]))
        if blank.seal:
            yield drawn(self._picture(blank.seal), seal_box(blank, template, page), "/Multiply gs")

    def _picture(self, digest: str) -> str:
        name = f"P{digest[:12]}"
        if name not in self._named:
            if digest not in self._pictures:
                raise ValueError(f"the picture {digest} is missing")
            self._named[name] = put_picture(self._objects, self._pictures[digest])
        return name

    def _end(self, pages: list[int], title: str) -> None:
        objects = self._objects
        named = "".join(f"/{name} {number} 0 R" for name, number in self._named.items())
        fonts = self._fonts.put(objects, packed=True)
        objects.put(f"<</Font<<{fonts}>>/XObject<<{named}>>{MULTIPLY}>>".encode(), self._resources)
        box = _MEDIA if self._how.bleed else f"/MediaBox[0 0 {A4[0]} {A4[1]}]"
        inherited = f"{box}/Resources {self._resources} 0 R"
        objects.put(f"<</Type/Pages/Count {len(pages)}/Kids{references(pages)}{inherited}>>".encode(), self._above)
        turned = "/Duplex/DuplexFlipLongEdge" if self._how.duplex else ""
        viewer = f"/ViewerPreferences<</PrintScaling/None/DisplayDocTitle true{turned}>>"
        objects.put(f"<</Type/Catalog/Pages {self._above} 0 R{viewer}>>".encode(), self._root)
        info = objects.put(f"<</Title{string(title)}/Producer({PRODUCER})>>".encode())
        table, size = objects.position, objects.reserve()
        end = trailer(f"/Size {size}/Root {self._root} 0 R/Info {info} 0 R", table)
        objects.raw(first_table(objects.offsets) + end)


def _box(name: str, beyond: float) -> str:
    edges = (-beyond, -beyond, A4[0] + beyond, A4[1] + beyond)
    return f"/{name}[{' '.join(map(decimal, edges))}]"


_MEDIA = _box("MediaBox", _MARGIN)
_BOXES = _box("TrimBox", 0) + _box("BleedBox", _BLEED)


def _crop_marks() -> str:
    """At each corner two hairlines, which end where the bleed begins."""
    lines = ["0 G 0.25 w"]
    for x, out_x in ((0.0, -1), (A4[0], 1)):
        for y, out_y in ((0.0, -1), (A4[1], 1)):
            near_x, near_y = x + out_x * _BLEED, y + out_y * _BLEED
            lines.append(f"{decimal(near_x)} {decimal(y)} m {decimal(near_x + out_x * _MARK)} {decimal(y)} l S")
            lines.append(f"{decimal(x)} {decimal(near_y)} m {decimal(x)} {decimal(near_y + out_y * _MARK)} l S")
    return "\n".join(lines)
