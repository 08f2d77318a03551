"""A file that comes within JSON, as base64: checked by its content like one of a form."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from marshmallow import Schema
from werkzeug.datastructures import FileStorage

from courses.errors import Refused
from lms.api.answers import invalid
from lms.api.fields import Base64, Words
from lms.i18n import words
from lms.web.evidence import Kept, keep

_MOST = 1_000_000


class EvidenceSent(Schema):
    """A PDF, JPEG or PNG."""

    name = Words(200, required=True)
    content = Base64(
        _MOST,
        required=True,
        metadata={
            "description": "Base64. What is sent at once is 1 MB at most: a larger file comes by the page's form"
        },
    )


EXAMPLE = {"name": "이수증.pdf", "content": "JVBERi0xLjcK"}


def kept(sent: dict[str, Any]) -> Kept:
    """The file in the store, before the transaction; 422 for what is no evidence."""
    try:
        return keep(FileStorage(BytesIO(sent["content"]), filename=sent["name"]))
    except Refused as refused:
        invalid(evidence=words(refused.message))
