"""The work queue: what is stuck, and nothing that is not."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import Attendance, AttendanceMark
from courses.certificates.models import Certificate
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Person
from courses.reporting.queue import Count, Task, counts, waiting
from courses.scheduling.models import ClassSession, Run
from tests import factories


def counted(db: Session) -> dict[Task, tuple[int, int]]:
    return {count.task: (count.things, count.people) for count in counts(db)}


def certify(db: Session, enrolment: Enrolment, dan: Person) -> None:
    db.add(
        Certificate(
            year=2026,
            number=enrolment.id,
            code=f"{enrolment.id:016}",
            enrolment_id=enrolment.id,
            run_id=enrolment.run_id,
            person_id=enrolment.person_id,
            facts={},
            facts_sha256="",
            issued_at=clock.now(),
            issued_by=dan.id,
        )
    )
    db.commit()


def test_nothing_waits_where_there_is_nothing(db: Session) -> None:
    assert counts(db) == []


def test_an_ended_session_waits_for_the_marks_of_everybody(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = factories.a_run(db, starts_in=-2, days=5)
    first, second = (factories.an_enrolment(db, run, person) for person in (ana, eve))
    sessions = list(db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id).order_by(ClassSession.id)))
    assert len(waiting(db, Task.UNMARKED)) == 2  # today's ends at 16:50

    def mark(session_id: int, enrolment: Enrolment) -> None:
        db.add(
            Attendance(
                session_id=session_id,
                enrolment_id=enrolment.id,
                mark=AttendanceMark.PRESENT,
                marked_by=dan.id,
                marked_at=clock.now(),
            )
        )
        db.commit()

    mark(sessions[0], first)
    assert (waiting(db, Task.UNMARKED)[0].id, waiting(db, Task.UNMARKED)[0].people) == (sessions[0], 1)
    mark(sessions[0], second)
    assert (waiting(db, Task.UNMARKED)[0].id, waiting(db, Task.UNMARKED)[0].people) == (sessions[1], 2)


def test_a_run_waits_to_be_closed_from_the_day_after_its_last(db: Session) -> None:
    over = factories.a_run(db, starts_in=-1)
    factories.a_run(db, starts_in=0)
    factories.a_run(db, starts_in=-5, state="closed")
    factories.a_run(db, starts_in=-5, imported=True)
    assert [row.id for row in waiting(db, Task.TO_CLOSE)] == [over.id]


def test_the_completed_wait_for_their_certificates(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = factories.a_run(db, starts_in=-9, state="closed")
    hers = factories.an_enrolment(db, run, ana, outcome=Outcome.COMPLETED)
    factories.an_enrolment(db, run, eve, outcome=Outcome.COMPLETED)
    factories.an_enrolment(db, run, dan, outcome=Outcome.NOT_COMPLETED)
    assert counted(db) == {Task.CERTIFICATES: (1, 2), Task.LETTERS: (1, 3)}
    certify(db, hers, dan)
    assert counted(db) == {Task.CERTIFICATES: (1, 1), Task.LETTERS: (1, 3)}


def test_imported_history_waits_for_no_certificates(db: Session, ana: Person) -> None:
    run = factories.a_run(db, starts_in=-900, state="closed", imported=True)
    factories.an_enrolment(db, run, ana, outcome=Outcome.COMPLETED)
    assert counts(db) == []


def test_a_run_with_too_few_people_is_asked_about_in_its_last_week(db: Session, ana: Person) -> None:
    soon = factories.a_run(db, starts_in=7, seats=3)
    factories.a_run(db, starts_in=8, seats=3)
    factories.a_run(db, starts_in=7, seats=None)
    factories.an_enrolment(db, factories.a_run(db, starts_in=7, seats=2), ana)
    assert counts(db) == [Count(Task.TOO_FEW, 1, 0, soon.id)]


def test_full_runs_show_who_waits_for_a_seat(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    full = a_full_run(db, ana)
    for person in (eve, dan):
        factories.an_enrolment(db, full, person, status="waitlisted")
    a_full_run(db, ana)  # full, but nobody waits
    assert counts(db) == [Count(Task.QUEUES, 1, 2, full.id)]


def a_full_run(db: Session, person: Person) -> Run:
    run = factories.a_run(db, starts_in=20, seats=1)
    factories.an_enrolment(db, run, person)
    return run


def test_drafts_wait_for_being_published(db: Session) -> None:
    drafts = [factories.a_run(db, state="draft", starts_in=days) for days in (30, 10)]
    assert [row.id for row in waiting(db, Task.DRAFTS)] == [drafts[1].id, drafts[0].id]
    assert counts(db) == [Count(Task.DRAFTS, 2, 0, None)]
