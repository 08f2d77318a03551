"""The committed fonts are what they claim to be, and hold every character that a certificate may need."""

import hashlib
import tomllib
import unicodedata
from importlib.resources import files

import pytest

from courses.certificates.fonts import Weight, faces, missing, spans, width
from courses.certificates.layout import TITLES

pytestmark = pytest.mark.once

FONTS = files("courses.certificates").joinpath("fonts")
VENDOR = tomllib.loads(FONTS.joinpath("VENDOR.toml").read_text(encoding="utf-8"))


def test_every_font_is_listed_with_its_licence():
    packed = {entry.name for entry in FONTS.iterdir() if entry.name.endswith(".xz")}
    assert packed == set(VENDOR)
    assert {entry["licence"] for entry in VENDOR.values()} == {"OFL-1.1"}
    assert "SIL OPEN FONT LICENSE Version 1.1" in FONTS.joinpath("OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", VENDOR)
def test_a_font_has_the_listed_checksum_and_stays_small(name: str):
    packed = FONTS.joinpath(name).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == VENDOR[name]["sha256"]
    assert len(packed) < 3_000_000


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_all_syllables_and_the_hanja_of_the_korean_standard_are_there(weight: Weight):
    rows = range(0xA1, 0xFF)
    standard = "".join(bytes((row, cell)).decode("euc_kr", "ignore") for row in rows for cell in rows)
    hanja = [c for c in standard if unicodedata.name(c, "").startswith("CJK ")]
    assert len(hanja) == 4888
    assert missing(unicodedata.normalize("NFC", "".join(hanja)), weight) == ""
    assert missing("".join(map(chr, range(0xAC00, 0xD7A4))), weight) == ""


@pytest.mark.parametrize("name", ["José Müller", "Łukasz Żółć", "Nguyễn Thị Ánh", "Владимир", "Παπαδοπούλου"])
def test_european_and_vietnamese_names_can_be_drawn(name: str):
    assert missing(name, "bold") == missing(name, "regular") == ""


def test_the_title_has_its_own_weight():
    assert missing(TITLES["completed"] + TITLES["attended"], "title") == ""


def test_what_no_font_has_is_named_once_in_order():
    assert missing("김𠮷ب𠮷", "regular") == "𠮷ب"


def test_characters_that_need_shaping_or_cannot_be_seen_are_left_out():
    characters = {c for weight in ("regular", "bold") for face in faces(weight) for c in face.characters}
    assert {unicodedata.category(c) for c in characters} & {"Mn", "Mc", "Me", "Cf", "Cc"} == set()
    assert not characters & set("각ㅤ")


def test_words_that_need_the_second_font_take_it_whole_and_so_do_their_neighbours():
    assert _named(spans("José Müller", "bold")) == [("NotoSerifKR-Bold", "José Müller")]
    assert _named(spans("Jan Łukasz 님", "bold")) == [
        ("NotoSerif-Bold", "Jan Łukasz "),
        ("NotoSerifKR-Bold", "님"),
    ]


def test_a_word_of_two_scripts_is_cut_inside():
    assert _named(spans("Łukasz님", "regular")) == [("NotoSerif-Regular", "Łukasz"), ("NotoSerifKR-Regular", "님")]


def test_nothing_is_laid_out_with_a_character_missing():
    with pytest.raises(ValueError, match="no font has"):
        width("𠮷田", "regular")


def _named(pieces: list) -> list[tuple[str, str]]:
    return [(face.name, piece) for face, piece in pieces]
