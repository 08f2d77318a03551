#!/usr/bin/env python
"""Rebuild `courses/certificates/fonts/` from the published packages: `python scripts/vendor_fonts.py`.

Needs `npm` (only `npm pack`, nothing is installed) and fontTools. Every font is cut down to the characters
that a certificate can need, without hinting or layout tables, and packed with xz: ReportLab reads plain
TrueType only, and hangul outlines repeat themselves so much that packing makes them five times smaller.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import subprocess
import tarfile
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset

FONTS = Path(__file__).parents[1] / "courses/certificates/fonts"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    family: str
    licence: str = "OFL-1.1"


@dataclass(frozen=True)
class Cut:
    """One committed file: a face of a package, and the characters it keeps where the face has them."""

    package: Package
    face: str
    file: str
    characters: frozenset[int]


def korean() -> frozenset[int]:
    """All hangul syllables, KS X 1001 in NFC (hanja, kana, signs) and Latin letters with their accents."""
    rows = range(0xA1, 0xFF)
    ks_x_1001 = "".join(bytes((row, cell)).decode("euc_kr", "ignore") for row in rows for cell in rows)
    composed = {ord(c) for c in unicodedata.normalize("NFC", ks_x_1001) if _stands_alone(c)}
    return frozenset(composed) | {*range(0xAC00, 0xD7A4)} | latin()


def latin() -> frozenset[int]:
    """Letters that stand alone: accents that combine would need shaping, which nobody does here."""
    blocks = [
        range(0x20, 0x7F),
        range(0xA0, 0x250),
        range(0x370, 0x530),
        range(0x1E00, 0x2000),
        range(0x2010, 0x2028),
        range(0x2030, 0x2044),
    ]
    return frozenset(code for block in blocks for code in block if _stands_alone(chr(code)))


def _stands_alone(character: str) -> bool:
    visible = unicodedata.category(character) not in {"Mn", "Mc", "Me", "Cf", "Cc", "Cn"}
    return visible and character != HANGUL_FILLER and unicodedata.normalize("NFC", character) == character


HANGUL_FILLER = "\u3164"
KOREAN = Package("@expo-google-fonts/noto-serif-kr", "0.4.3", "Noto Serif KR")
LATIN = Package("@expo-google-fonts/noto-serif", "0.4.2", "Noto Serif")
TITLE = frozenset(map(ord, " 교육훈련과정수료증이수증확인서증명서상장"))
CUTS = [
    Cut(KOREAN, "400Regular/NotoSerifKR_400Regular.ttf", "NotoSerifKR-Regular.ttf.xz", korean()),
    Cut(KOREAN, "700Bold/NotoSerifKR_700Bold.ttf", "NotoSerifKR-Bold.ttf.xz", korean()),
    Cut(KOREAN, "800ExtraBold/NotoSerifKR_800ExtraBold.ttf", "NotoSerifKR-ExtraBold.ttf.xz", TITLE),
    Cut(LATIN, "400Regular/NotoSerif_400Regular.ttf", "NotoSerif-Regular.ttf.xz", latin()),
    Cut(LATIN, "700Bold/NotoSerif_700Bold.ttf", "NotoSerif-Bold.ttf.xz", latin()),
]


def main() -> None:
    FONTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        unpacked = {package: _fetch(package, Path(folder)) for package in (KOREAN, LATIN)}
        for cut in CUTS:
            (FONTS / cut.file).write_bytes(_cut(unpacked[cut.package] / cut.face, cut.characters))
        (FONTS / "OFL.txt").write_text(_licence(unpacked.values()), encoding="utf-8")
        (FONTS / "VENDOR.toml").write_text(_manifest(unpacked), encoding="utf-8")


def _fetch(package: Package, folder: Path) -> Path:
    """Download and unpack one package; its folder."""
    wanted = f"{package.name}@{package.version}"
    packed = subprocess.run(["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True)
    target = folder / package.family
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _cut(source: Path, characters: frozenset[int]) -> bytes:
    """The packed font with these characters only. The same source gives the same bytes."""
    options = subset.Options(
        hinting=False,
        layout_features=[],
        glyph_names=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 4, 5, 6, 13, 14],
    )
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "vhea", "vmtx"]
    font = subset.load_font(str(source), options)
    font.recalcTimestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    plain = io.BytesIO()
    font.save(plain)
    return lzma.compress(plain.getvalue(), preset=9)


def _licence(packages: Iterable[Path]) -> str:
    """The licence once, below the copyright lines of all families."""
    texts = [(package / "LICENSE_FONT").read_text(encoding="utf-8") for package in packages]
    owners = "\n".join(text.splitlines()[0] for text in texts)
    return f"{owners}\n\n" + texts[0].split("\n", 1)[1].lstrip()


def _manifest(unpacked: dict[Package, Path]) -> str:
    return "# Written by scripts/vendor_fonts.py.\n" + "".join(
        _entry(cut, (unpacked[cut.package] / cut.face).read_bytes()) for cut in CUTS
    )


def _entry(cut: Cut, source: bytes) -> str:
    committed = (FONTS / cut.file).read_bytes()
    return f"""
["{cut.file}"]
name = "{cut.package.family}"
version = "{cut.package.version}"
licence = "{cut.package.licence}"
package = "{cut.package.name}"
source = "{cut.face}"
source_sha256 = "{hashlib.sha256(source).hexdigest()}"
sha256 = "{hashlib.sha256(committed).hexdigest()}"
"""


if __name__ == "__main__":
    main()
