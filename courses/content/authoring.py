"""The lessons of a course as its officer writes and orders them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.content import banks, media, queries
from courses.content.models import TIMED, Lesson, LessonKind, QuestionBank
from courses.errors import Conflict, Refused
from courses.events.actions import record, record_change
from courses.events.facts import Changed
from courses.files.models import StoredFile
from courses.text import text

_FILED = ("file_sha256", "filename", "captions_sha256", "captions_language", "seconds")
_LONGEST_FILENAME = 200


@dataclass(frozen=True, slots=True)
class LessonPlan:
    """What a lesson is to be; see `Lesson` for what the fields mean. Those of a quiz are empty in other kinds."""

    title: str
    minutes: int
    body: str = ""
    opens_at: int = 0
    seekable: bool = False
    bank_id: int | None = None
    draw: int | None = None
    attempts: int | None = None
    time_limit: int | None = None
    pass_points: int = 6000
    weight: int = 0


_PLANNED = tuple(field.name for field in fields(LessonPlan))


def add(db: Session, actor_id: int | None, course_id: int, kind: LessonKind, wanted: LessonPlan) -> Lesson:
    """A new lesson behind the others. Raises `Refused` when its question bank is another course's."""
    lesson = Lesson(course_id=course_id, kind=kind, position=_next_position(db, course_id), filename="")
    _fill(db, lesson, wanted)
    db.add(lesson)
    db.flush()  # it gets its id
    record(
        db, actor_id, Changed("lesson", lesson.id, {}, _plain(lesson) | {"course_id": course_id, "kind": kind.value})
    )
    return lesson


def change(db: Session, actor_id: int | None, lesson: Lesson, wanted: LessonPlan, *, seen: str | None = None) -> None:
    """Make a lesson what is wanted. Raises `Conflict` when it is not as it was `seen` (see `mark`)."""
    if seen is not None and seen != mark(lesson):
        raise Conflict(
            text("Somebody else has changed this lesson meanwhile. Look at it again, and add what is yours.")
        )
    _record_difference(db, actor_id, lesson, lambda: _fill(db, lesson, wanted))


def mark(lesson: Lesson) -> str:
    """What tells one state of a lesson's form from another."""
    state = json.dumps([getattr(lesson, name) for name in _PLANNED])
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def move(db: Session, actor_id: int | None, lesson: Lesson, step: int) -> None:
    """Put a lesson so many places further down (up: negative); at an end it stays. Places are numbered anew from 1."""
    order = list(queries.lessons(db, lesson.course_id))
    before = {one.id: one.position for one in order}
    if lesson not in order:
        raise Refused(text("A retired lesson has no place. Take it back first."))
    place = order.index(lesson)
    order.insert(min(max(place + step, 0), len(order) - 1), order.pop(place))
    for number, one in enumerate(order, 1):
        one.position = number
    if order.index(lesson) != place:
        record(
            db,
            actor_id,
            Changed("lesson", lesson.id, {"position": before[lesson.id]}, {"position": lesson.position}),
        )


def duplicate(db: Session, actor_id: int | None, lesson: Lesson, title: str) -> Lesson:
    """The same lesson once more under another title, behind the others, with the same files."""
    copied = _copied(lesson, lesson.course_id, lesson.bank_id)
    copied.title, copied.position = title[:200], _next_position(db, lesson.course_id)
    db.add(copied)
    db.flush()  # it gets its id
    record(db, actor_id, Changed("lesson", copied.id, {}, {"copy_of": lesson.id, "title": copied.title}))
    return copied


def copy_lessons(db: Session, actor_id: int | None, from_course: int, to_course: int) -> int:
    """Bring all lessons of a course, with their banks, into another one; retired ones stay behind. How many came."""
    taken = banks.copy_banks(db, actor_id, from_course, to_course)
    position = _next_position(db, to_course)
    found = queries.lessons(db, from_course)
    for offset, lesson in enumerate(found):
        copied = _copied(lesson, to_course, taken.get(lesson.bank_id or 0))
        copied.position = position + offset
        db.add(copied)
    if found:
        db.flush()
        record(db, actor_id, Changed("course", to_course, {}, {"lessons_of": from_course, "lessons": len(found)}))
    return len(found)


def retire(db: Session, actor_id: int | None, lesson: Lesson) -> None:
    """Take a lesson out of the course. What was learnt in it is kept."""
    if lesson.retired_at is None:
        lesson.retired_at = clock.now()
        record(db, actor_id, Changed("lesson", lesson.id, {}, {"retired": True}))


def restore(db: Session, actor_id: int | None, lesson: Lesson) -> None:
    """Take a retired lesson back, behind the others."""
    if lesson.retired_at is not None:
        lesson.position, lesson.retired_at = _next_position(db, lesson.course_id), None
        record(db, actor_id, Changed("lesson", lesson.id, {"retired": True}, {}))


def attach(
    db: Session, actor_id: int | None, lesson: Lesson, file: StoredFile, filename: str, seconds: int | None
) -> None:
    """Make a kept file the lesson's. Sounds and films need their length. A new one makes the old captions void."""
    timed = lesson.kind in TIMED
    if timed and not seconds:
        message = text("Enter the length: progress is counted by it. It is filled in by itself where the browser can.")
        raise Refused(message, code="seconds")
    if file.media_type not in media.TAKEN[lesson.kind]:
        raise Refused(text("This kind of lesson takes no such file."), code="file")

    def fill() -> None:
        if lesson.file_sha256 != file.sha256:
            lesson.captions_sha256 = None
        lesson.file_sha256, lesson.filename = file.sha256, filename[-_LONGEST_FILENAME:]
        lesson.seconds = seconds if timed else None

    _record_difference(db, actor_id, lesson, fill)


def caption(db: Session, actor_id: int | None, lesson: Lesson, file: StoredFile | None, language: str) -> None:
    """Give a sound or film its captions, or (None) none."""

    def fill() -> None:
        lesson.captions_sha256, lesson.captions_language = file.sha256 if file else None, language

    _record_difference(db, actor_id, lesson, fill)


def _next_position(db: Session, course_id: int) -> int:
    last = select(func.max(Lesson.position)).where(Lesson.course_id == course_id, Lesson.retired_at.is_(None))
    return (db.scalar(last) or 0) + 1


def _fill(db: Session, lesson: Lesson, wanted: LessonPlan) -> None:
    quiz = lesson.kind is LessonKind.QUIZ
    if quiz and wanted.bank_id is not None:
        own = db.scalar(select(QuestionBank.course_id).where(QuestionBank.id == wanted.bank_id))
        if own != lesson.course_id:
            raise Refused(
                text("The question bank belongs to another course. Choose one of this course."), code="bank_id"
            )
    for name in _PLANNED:
        setattr(lesson, name, getattr(wanted, name))
    if not quiz:
        lesson.bank_id = lesson.draw = lesson.attempts = lesson.time_limit = None
        lesson.pass_points, lesson.weight = 6000, 0


def _copied(lesson: Lesson, course_id: int, bank_id: int | None) -> Lesson:
    values = {name: getattr(lesson, name) for name in (*_PLANNED, *_FILED, "kind")}
    return Lesson(**values | {"course_id": course_id, "bank_id": bank_id})


def _plain(lesson: Lesson) -> dict[str, Any]:
    return {name: getattr(lesson, name) for name in (*_PLANNED, *_FILED)}


def _record_difference(db: Session, actor_id: int | None, lesson: Lesson, fill: Callable[[], None]) -> None:
    before = _plain(lesson)
    fill()
    db.flush()
    record_change(db, actor_id, "lesson", lesson.id, before, _plain(lesson))
