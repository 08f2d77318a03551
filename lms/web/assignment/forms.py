"""Whom to put into a run, and for whom a course is mandatory."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from courses import clock
from courses.enrolment.assignments import Wanted
from courses.enrolment.gathering import Group, grades_and_services
from courses.enrolment.models import Assignment, Renewal
from courses.enrolment.naming import MOST_LETTERS
from courses.text import text
from lms import db as doors
from lms.i18n import _
from lms.web.assignment.words import RENEWALS
from lms.web.fields import A_DAY, A_NUMBER, ListField, a_day, a_number, at_most, choices, lazy, offer, one_of
from lms.web.units.choosing import UnitField

_UNIT = lazy(text("Name or code of the unit; it counts with all below it"))


class GroupForm(FlaskForm):
    """Whom: pasted, from a file, or by what they are. An address may ask the same."""

    pasted = TextAreaField(
        lazy(text("Employee numbers or names")),
        [at_most(MOST_LETTERS)],
        description=lazy(text("One line each, or with commas; cells of a spreadsheet may follow (number, name, unit)")),
    )
    file = FileField(lazy(text("Drop the file here, or choose it")))
    unit = UnitField(lazy(text("Unit")), description=_UNIT)
    grade = ListField(lazy(text("Grade")), choices=[], validate_choice=False)
    service = ListField(lazy(text("Service")), choices=[], validate_choice=False)
    missing = BooleanField(lazy(text("Only who has not completed this course")))
    assignment = one_of(lazy(text("Late with")))

    def __init__(self, *args: Any, assignments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_words(self)
        offer(self.assignment, assignments, _("all the same"))

    def group(self) -> Group:
        """The people that the fields describe."""
        unit = self.unit.unit
        return Group(
            unit_id=unit.id if unit else None,
            grade=self.grade.data or "",
            service=self.service.data or "",
            missing=bool(self.missing.data),
            assignment_id=self.assignment.data,
        )


class AssignmentForm(FlaskForm):
    """A mandatory course."""

    course = one_of(lazy(text("Course")))
    unit = UnitField(lazy(text("Unit")), description=_UNIT)
    grade = ListField(lazy(text("Grade")), choices=[], validate_choice=False)
    service = ListField(lazy(text("Service")), choices=[], validate_choice=False)
    due_on = a_day(lazy(text("Completed by")), InputRequired(A_DAY))
    renewal = ListField(lazy(text("To be completed")), choices=choices(RENEWALS))
    months = a_number(
        lazy(text("Months after the last time")),
        1,
        120,
        Optional(),
        description=lazy(text("Only where it is renewed so")),
    )

    def __init__(self, *args: Any, courses: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_words(self)
        offer(self.course, courses, _("Choose a course"))

    def validate_course(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError(lazy(text("Choose a course")))

    def validate_due_on(self, field: Any) -> None:
        if self.renewal.data == Renewal.ONCE.value and field.data and field.data < clock.today() and not self.is_change:
            raise ValidationError(lazy(text("The day is over already: nobody could be in time")))

    is_change = False

    def validate(self, extra_validators: Any = None) -> bool:
        """Months belong to one kind of renewal alone."""
        valid = super().validate(extra_validators)
        if self.renewal.data == Renewal.AFTER.value and self.months.data is None:
            self.months.errors = [*self.months.errors, str(A_NUMBER)]
            return False
        return bool(valid)

    def wanted(self) -> Wanted:
        """The assignment as the form has it."""
        assert self.course.data is not None
        assert self.due_on.data is not None
        renewal = Renewal(self.renewal.data)
        return Wanted(
            course_id=self.course.data,
            due_on=self.due_on.data,
            unit_id=self.unit.unit.id if self.unit.unit else None,
            grade=self.grade.data or "",
            service=self.service.data or "",
            renewal=renewal,
            months=self.months.data if renewal is Renewal.AFTER else None,
        )


def shown(assignment: Assignment, unit: str) -> dict[str, Any]:
    """What the form shows of an assignment; `unit` as its field would have it typed."""
    return {
        "course": assignment.course_id,
        "unit": unit,
        "grade": assignment.grade,
        "service": assignment.service,
        "due_on": assignment.due_on,
        "renewal": assignment.renewal.value,
        "months": assignment.months,
    }


def _offer_words(form: Any) -> None:
    """The grades and services that there are, and the one that is set already."""
    for field, known in zip((form.grade, form.service), grades_and_services(doors.looking()), strict=True):
        own = [field.data] if field.data and field.data not in known and len(field.data) <= 40 else []
        field.choices = [("", _("all")), *((value, value) for value in [*known, *own])]
        field.data = field.data if field.data in {"", None, *known, *own} else ""
