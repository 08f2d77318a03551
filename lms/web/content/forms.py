"""The shape of a lesson, its file and its captions, as an officer sends them; the rules are in `courses/`."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from courses.content import markdown
from courses.content.authoring import LessonPlan
from courses.content.captions import LONGEST
from courses.content.models import TIMED, Lesson, LessonKind
from courses.text import text
from lms.i18n import LANGUAGES
from lms.web.fields import A_NUMBER, a_line, a_number, at_most, lazy, offer, one_of

HUNDREDTHS = 100
"""Of a percent, and of a point: what the tables count in."""
_LENGTH = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5})")


class LessonForm(FlaskForm):
    """A lesson of any kind; `for_kind` takes out what the kind has not."""

    seen = HiddenField()
    title = a_line(lazy(text("Title of the lesson")), needed=text("Enter a title"))
    minutes = a_number(
        lazy(text("Minutes to learn")),
        1,
        1000,
        InputRequired(A_NUMBER),
        description=lazy(text("They weigh the lesson's part of the course's progress")),
    )
    opens_at = a_number(
        lazy(text("Open from a progress of (%)")),
        0,
        100,
        InputRequired(A_NUMBER),
        default=0,
        description=lazy(text("0: at once. Usual for a mid-term test: 50, for a final one: 80")),
    )
    seekable = BooleanField(lazy(text("People may skip ahead")))
    bank_id = one_of(lazy(text("Question bank")))
    draw = a_number(lazy(text("Questions drawn")), 1, 200, Optional(), description=lazy(text("Empty: all of the bank")))
    attempts = a_number(lazy(text("Attempts allowed")), 1, 100, Optional(), description=lazy(text("Empty: any number")))
    time_limit = a_number(
        lazy(text("Time limit in minutes")), 1, 600, Optional(), description=lazy(text("Empty: none"))
    )
    pass_points = a_number(lazy(text("Passed from (of 100 points)")), 0, 100, InputRequired(A_NUMBER), default=60)
    weight = a_number(
        lazy(text("Weight in the course's score (%)")),
        0,
        100,
        InputRequired(A_NUMBER),
        default=0,
        description=lazy(text("The weights of all quizzes make 100. 0: an exercise")),
    )
    body = TextAreaField(
        lazy(text("Words of the lesson")),
        [Length(max=markdown.LONGEST, message=lazy(text("At most %(max)d characters: make it several lessons")))],
    )
    picture = FileField(lazy(text("Add a picture to the words")))
    shows = a_line(lazy(text("What the picture shows")))

    def for_kind(self, kind: LessonKind, banks: list[tuple[int, str]]) -> LessonForm:
        """Only the fields a kind has; `banks` are those of the course."""
        if kind is not LessonKind.QUIZ:
            self._without("bank_id", "draw", "attempts", "time_limit", "pass_points", "weight")
        else:
            offer(self.bank_id, banks, lazy(text("None yet")))
        if kind not in TIMED:
            self._without("seekable")
        return self

    def _without(self, *names: str) -> None:
        for name in names:
            if name in self:
                del self[name]

    def validate_shows(self, field: Any) -> None:
        if self.picture.data and not field.data:
            raise ValidationError(lazy(text("Say what the picture shows, for those who cannot see it")))

    def wanted(self) -> LessonPlan:
        """The plan that the form describes."""
        data = self.data
        return LessonPlan(
            title=data["title"],
            minutes=data["minutes"],
            body=(data["body"] or "").replace("\r\n", "\n"),
            opens_at=data["opens_at"] * HUNDREDTHS,
            seekable=bool(data.get("seekable")),
            bank_id=data.get("bank_id"),
            draw=data.get("draw"),
            attempts=data.get("attempts"),
            time_limit=data.get("time_limit"),
            pass_points=data.get("pass_points", 60) * HUNDREDTHS,
            weight=data.get("weight", 0),
        )


def shown(lesson: Lesson, seen: str) -> dict[str, Any]:
    """What the form of a lesson is filled with."""
    names = ("title", "minutes", "body", "seekable", "draw", "attempts", "time_limit", "weight")
    values = {name: getattr(lesson, name) for name in names}
    return values | {
        "seen": seen,
        "bank_id": lesson.bank_id,
        "opens_at": lesson.opens_at // HUNDREDTHS,
        "pass_points": lesson.pass_points // HUNDREDTHS,
    }


class FileForm(FlaskForm):
    """A file of a lesson; `length` as 12:34, for sounds and films."""

    file = FileField(lazy(text("Drop the file here, or choose it")), [FileRequired(lazy(text("Choose a file first")))])
    length = a_line(
        lazy(text("Length (minutes:seconds)")),
        description=lazy(text("Filled in from the file where the browser can play it; else write it, such as 12:34")),
    )

    def validate_length(self, field: Any) -> None:
        if field.data and not seconds(field.data):
            raise ValidationError(lazy(text("Write the length as 12:34, or as a number of seconds")))


def seconds(length: str | None) -> int | None:
    """Seconds of `1:02:03`, `12:34` or `754`; None for what is no length."""
    found = _LENGTH.fullmatch(length or "")
    if not found:
        return None
    hours, minutes, rest = (int(part or 0) for part in found.groups())
    total = (hours * 60 + minutes) * 60 + rest
    return total if 0 < total <= 24 * 60 * 60 else None


class CaptionsForm(FlaskForm):
    """Captions, typed or as a file; a file wins."""

    language = SelectField(
        lazy(text("Language of the captions")), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    captions = FileField(lazy(text("File of captions (WebVTT)")))
    words = TextAreaField(lazy(text("Captions")), [at_most(LONGEST)])
