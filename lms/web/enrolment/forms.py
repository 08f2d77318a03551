from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from courses.text import text
from lms.web.fields import lazy


class AddForm(FlaskForm):
    """Whom an officer enrols."""

    person = StringField(
        lazy(text("Employee number, or e-mail of somebody without one")),
        [InputRequired(lazy(text("Enter an employee number"))), Length(max=254)],
    )
