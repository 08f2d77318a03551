from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from courses.text import text
from lms.web.fields import a_reason, choices, lazy

_SHARED_FOR = {"7": text("One week"), "30": text("30 days"), "90": text("90 days")}


class RevocationForm(FlaskForm):
    reason = a_reason(text("Say why: it stays in the register"))


class ReissueForm(RevocationForm):
    roman = BooleanField(lazy(text("With the name in Latin letters")))


class ShareForm(FlaskForm):
    days = SelectField(lazy(text("For how long")), choices=choices(_SHARED_FOR), default="30")
