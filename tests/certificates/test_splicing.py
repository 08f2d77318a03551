"""Spliced certificates: they look and read as ReportLab draws them, and what signs them is where it belongs."""

import hashlib
import io
import json
import re
from dataclasses import replace
from itertools import cycle
from random import Random

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageCms
from pypdf import PdfReader

from courses.certificates.facts import CODE_ALPHABET, CODE_LENGTH, Facts
from courses.certificates.fonts import faces
from courses.certificates.layout import QR
from courses.certificates.pdf import draw
from courses.certificates.qr import codes, qr_modules, qr_picture
from courses.certificates.splicing import ROOM, compose, constant
from courses.certificates.splicing.colours import profile
from courses.certificates.splicing.subsets import Subset
from courses.certificates.wording import BUILT_IN
from courses.signing import examine
from tests.certificates.spliced import BADGE, LONGEST, PICTURES, SEAL, SEALED, SIGNED_AT, sample, spliced
from tests.certificates.test_pdf import FACTS
from tests.signing.scenes import office

pytestmark = pytest.mark.once

DOTS = 150
ENGLISH = {"course_en": "Personal data protection in practice", "organisation_en": "Hanbit City", "place_en": "Hanbit"}
SAMPLES = [
    sample(),
    FACTS,
    sample(kind="attended", grade="지방행정주사"),
    replace(SEALED, reissued=True),
    sample(name="金正浩", unit="뷁뷃 똠방각하과"),
    sample(name="José Müller"),
    sample(name="Nguyễn Thị Ánh"),
    sample(name="Łukasz Żółć님"),
    sample(name=LONGEST, course="아주 긴 이름의 과정 " * 6),
    sample("plain-en-1", **ENGLISH, issuer_en="Mayor of Hanbit"),
    sample("plain-both-1", **ENGLISH),
    sample("plain-both-1", name="José Müller", name_roman=""),
]


def pictures(pdf: bytes) -> list[Image.Image]:
    return [page.render(scale=DOTS / 72).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]


def qr_box(page: Image.Image) -> tuple[int, int, int, int]:
    """Where the code is, in dots."""
    left, bottom, side = (measure / 25.4 * DOTS for measure in QR)
    return round(left), round(page.height - bottom - side), round(left + side), round(page.height - bottom)


@pytest.mark.parametrize("facts", SAMPLES, ids=range(len(SAMPLES)))
def test_it_looks_as_reportlab_draws_it(facts: Facts):
    ours, drawn = pictures(spliced(facts)), pictures(draw([facts], seal=SEAL))
    assert len(ours) == len(drawn)
    for own, wanted in zip(ours, drawn, strict=True):
        read = zxingcpp.read_barcodes(own.crop(qr_box(own)))
        assert [found.text for found in read] == [facts.verification]
        for page in (own, wanted):
            page.paste("white", qr_box(page))
        differing = ImageChops.difference(own, wanted).convert("L").point(lambda value: value > 8 and 255)
        assert differing.getbbox() is None


@pytest.mark.parametrize("facts", SAMPLES, ids=range(len(SAMPLES)))
def test_it_reads_as_reportlab_draws_it(facts: Facts):
    ours, drawn = spliced(facts), draw([facts], seal=SEAL)
    assert _read_by_pdfium(ours) == _read_by_pdfium(drawn)
    assert _read_by_pypdf(ours) == _read_by_pypdf(drawn)
    assert (facts.name if facts.template == "plain-1" else facts.printed_code) in " ".join(_read_by_pdfium(ours))


