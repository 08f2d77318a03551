from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from courses.content.media import LARGEST
from courses.permissions import Permission, may
from lms import db
from lms.auth.guard import me_or_none
from lms.security import CONTENT_SECURITY_POLICY

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


@pages.after_request
def let_files_be_measured(response: Response) -> Response:
    """On the page where films are sent, the browser may play the file that was chosen there: to tell its length."""
    if request.endpoint in ("content.lesson_form", "content.change_lesson", LARGE, "content.caption"):
        policy = CONTENT_SECURITY_POLICY.replace("media-src 'self'", "media-src 'self' blob:")
        response.headers.setdefault("Content-Security-Policy", policy)
    return response
