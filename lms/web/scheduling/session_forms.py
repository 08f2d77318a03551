"""The shape of what an officer sends about one session."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from courses.text import text
from lms.web.fields import A_CLOCK, A_DAY, a_clock, a_day, lazy, one_of


class MoveForm(FlaskForm):
    """`was`: when the session began on the page that was looked at."""

    day = a_day(lazy(text("Day")), InputRequired(A_DAY))
    begins = a_clock(lazy(text("Begins at")), InputRequired(A_CLOCK))
    room = one_of(lazy(text("Room")))
    was = HiddenField()
    anyway = BooleanField(lazy(text("Also on a day off")))


class SubstituteForm(FlaskForm):
    gone = one_of(lazy(text("Instead of")))
    instead = one_of(lazy(text("Substitute")))
    whole = BooleanField(lazy(text("In the whole run")))


class LeaveOutForm(FlaskForm):
    agreed = BooleanField(lazy(text("Cancel it all the same")))