def _read_by_pdfium(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def _read_by_pypdf(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("template", ["plain-1", "plain-both-1"])
def test_nothing_is_wrong_with_the_syntax(template: str):
    with pikepdf.open(io.BytesIO(spliced(sample(template)))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == len(BUILT_IN[template].sides)


def test_two_hundred_signed_files_are_sound_and_good() -> None:
    """qpdf reads each, pyHanko finds signatures good: names over all syllables, every built-in template."""
    here = office(at=SIGNED_AT)
    for number, (template, start) in enumerate(zip(cycle(BUILT_IN), range(0xAC00, 0xD7A4, 56), strict=False)):
        name = "".join(chr(0xAC00 + (start + step - 0xAC00) % 11_172) for step in (0, 3001, 7013))
        facts = sample(template, **ENGLISH, name=name, name_roman=f"Kim {number}", number=f"제2026-{number:06}호")
        file = spliced(facts, lambda digest: here.signer.sign(digest, SIGNED_AT))
        with pikepdf.open(io.BytesIO(file)) as pdf:
            assert pdf.check_pdf_syntax() == [], name
        assert number % 5 or examine(file, here.trusted, []).flaw is None, name
    assert number == 199


def test_what_is_everybodys_is_made_once_and_what_is_ones_own_is_small():
    other = sample(name="박서준", unit="총무과", number="제2026-000124호", code="2" * 16, issued_on="2027-01-03")
    shared = constant(SEALED, BUILT_IN["plain-1"], PICTURES)
    assert constant(other, BUILT_IN["plain-1"], PICTURES) is shared
    assert shared.sha256 == hashlib.sha256(shared.data).hexdigest()
    for facts in (SEALED, other):
        own = compose(shared, facts, bytes(2000), lambda digest: digest, SIGNED_AT)
        assert len(own) < 20_000


@pytest.mark.parametrize(
    "changed",
    [{"course": "다른 과정"}, {"seal": ""}, {"grade": "7급"}, {"kind": "attended"}, {"starts_on": "2026-11-03"}],
)
def test_other_runs_have_another_beginning(changed: dict[str, str]):
    shared = constant(SEALED, BUILT_IN["plain-1"], PICTURES)
    with pytest.raises(ValueError, match="another run"):
        compose(shared, replace(SEALED, **changed), BADGE, None, SIGNED_AT)


def test_a_seal_that_is_not_there_and_letters_that_no_font_has_are_refused():
    with pytest.raises(ValueError, match="missing"):
        constant(SEALED, BUILT_IN["plain-1"], {})
    with pytest.raises(ValueError, match="no font has"):
        spliced(sample(name="김𠮷"))
    with pytest.raises(ValueError, match="no room"):
        spliced(sample(name="가" * 90))


def test_the_same_facts_give_the_same_bytes_for_ever():
    shared = replace(constant(SEALED, BUILT_IN["plain-1"], PICTURES), data=b"", table=0)  # others with another zlib
    own = compose(shared, SEALED, BADGE, lambda _: b"signature", SIGNED_AT)
    assert hashlib.sha256(own).hexdigest() == "10f27e442097acb5a57b0459e6c81b96f4358c8de877517216398df57ed0072d"
    assert spliced(SEALED) == spliced(SEALED)


def test_ones_own_part_does_not_depend_on_how_something_is_compressed():
    shared = constant(SEALED, BUILT_IN["plain-1"], PICTURES)
    assert b"/FlateDecode" in shared.data
    assert b"/Filter/" not in compose(shared, SEALED, BADGE, None, SIGNED_AT)


def test_the_signature_covers_all_but_itself():
    digests = []

    def sign(digest: bytes) -> bytes:
        digests.append(digest)
        return b"signed" + digest

    file = spliced(SEALED, sign)
    start, before, after, rest = _signed_range(file)
    assert (start, after + rest) == (0, len(file))
    covered = file[:before] + file[after:]
    assert digests == [hashlib.sha256(covered).digest()]
    kept = file[before:after]
    assert (kept[:1], kept[-1:], len(kept)) == (b"<", b">", 2 * ROOM + 2)
    assert bytes.fromhex(kept[1:-1].decode()) == (b"signed" + digests[0]).ljust(ROOM, b"\0")


def _signed_range(file: bytes) -> tuple[int, ...]:
    found = re.search(rb"/ByteRange\[(\d+) (\d+) (\d+) (\d+)\]", file)
    assert found
    return tuple(map(int, found.groups()))


def test_a_signature_with_a_long_chain_gets_more_room():
    """RSA, and an issuer of sixty Korean letters in each of the certificates: more than `ROOM`."""
    digests = []

    def sign(digest: bytes) -> bytes:
        digests.append(digest)
        return b"\x30" * (ROOM + 1)

    file = spliced(SEALED, sign)
    _, before, after, rest = _signed_range(file)
    assert digests[-1] == hashlib.sha256(file[:before] + file[after:]).digest() != digests[0]
    assert bytes.fromhex(file[before + 1 : after - 1].decode()) == (b"\x30" * (ROOM + 1)).ljust(2 * ROOM, b"\0")
    assert after + rest == len(file)
    with pikepdf.open(io.BytesIO(file)) as pdf:
        assert bytes(pdf.Root.AcroForm.Fields[0].V.Contents).startswith(b"\x30" * (ROOM + 1))
        assert not pdf.check_pdf_syntax()


def test_a_signature_without_room_is_refused():
    spliced(SEALED, lambda _: bytes(4 * ROOM))
    with pytest.raises(ValueError, match="have room"):
        spliced(SEALED, lambda _: bytes(4 * ROOM + 1))


def test_without_a_signature_its_field_is_empty():
    with pikepdf.open(io.BytesIO(spliced(SEALED, None))) as pdf:
        assert "/V" not in pdf.Root.AcroForm.Fields[0]
    with pikepdf.open(io.BytesIO(spliced(SEALED))) as pdf:
        assert pdf.Root.AcroForm.Fields[0].V.SubFilter == "/ETSI.CAdES.detached"
        assert str(pdf.Root.AcroForm.Fields[0].V.M) == "D:20261122093005+09'00'"


def test_the_credential_comes_out_as_it_went_in():
    reader = PdfReader(io.BytesIO(spliced(SEALED)))
    assert reader.attachments == {"credential.json": [BADGE]}
    assert json.loads(BADGE)["type"] == "VerifiableCredential"


def test_the_file_describes_itself():
    facts = sample(issuer="A & B 시장")
    with pikepdf.open(io.BytesIO(spliced(facts))) as pdf, pdf.open_metadata() as said:
        assert said["dc:title"] == "수료증 제2026-000123호" == str(pdf.docinfo.Title)
        assert said["dc:creator"] == ["A & B 시장"]
        assert said["xmp:CreateDate"] == "2026-11-22T09:30:05+09:00"
        assert str(pdf.docinfo.CreationDate) == "D:20261122093005+09'00'"


def test_a_back_in_english_says_so_to_those_who_listen():
    with pikepdf.open(io.BytesIO(spliced(sample("plain-both-1", **ENGLISH)))) as pdf:
        sections = list(pdf.Root.StructTreeRoot.K.K)[:2]
        assert [(str(one.S), str(one.Lang)) for one in sections] == [("/Sect", "ko-KR"), ("/Sect", "en-US")]
        assert str(pdf.Root.Lang) == "ko-KR"


@pytest.mark.parametrize("text", ["가나다", "Łukasz Żółć", "Nguyễn"])
@pytest.mark.parametrize("face", [*faces("regular"), *faces("bold")], ids=lambda face: face.name)
def test_a_cut_font_has_the_outlines_of_the_whole_one(face, text: str):
    subset = Subset(face)
    shown = "".join(character for character in text if face.covers(character))
    subset.write(shown)
    font = TTFont(io.BytesIO(subset.program()), checkChecksums=2)
    glyphs, order = font["glyf"], font.getGlyphOrder()
    whole = Subset(face)
    whole.write("".join(sorted(face.characters)[:2000]) + shown)
    full = TTFont(io.BytesIO(whole.program()), checkChecksums=2)
    for character, code in subset.codes.items():
        ours = glyphs[order[code]].getCoordinates(glyphs)
        theirs = full["glyf"][full.getGlyphOrder()[whole.codes[character]]].getCoordinates(full["glyf"])
        assert list(ours[0]) == list(theirs[0])


def test_the_colours_are_srgb():
    ours = ImageCms.ImageCmsProfile(io.BytesIO(profile()))
    ramp = Image.linear_gradient("L").resize((64, 64))
    picture = Image.merge("RGB", [ramp, ramp.rotate(90), ramp.rotate(180)])
    seen = ImageCms.profileToProfile(picture, ours, ImageCms.createProfile("sRGB"))
    assert max(high for _, high in ImageChops.difference(picture, seen).getextrema()) <= 1


def test_fast_codes_are_those_of_segno():
    address, chance = "https://lms.hanbit.example/verify", Random(6)
    for _ in range(40):
        code = "".join(chance.choices(CODE_ALPHABET, k=CODE_LENGTH))
        modules = qr_modules(f"{address}/{code}")
        assert codes(address).side == len(modules) == 33
        rows = codes(address).rows(code)
        assert [[rows[5 * y + x // 8] >> 7 - x % 8 & 1 for x in range(33)] for y in range(33)] == [
            [*row] for row in modules
        ]


def test_modules_that_look_like_the_end_of_an_image_are_written_otherwise(monkeypatch: pytest.MonkeyPatch):
    made, box = codes("https://lms.hanbit.example/verify"), (0, 0, 41, 41)
    assert "/AHx" not in qr_picture("https://lms.hanbit.example/verify", "2" * 16, box)
    monkeypatch.setattr(type(made), "rows", lambda *_: b" EI ".ljust(165))
    assert f"/F/AHx ID {b' EI '.hex()}" in qr_picture("https://lms.hanbit.example/verify", "2" * 16, box)
