"""Which files a lesson takes, told by their content and never by their name."""

from __future__ import annotations

from typing import IO

from courses.content.models import LessonKind
from courses.errors import Refused
from courses.files.media_types import DOCUMENTS, MEGABYTE, PICTURES, media_type
from courses.text import Text, text

TAKEN: dict[LessonKind, tuple[str, ...]] = {
    LessonKind.IMAGE: PICTURES,
    LessonKind.AUDIO: ("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav"),
    LessonKind.VIDEO: ("video/mp4", "video/webm"),
    LessonKind.DOCUMENT: DOCUMENTS,
}
"""What a kind of lesson takes; kinds that are not here have no file."""
_NAMES: dict[LessonKind, Text] = {
    LessonKind.IMAGE: text("PNG, JPEG, GIF or WebP"),
    LessonKind.AUDIO: text("MP3, M4A, Ogg or WAV"),
    LessonKind.VIDEO: text("MP4 or WebM"),
    LessonKind.DOCUMENT: text("PDF, HWPX, HWP, DOCX, XLSX, PPTX or OpenDocument"),
}
_LIMITS = {
    LessonKind.IMAGE: 20 * MEGABYTE,
    LessonKind.AUDIO: 500 * MEGABYTE,
    LessonKind.VIDEO: 2000 * MEGABYTE,
    LessonKind.DOCUMENT: 200 * MEGABYTE,
}
LARGEST = max(_LIMITS.values())
"""Bytes of the largest file that any lesson takes."""


def accepted(kind: LessonKind, stream: IO[bytes], filename: str) -> str:
    """The media type of a file for a lesson of this kind. Raises `Refused`, with the remedy, when it takes none."""
    _require_size(kind, stream, filename)
    found = media_type(stream)
    if found in TAKEN[kind]:
        return str(found)
    if found == "image/svg+xml":
        raise Refused(text("%(file)s is an SVG, which can hold programs. Save it as PNG.", file=filename), code="file")
    raise Refused(
        text("%(file)s is none of these: %(formats)s. Save it as one of them.", file=filename, formats=_NAMES[kind]),
        code="file",
    )


def formats(kind: LessonKind) -> Text:
    """What the files of a kind are called, to tell people."""
    return _NAMES[kind]


def limit(kind: LessonKind) -> int:
    """How many megabytes a file of a kind may have."""
    return _LIMITS[kind] // MEGABYTE


def _require_size(kind: LessonKind, stream: IO[bytes], filename: str) -> None:
    size = stream.seek(0, 2)
    if not size:
        raise Refused(text("%(file)s is empty. Choose another file.", file=filename), code="file")
    if size > _LIMITS[kind]:
        message = text(
            "%(file)s is larger than %(limit)s MB. Make it smaller, or divide it into several lessons.",
            file=filename,
            limit=limit(kind),
        )
        raise Refused(message, code="file")
