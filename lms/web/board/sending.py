"""A file that is put up: looked at by its content, and kept."""

from __future__ import annotations

from typing import Any

from courses.errors import Refused
from courses.files.media_types import DOCUMENTS, MEGABYTE, PICTURES, fitting, media_type
from courses.text import text
from lms.files import store
from lms.web.evidence import Kept
from lms.web.files import filename

LIMIT = 20
"""Megabytes."""
_NAME = 200


def keep(sent: Any) -> Kept:
    """Keep a sent file. Slow: before the transaction. Raises `Refused`, with the remedy, for what is no material."""
    name = filename(sent)[-_NAME:] if sent else ""
    if not name:
        raise Refused(text("Choose a file"), code="file")
    size = sent.stream.seek(0, 2)
    if not size:
        raise Refused(text("%(file)s is empty. Choose another file.", file=name), code="file")
    if size > LIMIT * MEGABYTE:
        said = text("%(file)s is larger than %(limit)s MB. Make it smaller, or divide it.", file=name, limit=LIMIT)
        raise Refused(said, code="file")
    found = media_type(sent.stream)
    if found not in (*DOCUMENTS, *PICTURES):
        said = text(
            "%(file)s is no PDF, HWPX, HWP, office document (without macros) or picture. Save it as one of them.",
            file=name,
        )
        raise Refused(said, code="file")
    kept = store().keep(sent.stream)
    return Kept(kept.sha256, kept.size, found, fitting(name, found))
