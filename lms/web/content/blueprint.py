from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from courses.content.media import LARGEST
from courses.permissions import Permission, may
from lms import db
from lms.auth.guard import me_or_none

pages = Blueprint("content", __name__)

LARGE = "content.attach"
"""The one endpoint that takes films. Werkzeug writes large parts into a file as they come."""


@pages.url_value_preprocessor
def allow_films(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Officers may send more there than others may anywhere. Asked before anything reads what was sent."""
    if endpoint == LARGE and request.method == "POST":
        actor = me_or_none()
        db.release()  # nobody else waits for a long upload
        if actor is not None and may(actor, Permission.PLAN):
            request.max_content_length = LARGEST + 1_000_000
