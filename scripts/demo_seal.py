#!/usr/bin/env python
"""Draw `lms/demo/seal.png`, the seal of the demo city's mayor: `python scripts/demo_seal.py`."""

from __future__ import annotations

import io
import lzma
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

ROOT = Path(__file__).parents[1]
FONT = ROOT / "courses/certificates/fonts/NotoSerifKR-Bold.ttf.xz"
ROWS = ("한빛시", "장의인")
SIDE, EDGE, RED = 600, 26, (200, 32, 43)


def main() -> None:
    ink = Image.new("L", (SIDE, SIDE), 0)
    ImageDraw.Draw(ink).rounded_rectangle((6, 6, SIDE - 7, SIDE - 7), 10, outline=255, width=EDGE)
    font = ImageFont.truetype(io.BytesIO(lzma.decompress(FONT.read_bytes())), 300)
    cells = [(row, column, sign) for row, line in enumerate(ROWS) for column, sign in enumerate(line)]
    for row, column, sign in cells:
        _engrave(ink, sign, row, column, font)
    seal = Image.new("RGB", ink.size, RED)
    seal.putalpha(ImageChops.multiply(ink, _pressure()))
    seal.quantize(64, Image.Quantize.FASTOCTREE).convert("RGBA").save(
        ROOT / "lms/demo/seal.png", optimize=True, dpi=(635, 635)
    )


def _engrave(ink: Image.Image, sign: str, row: int, column: int, font: ImageFont.FreeTypeFont) -> None:
    """Stretch the character over its cell, as a seal cutter does."""
    inner = SIDE - 2 * (EDGE + 22)
    width, height = inner // len(ROWS[0]), inner // len(ROWS)
    glyph = Image.new("L", (400, 500), 0)
    ImageDraw.Draw(glyph).text((40, 20), sign, font=font, fill=255)
    stretched = glyph.crop(glyph.getbbox()).resize((width - 16, height - 20), Image.Resampling.LANCZOS)
    ink.paste(stretched, (EDGE + 22 + column * width + 8, EDGE + 22 + row * height + 10))


def _pressure() -> Image.Image:
    """How much ink the paper took: soft patches, always the same."""
    noise = random.Random(7).randbytes(75 * 75)
    patches = Image.frombytes("L", (75, 75), noise).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return patches.filter(ImageFilter.GaussianBlur(3)).point(lambda value: 212 + value // 6)


if __name__ == "__main__":
    main()
