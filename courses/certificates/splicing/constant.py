"""What all certificates of a template's version, a run and a language share: the first bytes of every file.

They are a PDF part of their own. What differs follows as a further part (`composing`), so that they are hashed and kept
once. Streams in here are compressed: another version of zlib may give other bytes, which then are another constant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from string import ascii_letters
from typing import TYPE_CHECKING

from courses.certificates.design import Template
from courses.certificates.facts import CODE_ALPHABET, Facts
from courses.certificates.fonts import Weight, faces
from courses.certificates.layout import words
from courses.certificates.lettering import Words
from courses.certificates.splicing import settled, structure
from courses.certificates.splicing.colours import profile
from courses.certificates.splicing.objects import A4, HEADER, Objects, first_table, references, stream, trailer
from courses.certificates.splicing.pictures import (
    MULTIPLY,
    QR_BOX,
    Box,
    drawn,
    logo_box,
    put_background,
    put_picture,
    seal_box,
)
from courses.certificates.splicing.setting import Fonts, operators
from courses.certificates.splicing.subsets import OBJECTS

if TYPE_CHECKING:
    from hashlib import _Hash

HELD: Mapping[Weight, str] = {
    "regular": (
        f"0123456789{CODE_ALPHABET}-()., 제호년월일한시정보화기획단담당관운영지원행재무총감사민교통도건설"
        "환경복주거문예체육세축산농업안전공녹술읍면동구청의회실국과팀직급"
    ),
    "bold": (
        "김이박최정강조윤장임한오서신권황안송전홍고문양손배백허유남심노하곽성차주우구나민류진지엄원준연도은수빈예현시건채호승소율훈태가온"
        f"래보람슬기결아름다영미경희순옥자숙철명재동상선혜석종규용광라빛솔인별늘{ascii_letters}"
    ),
}
"""Characters that nearly every certificate's own words have, and the commonest of names and departments: what files
share holds them, so that a certificate's own part stays small.
"""
_FACES = 5  # as many as there are fonts
LANGUAGES = {"ko": "ko-KR", "en": "en-US"}


@dataclass(frozen=True)
class Numbers:
    """Of the objects that follow. `contents` are for each page its own words' runs, `fonts` is the first of many."""

    contents: tuple[tuple[int, ...], ...]
    fonts: int
    faces: int
    metadata: int
    info: int
    file: int
    attached: int
    widget: int
    signature: int


@dataclass(frozen=True, eq=False)
class Constant:
    """`data` is the beginning of every file. The rest is what `compose` needs; it lives as long as the process.

    `page` is the first page's number, `root` the catalog's; `size` and `table` end the part: how many numbers it has,
    and where its cross-reference table begins. `font_entries` name the fonts on a page.
    """

    data: bytes = field(repr=False)
    likeness: settled.Likeness
    template: Template
    pages: tuple[settled.Page, ...]
    numbers: Numbers
    page: int
    root: int
    size: int
    table: int
    fonts: Fonts = field(repr=False)
    font_entries: str

    @property
    def sha256(self) -> str:
        """Of `data`, in hexadecimal."""
        return self.hash.hexdigest()

    @cached_property
    def hash(self) -> _Hash:
        """Of `data`; to be copied and gone on with."""
        return hashlib.sha256(self.data)


def constant(facts: Facts, template: Template, pictures: Mapping[str, bytes]) -> Constant:
    """What a certificate shares with others; the same object for all of them. `pictures` by their SHA-256.

    ValueError for words without room, and for a picture that is named and not there.
    """
    named = [digest for digest in (facts.seal, template.logo) if digest]
    for digest in named:
        if digest not in pictures:
            raise ValueError(f"{facts.number}: the picture {digest} is missing")
    likeness = settled.likeness(facts, template)
    return _built(settled.nobody(facts), likeness, template, tuple((digest, pictures[digest]) for digest in named))


@lru_cache(maxsize=32)
def _built(
    blank: Facts, likeness: settled.Likeness, template: Template, pictures: tuple[tuple[str, bytes], ...]
) -> Constant:
    parts: list[bytes] = []
    objects = Objects(parts.append)
    objects.raw(HEADER)
    pages = settled.pages(blank, template)
    root, numbers = objects.reserve(), _reserved(objects, pages)
    sheet = _Sheet(objects, blank, template, dict(pictures), numbers)
    first = sheet.put(root)
    objects.put_empty()
    table, size = objects.position, objects.reserve()
    objects.raw(first_table(objects.offsets) + trailer(f"/Size {size}/Root {root} 0 R", table))
    return Constant(
        data=b"".join(parts),
        likeness=likeness,
        template=template,
        pages=pages,
        numbers=numbers,
        page=first,
        root=root,
        size=size,
        table=table,
        fonts=sheet.fonts,
        font_entries=sheet.font_entries,
    )


def _reserved(objects: Objects, pages: tuple[settled.Page, ...]) -> Numbers:
    contents = tuple(tuple(objects.reserve() for own, _ in page.runs() if own) for page in pages)
    return Numbers(contents, objects.reserve(_FACES * OBJECTS), *(objects.reserve() for _ in range(7)))


