"""One active playing per person, and what its reports credit."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.content.models import TIMED, Lesson, LessonProgress, Playing
from courses.content.progress import advance, begun, enter
from courses.content.watching import NEAR, Account, credit, furthest, seconds, share
from courses.enrolment.models import Enrolment
from courses.errors import Conflict, Refused
from courses.scheduling.locks import lock_people
from courses.scheduling.models import Run
from courses.text import text

_LIVE = timedelta(minutes=2)
"""Who has not reported for so long plays no more."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a player is told: `at` where to go on, `reach` how far it may wind (seconds), and when it was saved.

    `ended`: the other course that was being played until now, and stops.
    """

    token: str
    at: int
    reach: int
    progress: int
    saved_at: datetime
    ended: str | None = None


def play(db: Session, enrolment: Enrolment, run: Run, lesson_id: int) -> Stand:
    """Begin to play: any other player of this person is replaced, in whichever course; no two are played at once.

    Raises `Refused` where one may not learn.
    """
    lock_people(db, [enrolment.person_id])
    lesson = enter(db, enrolment, run, lesson_id).lesson
    if lesson.kind not in TIMED or not lesson.seconds:
        raise Refused(text("There is nothing to be played in this lesson."))
    # locked in the order in which reports lock them
    playing = _playing(db, enrolment.person_id) or Playing(person_id=enrolment.person_id)
    row, ended = begun(db, enrolment, lesson), _stopped(db, playing, enrolment)
    playing.enrolment_id, playing.lesson_id, playing.token = enrolment.id, lesson.id, secrets.token_hex(16)
    playing.second, playing.seen_at = row.at, clock.now()
    db.add(playing)
    return replace(_stand(playing, lesson, row), ended=ended)


def report(
    db: Session,
    enrolment: Enrolment,
    run: Run,
    lesson_id: int,
    *,
    token: str,
    parts: Sequence[Sequence[int]],
    at: int,
    percent: int = 100,
) -> Stand:
    """Credit the parts that were played since the last report, at `percent` of the usual pace at most.

    Raises `Conflict` for a player that another one has replaced.
    """
    playing = _playing(db, enrolment.person_id)
    if playing is None or (playing.token, playing.enrolment_id, playing.lesson_id) != (token, enrolment.id, lesson_id):
        raise _replaced(db, playing, enrolment)
    lesson = enter(db, enrolment, run, lesson_id).lesson
    row, now = begun(db, enrolment, lesson), clock.now()
    account, length = Account(playing.seen_at, percent), lesson.seconds or 0
    watched = credit(row.watched, parts, length=length, seekable=lesson.seekable, most=account.seconds(now))
    playing.seen_at = account.after(now, seconds(watched) - seconds(row.watched))
    playing.second = row.at = max(0, min(at, length if lesson.seekable else furthest(watched)))
    row.watched = watched
    advance(db, enrolment.person_id, enrolment, row, share(watched, length))
    return _stand(playing, lesson, row)


def _stopped(db: Session, playing: Playing, enrolment: Enrolment) -> str | None:
    """The other course that is being played: its player reported a moment ago."""
    if playing.enrolment_id in (None, enrolment.id) or clock.now() - playing.seen_at > _LIVE:
        return None
    return _title(db, playing)


def _replaced(db: Session, playing: Playing | None, enrolment: Enrolment) -> Conflict:
    """Why a player may not go on: another course is played, or the same one in another place."""
    if playing is None or playing.enrolment_id == enrolment.id:
        return Conflict(text("Playing goes on somewhere else."), code="replaced")
    message = text("‘%(title)s’ is being played now: no two courses count at once.", title=_title(db, playing))
    return Conflict(message, code="other_course")


def _title(db: Session, playing: Playing) -> str:
    of_run = select(Course.title).join(Run, Run.course_id == Course.id).join(Enrolment, Enrolment.run_id == Run.id)
    return db.scalars(of_run.where(Enrolment.id == playing.enrolment_id)).one()


def resume(lesson: Lesson, row: LessonProgress | None) -> int:
    """The second to go on from: where one left; from the start once it was played to the end."""
    at, length = (row.at if row else 0), lesson.seconds or 0
    return 0 if at >= length - NEAR else at


def reach(lesson: Lesson, row: LessonProgress | None) -> int:
    """The second up to which the player may wind."""
    return (lesson.seconds or 0) if lesson.seekable else furthest(row.watched if row else [])


def _playing(db: Session, person_id: int) -> Playing | None:
    locked = select(Playing).where(Playing.person_id == person_id).with_for_update()
    return db.scalar(locked.execution_options(populate_existing=True))


def _stand(playing: Playing, lesson: Lesson, row: LessonProgress) -> Stand:
    return Stand(playing.token, resume(lesson, row), reach(lesson, row), row.progress, row.saved_at)
