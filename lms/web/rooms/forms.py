from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from courses import clock
from courses.text import text
from lms.web.fields import A_DAY, A_NUMBER, a_day, a_number, lazy
from lms.web.people.forms import a_code, line

_MOST = 10_000


class RoomForm(FlaskForm):
    """The names are those of a room."""

    code = line(lazy(text("Room code")), 40, needed=True)
    name = line(lazy(text("Name")), needed=True)
    seats = a_number(lazy(text("Seats")), 1, _MOST, InputRequired(A_NUMBER))
    computers = a_number(lazy(text("Computers")), 0, _MOST, InputRequired(A_NUMBER), default=0)

    validate_code = a_code


class RetiringForm(FlaskForm):
    day = a_day(lazy(text("First day on which it is not used")), InputRequired(A_DAY), default=clock.today)
