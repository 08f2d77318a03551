from __future__ import annotations

import io
import zipfile
from random import Random

import pytest

from courses.files import media_types
from tests.content.samples import HTML, MP4, PDF, SVG, WEBM, office, picture, png, wav


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (wav(), "audio/wav"),
        (b"ID3\x04" + b"\0" * 20, "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + b"\0" * 20, "audio/mpeg"),
        (b"OggS" + b"\0" * 24 + b"OpusHead", "audio/ogg"),
        (b"\0\0\0\x20ftypM4A " + b"\0" * 20, "audio/mp4"),
        (MP4, "video/mp4"),
        (WEBM, "video/webm"),
        (PDF, "application/pdf"),
        (office("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (office("Contents/header.xml", mimetype="application/hwp+zip"), "application/hwp+zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + b"HWP Document File", "application/x-hwp"),
        (SVG, "image/svg+xml"),
        (HTML, None),
        (b"MZ\x90\x00", None),
        (b"PK\x03\x04broken", None),
        (office(mimetype="image/png"), None),
        (office(mimetype="video/mp4"), None),
        (office(mimetype="text/html"), None),
        (office("word/document.xml", "word/vbaProject.bin"), None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook", None),
        (b"", None),
    ],
)
def test_files_are_known_by_their_content(data: bytes, media_type: str | None) -> None:
    assert media_types.media_type(io.BytesIO(data)) == media_type


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_broken_archives_are_no_documents_and_no_errors(method: int) -> None:
    target, rng = io.BytesIO(), Random(method)
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("mimetype", "application/hwp+zip")
        archive.writestr("본문.xml", "<x/>")
    whole = target.getvalue()
    for _ in range(2000):
        broken = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            broken[rng.randrange(4, len(broken))] = rng.randrange(256)
        assert media_types.media_type(io.BytesIO(bytes(broken))) in {None, "application/hwp+zip"}


@pytest.mark.parametrize(
    ("name", "media_type", "fits"),
    [
        ("이수증.pdf", "application/pdf", "이수증.pdf"),
        ("SCAN.PDF", "application/pdf", "SCAN.PDF"),
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("page.html", "application/pdf", "page.html.pdf"),
        ("report.docx.hta", "image/png", "report.docx.hta.png"),
        ("", "image/jpeg", ".jpg"),
        ("표" * 300 + ".pdf", "application/pdf", "표" * 196 + ".pdf"),
        ("x" * 300, "image/png", "x" * 196 + ".png"),
    ],
)
def test_a_name_says_what_the_file_is(name: str, media_type: str, fits: str) -> None:
    assert media_types.fitting(name, media_type) == fits
