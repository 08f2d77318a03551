from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from courses import clock
from courses.exchange.columns import Unreadable, code, mail
from courses.people.models import Role
from courses.people.words import LEAVE_NAMES, ROLE_NAMES
from courses.text import clean, text
from lms.i18n import words
from lms.web.fields import A_DAY, a_day, choices, lazy
from lms.web.units.choosing import UnitField

_FILL_IN = lazy(text("Fill this in"))
_TOO_LONG = lazy(text("Use at most %(max)d letters"))


def line(label: Any, most: int = 200, *, needed: bool = False, **options: Any) -> StringField:
    """One line of words, cleaned."""
    told = [DataRequired(_FILL_IN)] if needed else []
    return StringField(label, [*told, Length(max=most, message=_TOO_LONG)], filters=[_cleaned], **options)


def a_code(_form: Any, field: Any) -> None:
    """A validator: a code as the files have it."""
    _asked(code, field)


def _a_mail(_form: Any, field: Any) -> None:
    if field.data:
        field.data = _asked(mail, field)


def _asked(convert: Any, field: Any) -> Any:
    try:
        return convert(field.data or "")
    except Unreadable as error:
        raise ValidationError(" ".join(words(one) for one in (error.reason, error.remedy))) from error


def _cleaned(value: str | None) -> str:
    return clean(value) if value else ""


class RoleForm(FlaskForm):
    role = SelectField(lazy(text("Role")), choices=choices(ROLE_NAMES))
    unit = UnitField(
        lazy(text("Unit")), description=lazy(text("Only for a head, clerk or trainer: code or name of the unit"))
    )

    def validate_unit(self, field: Any) -> None:
        if not field.data and self.role.data in {Role.HEAD.value, Role.CLERK.value, Role.TRAINER.value}:
            raise ValidationError(words(text("Choose the unit of the head, clerk or trainer")))


class PostingForm(FlaskForm):
    """Where somebody serves from a day on. The names are those of a posting."""

    day = a_day(lazy(text("First day")), InputRequired(A_DAY), default=clock.today)
    unit = UnitField(lazy(text("Unit")), [InputRequired(_FILL_IN)], description=lazy(text("Code or name of the unit")))
    service = line(lazy(text("Service")), 40)
    series = line(lazy(text("Occupational series")), 40)
    grade = line(lazy(text("Grade")), 40)
    post = line(lazy(text("Post")), 40, description=lazy(text("A post such as 과장 or 팀장 makes head of the unit")))
    duty = line(lazy(text("Duty")), 40, description=lazy(text("The duty 서무 makes clerk of the department")))


class StaffForm(PostingForm):
    employee_no = line(lazy(text("Employee number")), 40, needed=True)
    name = line(lazy(text("Name")), needed=True)
    name_roman = line(lazy(text("Romanised name")))
    mail = StringField(lazy(text("E-mail")), [_a_mail], filters=[_cleaned])
    day = a_day(lazy(text("Appointed on")), InputRequired(A_DAY), default=clock.today)

    validate_employee_no = a_code


class ExternalForm(FlaskForm):
    name = line(lazy(text("Name")), needed=True)
    name_roman = line(lazy(text("Romanised name")))
    mail = StringField(
        lazy(text("E-mail")),
        [DataRequired(_FILL_IN), _a_mail],
        filters=[_cleaned],
        description=lazy(text("They sign in with it")),
    )
    institution = line(lazy(text("Institution")))
    expires_on = a_day(
        lazy(text("Expires on")), Optional(), description=lazy(text("The last day they can sign in; empty: no end"))
    )


class PersonForm(FlaskForm):
    """What is changed of the own staff beside the posting."""

    name = line(lazy(text("Name")), needed=True)
    name_roman = line(lazy(text("Romanised name")))
    mail = StringField(lazy(text("E-mail")), [_a_mail], filters=[_cleaned])


class LeaveForm(FlaskForm):
    kind = SelectField(lazy(text("Kind")), choices=choices(LEAVE_NAMES))
    day = a_day(lazy(text("First day")), InputRequired(A_DAY), default=clock.today)


class DayForm(FlaskForm):
    day = a_day(lazy(text("First day")), InputRequired(A_DAY), default=clock.today)
