"""The demo's cyber lessons, and how far people have come in them."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.content import authoring, banks, captions, media, queries
from courses.content.authoring import LessonPlan
from courses.content.models import Lesson, LessonKind, LessonProgress, QuestionKind
from courses.content.questions import QuestionPlan
from courses.enrolment.models import Enrolment, Status
from courses.files.actions import stored
from courses.files.models import StoredFile
from courses.scheduling.models import Run
from lms.files import Files

_DATA = Path(__file__).parent / "data"
WRITTEN, COPIED = "E007", "E024"
"""The course for which they were written, and the one that took them over."""
_ALL = 10_000
_QUIETLY_LEARNING = 0.75
_PLANNED = ("draw", "attempts", "time_limit", "weight")


def write(db: Session, officer_id: int, files: Files) -> None:
    """Write the lessons of a course with their files and banks, and take them over into another one."""
    plot = tomllib.loads((_DATA / "lessons.toml").read_text(encoding="utf-8"))
    course_id, other_id = (_course_id(db, code) for code in (WRITTEN, COPIED))
    bank_ids = {bank["title"]: _bank(db, officer_id, course_id, bank) for bank in plot["bank"]}
    for lesson in plot["lesson"]:
        _lesson(db, officer_id, course_id, lesson, bank_ids, files)
    authoring.copy_lessons(db, officer_id, course_id, other_id)


def learn(db: Session, employee_id: int, seed: int) -> None:
    """Those who take these courses have come to different points before the mid-term; the employee into the film."""
    rng = Random(f"{seed} lessons")  # noqa: S311  # a seed, so that every demo is the same
    for code in (WRITTEN, COPIED):
        lessons = [one for one in queries.lessons(db, _course_id(db, code)) if not one.opens_at]
        for enrolment in _learning(db, code):
            mine = enrolment.person_id == employee_id
            if mine or rng.random() < _QUIETLY_LEARNING:
                done = 1 if mine else rng.randrange(len(lessons))
                db.add_all(_so_far(enrolment, lessons, done, rng))


def _course_id(db: Session, code: str) -> int:
    return db.scalars(select(Course.id).where(Course.code == code)).one()


def _bank(db: Session, officer_id: int, course_id: int, bank: dict[str, Any]) -> int:
    bank_id = banks.add_bank(db, officer_id, course_id, bank["title"]).id
    banks.add_questions(db, officer_id, bank_id, [_question(one) for one in bank["question"]])
    return bank_id


def _question(one: dict[str, Any]) -> QuestionPlan:
    """Right choices are counted from 1 in the file."""
    kind = QuestionKind(one["kind"])
    right = one.get("right", [])
    answer = right if kind is QuestionKind.SHORT else [number - 1 for number in right]
    return QuestionPlan(kind, one["words"], one.get("choices", []), answer, one["explanation"])


def _lesson(
    db: Session, officer_id: int, course_id: int, one: dict[str, Any], bank_ids: dict[str, int], files: Files
) -> None:
    plan = LessonPlan(
        title=one["title"],
        minutes=one["minutes"],
        body=one["body"].strip() + "\n",
        opens_at=one.get("opens_at", 0) * 100,
        bank_id=bank_ids.get(one.get("bank", "")),
        pass_points=one.get("pass_points", 60) * 100,
        **{name: one[name] for name in _PLANNED if name in one},
    )
    lesson = authoring.add(db, officer_id, course_id, LessonKind(one["kind"]), plan)
    if "file" in one:
        file = _kept(db, files, one["file"], lesson.kind)
        authoring.attach(db, officer_id, lesson, file, one["file"], one.get("seconds"))
    if "captions" in one:
        captions.checked((_DATA / one["captions"]).read_text(encoding="utf-8"))
        authoring.caption(db, officer_id, lesson, _kept(db, files, one["captions"], None), "ko")


def _kept(db: Session, files: Files, name: str, kind: LessonKind | None) -> StoredFile:
    with (_DATA / name).open("rb") as stream:
        media_type = media.accepted(kind, stream, name) if kind else "text/vtt"
        kept = files.keep(stream)
    return stored(db, kept.sha256, kept.size, media_type)


def _learning(db: Session, code: str) -> list[Enrolment]:
    """Who takes a run of the course that has begun."""
    statement = (
        select(Enrolment)
        .join(Run)
        .join(Course)
        .where(Course.code == code, Enrolment.status == Status.ENROLLED, Run.starts_on <= clock.today())
        .where(Enrolment.outcome.is_(None))
        .order_by(Enrolment.id)
    )
    return list(db.scalars(statement))


def _so_far(enrolment: Enrolment, lessons: list[Lesson], done: int, rng: Random) -> list[LessonProgress]:
    """Some lessons done, and the next one begun, an evening each, the last one yesterday."""
    rows = []
    for number, lesson in enumerate(lessons[: done + 1]):
        at = clock.now() - timedelta(days=done - number + 1, minutes=rng.randrange(300))
        full = number < done
        seconds = lesson.seconds or 0
        watched = seconds if full else seconds * 2 // 5
        rows.append(
            LessonProgress(
                enrolment_id=enrolment.id,
                lesson_id=lesson.id,
                progress=_ALL if full else watched * _ALL // seconds if seconds else 0,
                watched=[[0, watched]] if watched else [],
                at=0 if full else watched,
                opened_at=at,
                saved_at=at + timedelta(minutes=lesson.minutes),
                done_at=at + timedelta(minutes=lesson.minutes) if full else None,
            )
        )
    return rows
