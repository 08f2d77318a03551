from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from courses.text import text
from lms.web.fields import lazy


class ScanForm(FlaskForm):
    """A signed sheet; `sheet` is its code, where that is known."""

    file = FileField(
        lazy(text("Scan or photograph")),
        [FileRequired(lazy(text("Choose a file")))],
        description=lazy(text("PDF, JPEG or PNG, up to 20 MB")),
    )
    sheet = HiddenField()
