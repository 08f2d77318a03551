"""The shape of what an officer sends; the rules are in `courses/`."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from courses.scheduling.series import MOST as MOST_COPIES
from courses.text import text
from lms.web.fields import (
    A_CLOCK,
    A_DAY,
    A_NUMBER,
    a_clock,
    a_day,
    a_line,
    a_moment,
    a_number,
    a_reason,
    choices,
    lazy,
    one_of,
)
from lms.web.scheduling.words import LEVELS_OF_UNITS, LIMITED, UNITS


class Terms(FlaskForm):
    """What every run has. Moments are on the office's clock."""

    capacity = a_number(lazy(text("How many people")), 1, 100_000, Optional())
    mode = SelectField(lazy(text("How places are given out")), choices=choices(LIMITED))
    minimum = a_number(lazy(text("At least so many people")), 1, 100_000, Optional())
    offer_hours = a_number(lazy(text("Hours to accept an offered seat")), 1, 720, Optional())
    quota_depth = SelectField(lazy(text("Quotas are set for")), coerce=int, choices=choices(LEVELS_OF_UNITS), default=1)
    apply_from = a_moment(lazy(text("Applications open")))
    apply_until = a_moment(lazy(text("Applications close")))
    cancel_until = a_moment(lazy(text("Withdrawing alone until")))
    teachers = FieldList(one_of(lazy(text("Instructor"))), min_entries=2, max_entries=12)

    def teacher_ids(self) -> tuple[int, ...]:
        """Those chosen, in order, each once."""
        return tuple(dict.fromkeys(entry.data for entry in self.teachers if entry.data))


class NewClassForm(Terms):
    """A run whose sessions are laid out from the first day on."""

    first = a_day(lazy(text("First day")), InputRequired(A_DAY))
    begins = a_clock(lazy(text("Classes begin at")), InputRequired(A_CLOCK))
    a_day = a_number(lazy(text("Periods a day, at most")), 1, 9, InputRequired(A_NUMBER))
    room = one_of(lazy(text("Room")))
    venue = a_line(lazy(text("Place")))

    def validate_begins(self, field: Any) -> None:
        if field.data and not 6 <= field.data.hour <= 20:
            raise ValidationError(lazy(text("Classes begin between 06:00 and 20:59")))


class NewBlendedForm(NewClassForm):
    """The same with a cyber part, which is learnt between two days around the sessions."""

    starts_on = a_day(lazy(text("Cyber part from")), Optional())
    ends_on = a_day(lazy(text("Cyber part until")), Optional())


class NewCyberForm(Terms):
    """A run without sessions."""

    starts_on = a_day(lazy(text("First day")), InputRequired(A_DAY))
    ends_on = a_day(lazy(text("Last day")), InputRequired(A_DAY))


class PeriodForm(Form):
    """One line of a session; without times it is left out."""

    noun = text("Period")
    begins = a_clock(lazy(text("From")), Optional())
    ends = a_clock(lazy(text("Until")), Optional())
    subject = a_line(lazy(text("Subject")))
    teacher = one_of(lazy(text("Instructor")))

    def validate_begins(self, field: Any) -> None:
        if not any(self.ends.raw_data or ()):
            raise ValidationError(lazy(text("Enter both times, or neither")))

    def validate_ends(self, field: Any) -> None:
        if not any(self.begins.raw_data or ()):
            raise ValidationError(lazy(text("Enter both times, or neither")))


class SessionForm(Form):
    """A session of a run. `key` is its id, or empty for a new one."""

    noun = text("Session")
    key = HiddenField()
    day = a_day(lazy(text("Day")), InputRequired(A_DAY))
    room = one_of(lazy(text("Room")))
    remove = BooleanField(lazy(text("Remove this session")))
    periods = FieldList(FormField(PeriodForm), max_entries=24)

    def validate_periods(self, field: Any) -> None:
        if not self.remove.data and not any(entry.form.begins.data for entry in field):
            raise ValidationError(lazy(text("Enter the times of at least one period, or remove the session")))


class RunForm(Terms):
    """Everything about a run that can be changed. Days only where there are no sessions. `seen`: the plan's mark.

    `anyway`: sessions may be on days off. `fewer`: people may lose their seats.
    """

    seen = HiddenField()
    anyway = BooleanField(lazy(text("Hold these sessions on days off anyway")))
    fewer = BooleanField(lazy(text("Move these people to the front of the queue")))
    venue = a_line(lazy(text("Place")))
    starts_on = a_day(lazy(text("First day")), Optional())
    ends_on = a_day(lazy(text("Last day")), Optional())
    sessions = FieldList(FormField(SessionForm), max_entries=120)


class CopiesForm(FlaskForm):
    """When the runs begin that are to be like one that is there."""

    class Meta:
        csrf = False  # it is sent by GET and only shows; what makes the runs is a button of its own

    first = a_day(lazy(text("First day")), InputRequired(A_DAY))
    count = a_number(lazy(text("How many runs")), 1, MOST_COPIES, InputRequired(A_NUMBER))
    every = a_number(lazy(text("Every")), 1, 12, InputRequired(A_NUMBER))
    unit = SelectField(lazy(text("Weeks or months")), choices=choices(UNITS))


class ClosedDayForm(FlaskForm):
    day = a_day(lazy(text("Day")), InputRequired(A_DAY))
    name = a_line(lazy(text("What for")), needed=text("Enter what the day is for"))


class CancelForm(FlaskForm):
    reason = a_reason(
        text("Give a reason: it is kept with the cancellation"),
        text("Reason for cancelling"),
        description=lazy(text("Kept with every enrolment that is cancelled")),
    )
    instead = one_of(lazy(text("Show them this run instead")))


def problems(form: Any) -> list[tuple[str, str]]:
    """Every error of a form with its sessions and periods, as (words, id of the field to go to)."""
    found: list[tuple[str, str]] = []
    for field in form:
        if isinstance(field, FieldList):
            found += [entry for number, one in enumerate(field, 1) for entry in _of_entry(field, number, one)]
        else:
            found += [(f"{field.label.text}: {error}", field.id) for error in field.errors]
    return found


def _of_entry(field: Any, number: int, entry: Any) -> list[tuple[str, str]]:
    if not isinstance(entry, FormField):
        return [(f"{entry.label.text} {number}: {error}", entry.id) for error in entry.errors]
    inner = problems(entry.form)
    if isinstance(entry.form, SessionForm):
        inner += [(str(e), entry.form.day.id) for e in entry.form.periods.errors if not isinstance(e, dict | list)]
    return [(f"{lazy(entry.form_class.noun)} {number}, {said}", anchor) for said, anchor in inner]
