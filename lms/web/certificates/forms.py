from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField

from courses.text import text
from lms.web.fields import a_reason, lazy


class RevocationForm(FlaskForm):
    reason = a_reason(text("Say why: it stays in the register"))


class ReissueForm(RevocationForm):
    roman = BooleanField(lazy(text("With the name in Latin letters")))
