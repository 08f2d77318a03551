"""The shape of a course with its subjects, and of an area."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from courses.catalogue.actions import PARTS, CoursePlan, SubjectPlan
from courses.catalogue.models import Course, Kind, Level
from courses.text import text
from lms.web.catalogue.words import KINDS, LEVELS
from lms.web.completion.policies import policy_titles
from lms.web.fields import A_NUMBER, a_line, a_number, at_most, choices, lazy

_HOUR = 60
MOST_SUBJECTS = 40


class SubjectForm(Form):
    """One line of a course; without a title and hours it is left out."""

    noun = text("Subject")
    title = a_line(lazy(text("Subject")))
    kind = SelectField(
        lazy(text("Part of the course")), choices=choices({kind: KINDS[kind] for kind in PARTS}), validate_choice=False
    )
    hours = a_number(lazy(text("Hours")), 1, 2000, Optional())

    def validate_title(self, field: Any) -> None:
        hours = any(self.hours.raw_data or ())
        if hours and not field.data:
            raise ValidationError(lazy(text("Enter what the subject is called")))
        if field.data and not hours:
            raise ValidationError(lazy(text("Enter the hours of the subject")))


class CourseForm(FlaskForm):
    code = a_line(lazy(text("Course code")), 40, needed=text("Enter a code, such as C031"))
    title = a_line(lazy(text("Title")), needed=text("Enter a title"))
    kind = SelectField(lazy(text("Kind of training")), choices=choices(KINDS))
    level = SelectField(lazy(text("Course level")), choices=choices(LEVELS))
    area = a_line(lazy(text("Area")), description=lazy(text("Only for workplace courses")))
    hours = a_number(lazy(text("Hours")), 1, 2000, InputRequired(A_NUMBER))
    recognised = a_number(
        lazy(text("Recognised hours")), 0, 2000, Optional(), description=lazy(text("Empty: all of its hours"))
    )
    capacity = a_number(lazy(text("Usual number of people")), 1, 100_000, Optional())
    policy = SelectField(lazy(text("Rules for completing")), choices=[], default="plain")
    scored = BooleanField(lazy(text("Scored: completing needs points")))
    mandatory = BooleanField(lazy(text("Mandatory for all staff")))
    description = TextAreaField(
        lazy(text("What it is about")),
        [at_most(2000)],
        description=lazy(text("Shown to everybody who looks at a run")),
    )
    audience = a_line(lazy(text("For whom")), 400)
    subjects = FieldList(FormField(SubjectForm), min_entries=1, max_entries=MOST_SUBJECTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy.choices = policy_titles()

    def validate_code(self, field: Any) -> None:
        if field.data and " " in field.data:
            raise ValidationError(lazy(text("A code has no blanks")))

    def wanted(self, *, draft: bool = False) -> CoursePlan:
        """The course as the form has it; lines without a subject are left out."""
        return CoursePlan(
            code=self.code.data or "",
            title=self.title.data or "",
            kind=Kind(self.kind.data),
            level=Level(self.level.data),
            hours=self.hours.data or 0,
            capacity=self.capacity.data,
            scored=bool(self.scored.data),
            area=self.area.data or "",
            recognised_hours=self.recognised.data,
            mandatory=bool(self.mandatory.data),
            policy=self.policy.data or "",
            description=(self.description.data or "").strip(),
            audience=self.audience.data or "",
            subjects=tuple(_subject(entry.form) for entry in self.subjects if entry.form.title.data),
            draft=draft,
        )


def _subject(line: Any) -> SubjectPlan:
    kind = Kind.CYBER if line.kind.data == Kind.CYBER.value else Kind.CLASSROOM
    return SubjectPlan(line.title.data, line.hours.data or 0, kind)


def course_data(shown: Course) -> dict[str, Any]:
    """What the form shows of a course (area and subjects loaded), with one more line to fill in."""
    recognised = shown.recognised_minutes
    return {
        "code": shown.code,
        "title": shown.title,
        "kind": shown.kind.value,
        "level": shown.level.value,
        "area": shown.area.name if shown.area else "",
        "hours": _hours(shown.minutes),
        "recognised": None if recognised is None else _hours(recognised),
        "capacity": shown.capacity,
        "policy": shown.policy,
        "scored": shown.scored,
        "mandatory": shown.mandatory,
        "description": shown.description,
        "audience": shown.audience,
        "subjects": [
            *({"title": one.title, "kind": one.kind.value, "hours": _hours(one.minutes)} for one in shown.subjects),
            {},
        ][:MOST_SUBJECTS],
    }


def _hours(minutes: int) -> int:
    return -(-minutes // _HOUR)


class AreaForm(FlaskForm):
    name = a_line(lazy(text("Area")), needed=text("Enter a name"))
