"""What is done with certificates beside issuing them.

A template being written, one's own shared; one lost and issued again, one revoked by two; a run printed, a sheet of it
once more; confirmations issued; grades in English.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.certificates import documents, revisions
from courses.certificates.designing import Design, begin
from courses.certificates.models import Cause, Certificate
from courses.certificates.printing import actions as printing
from courses.certificates.printing.models import PrintJob
from courses.certificates.printing.options import Options
from courses.certificates.queries import in_force
from courses.certificates.sharing import share
from courses.certificates.wording import BUILT_IN
from courses.confirming.actions import confirm, waiting
from courses.people import grades
from courses.scheduling.models import Run
from lms.demo.confirming import second
from lms.demo.stage import Stage, Timeline
from lms.i18n import speaking
from lms.jobs.tasks.printing import print_later
from lms.web.certificates import composing

PRINTED, REVOKED_OF = "C024", "C001"
"""Courses: whose run is printed, and of whose certificates one is revoked."""
_SHARED_FOR = 30
"""Days."""
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def unfold(stage: Stage, timeline: Timeline) -> None:
    """Each on its day."""
    people, now = stage.people, stage.now
    timeline.at(now - 150 * _DAY, lambda db: grades.call(db, people.administrator.id, _GRADES))
    timeline.at(now - 12 * _DAY, partial(_design, people.officer.id))
    timeline.at(now - 6 * _DAY, partial(_ask_to_revoke, people.officer.id))
    timeline.at(now - 5 * _DAY, partial(_revoke, stage))
    timeline.at(now - 4 * _DAY, partial(_lost, stage))
    timeline.at(now - 3 * _DAY, partial(_print, people.officer.id))
    timeline.at(now - 3 * _DAY + 2 * _HOUR, partial(_print_one_again, people.officer.id))
    timeline.at(now - 2 * _DAY, partial(_share, people.employee.id))
    timeline.at(now - 2 * _DAY + _HOUR, partial(_confirm, stage))


_GRADES = {f"{n}급": f"Grade {n}" for n in range(1, 10)}


def _design(officer_id: int, db: Session) -> None:
    begin(db, officer_id, Design("국문·영문 수료증", replace(BUILT_IN["plain-both-1"], kind="completed")))


def _share(employee_id: int, db: Session) -> None:
    of_them = select(Certificate).where(Certificate.person_id == employee_id, in_force())
    if own := db.scalars(of_them.order_by(Certificate.id).limit(1)).first():
        share(db, employee_id, own, _SHARED_FOR)


def _of_course(db: Session, code: str, place: int) -> Certificate:
    """One of those in force of the demo's own run of a course, by its place among them."""
    of_run = (Course.code == code, Run.imported.is_(False), in_force())
    found = select(Certificate).join(Run, Run.id == Certificate.run_id).join(Course, Course.id == Run.course_id)
    return db.scalars(found.where(*of_run).order_by(Certificate.id).offset(place).limit(1)).one()


def _ask_to_revoke(officer_id: int, db: Session) -> None:
    revisions.ask_to_revoke(
        db, officer_id, _of_course(db, REVOKED_OF, 4), "출석부를 다시 확인하니 수료 기준에 미달합니다."
    )


def _revoke(stage: Stage, db: Session) -> None:
    asked = waiting(db, revisions.REVOCATION, _of_course(db, REVOKED_OF, 4).id)
    assert asked, "it was asked for the day before"
    confirm(db, second(db, stage).id, asked.id)


def _lost(stage: Stage, db: Session) -> None:
    lost = _of_course(db, PRINTED, 1)
    revisions.reissue(db, stage.people.officer.id, lost, "이사 중 분실", stage.verify_url, cause=Cause.LOST)


def _print(officer_id: int, db: Session) -> None:
    """The sheets go into the log now; their files are made once a worker runs."""
    job = printing.begin(db, officer_id, [_of_course(db, PRINTED, 0).run_id], Options())
    assert job, "nothing of it was printed before"
    print_later(db, officer_id, job.id, "ko")


def _print_one_again(officer_id: int, db: Session) -> None:
    first = db.scalars(select(PrintJob).order_by(PrintJob.id).limit(1)).one()
    number = f"{_of_course(db, PRINTED, 2).facts['number']}"
    job = printing.reprint(db, officer_id, first, number, "인쇄 번짐")
    print_later(db, officer_id, job.id, "ko")


def _confirm(stage: Stage, db: Session) -> None:
    """The employee for the bank, the instructor for the university."""
    employee, instructor, today = stage.people.employee, stage.people.instructor, clock.today()
    with speaking("ko"):
        row = db.execute(composing.taken(employee.id).limit(1)).one()
        taking = composing.of_enrolment(db, employee, row, stage.verify_url)
        taught = composing.of_teaching(db, instructor, today - 90 * _DAY, today, stage.verify_url)
    documents.issue(db, employee.id, employee.id, taking, purpose="자기계발 휴가 신청", run_id=row[1].id)
    documents.issue(db, stage.people.officer.id, instructor.id, taught, purpose="출강 경력 제출")
