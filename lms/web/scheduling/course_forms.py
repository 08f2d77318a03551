"""The shape of a course with its subjects, and of an area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy import or_, select
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from courses.catalogue.actions import PARTS, CoursePlan, SubjectPlan
from courses.catalogue.models import Course, Kind, Level
from courses.catalogue.targets import known_posts
from courses.catalogue.words import KINDS, LEVELS
from courses.people.models import OrgUnit
from courses.people.units import shown_as
from courses.text import text
from lms import db as doors
from lms.i18n import words
from lms.web.completion.policies import policy_titles
from lms.web.fields import A_NUMBER, a_line, a_number, at_most, choices, lazy
from lms.web.units.choosing import UnitField

_HOUR = 60
MOST_SUBJECTS = 40
MOST_TARGETS = 20


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


class CourseField(StringField):
    """A course by title or code, or as the list offers it; `course_id` is its id once the form is valid."""

    course_id: int | None = None

    def pre_validate(self, form: Any) -> None:
        """One course, or the reason why not."""
        if typed := (self.data or "").strip()[:300]:
            self.course_id = _only(typed)


def _only(typed: str) -> int:
    code = typed.rpartition("(")[2].rstrip(") ")
    named = select(Course.id).where(or_(Course.code.in_({typed, code}), Course.title == typed))
    ids = doors.looking().scalars(named.limit(2)).all()
    if not ids:
        raise ValidationError(words(text("There is no course with the code or title ‘%(typed)s’", typed=typed)))
    if len(ids) > 1:
        raise ValidationError(words(text("Several courses are called ‘%(typed)s’: enter the code", typed=typed)))
    return ids[0]


def _ticked(label: Any) -> SelectMultipleField:
    """Any of some names, each with a box to tick."""
    return SelectMultipleField(label, choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())


class CourseForm(FlaskForm):
    code = a_line(lazy(text("Course code")), 40, needed=text("Enter a code, such as C031"))
    title = a_line(lazy(text("Title")), needed=text("Enter a title"))
    title_en = a_line(
        lazy(text("English title")), description=lazy(text("On certificates in English. Empty: the title"))
    )
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
    grades = _ticked(lazy(text("Grades")))
    services = _ticked(lazy(text("Services")))
    units = FieldList(UnitField(lazy(text("Unit"))), min_entries=1, max_entries=MOST_TARGETS)
    required = FieldList(CourseField(lazy(text("Course to complete before"))), min_entries=1, max_entries=MOST_TARGETS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy.choices = policy_titles()
        known = known_posts(doors.looking())
        for field, names in zip((self.grades, self.services), known, strict=True):
            field.choices = [SelectChoice(value=name, label=name) for name in names]

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
            title_en=self.title_en.data or "",
            subjects=tuple(_subject(entry.form) for entry in self.subjects if entry.form.title.data),
            draft=draft,
            grades=tuple(self.grades.data or ()),
            services=tuple(self.services.data or ()),
            unit_ids=tuple(dict.fromkeys(entry.unit.id for entry in self.units if entry.unit)),
            required_ids=tuple(dict.fromkeys(entry.course_id for entry in self.required if entry.course_id)),
        )


def _subject(line: Any) -> SubjectPlan:
    kind = Kind.CYBER if line.kind.data == Kind.CYBER.value else Kind.CLASSROOM
    return SubjectPlan(line.title.data, line.hours.data or 0, kind)


def course_data(shown: Course, units: Sequence[OrgUnit], required: Sequence[Course]) -> dict[str, Any]:
    """What the form shows of a course (area and subjects loaded), with one more line of each list to fill in.

    `units` it is for, and courses `required` before it.
    """
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
        "title_en": shown.title_en,
        "subjects": [
            *({"title": one.title, "kind": one.kind.value, "hours": _hours(one.minutes)} for one in shown.subjects),
            {},
        ][:MOST_SUBJECTS],
        "grades": shown.for_grades,
        "services": shown.for_services,
        "units": [*map(shown_as, units), ""][:MOST_TARGETS],
        "required": [*map(course_named, required), ""][:MOST_TARGETS],
    }


def course_named(course: Any) -> str:
    """How a course is offered and typed: '엑셀 기초 (C004)'."""
    return f"{course.title} ({course.code})"


def _hours(minutes: int) -> int:
    return -(-minutes // _HOUR)


class AreaForm(FlaskForm):
    name = a_line(lazy(text("Area")), needed=text("Enter a name"))