class _Sheet:
    """A constant while it is written."""

    def __init__(
        self, objects: Objects, blank: Facts, template: Template, pictures: Mapping[str, bytes], numbers: Numbers
    ) -> None:
        self.objects, self.blank, self.template, self.numbers = objects, blank, template, numbers
        self.pages = settled.pages(blank, template)
        self.fonts = Fonts("F")
        self._boxes = _boxes(blank, template, pictures)
        self._named = {"Background": put_background(objects)}
        for name, digest in (("Seal", blank.seal), ("Logo", template.logo)):
            if digest:
                self._named[name] = put_picture(objects, pictures[digest])

    def put(self, root: int) -> int:
        """Write it all; the number of the first page."""
        objects, numbers = self.objects, self.numbers
        above = objects.reserve()
        contents = [self._contents(page) for page in range(len(self.pages))]
        letters = ascii_letters if self.template.speaks("en") else ""
        for weight, characters in HELD.items():
            self.fonts.hold(faces(weight)[0], characters + letters)
        self.font_entries = self.fonts.put(objects, packed=True)
        pages = [objects.put(self._page(page, above, contents[page])) for page in range(len(self.pages))]
        objects.put(f"<</Type/Pages/Count {len(pages)}/Kids{references(pages)}>>".encode(), above)
        tree = structure.put(objects, self._elements(), pages, numbers.widget)
        objects.put(self._catalog(above, tree), root)
        return pages[0]

    def _page(self, page: int, above: int, contents: list[int]) -> bytes:
        width, height = A4
        named = "".join(f"/{name} {number} 0 R" for name, number in self._named.items())
        field = f"/Annots[{self.numbers.widget} 0 R]" if page == 0 else ""
        return (
            f"<</Type/Page/Parent {above} 0 R/MediaBox[0 0 {width} {height}]/StructParents {page}/Tabs/S{field}"
            f"/Group<</S/Transparency/CS/DeviceRGB>>/Contents{references(contents)}"
            f"/Resources<</Font {self.numbers.faces} 0 R/XObject<<{named}>>{MULTIPLY}>>>>"
        ).encode()

    def _catalog(self, pages: int, tree: int) -> bytes:
        numbers, srgb = self.numbers, self.objects.put(stream(profile(), "/N 3", packed=True))
        named = "/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/RegistryName(http://www.color.org)"
        return (
            f"<</Type/Catalog/Pages {pages} 0 R/Lang({LANGUAGES[self.template.sides[0].language]})"
            f"/MarkInfo<</Marked true>>/StructTreeRoot {tree} 0 R/Metadata {numbers.metadata} 0 R"
            f"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1{named}/DestOutputProfile {srgb} 0 R>>]"
            f"/Names<</EmbeddedFiles<</Names[(credential.json){numbers.attached} 0 R]>>>>/AF[{numbers.attached} 0 R]"
            f"/ViewerPreferences<</DisplayDocTitle true/PrintScaling/None>>"
            f"/AcroForm<</Fields[{numbers.widget} 0 R]/SigFlags 3>>>>"
        ).encode()

    def _contents(self, page: int) -> list[int]:
        """The streams of a page in reading order: what all have, between it a certificate's own; then the pictures."""
        every, lines = self.pages[page].settled, ["/Artifact BMC /Background Do EMC"]
        order: list[int] = []
        own = iter(self.numbers.contents[page])
        for is_own, places in self.pages[page].runs():
            if is_own:
                order += [self._stream(lines), next(own)]
                lines = []
            lines += [marked(one, place, self.fonts) for place in places if (one := every[place])]
        for mark, (name, box) in enumerate(self._boxes[page].items(), len(every) + 1):
            shown = drawn(name, box, "/Multiply gs" if name == "Seal" else "")
            lines.append(f"/Figure<</MCID {mark}>>BDC {shown} EMC")
        return [*order, self._stream(lines)]

    def _stream(self, lines: list[str]) -> int:
        return self.objects.put(stream("\n".join(lines).encode(), packed=True))

    def _elements(self) -> list[structure.Element]:
        """Of all pages; where there are two, each is a section."""
        sides = [self._side(page) for page in range(len(self.pages))]
        if len(sides) == 1:
            return sides[0]
        langs = (LANGUAGES[side.language] for side in self.template.sides)
        return [structure.Element("Sect", [*side], f"/Lang({lang})") for side, lang in zip(sides, langs, strict=True)]

    def _side(self, page: int) -> list[structure.Element]:
        spoken = self.template.sides[page].language
        every: list[Words] = [*words(self.blank, self.template, page)]
        elements = structure.reading(page, spoken, every)
        elements.append(structure.figure(page, len(every), _QR[spoken], QR_BOX))
        issuer = next(one.text for one in every if one.role == "issuer")
        for mark, (name, box) in enumerate(self._boxes[page].items(), len(every) + 1):
            elements.append(structure.figure(page, mark, _ALT[name][spoken].format(issuer=issuer), box))
        return elements


def marked(one: Words, place: int, fonts: Fonts) -> str:
    """Words as a piece of the page's structure."""
    return f"/{structure.TAGS[one.role]}<</MCID {place}>>BDC {operators(one, fonts)} EMC"


def _boxes(blank: Facts, template: Template, pictures: Mapping[str, bytes]) -> list[dict[str, Box]]:
    """Where the pictures of each page stand."""
    logo = {"Logo": logo_box(pictures[template.logo])} if template.logo else {}
    pages = range(len(template.sides))
    return [{**logo, **({"Seal": seal_box(blank, template, page)} if blank.seal else {})} for page in pages]


_QR = {
    "ko": "진위 확인용 QR 코드: 문서확인번호와 같은 내용입니다.",
    "en": "QR code for verification: it says the same as the verification code.",
}
_ALT = {
    "Seal": {"ko": "{issuer} 직인", "en": "Official seal: {issuer}"},
    "Logo": {"ko": "기관 로고", "en": "Logo of the organisation"},
}
