"""One run of the demo from its planning to its certificates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.actions import Part as ScorePart
from courses.assessment.actions import divide, score
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.catalogue.models import Course, Kind
from courses.certificates.actions import issue
from courses.completion.actions import close
from courses.enrolment.actions import enrol, withdraw
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run
from lms.demo.days import Hours, hours_around, spread, usual_hours, working_day
from lms.demo.planning import Plan, cancel, plan, publish
from lms.demo.plot import CYBER_DAYS, Fate, Opening, Part
from lms.demo.story import Stage, Timeline

_DAY_HOURS = 7
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_PLANNED, _OPENED, _SHUT = 60, 50, {Kind.CLASSROOM: 3, Kind.WORKPLACE: 1}
"""So many days before the first one a run is planned and applications open and close."""
_MARKS = {"present": 176, "late 15": 8, "left_early 30": 3, "stepped_out 20": 2, "absent": 7, "excused duty": 4}
_AWAY = {"absent": 5, "present": 3}
_SELDOM_THERE = 0.07
_ENDED = (Fate.UNMARKED, Fate.UNSCORED, Fate.MARKED, Fate.CLOSED, Fate.CERTIFIED)
_SCORE_PARTS = [ScorePart("필기", 40), ScorePart("실기", 60)]


class Told:
    """Puts the steps of one opening on the timeline."""

    def __init__(self, stage: Stage, opening: Opening, rng: Random) -> None:
        self.stage, self.opening, self.rng = stage, opening, rng
        self.applicants: Iterator[int] = iter(rng.sample(stage.applicants, 200))
        self.employee = stage.people.employee.id
        self.officer = stage.people.officer.id
        self.run_id = 0
        self.away: set[int] = set()

    def unfold(self, db: Session, timeline: Timeline) -> None:
        """Every step from planning on; those after now will not be played."""
        course = db.scalars(select(Course).where(Course.code == self.opening.course)).one()
        drawn = self._cyber(course) if course.kind is Kind.CYBER else self._class(course)
        recent = self.opening.fate in {Fate.SOON, Fate.DRAFT}
        planned = self.stage.now - 2 * _DAY if recent else clock.start_of(drawn.starts_on) - _PLANNED * _DAY
        timeline.at(planned, lambda db: self._plan(db, drawn))
        if self.opening.fate is Fate.DRAFT:
            return
        timeline.at(planned + _HOUR, lambda db: publish(db, self.officer, self._run(db)))
        self._applications(timeline, drawn)
        if self.opening.fate is Fate.CANCELLED:
            timeline.at(self.stage.now - _DAY, lambda db: cancel(db, self.officer, self._run(db)))
        if drawn.sessions:
            self._lessons(timeline, drawn, course.scored)

    # Planning

    def _class(self, course: Course) -> Plan:
        opening, stage = self.opening, self.stage
        sessions = self._sessions(course)
        days = [clock.local(periods[0][0]).date() for periods in sessions]
        seats = opening.capacity or course.capacity or 0
        teacher = stage.people.instructor if opening.mine else stage.lecturer(days, opening.external, self.rng)
        start = clock.start_of(days[0])
        closes = start - _SHUT[course.kind] * _DAY - 6 * _HOUR
        if opening.fate is Fate.SHUT:
            closes = min(closes, clock.at(stage.today - _DAY, time(18)))
        opens = (
            clock.at(stage.today + _DAY, time(9)) if opening.fate is Fate.SOON else start - _OPENED * _DAY + 9 * _HOUR
        )
        return Plan(
            course=course,
            starts_on=days[0],
            ends_on=days[-1],
            capacity=seats,
            apply_from=opens,
            apply_until=closes,
            cancel_until=start - _DAY - 6 * _HOUR,
            sessions=sessions,
            room=stage.room(seats, days, course.kind is Kind.WORKPLACE, self.rng),
            instructors=[teacher],
        )

    def _cyber(self, course: Course) -> Plan:
        first = working_day(self.stage.today, self.opening.starts).replace(day=1)
        last = first + CYBER_DAYS * _DAY
        soon = self.opening.fate is Fate.SOON
        opens = clock.at(self.stage.today + _DAY, time(9)) if soon else clock.at(first, time(9)) - 14 * _DAY
        return Plan(
            course=course,
            starts_on=first,
            ends_on=last,
            capacity=self.opening.capacity,
            apply_from=opens,
            apply_until=clock.at(last - 7 * _DAY, time(18)),
            cancel_until=clock.at(last - 7 * _DAY, time(18)),
        )

    def _sessions(self, course: Course) -> list[Hours]:
        hours, today = course.minutes // 60, self.stage.today
        count = -(-hours // _DAY_HOURS)
        per_day = -(-hours // count)
        found = []
        for number in range(count):
            offset = self.opening.starts + number
            day = working_day(today, offset)
            on = self.opening.fate is Fate.ON and offset == 0
            found.append(hours_around(self.stage.now, per_day) if on else usual_hours(day, per_day))
        return found

    def _plan(self, db: Session, drawn: Plan) -> None:
        self.run_id = plan(db, self.officer, drawn).id

    def _run(self, db: Session) -> Run:
        return db.get_one(Run, self.run_id)

    # Applications

    def _applications(self, timeline: Timeline, drawn: Plan) -> None:
        opening = self.opening
        everybody = opening.seated + opening.waiting + opening.withdrawn
        turn = {Part.NONE: None, Part.WAITS: opening.seated + 2}.get(opening.part, min(4, opening.seated - 1))
        last = min(drawn.apply_until, self.stage.now - 2 * _HOUR)
        for number, moment in enumerate(spread(drawn.apply_from, last, everybody)):
            timeline.at(moment, self._application(of_employee=number == turn))
        for number in range(opening.withdrawn):
            timeline.at(last + (number + 1) * 10 * _MINUTE, self._withdrawal(number))

    def _application(self, *, of_employee: bool) -> Callable[[Session], None]:
        def apply(db: Session) -> None:
            if of_employee:
                enrol(db, self.employee, self.run_id, self.employee)
                return
            for person_id in self.applicants:
                try:
                    enrol(db, person_id, self.run_id, person_id)
                except Refused:  # has another class at the time, or has completed the course: somebody else applies
                    continue
                return

        return apply

    def _withdrawal(self, number: int) -> Callable[[Session], None]:
        def give_up(db: Session) -> None:
            seated = self._seated(db)[number + 1]
            withdraw(db, seated.person_id, seated.id)

        return give_up

    def _seated(self, db: Session) -> list[Enrolment]:
        statement = select(Enrolment).where(Enrolment.run_id == self.run_id, Enrolment.status == Status.ENROLLED)
        return list(db.scalars(statement.order_by(Enrolment.id)))

    # Classes

    def _lessons(self, timeline: Timeline, drawn: Plan, scored: bool) -> None:
        fate, teacher = self.opening.fate, drawn.instructors[0]
        marked = drawn.sessions[:-1] if fate is Fate.UNMARKED else drawn.sessions
        for number, periods in enumerate(marked, 1):
            ends = periods[-1][1]
            if ends <= self.stage.now:  # what is on now is not marked yet
                timeline.at(ends - 10 * _MINUTE, self._marking(number, teacher))
        over = drawn.sessions[-1][-1][1]
        if scored and fate in _ENDED[2:]:
            timeline.at(over + _HOUR, self._scoring(teacher))
        judged = clock.at(working_day(drawn.ends_on, 2), time(10))
        if fate in {Fate.CLOSED, Fate.CERTIFIED}:
            timeline.at(judged, lambda db: self._close(db))
        if fate is Fate.CERTIFIED:
            timeline.at(judged + 5 * _MINUTE, self._certify)

    def _marking(self, number: int, teacher: Person) -> Callable[[Session], None]:
        def take(db: Session) -> None:
            session_id = db.scalars(
                select(ClassSession.id).where(ClassSession.run_id == self.run_id, ClassSession.number == number)
            ).one()
            marks = {one.id: MarkInput.parse(self._mark(one)) for one in self._seated(db)}
            mark(db, teacher.id, session_id, marks)

        return take

    def _mark(self, enrolment: Enrolment) -> str:
        if enrolment.person_id == self.employee:
            return "absent" if self.opening.part is Part.STAYS_AWAY else "present"
        if enrolment.id not in self.away and self.rng.random() < _SELDOM_THERE / 2:
            self.away.add(enrolment.id)
        weights = _AWAY if enrolment.id in self.away else _MARKS
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _scoring(self, teacher: Person) -> Callable[[Session], None]:
        def grade(db: Session) -> None:
            for component in divide(db, teacher.id, self.run_id, _SCORE_PARTS):
                points = {one.id: self._points(one) for one in self._seated(db)}
                score(db, teacher.id, self.run_id, component.id, points)

        return grade

    def _points(self, enrolment: Enrolment) -> int:
        if enrolment.id in self.away:
            return self.rng.randrange(20, 60) * 100
        return min(10_000, int(self.rng.triangular(60, 102, 88) * 2) * 50)

    def _close(self, db: Session) -> None:
        close(db, self.officer, self._run(db))

    def _certify(self, db: Session) -> None:
        issue(db, self.officer, self._run(db), self.stage.verify_url)
