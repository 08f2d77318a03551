"""One run of the demo from its planning to its certificates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.actions import divide, score
from courses.assessment.models import ComponentKind
from courses.assessment.parts import Part as ScorePart
from courses.assessment.publishing import publish
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.catalogue.models import Course
from courses.certificates.actions import issue
from courses.completion.actions import close
from courses.enrolment import draws
from courses.enrolment.actions import enrol, withdraw
from courses.enrolment.cancellation import cancel_run
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.scheduling import actions
from courses.scheduling.models import ClassSession, Mode, Run
from courses.scheduling.plan import RunPlan
from lms.demo.assessing import object_to
from lms.demo.days import spread, working_day
from lms.demo.plans import drawn
from lms.demo.plot import Fate, Opening, Part
from lms.demo.stage import Stage, Timeline

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_PLANNED = 60
"""So many days before its first one a run is planned."""
_TOO_FEW = "신청 인원 미달"
_MARKS = {"present": 176, "late 15": 8, "left_early 30": 3, "stepped_out 20": 2, "absent": 7, "excused duty": 4}
_AWAY = {"absent": 5, "present": 3}
_SELDOM_THERE = 0.07
_ENDED = (Fate.UNMARKED, Fate.UNSCORED, Fate.MARKED, Fate.CLOSED, Fate.CERTIFIED)
_TURNS: dict[Part, Callable[[Opening], int | None]] = {
    Part.NONE: lambda opening: None,
    Part.WAITS: lambda opening: opening.seated + 2,
    Part.APPLIES: lambda opening: opening.seated - 1,
    Part.IS_OFFERED: lambda opening: opening.seated,
}
"""Which of the applicants the employee is, from 0; of others one of the first."""
_MOTIVES = ("담당 업무에 필요합니다", "새로 맡은 통계 업무를 준비합니다", "민원 자료를 직접 정리하려고 합니다")
_SCORE_PARTS = [ScorePart("필기", 40), ScorePart("실기", 60, kind=ComponentKind.PRACTICE)]


class Told:
    """Puts the steps of one opening on the timeline."""

    def __init__(self, stage: Stage, opening: Opening, rng: Random) -> None:
        self.stage, self.opening, self.rng = stage, opening, rng
        self.applicants: Iterator[int] = iter(rng.sample(self._pool(), 200))
        self.employee = stage.people.employee.id
        self.officer = stage.people.officer.id
        self.run_id = 0
        self.away: set[int] = set()

    def _pool(self) -> list[int]:
        return self.stage.entrants if self.opening.mode is Mode.DRAW else self.stage.applicants

    def unfold(self, db: Session, timeline: Timeline) -> None:
        """Every step from planning on; those after now will not be played."""
        course = db.scalars(select(Course).where(Course.code == self.opening.course)).one()
        plan = drawn(self.stage, self.opening, course, self.rng)
        recent = self.opening.fate in {Fate.SOON, Fate.DRAFT}
        planned = self.stage.now - 2 * _DAY if recent else clock.start_of(plan.starts_on) - _PLANNED * _DAY
        timeline.at(planned, lambda db: self._plan(db, course.id, plan))
        if self.opening.fate is Fate.DRAFT:
            return
        timeline.at(planned + _HOUR, self._publish)
        self._applications(timeline, plan)
        if self.opening.fate is Fate.CANCELLED:
            timeline.at(self.stage.now - _DAY, self._cancel)
        if plan.sessions:
            self._lessons(timeline, plan, course.scored)

    def _plan(self, db: Session, course_id: int, plan: RunPlan) -> None:
        self.run_id = actions.plan(db, self.officer, db.get_one(Course, course_id), plan).id

    def _publish(self, db: Session) -> None:
        actions.publish(db, self.officer, self._run(db))
        draws.announce(db, self.officer, self._run(db))

    def _cancel(self, db: Session) -> None:
        cancel_run(db, self.officer, self._run(db), _TOO_FEW)
        actions.cancel(db, self.officer, self._run(db), _TOO_FEW)

    def _run(self, db: Session) -> Run:
        return db.get_one(Run, self.run_id)

    def _applications(self, timeline: Timeline, plan: RunPlan) -> None:
        opening = self.opening
        everybody = opening.seated + opening.waiting + opening.withdrawn
        chosen = _TURNS.get(opening.part)
        turn = chosen(opening) if chosen else min(4, opening.seated - 1)
        assert plan.apply_from, "every run of the demo has a window"
        assert plan.apply_until
        last = min(plan.apply_until, self.stage.now - 2 * _HOUR)
        for number, moment in enumerate(spread(plan.apply_from, last, everybody)):
            timeline.at(moment, self._application(of_employee=number == turn))
        for number in range(opening.withdrawn):
            timeline.at(last + (number + 1) * 10 * _MINUTE, self._withdrawal(number))
        self._decisions(timeline, plan, last)

    def _decisions(self, timeline: Timeline, plan: RunPlan, last: datetime) -> None:
        """What others do about the applications, the last of which is in at that moment: nothing here."""

    def _application(self, *, of_employee: bool) -> Callable[[Session], None]:
        def apply(db: Session) -> None:
            if of_employee:
                enrol(db, self.employee, self.run_id, self.employee, motive=_MOTIVES[0])
                return
            for person_id in self.applicants:
                try:
                    self._comes(db, person_id)
                except Refused:  # has another class at the time, or has completed the course: somebody else applies
                    continue
                return

        return apply

    def _comes(self, db: Session, person_id: int) -> None:
        enrol(db, person_id, self.run_id, person_id, motive=self._motive())

    def _motive(self) -> str:
        """Where a head reads it most say something."""
        if self.opening.mode is not Mode.SELECTION:
            return ""
        return self.rng.choice(("", *_MOTIVES))

    def _withdrawal(self, number: int) -> Callable[[Session], None]:
        def give_up(db: Session) -> None:
            seated = self._seated(db)[number + 1]
            withdraw(db, seated.person_id, seated.id)

        return give_up

    def _seated(self, db: Session) -> list[Enrolment]:
        statement = select(Enrolment).where(Enrolment.run_id == self.run_id, Enrolment.status == Status.ENROLLED)
        return list(db.scalars(statement.order_by(Enrolment.id)))

    def _lessons(self, timeline: Timeline, plan: RunPlan, scored: bool) -> None:
        fate, teacher_id = self.opening.fate, plan.instructor_ids[0]
        marked = plan.sessions[:-1] if fate is Fate.UNMARKED else plan.sessions
        for number, session in enumerate(marked, 1):
            if session.ends_at <= self.stage.now:  # what is on now is not marked yet
                timeline.at(session.ends_at - 10 * _MINUTE, self._marking(number, teacher_id))
        over = plan.sessions[-1].ends_at
        if scored and fate in _ENDED[2:]:
            timeline.at(over + _HOUR, self._scoring(teacher_id))
        if scored and fate is Fate.MARKED:
            timeline.at(over + 20 * _HOUR, lambda db: object_to(db, self.run_id))
        judged = clock.at(working_day(plan.ends_on, 2), time(10))
        if fate in {Fate.CLOSED, Fate.CERTIFIED}:
            timeline.at(judged, self._close)
        if fate is Fate.CERTIFIED:
            timeline.at(judged + 5 * _MINUTE, self._certify)

    def _marking(self, number: int, teacher_id: int) -> Callable[[Session], None]:
        def take(db: Session) -> None:
            session_id = db.scalars(
                select(ClassSession.id).where(ClassSession.run_id == self.run_id, ClassSession.number == number)
            ).one()
            marks = {one.id: MarkInput.parse(self._mark(one)) for one in self._seated(db)}
            mark(db, teacher_id, session_id, marks)

        return take

    def _mark(self, enrolment: Enrolment) -> str:
        if enrolment.person_id == self.employee:
            return "absent" if self.opening.part is Part.STAYS_AWAY else "present"
        if enrolment.id not in self.away and self.rng.random() < _SELDOM_THERE / 2:
            self.away.add(enrolment.id)
        weights = _AWAY if enrolment.id in self.away else _MARKS
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _scoring(self, teacher_id: int) -> Callable[[Session], None]:
        def grade(db: Session) -> None:
            for component in divide(db, teacher_id, self.run_id, _SCORE_PARTS):
                points = {one.id: self._points(one) for one in self._seated(db)}
                score(db, teacher_id, self.run_id, component.id, points)
                if points:
                    publish(db, teacher_id, self.run_id, component.id)

        return grade

    def _points(self, enrolment: Enrolment) -> int:
        if enrolment.id in self.away:
            return self.rng.randrange(20, 60) * 100
        return min(10_000, int(self.rng.triangular(60, 102, 88) * 2) * 50)

    def _close(self, db: Session) -> None:
        close(db, self.officer, self._run(db))

    def _certify(self, db: Session) -> None:
        issue(db, self.officer, self._run(db), self.stage.verify_url)
