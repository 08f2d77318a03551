"""The facts of a run, for its people together: as many statements for a thousand of them as for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.queries import components, scores
from courses.attendance.queries import SessionMarks, sessions_with_marks
from courses.catalogue.models import Course
from courses.completion import facts as known
from courses.completion.facts import Facts
from courses.completion.models import ImportedResult
from courses.completion.policy import Policy, pack, pack_on
from courses.enrolment.models import Enrolment
from courses.scheduling.models import Run
from courses.scheduling.pinned import is_scored


def policy_of(run: Run, course: Course) -> Policy:
    """The pack that the run has pinned ("plain 1"); the course's as of the run's first day where none was pinned.

    Raises `Refused` when there is no such pack.
    """
    if run.policy is None:
        return pack_on(course.policy, run.starts_on)
    name, _, version = run.policy.rpartition(" ")
    return pack(name, int(version))


def policy_to_pin(run: Run, course: Course) -> Policy:
    """The pack a run is published under: the one in effect when applications open. Raises `Refused` for none."""
    opens = clock.local(run.apply_from).date() if run.apply_from else clock.today()
    return pack_on(course.policy, opens)


@dataclass(frozen=True)
class Evidence:
    """What is known of a run's people: `facts` by enrolment id, and the sessions that they come from."""

    facts: dict[int, Facts]
    sessions: list[SessionMarks]


def gather(db: Session, run: Run, course: Course, enrolments: Iterable[int]) -> Evidence:
    """What is known of each enrolment (by id): what was imported of it, else its marks and scores, never a mixture."""
    imported = _imported(db, run, course)
    sessions = sessions_with_marks(db, run.id)
    scored = is_scored(run, course)
    parts = components(db, run.id) if scored else []
    points = scores(db, run.id) if parts else {}

    def observed(enrolment: int) -> Facts:
        mine = points.get(enrolment, {})
        return Facts(
            course.kind.value,
            scored,
            sessions=tuple(_attended(session, enrolment) for session in sessions),
            components=_nothing_scored(scored)
            if not parts
            else tuple(known.Component(part.name, part.weight, part.minimum, mine.get(part.id)) for part in parts),
        )

    return Evidence({one: imported.get(one) or observed(one) for one in enrolments}, sessions)


def _imported(db: Session, run: Run, course: Course) -> dict[int, Facts]:
    results = db.scalars(select(ImportedResult).join(Enrolment).where(Enrolment.run_id == run.id))
    return {
        result.enrolment_id: Facts.imported(
            course.kind.value,
            scored=is_scored(run, course),
            scheduled=result.scheduled,
            attended=result.attended,
            progress=result.progress,
            score=result.score,
        )
        for result in results
    }


def _attended(session: SessionMarks, enrolment: int) -> known.Session:
    mark = session.marks.get(enrolment)
    name = mark.mark.value if mark and mark.mark else None
    return known.Session(session.scheduled, session.attended(enrolment), name)


def _nothing_scored(scored: bool) -> tuple[known.Component, ...]:
    """A scored run whose score nobody has divided into parts yet: one part, and its points are missing."""
    return (known.Component("", 100, None, None),) if scored else ()
