"""What a file is, by its content."""

from __future__ import annotations

import zipfile
from typing import IO

MEGABYTE = 1_000_000
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_OOXML = "application/vnd.openxmlformats-officedocument."
DOCUMENTS = (
    "application/pdf",
    f"{_OOXML}wordprocessingml.document",
    f"{_OOXML}spreadsheetml.sheet",
    f"{_OOXML}presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/hwp+zip",
    "application/x-hwp",
)
_ENDINGS = {
    "application/pdf": (".pdf",),
    "application/hwp+zip": (".hwpx",),
    "application/x-hwp": (".hwp",),
    f"{_OOXML}wordprocessingml.document": (".docx",),
    f"{_OOXML}spreadsheetml.sheet": (".xlsx",),
    f"{_OOXML}presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
}
_LONGEST_NAME = 200
_HEAD = 4096
_LONGEST_TYPE = 100
_PIECE = 1024 * 1024


def media_type(stream: IO[bytes]) -> str | None:
    """What a file is by its first bytes (and by its table of contents, where it is an archive); None: unknown."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _in_archive(stream)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "application/x-hwp" if _contains(stream, b"HWP Document File") else None
    if b"<svg" in head.lower():
        return "image/svg+xml"
    return _picture(head) or _sound(head) or _film(head) or ("application/pdf" if head.startswith(b"%PDF-") else None)


def fitting(name: str, media_type: str) -> str:
    """The name with an ending of the type, in at most 200 characters of which the last are kept.

    A PDF that is called `x.html` would be a page once it is saved and opened.
    """
    endings = _ENDINGS.get(media_type, ("",))
    whole = name if name.casefold().endswith(endings) else name + endings[0]
    return whole[-_LONGEST_NAME:]


def _picture(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if head.startswith(b"RIFF") and head[8:12] == b"WEBP" else None


def _sound(head: bytes) -> str | None:
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xfa", b"\xf3", b"\xf2")):
        return "audio/mpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"OggS") and any(codec in head for codec in (b"OpusHead", b"\x01vorbis", b"\x7fFLAC")):
        return "audio/ogg"
    return "audio/mp4" if head[4:8] == b"ftyp" and head[8:12] in (b"M4A ", b"M4B ") else None


_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"MSNV", b"M4V ", b"mmp4")


def _film(head: bytes) -> str | None:
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return "video/mp4"
    return "video/webm" if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64] else None


_PARTS = {
    "word/document.xml": f"{_OOXML}wordprocessingml.document",
    "xl/workbook.xml": f"{_OOXML}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OOXML}presentationml.presentation",
}


def _in_archive(stream: IO[bytes]) -> str | None:
    """An office document; none with macros, which are programs."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            if any(name.endswith("vbaProject.bin") for name in names):
                return None
            found = _declared(archive) if "mimetype" in names else None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError, EOFError):
        return None
    return found or next((kind for part, kind in _PARTS.items() if part in names), None)


def _declared(archive: zipfile.ZipFile) -> str | None:
    """The document that OpenDocument and HWPX say they are, in a part that both want uncompressed."""
    part = archive.getinfo("mimetype")
    if part.compress_type != zipfile.ZIP_STORED or part.file_size > _LONGEST_TYPE:
        return None
    said = archive.read(part).decode("ascii", "replace").strip()
    return said if said in DOCUMENTS else None


def _contains(stream: IO[bytes], mark: bytes) -> bool:
    stream.seek(0)
    rest = b""
    while piece := stream.read(_PIECE):
        if mark in rest + piece:
            return True
        rest = piece[-len(mark) :]
    return False
