"""A file that comes within JSON, as base64: checked by its content like one of a form."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO
from typing import Any

from marshmallow import Schema
from werkzeug.datastructures import FileStorage

from courses.errors import Refused
from lms.api.answers import invalid
from lms.api.fields import Words
from lms.i18n import _, words
from lms.web.evidence import Kept, keep

_MOST = 1_000_000


class EvidenceSent(Schema):
    """A PDF, JPEG or PNG."""

    name = Words(200, required=True)
    content = Words(
        _MOST,
        "[A-Za-z0-9+/]+={0,2}",
        required=True,
        metadata={
            "description": "Base64. What is sent at once is 1 MB at most: a larger file comes by the page's form"
        },
    )


EXAMPLE = {"name": "이수증.pdf", "content": "JVBERi0xLjcK"}


def kept(sent: dict[str, Any]) -> Kept:
    """The file in the store, before the transaction; 422 for what is no evidence."""
    try:
        content = base64.b64decode(sent["content"], validate=True)
        return keep(FileStorage(BytesIO(content), filename=sent["name"]))
    except binascii.Error:
        invalid(evidence__content=_("Enter the file's content as base64"))
    except Refused as refused:
        invalid(evidence=words(refused.message))
