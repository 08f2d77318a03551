from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from courses.text import text
from lms.web.fields import at_most, lazy


class ApplicantForm(FlaskForm):
    """A colleague for whom somebody of the department applies."""

    person = StringField(
        lazy(text("Employee number")), [InputRequired(lazy(text("Enter an employee number"))), at_most(40)]
    )
    motive = StringField(lazy(text("Motive")), [at_most(400)])
