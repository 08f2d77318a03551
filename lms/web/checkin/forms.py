from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from courses.attendance.identity import DIGITS
from courses.attendance.models import Proof
from courses.text import text
from lms.web.answers import key
from lms.web.fields import a_line, at_most, choices, lazy

MINUTES = {15: text("15 minutes"), 30: text("30 minutes"), 60: text("An hour"), 0: text("The whole session")}
"""How long check-in stays open after the start; 0: to the end."""
_NEEDED = text("Enter the six digits on the screen")
_WHO = lazy(text("Employee number, or e-mail of somebody without one"))
_WHY = text("Give a reason: it is kept with the place")


def _id(value: object) -> int:
    """The id that was sent; 0, which nothing has, for what is none."""
    try:
        return key(str(value or ""))
    except ValueError:
        return 0


class CodeForm(FlaskForm):
    """The digits as they were typed, or the QR's code with the session it is for."""

    code = a_line(lazy(text("Code on the screen")), 40, needed=_NEEDED)
    session = HiddenField()

    @property
    def session_id(self) -> int | None:
        """The session of a QR; None for digits, and for what is no id."""
        return _id(self.session.data) or None


class OpenForm(FlaskForm):
    """How long it stays open."""

    minutes = SelectField(lazy(text("Stays open after the start")), choices=choices(MINUTES), default="30", coerce=str)

    @property
    def for_minutes(self) -> int | None:
        """None: to the end of the session."""
        return int(self.minutes.data or 0) or None


class PlaceForm(FlaskForm):
    """Who stands at the door, in whose stead if any, and why."""

    person = StringField(_WHO, [InputRequired(lazy(text("Enter an employee number"))), at_most(254)])
    instead_of = SelectField(lazy(text("In whose stead")), [Optional()], validate_choice=False)
    reason = a_line(lazy(text("Reason")), 400, needed=_WHY)

    @property
    def instead(self) -> int | None:
        """The enrolment whose place passes on; None: a new place."""
        return _id(self.instead_of.data) if self.instead_of.data else None


PROOFS = {
    Proof.CARD: text("By the staff card"),
    Proof.COLLEAGUE: text("By a colleague in the class"),
    Proof.FAILED: text("Could not show who they are"),
}


class IdentityForm(FlaskForm):
    """One way to show who somebody is, with what belongs to it."""

    proof = RadioField(lazy(text("How")), choices=choices(PROOFS), default=Proof.CARD.value, coerce=str)
    digits = a_line(lazy(text("Last four digits of the employee number on the card")), DIGITS)
    colleague = SelectField(lazy(text("Colleague")), [Optional()], validate_choice=False)
    note = a_line(lazy(text("What you saw")), 400)

    @property
    def colleague_id(self) -> int:
        """The enrolment of the colleague; 0 for none."""
        return _id(self.colleague.data)
