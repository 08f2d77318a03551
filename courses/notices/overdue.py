"""Who is told that a mandatory course is overdue: those whom somebody had reminded, if they still are late."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import assignments
from courses.enrolment.models import Assignment
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note


def of_reminders(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Everybody once a day and assignment."""
    return [note for fact in facts for note in _of_reminder(db, fact)]


def _of_reminder(db: Session, fact: Happened) -> list[Note]:
    found = assignments.listed(db, fact["assignment_id"])
    if not found:
        return []
    assignment, title = found[0].assignment, found[0].title
    people = set(fact["people"])
    return [
        Note(_key(assignment, one.person_id), NoticeKind.OVERDUE, one.person_id, None, _facts(title, one))
        for one in assignments.overdue(db, assignment)
        if one.person_id in people
    ]


def _key(assignment: Assignment, person_id: int) -> str:
    return f"overdue:{assignment.id}:{person_id}:{clock.today()}"


def _facts(title: str, late: assignments.Late) -> dict[str, str]:
    return {"title": title, "due_on": late.due_on.isoformat()}
