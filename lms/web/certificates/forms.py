from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length

from courses.text import clean, text
from lms.web.fields import lazy

_REASON = [
    DataRequired(lazy(text("Say why: it stays in the register"))),
    Length(max=400, message=lazy(text("Use at most 400 letters"))),
]


class RevocationForm(FlaskForm):
    reason = TextAreaField(lazy(text("Reason")), _REASON, filters=[lambda words: clean(words) if words else words])


class ReissueForm(RevocationForm):
    roman = BooleanField(lazy(text("With the name in Latin letters")))
