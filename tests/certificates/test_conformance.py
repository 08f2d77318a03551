"""Certificates keep the rules of PDF/A-3a and PDF/UA-1, and each rule is seen to find a file that breaks it."""

import io
from collections.abc import Callable

import pikepdf
import pytest

from tests.certificates.conformance import RULES, problems
from tests.certificates.spliced import LONGEST, SEALED, sample, spliced

pytestmark = pytest.mark.once

Break = Callable[[pikepdf.Pdf], object]


@pytest.mark.parametrize("template", ["plain-1", "plain-en-1", "plain-both-1"])
@pytest.mark.parametrize("signed", [True, False])
def test_every_certificate_keeps_the_rules(template: str, signed: bool):
    assert problems(spliced(sample(template), sign=(lambda _: b"\x30\x00") if signed else None)) == {}


@pytest.mark.parametrize("name", ["Łukasz Müller", "Nguyễn Thị Ánh", "金正浩", LONGEST])
def test_whatever_the_name(name: str):
    assert problems(spliced(sample(name=name))) == {}


def unmarked(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.contents_add(b"/F0 9 Tf BT <0001> Tj ET")


def rewritten(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    """In the metadata."""
    data = pdf.Root.Metadata.read_bytes()
    assert old in data
    pdf.Root.Metadata.write(data.replace(old, new))


def first_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[0].Resources.Font.F0


def attached(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.Root.Names.EmbeddedFiles.Names[1]


def field(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[0].Annots[0]


def element(pdf: pikepdf.Pdf, tag: str) -> pikepdf.Object:
    found = (one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem")
    return next(one for one in found if tag == one.S)


def put(holder: pikepdf.Object, key: str, value: object) -> None:
    holder[key] = value


def less(holder: pikepdf.Object, key: str) -> None:
    assert key in holder
    del holder[key]


BROKEN: list[tuple[str, Break]] = [
    ("filters", lambda pdf: put(next(one for one in pdf.objects if isinstance(one, pikepdf.Stream)), "/F", "x.bin")),
    ("output_intent", lambda pdf: less(pdf.Root, "/OutputIntents")),
    ("output_intent", lambda pdf: pdf.Root.OutputIntents[0].DestOutputProfile.write(b"no profile at all of colours")),
    ("page_groups", lambda pdf: less(pdf.pages[0].obj, "/Group")),
    ("fonts", lambda pdf: less(first_font(pdf).DescendantFonts[0].FontDescriptor, "/FontFile2")),
    ("fonts", lambda pdf: put(first_font(pdf).DescendantFonts[0].W[1], 3, 12)),
    ("fonts", lambda pdf: less(first_font(pdf), "/ToUnicode")),
    ("codes", lambda pdf: pdf.pages[0].contents_add(b"/Artifact BMC /F0 9 Tf BT <fffe> Tj ET EMC")),
    ("resources", lambda pdf: less(pdf.pages[0].Resources.XObject, "/Seal")),
    ("annotations", lambda pdf: put(field(pdf), "/F", 2)),
    ("annotations", lambda pdf: less(field(pdf), "/TU")),
    ("annotations", lambda pdf: put(field(pdf), "/Rect", [10, 10, 50, 50])),
    ("actions", lambda pdf: put(pdf.Root, "/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1"))),
    ("marks_of_both_standards", lambda pdf: rewritten(pdf, b"conformance>A", b"conformance>B")),
    ("marks_of_both_standards", lambda pdf: rewritten(pdf, b"<pdfuaid:part>1</pdfuaid:part>", b"")),
    ("marks_of_both_standards", lambda pdf: rewritten(pdf, b"pdfaExtension:schemas", b"pdfaExtension:others")),
    ("title", lambda pdf: rewritten(pdf, "수료증".encode(), b"")),
    ("title", lambda pdf: less(pdf.Root.ViewerPreferences, "/DisplayDocTitle")),
    ("language", lambda pdf: less(pdf.Root, "/Lang")),
    ("tagged", lambda pdf: less(pdf.Root, "/MarkInfo")),
    ("everything_is_marked", unmarked),
    ("everything_is_marked", lambda pdf: less(element(pdf, "/H1"), "/K")),
    ("parent_tree", lambda pdf: put(pdf.Root.StructTreeRoot.ParentTree.Nums[1], 2, element(pdf, "/Figure"))),
    ("parent_tree", lambda pdf: less(field(pdf), "/StructParent")),
    ("order_of_tabs", lambda pdf: less(pdf.pages[0].obj, "/Tabs")),
    ("elements", lambda pdf: put(element(pdf, "/H1"), "/S", pikepdf.Name.H2)),
    ("elements", lambda pdf: put(element(pdf, "/LI"), "/S", pikepdf.Name.P)),
    ("figures", lambda pdf: less(element(pdf, "/Figure"), "/Alt")),
    ("attachment", lambda pdf: less(attached(pdf), "/AFRelationship")),
    ("attachment", lambda pdf: less(pdf.Root, "/AF")),
]


@pytest.fixture(scope="module")
def whole() -> bytes:
    return spliced(SEALED)


@pytest.mark.parametrize(("name", "spoil"), BROKEN, ids=[f"{n}-{name}" for n, (name, _) in enumerate(BROKEN)])
def test_a_broken_file_is_found(whole: bytes, name: str, spoil: Break):
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        spoil(pdf)
        pdf.save(saved)
    assert name in problems(saved.getvalue())


SPOILT = [
    ("header", lambda data: data.replace(b"%\xe2\xe3\xcf\xd3\n", b"", 1)),
    ("trailer", lambda data: data.replace(b"/ID[", b"/Id[")),
    ("trailer", lambda data: data + b"more"),
    ("streams", lambda data: data.replace(b"\nendstream", b" endstream")),
]


@pytest.mark.parametrize(("name", "spoil"), SPOILT, ids=[f"{n}-{name}" for n, (name, _) in enumerate(SPOILT)])
def test_broken_bytes_are_found(whole: bytes, name: str, spoil: Callable[[bytes], bytes]):
    assert name in problems(spoil(whole))


def test_each_rule_has_a_file_that_breaks_it():
    assert {name for name, _ in BROKEN + SPOILT} == set(RULES)
