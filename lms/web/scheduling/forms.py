"""The shape of what an officer sends; the rules are in `courses/`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from courses import clock
from courses.text import clean, text
from lms.web.catalogue.words import KINDS, LEVELS
from lms.web.fields import choices, lazy

_A_DAY = lazy(text("Enter a day, such as 2026-12-07"))
_A_CLOCK = lazy(text("Enter a time, such as 09:00"))
_A_MOMENT = lazy(text("Enter a day and a time"))
_A_NUMBER = lazy(text("Enter a whole number"))
_ONE_OF_THE_LIST = lazy(text("Choose one from the list"))
_YEARS = range(1990, 2200)


def _words(value: str | None) -> str | None:
    return clean(value) if value else value


def _of_our_time(_form: Any, field: Any) -> None:
    """No year 0026, which date fields accept while somebody types."""
    if field.data and field.data.year not in _YEARS:
        raise ValidationError(_A_DAY)


def _id(value: Any) -> int | None:
    """The id in a select's value; None for the empty one, and for what is none (which is then not in the list)."""
    digits = str(value or "")
    if not digits:
        return None
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else -1


def _a_day(label: Any, *more: Any, **options: Any) -> DateField:
    return DateField(label, [*more, _of_our_time], invalid_value_message=_A_DAY, **options)


def _a_clock(label: Any, *more: Any, **options: Any) -> TimeField:
    return TimeField(label, more, format=["%H:%M", "%H:%M:%S"], invalid_value_message=_A_CLOCK, **options)


def _a_moment(label: Any, **options: Any) -> DateTimeLocalField:
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    return DateTimeLocalField(
        label, [Optional(), _of_our_time], format=formats, tz=clock.ZONE, invalid_value_message=_A_MOMENT, **options
    )


def _a_number(label: Any, low: int, high: int, *more: Any, **options: Any) -> IntegerField:
    within = NumberRange(low, high, lazy(text("Enter a number from %(min)s to %(max)s")))
    return IntegerField(label, [*more, within], invalid_value_message=_A_NUMBER, **options)


def _one_of(label: Any) -> SelectField:
    """One of some things by id, or none; `offer` says which."""
    return SelectField(label, [Optional()], coerce=_id, choices=[], invalid_choice_message=_ONE_OF_THE_LIST)


def offer(field: Any, things: Iterable[tuple[int, str]], nothing: str) -> None:
    """Set what a field made by `_one_of` has to choose from; `nothing` is what stands for none."""
    field.choices = [SelectChoice("", nothing), *(SelectChoice(str(id_), name) for id_, name in things)]


class Terms(FlaskForm):
    """What every run has. Moments are on the office's clock."""

    capacity = _a_number(lazy(text("How many people")), 1, 100_000, Optional())
    apply_from = _a_moment(lazy(text("Applications open")))
    apply_until = _a_moment(lazy(text("Applications close")))
    cancel_until = _a_moment(lazy(text("Withdrawing alone until")))
    teachers = FieldList(_one_of(lazy(text("Instructor"))), min_entries=2, max_entries=12)

    def teacher_ids(self) -> tuple[int, ...]:
        """Those chosen, in order, each once."""
        return tuple(dict.fromkeys(entry.data for entry in self.teachers if entry.data))


class NewClassForm(Terms):
    """A run whose sessions are laid out from the first day on."""

    first = _a_day(lazy(text("First day")), InputRequired(_A_DAY))
    begins = _a_clock(lazy(text("Classes begin at")), InputRequired(_A_CLOCK))
    a_day = _a_number(lazy(text("Periods a day, at most")), 1, 9, InputRequired(_A_NUMBER))
    room = _one_of(lazy(text("Room")))

    def validate_begins(self, field: Any) -> None:
        if field.data and not 6 <= field.data.hour <= 20:
            raise ValidationError(lazy(text("Classes begin between 06:00 and 20:59")))


class NewCyberForm(Terms):
    """A run without sessions."""

    starts_on = _a_day(lazy(text("First day")), InputRequired(_A_DAY))
    ends_on = _a_day(lazy(text("Last day")), InputRequired(_A_DAY))


class PeriodForm(Form):
    """One line of a session; without times it is left out."""

    begins = _a_clock(lazy(text("From")), Optional())
    ends = _a_clock(lazy(text("Until")), Optional())
    subject = StringField(lazy(text("Subject")), [Length(max=200)], filters=[_words])
    teacher = _one_of(lazy(text("Instructor")))

    def validate_begins(self, field: Any) -> None:
        if not any(self.ends.raw_data or ()):
            raise ValidationError(lazy(text("Enter both times, or neither")))

    def validate_ends(self, field: Any) -> None:
        if not any(self.begins.raw_data or ()):
            raise ValidationError(lazy(text("Enter both times, or neither")))


class SessionForm(Form):
    """A session of a run. `key` is its id, or empty for a new one."""

    key = HiddenField()
    day = _a_day(lazy(text("Day")), InputRequired(_A_DAY))
    room = _one_of(lazy(text("Room")))
    remove = BooleanField(lazy(text("Remove this session")))
    periods = FieldList(FormField(PeriodForm), max_entries=24)

    def validate_periods(self, field: Any) -> None:
        if not self.remove.data and not any(entry.form.begins.data for entry in field):
            raise ValidationError(lazy(text("Enter the times of at least one period, or remove the session")))


class RunForm(Terms):
    """Everything about a run that can be changed. Days only where there are no sessions. `seen`: the plan's mark."""

    seen = HiddenField()
    starts_on = _a_day(lazy(text("First day")), Optional())
    ends_on = _a_day(lazy(text("Last day")), Optional())
    sessions = FieldList(FormField(SessionForm), max_entries=120)


class CancelForm(FlaskForm):
    reason = TextAreaField(
        lazy(text("Reason for cancelling")),
        [InputRequired(lazy(text("Give a reason: it is kept with the cancellation"))), Length(max=400)],
        description=lazy(text("Kept with every enrolment that is cancelled")),
    )


class CourseForm(FlaskForm):
    code = StringField(
        lazy(text("Course code")),
        [DataRequired(lazy(text("Enter a code, such as C031"))), Length(max=40)],
        filters=[_words],
    )
    title = StringField(
        lazy(text("Title")), [DataRequired(lazy(text("Enter a title"))), Length(max=200)], filters=[_words]
    )
    kind = SelectField(lazy(text("Kind of training")), choices=choices(KINDS))
    level = SelectField(lazy(text("Course level")), choices=choices(LEVELS))
    area = StringField(
        lazy(text("Area")),
        [Length(max=200)],
        filters=[_words],
        description=lazy(text("Only for workplace courses")),
    )
    hours = _a_number(lazy(text("Hours")), 1, 2000, InputRequired(_A_NUMBER))
    capacity = _a_number(lazy(text("Usual number of people")), 1, 100_000, Optional())
    scored = BooleanField(lazy(text("Scored: completing needs points")))
    retired = BooleanField(lazy(text("No new runs: the course is no longer offered")))

    def validate_code(self, field: Any) -> None:
        if field.data and " " in field.data:
            raise ValidationError(lazy(text("A code has no blanks")))


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
    name = {SessionForm: text("Session"), PeriodForm: text("Period")}[entry.form_class]
    inner = problems(entry.form)
    if isinstance(entry.form, SessionForm):
        inner += [(str(e), entry.form.day.id) for e in entry.form.periods.errors if not isinstance(e, dict | list)]
    return [(f"{lazy(name)} {number}, {said}", anchor) for said, anchor in inner]
