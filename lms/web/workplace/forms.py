"""What a department files, and who coaches whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy import Row
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from courses import clock
from courses.enrolment.naming import MOST_LETTERS
from courses.people.models import OrgUnit
from courses.text import text
from courses.workplace.filing import LONGEST
from lms.i18n import _
from lms.web.evidence import LIMIT
from lms.web.fields import A_CLOCK, A_DAY, a_clock, a_day, a_number, at_most, lazy, offer, one_of
from lms.web.units.choosing import ColleagueField

AFTERNOON = time(14)


class FilingForm(FlaskForm):
    """Training that took place, or will."""

    course = one_of(lazy(text("Subject")))
    day = a_day(lazy(text("Day")), InputRequired(A_DAY), default=clock.today)
    begins = a_clock(lazy(text("Began at")), InputRequired(A_CLOCK), default=AFTERNOON)
    minutes = a_number(
        lazy(text("Length in minutes")),
        1,
        LONGEST,
        Optional(),
        description=lazy(text("Left empty: what the subject takes, 50 for an hour")),
    )
    trainer = ColleagueField(
        lazy(text("Trainer")), description=lazy(text("Employee number or name of somebody of the department"))
    )
    people = TextAreaField(
        lazy(text("Who took part")),
        [at_most(MOST_LETTERS)],
        description=lazy(text("Paste employee numbers or names, one a line or with commas")),
    )
    absent = TextAreaField(
        lazy(text("Who of them was absent")),
        [at_most(MOST_LETTERS)],
        description=lazy(text("Left empty: all were present")),
    )
    evidence = FileField(
        lazy(text("Evidence")),
        description=lazy(text("Sign-in sheet or photo: PDF, JPEG or PNG, up to %(limit)s MB", limit=LIMIT)),
    )
    kept = HiddenField()
    skip = BooleanField(lazy(text("Leave out the lines that name nobody")))

    def __init__(self, *args: Any, unit: OrgUnit, subjects: Sequence[Row[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trainer.unit_id = unit.id
        offered = [(one.id, f"{one.title} · {one.area}" if one.area else one.title) for one in subjects if one.offered]
        offer(self.course, offered, _("Choose a subject"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A subject has to be chosen, too."""
        valid = super().validate(extra_validators)
        if self.course.data is None:
            self.course.errors = [_("Choose a subject")]
        return bool(valid) and self.course.data is not None

    def validate_trainer(self, field: Any) -> None:
        """Somebody has to have given it."""
        if field.person is None and not field.errors:
            raise ValidationError(lazy(text("Say who gave the training")))

    def validate_people(self, field: Any) -> None:
        """Somebody has to have taken part."""
        if not (field.data or "").strip():
            raise ValidationError(lazy(text("Paste at least one person who took part")))

    @property
    def starts_at(self) -> datetime:
        """The moment it began, of a valid form."""
        assert self.day.data is not None
        assert self.begins.data is not None
        return clock.at(self.day.data, self.begins.data)


class CoachForm(FlaskForm):
    """Who coaches whom from a day on."""

    person = ColleagueField(lazy(text("Who is coached")))
    coach = ColleagueField(lazy(text("Coach")))
    from_on = a_day(lazy(text("First day")), InputRequired(A_DAY), default=clock.today)

    def validate_person(self, field: Any) -> None:
        """Somebody."""
        _require_person(field)

    def validate_coach(self, field: Any) -> None:
        """Somebody."""
        _require_person(field)


def _require_person(field: Any) -> None:
    if field.person is None and not field.errors:
        raise ValidationError(lazy(text("Enter an employee number or a name")))


class SkillsForm(FlaskForm):
    """The checklist of a course."""

    lines = TextAreaField(
        lazy(text("Skills, one a line")),
        [at_most(9_000)],
        description=lazy(text("What a coach can see somebody do, such as ‘merges letters from a list of addresses’")),
    )
