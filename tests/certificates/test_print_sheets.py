"""Print files: sheets as ReportLab draws them, what they share once, and what a print shop wants."""

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from courses.certificates.facts import Facts
from courses.certificates.pdf import draw
from courses.certificates.splicing import Print, Sheet, sheets, write_sheets
from courses.certificates.wording import BUILT_IN
from tests.certificates.spliced import PICTURES, SEAL, SEALED, sample
from tests.certificates.test_splicing import pictures, qr_box

pytestmark = pytest.mark.once

RUN = [
    SEALED,
    sample(name="José Müller", number="제2026-000124호", code="A" * 16),
    sample(name="Łukasz", unit="총무과", code="B" * 16),
    replace(SEALED, course="다른 과정", name="뷁"),
]

PLAINLY = Print()


def printed(facts: list[Facts], how: Print = PLAINLY, mark: str = "") -> bytes:
    return sheets([Sheet(one, BUILT_IN[one.template], mark) for one in facts], PICTURES, how)


def texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def letters(text: str) -> str:
    """All there are, in any order: what sheets share is drawn first."""
    return "".join(sorted("".join(text.split())))


def differ(own: Image.Image, wanted: Image.Image) -> bool:
    """Anywhere but in the code."""
    for page in (own, wanted):
        page.paste("white", qr_box(page))
    return ImageChops.difference(own, wanted).convert("L").point(lambda value: value > 8 and 255).getbbox() is not None


def test_sheets_look_and_read_as_reportlab_draws_them():
    ours, drawn = printed(RUN), draw(RUN, seal=SEAL)
    assert [letters(text) for text in texts(ours)] == [letters(text) for text in texts(drawn)]
    assert not any(differ(*pair) for pair in zip(pictures(ours), pictures(drawn), strict=True))


def test_nothing_is_wrong_with_the_syntax():
    with pikepdf.open(io.BytesIO(printed(RUN))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo.Title) == "제2026-000123호 ~ 제2026-000123호"


def test_what_sheets_share_is_in_the_file_once():
    few, many = (printed([replace(SEALED, number=f"제2026-{n:06}호") for n in range(count)]) for count in (1, 200))
    for shared in (b"/Subtype/Image", b"/FontFile2", b"/Subtype/Form"):
        assert few.count(shared) == many.count(shared)
    assert (len(many) - len(few)) / 199 < 1000


def test_the_same_sheets_give_the_same_bytes():
    pieces: list[bytes] = []
    assert write_sheets(pieces.append, [Sheet(one, BUILT_IN["plain-1"]) for one in RUN], PICTURES) == len(RUN)
    assert b"".join(pieces) == printed(RUN)


def test_stock_that_is_printed_on_gets_words_and_codes_alone():
    bare = printed([SEALED], Print(background=False))
    with pikepdf.open(io.BytesIO(bare)) as pdf:
        assert [str(name) for name in pdf.pages[0].Resources.XObject] == ["/S0"]
    assert texts(bare) == texts(printed([SEALED]))


def test_offsets_move_all_there_is():
    dots = 150 / 254  # a tenth of a millimetre
    straight, moved = (pictures(printed([SEALED], how))[0] for how in (PLAINLY, Print(offset_x=20, offset_y=-30)))
    left, top, right, bottom = ImageChops.invert(straight.convert("L")).getbbox()
    expected = (left + 20 * dots, top + 30 * dots, right + 20 * dots, bottom + 30 * dots)
    assert ImageChops.invert(moved.convert("L")).getbbox() == pytest.approx(expected, abs=1.5)


def test_an_empty_page_follows_each_sheet_of_one_where_paper_is_turned():
    pages = texts(printed([SEALED, sample("plain-both-1"), SEALED], Print(duplex=True)))
    assert [bool(text.strip()) for text in pages] == [True, False, True, True, True, False]
    with pikepdf.open(io.BytesIO(printed([SEALED], Print(duplex=True)))) as pdf:
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"


def test_printers_do_not_scale():
    with pikepdf.open(io.BytesIO(printed([SEALED]))) as pdf:
        assert pdf.Root.ViewerPreferences.PrintScaling == "/None"


def test_a_print_shop_gets_bleed_and_crop_marks():
    with pikepdf.open(io.BytesIO(printed([SEALED], Print(bleed=True)))) as pdf:
        page = pdf.pages[0]
        trim, bleed, media = ([float(edge) for edge in box] for box in (page.trimbox, page.obj.BleedBox, page.mediabox))
    millimetre = 72 / 25.4
    assert [(edge / millimetre) for edge in trim] == pytest.approx([0, 0, 210, 297], abs=0.01)
    assert [(edge / millimetre) for edge in bleed] == pytest.approx([-3, -3, 213, 300], abs=0.01)
    assert [(edge / millimetre) for edge in media] == pytest.approx([-10, -10, 220, 307], abs=0.01)
    corner = pictures(printed([SEALED], Print(bleed=True)))[0].convert("L").crop((0, 0, 100, 58))
    assert corner.getextrema()[0] < 200


def test_a_reprint_says_so():
    mark = "재발급 2026. 11. 23. 종이 걸림"
    assert mark in texts(printed([SEALED], mark=mark))[0]
    assert "재발급" not in texts(printed([SEALED]))[0]


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="no certificate"):
        printed([])
    with pytest.raises(ValueError, match="missing"):
        sheets([Sheet(SEALED, BUILT_IN["plain-1"])], {})
    with pytest.raises(ValueError, match="no font has"):
        printed([sample(name="김𠮷")])
