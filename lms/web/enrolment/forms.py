from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from courses.text import text
from lms.web.fields import at_most, lazy


class AddForm(FlaskForm):
    """Whom an officer enrols."""

    person = StringField(
        lazy(text("Employee number, or e-mail of somebody without one")),
        [InputRequired(lazy(text("Enter an employee number"))), at_most(254)],
    )
