from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from courses.text import text
from lms.api.tokens import DAYS
from lms.web.fields import at_most, choices, lazy

GOOD_FOR = {"30": text("30 days"), "90": text("90 days"), "365": text("One year")}


class TokenForm(FlaskForm):
    name = StringField(
        lazy(text("What will use it")),
        [
            InputRequired(lazy(text("Give the token a name, so that you know later what uses it"))),
            at_most(100),
        ],
        description=lazy(text("For example: timetable on the intranet")),
    )
    days = SelectField(lazy(text("Good for")), choices=choices(GOOD_FOR), default=str(DAYS))
