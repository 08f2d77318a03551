from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Optional

from courses.text import text
from lms.web.fields import a_number, at_most, lazy

_WHO = lazy(text("Employee number, or e-mail of somebody without one"))
_NEEDED = lazy(text("Enter an employee number"))


class AddForm(FlaskForm):
    """Whom an officer enrols; a reason where the list is frozen."""

    person = StringField(_WHO, [InputRequired(_NEEDED), at_most(254)])
    reason = StringField(lazy(text("Reason")), [at_most(400)])


class ReplaceForm(FlaskForm):
    """Who comes instead, and why."""

    person = StringField(_WHO, [InputRequired(_NEEDED), at_most(254)])
    reason = StringField(
        lazy(text("Reason")),
        [InputRequired(lazy(text("Give a reason: it is kept with the replacement"))), at_most(400)],
    )


class SeatsForm(FlaskForm):
    """How many seats; empty: no limit. `losing`: how many people were shown who lose theirs."""

    capacity = a_number(lazy(text("Capacity")), 1, 100_000, Optional())
    losing = HiddenField(filters=[lambda value: int(value) if str(value or "").isdecimal() else 0])


class AskedSeats(SeatsForm):
    """The same in an address, which only shows."""

    class Meta:
        csrf = False
