from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from courses import clock
from courses.text import text
from lms.web.fields import A_DAY, a_day, lazy
from lms.web.people.forms import a_code, line
from lms.web.units.choosing import ColleagueField, UnitField


class UnitForm(FlaskForm):
    """A unit's name and the one right above it; the whole organisation has none."""

    name = line(lazy(text("Name")), needed=True)
    unit = UnitField(lazy(text("Under the unit")), description=lazy(text("Code or name of the unit")))


class NewUnitForm(UnitForm):
    code = line(lazy(text("Unit code")), 40, needed=True)

    validate_code = a_code


class ClosingForm(FlaskForm):
    day = a_day(lazy(text("First day without it")), InputRequired(A_DAY), default=clock.today)


class DeputyForm(FlaskForm):
    person = ColleagueField(
        lazy(text("Who stands in")),
        [InputRequired(lazy(text("Fill this in")))],
        description=lazy(text("Name or employee number")),
    )
    from_on = a_day(lazy(text("First day")), InputRequired(A_DAY), default=clock.today)
    until_on = a_day(lazy(text("Last day")), InputRequired(A_DAY), default=clock.today)
    reason = line(lazy(text("Reason")))
