"""The rules of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) that a certificate could break, each as a function.

A rule is given the open file and its bytes, and says what is wrong. No replacement for a validator: fonts, colours and
structure as certificates use them, nothing else.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pikepdf
from fontTools.ttLib import TTFont
from PIL import ImageCms

Rule = Callable[[pikepdf.Pdf, bytes], Iterator[str]]
RULES: dict[str, Rule] = {}
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PDFA, _PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
_EXTENSION = "{http://www.aiim.org/pdfa/ns/extension/}schemas"
_STRUCTURE = {"Document", "Sect", "H1", "P", "L", "LI", "Lbl", "LBody", "Figure", "Form"}
_PARENTS = {"LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}}
_PRINT, _INVISIBLE = 4, 1 | 2 | 32  # flags of annotations: printed; invisible, hidden, not viewed


def problems(data: bytes) -> dict[str, list[str]]:
    """By rule what is wrong; empty for a file as it should be."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = {name: list(rule(pdf, data)) for name, rule in RULES.items()}
    return {name: said for name, said in found.items() if said}


def rule(check: Rule) -> Rule:
    RULES[check.__name__] = check
    return check


@rule
def header(_pdf: pikepdf.Pdf, data: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[4-7]\n%[\x80-\xff]{4}", data):
        yield "no header with four bytes above 127"


@rule
def trailer(pdf: pikepdf.Pdf, data: bytes) -> Iterator[str]:
    if "/ID" not in pdf.trailer:
        yield "no ID"
    if "/Encrypt" in pdf.trailer:
        yield "encrypted"
    if not re.search(rb"%%EOF\r?\n?$", data):
        yield "something after the end"


@rule
def streams(_pdf: pikepdf.Pdf, data: bytes) -> Iterator[str]:
    for found in re.finditer(rb"/Length (\d+)[^<>]*>>\r?\n?stream\r?\n", data):
        if not re.match(rb"\r?\nendstream", data[found.end() + int(found[1]) :][:12]):
            yield f"no end of line before endstream, or a wrong length, at {found.start()}"


@rule
def filters(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    for number in _streams(pdf):
        if "LZW" in str(number.get("/Filter", "")) or "/F" in number:
            yield f"LZW, or a stream outside the file: {number.objgen}"


@rule
def output_intent(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    intents = pdf.Root.get("/OutputIntents", [])
    if [str(intent.S) for intent in intents] != ["/GTS_PDFA1"]:
        yield "not one output intent"
        return
    profile = intents[0].DestOutputProfile
    data = profile.read_bytes()
    if int(profile.N) != 3 or data[12:20] != b"mntrRGB " or len(data) != int.from_bytes(data[:4]):
        yield "no profile of three colours"
    elif ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(data))).strip() != "sRGB":
        yield "not sRGB"


@rule
def page_groups(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    for number, page in enumerate(pdf.pages):
        group = page.obj.get("/Group")
        if group is None or str(group.get("/S")) != "/Transparency" or str(group.get("/CS")) != "/DeviceRGB":
            yield f"page {number} has no colour space to blend in"


@rule
def fonts(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    """Embedded, with a meaning for every code and the widths of the program."""
    for name, font in _fonts(pdf).items():
        below = font.DescendantFonts[0]
        program = below.FontDescriptor.get("/FontFile2")
        if program is None:
            yield f"{name} is not embedded"
            continue
        opened = TTFont(io.BytesIO(program.read_bytes()), checkChecksums=2)
        metrics = opened["hmtx"].metrics
        widths = [metrics[glyph][0] for glyph in opened.getGlyphOrder()]
        told = [int(width) for width in below.W[1]]
        if told != widths[: len(told)]:
            yield f"{name} has other widths than its program"
        if str(below.CIDToGlyphMap) != "/Identity" or str(font.Encoding) != "/Identity-H":
            yield f"{name} has another encoding"
        if not re.match(r"/[A-Z]{6}\+", str(font.BaseFont)) or font.BaseFont != below.BaseFont:
            yield f"{name} is not named as a part of a font"
        if set(_meanings(font)) != set(range(1, len(told))):
            yield f"{name} has codes without a meaning"


@rule
def codes(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    """What is shown is in the font that shows it."""
    for page in pdf.pages:
        known = {name: set(_meanings(font)) for name, font in page.Resources.Font.items()}
        current = ""
        for operands, operator in _instructions(page):
            if operator == "Tf":
                current = str(operands[0])
            if operator == "Tj":
                shown = bytes(operands[0])
                pairs = {int.from_bytes(shown[at : at + 2]) for at in range(0, len(shown), 2)}
                if pairs - known.get(current, set()):
                    yield f"a code that {current} has not"


@rule
def resources(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    kinds = {"Do": "/XObject", "gs": "/ExtGState", "Tf": "/Font"}
    for page in pdf.pages:
        for operands, operator in _instructions(page):
            if operator in kinds and str(operands[0]) not in page.Resources.get(kinds[operator], {}):
                yield f"{operands[0]} is not there"


@rule
def annotations(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    for annotation in _annotations(pdf):
        flags = int(annotation.get("/F", 0))
        if not flags & _PRINT or flags & _INVISIBLE:
            yield "an annotation that is not printed"
        left, bottom, right, top = (float(edge) for edge in annotation.Rect)
        if (left, bottom) != (right, top) and "/AP" not in annotation:
            yield "an annotation without a look"
        if not str(annotation.get("/TU", "")):
            yield "a field without words (TU)"
        if "/A" in annotation or "/AA" in annotation:
            yield "a field that does something"


@rule
def actions(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    for key in ("/OpenAction", "/AA"):
        if key in pdf.Root:
            yield f"the document does something: {key}"
    if "/JavaScript" in pdf.Root.get("/Names", {}):
        yield "scripts"
    if pdf.Root.get("/AcroForm", {}).get("/NeedAppearances", False):
        yield "looks that are to be made"


@rule
def marks_of_both_standards(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "no XMP"
        return
    tree = _xmp(pdf)
    found = {element.tag: element.text for element in tree.iter()}
    wanted = {f"{_PDFA}part": "3", f"{_PDFA}conformance": "A", f"{_PDFUA}part": "1"}
    yield from (f"{tag} is {found.get(tag)}" for tag, value in wanted.items() if found.get(tag) != value)
    described = [element.text for element in tree.iter() if element.tag.endswith("namespaceURI")]
    if _PDFUA.strip("{}") not in described or tree.find(f".//{_EXTENSION}") is None:
        yield "PDF/UA's schema is not described"


@rule
def title(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    said = _xmp(pdf).find(f".//{_DC}title//{_RDF}li")
    if said is None or not said.text:
        yield "no title"
    elif str(pdf.docinfo.get("/Title", "")) != said.text:
        yield "two titles"
    if not pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "the title is not shown"


@rule
def language(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    if not re.fullmatch(r"[a-z]{2}-[A-Z]{2}", str(pdf.Root.get("/Lang", ""))):
        yield "the document has no language"


@rule
def tagged(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    info = pdf.Root.get("/MarkInfo", {})
    if not info.get("/Marked", False) or info.get("/Suspects", False):
        yield "not marked"
    if "/StructTreeRoot" not in pdf.Root:
        yield "no structure"


@rule
def everything_is_marked(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    """All that is drawn is either in the structure or no content; and what the tree names is there."""
    elements = [element for element in _elements(pdf) if element.S != "/Form"]
    tree = {mark for element in elements for mark in _marks(element, pdf)}
    drawn = set()
    for number, page in enumerate(pdf.pages):
        depth: list[Any] = []
        for operands, operator in _instructions(page):
            if operator in ("BDC", "BMC"):
                inside = any(mark is not None for mark in depth)
                mark = operands[1].get("/MCID") if operator == "BDC" else None
                if mark is not None:
                    drawn.add((number, int(mark)))
                if str(operands[0]) == "/Artifact" and inside:
                    yield "no content inside of content"
                depth.append("artifact" if str(operands[0]) == "/Artifact" else mark)
            elif operator == "EMC":
                depth.pop()
            elif operator in ("Tj", "Do", "INLINE IMAGE", "S", "f") and not any(mark is not None for mark in depth):
                yield f"page {number} draws without a mark: {operator}"
    if drawn != tree:
        yield f"marked, or in the tree, but not both: {drawn ^ tree}"


@rule
def parent_tree(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    """It leads from every mark and every field to the element that has it."""
    root = pdf.Root.get("/StructTreeRoot", {})
    nums = root.get("/ParentTree", {}).get("/Nums", [])
    by_key = {int(nums[at]): nums[at + 1] for at in range(0, len(nums), 2)}
    for number, page in enumerate(pdf.pages):
        parents = by_key.get(int(page.obj.get("/StructParents", -1)), [])
        for mark, element in enumerate(parents):
            if (number, mark) not in set(_marks(element, pdf)):
                yield f"page {number}, mark {mark} leads elsewhere"
    for annotation in _annotations(pdf):
        element = by_key.get(int(annotation.get("/StructParent", -1)))
        if element is None or element.S != "/Form":
            yield "the field is no form"


@rule
def order_of_tabs(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    for number, page in enumerate(pdf.pages):
        if str(page.obj.get("/Tabs", "")) != "/S":
            yield f"page {number} has another order"


@rule
def elements(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    tags = []
    for element in _elements(pdf):
        tag, above = str(element.S)[1:], str(element.P.get("/S", ""))[1:]
        tags.append(tag)
        if tag not in _STRUCTURE:
            yield f"{tag} is no standard element"
        if tag in _PARENTS and above not in _PARENTS[tag]:
            yield f"{tag} in {above}"
    headings = [tag for tag in tags if re.fullmatch(r"H\d", tag)]
    if not headings or headings[0] != "H1":
        yield "the first heading is not H1"


@rule
def figures(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    for element in _elements(pdf):
        if element.S == "/Figure" and not str(element.get("/Alt", "")):
            yield "a figure without words"
        if element.S == "/Figure" and "/BBox" not in element.get("/A", {}):
            yield "a figure without a place"


@rule
def attachment(pdf: pikepdf.Pdf, _data: bytes) -> Iterator[str]:
    if "/EmbeddedFiles" not in pdf.Root.get("/Names", {}):
        yield "not listed"
        return
    listed = pdf.Root.Names.EmbeddedFiles.Names
    for file in (listed[at] for at in range(1, len(listed), 2)):
        if file.objgen not in [one.objgen for one in pdf.Root.get("/AF", [])]:
            yield "not associated"
        if str(file.get("/AFRelationship", "")) not in ("/Data", "/Source", "/Supplement", "/Alternative"):
            yield "no relationship"
        if not all(str(file.get(key, "")) for key in ("/F", "/UF", "/Desc")):
            yield "no name or no words"
        if "/Subtype" not in file.EF.F or "/ModDate" not in file.EF.F.get("/Params", {}):
            yield "no kind or no date"


def _streams(pdf: pikepdf.Pdf) -> Iterator[Any]:
    return (one for one in pdf.objects if isinstance(one, pikepdf.Stream))


def _fonts(pdf: pikepdf.Pdf) -> dict[str, Any]:
    return {str(font.BaseFont): font for page in pdf.pages for font in page.Resources.Font.values()}


def _meanings(font: Any) -> dict[int, str]:
    """By code the character, as the font's own map has it."""
    if "/ToUnicode" not in font:
        return {}
    pairs = re.findall(rb"^<([0-9a-f]{4})><([0-9a-f]+)>$", font.ToUnicode.read_bytes(), re.MULTILINE)
    return {int(code, 16): bytes.fromhex(meaning.decode()).decode("utf-16-be") for code, meaning in pairs}


def _instructions(page: pikepdf.Page) -> Iterator[tuple[Any, str]]:
    for instruction in pikepdf.parse_content_stream(page):
        yield instruction.operands, str(instruction.operator)


def _annotations(pdf: pikepdf.Pdf) -> Iterator[Any]:
    return (annotation for page in pdf.pages for annotation in page.obj.get("/Annots", []))


def _xmp(pdf: pikepdf.Pdf) -> ElementTree.Element:
    return ElementTree.fromstring(pdf.Root.Metadata.read_bytes())


def _elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Of the structure, from the top on."""

    def below(element: Any) -> Iterator[Any]:
        yield element
        for kid in _kids(element):
            if str(kid.get("/Type")) == "/StructElem":
                yield from below(kid)

    root = pdf.Root.get("/StructTreeRoot")
    yield from below(root.K) if root is not None else ()


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _marks(element: Any, pdf: pikepdf.Pdf) -> Iterator[tuple[int, int]]:
    """Page and mark of what an element itself holds."""
    pages = [page.obj.objgen for page in pdf.pages]
    for kid in _kids(element):
        if str(kid.get("/Type")) == "/MCR":
            yield pages.index(kid.Pg.objgen), int(kid.MCID)
