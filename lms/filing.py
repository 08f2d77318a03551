"""A department's training in the ledger: the run with its people, and the marks of who was there."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import actions as attendance
from courses.attendance.marks import UNMARKED, MarkInput
from courses.attendance.models import AttendanceMark
from courses.attendance.queries import roster
from courses.attendance.rules import refusal
from courses.catalogue.models import Course
from courses.certificates.actions import issue_on_closing
from courses.completion import actions as completion
from courses.completion.policy import pack_on
from courses.enrolment.models import Enrolment, Status
from courses.errors import Conflict, Refused
from courses.files.actions import SentFile
from courses.people.models import OrgUnit
from courses.scheduling.models import ClassSession, RunState
from courses.text import text
from courses.workplace import filing as filings
from courses.workplace.filing import Wanted
from courses.workplace.models import Filing


def file(
    db: Session,
    actor_id: int,
    unit: OrgUnit,
    course: Course,
    wanted: Wanted,
    absent: Collection[int] = (),
    evidence: SentFile | None = None,
) -> Filing:
    """File training (`courses.workplace.filing.file`) and mark everybody present but the `absent` persons.

    What lies ahead is marked by its trainer when it takes place. Raises `Refused` for an absent one who is not in it.
    """
    _require_inside(wanted, absent)
    policy = pack_on(course.policy, clock.local(wanted.starts_at).date())
    filed = filings.file(db, actor_id, unit, course, wanted, policy=policy.pin, evidence=evidence)
    _mark(db, actor_id, filed.run_id, absent)
    return filed


def correct(
    db: Session,
    actor_id: int,
    filing: Filing,
    wanted: Wanted,
    absent: Collection[int] = (),
    evidence: SentFile | None = None,
) -> list[int]:
    """The same for what is filed already and not yet confirmed: marked anew.

    Returns the persons who are no longer in it; follow it with `waitlist.reconsider` for them.
    """
    _require_inside(wanted, absent)
    filings.hold(db, filing, wanted)
    _clear(db, actor_id, filing.run_id)
    gone = filings.correct(db, actor_id, filing, wanted, evidence=evidence)
    _mark(db, actor_id, filing.run_id, absent)
    return [enrolment.person_id for enrolment in gone]


def confirm(db: Session, actor_id: int, filing: Filing, verify_url: str, *, seen: str | None = None) -> None:
    """Judge everybody and close the run; certificates follow where the organisation wants it so.

    Raises `Conflict` when it is no longer what was `seen` (`fingerprint`).
    """
    run = filings.open_run(db, filing)
    if seen is not None and seen != fingerprint(db, run.id):
        raise Conflict(text("The department has changed this meanwhile. Look at it once more"), code="changed")
    completion.close(db, actor_id, run)
    issue_on_closing(db, actor_id, run, verify_url)


def fingerprint(db: Session, run_id: int) -> str:
    """Differs as soon as it is filed anew, or somebody in it is marked otherwise."""
    filed_at = db.scalars(select(Filing.filed_at).where(Filing.run_id == run_id)).one()
    marks = sorted(f"{row.enrolment_id} {row.mark}" for row in roster(db, _session(db, run_id)))
    return hashlib.sha256("\n".join([filed_at.isoformat(), *marks]).encode()).hexdigest()[:16]


def absent_from(db: Session, run_id: int) -> set[int]:
    """The persons who are marked absent in a filed run."""
    away = {row.enrolment_id for row in roster(db, _session(db, run_id)) if row.mark.mark is AttendanceMark.ABSENT}
    return set(db.scalars(select(Enrolment.person_id).where(Enrolment.id.in_(away))))


def _require_inside(wanted: Wanted, absent: Collection[int]) -> None:
    if set(absent) - set(wanted.people):
        raise Refused(text("Who was absent has to be among the people as well"), code="absent")
    if absent and set(absent) == set(wanted.people):
        raise Refused(text("Nobody was there: there is nothing to file"), code="absent")


def _mark(db: Session, actor_id: int, run_id: int, absent: Collection[int]) -> None:
    session = _session(db, run_id)
    if refusal(RunState.PUBLISHED, session.starts_at):
        return  # not yet: its trainer calls the roll
    marks = {
        enrolment.id: MarkInput(AttendanceMark.ABSENT if enrolment.person_id in absent else AttendanceMark.PRESENT)
        for enrolment in enrolled(db, run_id)
    }
    attendance.mark(db, actor_id, session.id, marks)


def _clear(db: Session, actor_id: int, run_id: int) -> None:
    session = _session(db, run_id)
    if refusal(RunState.PUBLISHED, session.starts_at) is None:
        attendance.mark(db, actor_id, session.id, {one.id: UNMARKED for one in enrolled(db, run_id)})


def _session(db: Session, run_id: int) -> ClassSession:
    return db.scalars(select(ClassSession).where(ClassSession.run_id == run_id)).one()


def enrolled(db: Session, run_id: int) -> list[Enrolment]:
    """Who is in a filed run."""
    here = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.status == Status.ENROLLED)
    return list(db.scalars(here.order_by(Enrolment.id)))
