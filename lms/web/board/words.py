"""What notices and questions are called, and their tones; how large a file is."""

from __future__ import annotations

from courses.board.models import PostKind
from courses.text import Text, text

_THOUSAND = 1000

KINDS: dict[PostKind, tuple[Text, str]] = {
    PostKind.NOTICE: (text("Announcement"), "info"),
    PostKind.QUESTION: (text("Inquiry"), ""),
}


def file_size(size: int) -> str:
    """2.4 MB, 310 KB: of so many bytes."""
    if size < _THOUSAND * _THOUSAND:
        return f"{-(-size // _THOUSAND)} KB"
    return f"{size / _THOUSAND / _THOUSAND:.1f} MB"
