"""The clerk's department trains its own: filed, returned and confirmed, with skills, a coach and a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.completion.actions import close
from courses.enrolment.models import Enrolment, Status
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from courses.workplace import coaching, filing, planning, signing
from courses.workplace.filing import NotPossible, Wanted, least_minutes
from courses.workplace.models import Filing
from courses.workplace.planning import Half
from courses.workplace.queries import checklist
from courses.workplace.skills import set_checklist
from lms import filing as ledger
from lms.demo.days import working_day
from lms.demo.stage import Stage, Timeline

_HOUR = timedelta(hours=1)
_PREPARED = 70
"""So many days ago the checklists were written."""
_CHECKLISTS = {
    "W002": ("표 서식을 지정한다", "합계와 평균 함수를 쓴다", "자료를 정렬하고 필터로 찾는다", "인쇄 영역을 맞춘다"),
    "W019": ("기안문을 작성한다", "결재선을 지정한다", "반려된 문서를 고쳐 다시 올린다"),
}
_PLAN = {"W001": 6, "W002": 8, "W006": 5, "W019": 8, "W024": 4}
_WRONG = "서명부의 인원과 명단이 다릅니다"


@dataclass(frozen=True)
class Taught:
    """Training of the department: subject, working days ago, people, absent ones; what became of it."""

    course: str
    ago: int
    people: int
    absent: int = 0
    returned: bool = False
    confirmed: bool = False
    with_employee: bool = False


TAUGHT = (
    Taught("W001", -38, 6, confirmed=True),
    Taught("W024", -24, 5, absent=1, confirmed=True),
    Taught("W006", -9, 4, returned=True),
    Taught("W002", -4, 5, with_employee=True),
)


def unfold(stage: Stage, division: OrgUnit, timeline: Timeline) -> None:
    """Put all of it on the timeline."""
    began = stage.now - timedelta(days=_PREPARED)
    timeline.at(began, lambda db: _prepare(db, stage, division))
    for one in TAUGHT:
        day = working_day(stage.today, one.ago)
        filed = clock.at(day, time(19))
        timeline.at(filed, _filing(stage, division, one))
        if one.confirmed or one.returned:
            timeline.at(filed + 20 * _HOUR, _decision(stage, one))


def _prepare(db: Session, stage: Stage, division: OrgUnit) -> None:
    """Checklists, the plan of this half-year, and who coaches the employee."""
    officer, clerk, employee = (stage.people.officer, stage.people.clerk, stage.people.employee)
    courses = {course.code: course for course in db.scalars(select(Course))}
    for code, lines in _CHECKLISTS.items():
        set_checklist(db, officer.id, courses[code], lines)
    half = Half.of(stage.today)
    months = [half.months[number % 6] for number in range(len(_PLAN))]
    wanted = {courses[code].id: (month, n) for month, (code, n) in zip(months, _PLAN.items(), strict=True)}
    planning.set_plan(db, clerk.id, division, half, wanted)
    coaching.name_coach(db, clerk.id, employee, _trainer(db, stage), clock.today())


def _trainer(db: Session, stage: Stage) -> Person:
    return db.get_one(Person, stage.department[0])


def _filing(stage: Stage, division: OrgUnit, taught: Taught) -> Callable[[Session], None]:
    def file(db: Session) -> None:
        course = db.scalars(select(Course).where(Course.code == taught.course)).one()
        staff = stage.department[1:]
        if taught.with_employee:
            staff = [stage.people.employee.id, *staff]
        starts_at = clock.at(clock.today(), time(16))
        busy: set[int] = set()
        while True:
            people = tuple([one for one in staff if one not in busy][: taught.people])
            wanted = Wanted(starts_at, least_minutes(course), stage.department[0], people)
            try:
                with db.begin_nested():
                    filed = ledger.file(db, stage.people.clerk.id, division, course, wanted, people[: taught.absent])
            except NotPossible as refused:  # has another class at the time: somebody else comes
                busy |= refused.people.keys()
            else:
                _sign(db, filed, stage.department[0])
                return

    return file


def _sign(db: Session, filed: Filing, coach_id: int) -> None:
    """What the trainer, who coaches the employee as well, has seen so far; the trainees confirmed the first skill."""
    skills = [one.id for one in checklist(db, filed.run_id)]
    seated = select(Enrolment).where(Enrolment.run_id == filed.run_id, Enrolment.status == Status.ENROLLED)
    for enrolment in db.scalars(seated.order_by(Enrolment.id)).all():
        for skill_id in skills[: len(skills) // 2]:
            signing.sign(db, coach_id, enrolment.id, skill_id)
        for skill_id in skills[:1]:
            signing.confirm(db, enrolment.person_id, enrolment.id, skill_id)


def _decision(stage: Stage, taught: Taught) -> Callable[[Session], None]:
    def decide(db: Session) -> None:
        run = db.scalars(
            select(Run)
            .join(Course, Course.id == Run.course_id)
            .join(Filing, Filing.run_id == Run.id)
            .where(Course.code == taught.course)
        ).one()
        if taught.returned:
            filing.send_back(db, stage.people.officer.id, db.get_one(Filing, run.id), _WRONG)
        else:
            close(db, stage.people.officer.id, run)

    return decide
