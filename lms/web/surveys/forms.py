"""The survey as one page: a row of radio buttons for each question, and a field for words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from courses.surveys.answering import LONGEST, Given
from courses.text import text
from lms.i18n import _
from lms.web.fields import at_most, choices, lazy
from lms.web.surveys.words import LEVELS


def _row(label: Any) -> Any:
    needed = lazy(text("Choose one"))
    return RadioField(
        label,
        [InputRequired(needed)],
        coerce=int,
        choices=choices(LEVELS),
        invalid_value_message=needed,
    )


class SurveyForm(FlaskForm):
    """Rows for instructors are added by `survey_form`."""

    course = _row(lazy(text("Course")))
    facilities = _row(lazy(text("Rooms and equipment")))
    operation = _row(lazy(text("Organisation of the course")))
    comment = TextAreaField(
        lazy(text("What else? (may be left empty)")),
        [at_most(LONGEST)],
        description=lazy(text("Leave names out: others read it as it stands")),
    )


def survey_form(instructors: Sequence[tuple[int, str]], **options: Any) -> Any:
    """The form with a row for each instructor (id and name)."""
    rows = {f"instructor_{key}": _row(_("Instructor: %(name)s", name=name)) for key, name in instructors}
    return type("WholeSurvey", (SurveyForm,), rows)(**options)


def given(form: Any, instructors: Sequence[tuple[int, str]]) -> Given:
    """What a valid form says."""
    points = {key: form[f"instructor_{key}"].data for key, _name in instructors}
    return Given(form.course.data, form.facilities.data, form.operation.data, points, form.comment.data or "")
