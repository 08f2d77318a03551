"""Who is told of a run's board and its survey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.board.models import Post, PostKind
from courses.enrolment.queries import seated
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note, look_up
from courses.scheduling.models import RunInstructor
from courses.surveys import queries as surveys
from courses.surveys.models import Survey


def of_posts(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """A notice: everybody with a seat, and the instructors. A question: the instructors. An answer: these, and who
    asked. Never who wrote it."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [
        Note(
            f"post:{fact['post_id']}:{person_id}",
            kind,
            person_id,
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"subject": fact["title"], "id": fact["question_id"] or fact["post_id"]},
        )
        for fact in facts
        for person_id, kind in _readers(db, fact).items()
        if person_id != fact["actor_id"]
    ]


def _readers(db: Session, fact: Happened) -> dict[int, NoticeKind]:
    run_id, kind = fact["run_id"], PostKind(fact["post"])
    teachers = db.scalars(select(RunInstructor.person_id).where(RunInstructor.run_id == run_id)).all()
    if kind is PostKind.NOTICE:
        return dict.fromkeys([*seated(db, run_id), *teachers], NoticeKind.BOARD)
    if kind is PostKind.QUESTION:
        return dict.fromkeys(teachers, NoticeKind.QUESTION)
    asker = db.scalars(select(Post.author_id).where(Post.id == fact["question_id"])).one()
    return dict.fromkeys([asker, *teachers], NoticeKind.QUESTION_ANSWERED)


def of_surveys(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """A survey opened: everybody who is asked and has not answered yet."""
    return [note for fact in facts for note in _asked(db, fact["run_id"], fact["until"], "opened")]


def of_unanswered(db: Session) -> list[Note]:
    """Open surveys of which half the time is over: whoever has not answered, once."""
    now = clock.now()
    here = Survey.until > now, Survey.opened_at < now, Survey.ended_at.is_(None)
    opened = db.execute(select(Survey.run_id, Survey.opened_at, Survey.until).where(*here).order_by(Survey.run_id))
    return [
        note
        for row in opened.all()
        if _is_half_over(row.opened_at, row.until)
        for note in _asked(db, row.run_id, row.until.isoformat(), "reminder")
    ]


def _is_half_over(opened_at: datetime, until: datetime) -> bool:
    return clock.now() - opened_at >= (until - opened_at) / 2


def _asked(db: Session, run_id: int, until: str, occasion: str) -> list[Note]:
    asked = surveys.to_answer(db, run_id)
    said: dict[str, Any] = look_up(db, [run_id]).facts(run_id) | {"until": until}
    return [
        Note(
            f"survey:{occasion}:{one.id}",
            NoticeKind.SURVEY,
            one.person_id,
            run_id,
            said | {"again": occasion != "opened"},
        )
        for one in asked
    ]
