from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired

from courses.text import text
from lms.web.fields import at_most, lazy, words_only

_REASON = [
    DataRequired(lazy(text("Say why: it stays in the register"))),
    at_most(400),
]


class RevocationForm(FlaskForm):
    reason = TextAreaField(lazy(text("Reason")), _REASON, filters=[words_only])


class ReissueForm(RevocationForm):
    roman = BooleanField(lazy(text("With the name in Latin letters")))
