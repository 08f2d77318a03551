"""What happens to runs and to people while others enrol: sessions moved and cancelled, runs closed and opened again;
leave, return, retirement and a way back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import func, select

from courses import clock
from courses.attendance import actions as attendance
from courses.attendance import identity
from courses.attendance.marks import MarkInput
from courses.attendance.models import AttendanceMark
from courses.attendance.queries import marked_sessions
from courses.completion import actions as completion
from courses.completion import reopening
from courses.completion.models import Judgement
from courses.enrolment import rescheduling
from courses.enrolment.leaving import withdraw_leavers
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.states import ENDED
from courses.people import keeping
from courses.people.models import LeaveKind, Person
from courses.scheduling.models import ClassSession, Mode, Run, RunState
from courses.scheduling.queries import plan_of
from tests.enrolment.machine import HERE, RUNS, SELDOM, Enrolling

DAYS = st.integers(-3, 3)
HOURS = st.sampled_from([-4, 0, 0, 3])
SOMETIMES = st.sampled_from([False, True])
WHO = st.integers(0, 8)
"""The staff, and then the heads."""


class Upheaval(Enrolling):
    """Everything at once."""

    def session(self, run: int, which: int) -> ClassSession:
        """One of a run's sessions, counted around."""
        held = select(ClassSession).where(ClassSession.run_id == self.world.runs[run]).order_by(ClassSession.number)
        found = self.db.scalars(held, execution_options={"populate_existing": True}).all()
        return found[which % len(found)]

    # Runs.

    @rule(run=RUNS, which=st.integers(0, 1), days=DAYS, hours=HOURS)
    def officer_moves_a_session(self, run: int, which: int, days: int, hours: int) -> None:
        session = self.session(run, which)
        starts_at = session.starts_at + timedelta(days=days, hours=hours)

        def work() -> list[int]:
            one, held = self.run(run), marked_sessions(self.db, session.run_id)
            rescheduling.hold(self.db, one, plan_of(self.db, one))
            lost, freed = rescheduling.move(self.db, self.world.officer, one, session.id, starts_at, None, held=held)
            return [*lost, *freed]

        self.act(work)

    @rule(run=RUNS, which=st.integers(0, 1), really=SELDOM)
    def officer_cancels_a_session(self, run: int, which: int, really: bool) -> None:
        if not really:
            return
        session = self.session(run, which)

        def work() -> list[int]:
            one, held = self.run(run), marked_sessions(self.db, session.run_id)
            rescheduling.hold(self.db, one, plan_of(self.db, one))
            lost, freed = rescheduling.leave_out(self.db, self.world.officer, one, session.id, agreed=True, held=held)
            return [*lost, *freed]

        self.act(work)

    @rule(run=RUNS, days=DAYS, mode=st.none() | st.sampled_from(Mode), seats=st.none() | st.integers(1, 4))
    def officer_plans_anew(self, run: int, days: int, mode: Mode | None, seats: int | None) -> None:
        """Another last day to apply; now and then another mode or capacity with it, as one form sends them."""

        def work() -> list[int]:
            one = self.run(run)
            before = plan_of(self.db, one)
            until = before.apply_until and before.apply_until + timedelta(days=days)
            wanted = replace(before, apply_until=until, mode=mode or before.mode, capacity=seats or before.capacity)
            rescheduling.hold(self.db, one, wanted)
            lost, freed = rescheduling.reschedule(self.db, self.world.officer, one, wanted)
            return [*lost, *freed]

        self.act(work)

    @rule(run=RUNS, really=SELDOM, present=st.lists(st.booleans(), min_size=1, max_size=4), expels=SOMETIMES)
    def run_takes_place_and_is_closed(self, run: int, really: bool, present: list[bool], expels: bool) -> None:
        if not really:
            return
        one = self.run(run)
        over = clock.end_of(one.ends_on)
        if one.state is RunState.PUBLISHED and over > self.now:
            self.time_passes(int((over - self.now).total_seconds()) // 3600 + 1)
        self._is_marked(run, present)
        if expels:
            self._somebody_is_expelled(run)
        self.act(lambda: completion.close(self.db, self.world.officer, self.run(run), anyway=True) and None)

    def _is_marked(self, run: int, present: list[bool]) -> None:
        marks = [MarkInput(AttendanceMark.PRESENT if one else AttendanceMark.ABSENT) for one in present]
        seated = select(Enrolment.id).where(
            Enrolment.run_id == self.world.runs[run], Enrolment.status == Status.ENROLLED
        )
        sheet = {id_: marks[n % len(marks)] for n, id_ in enumerate(self.db.scalars(seated.order_by(Enrolment.id)))}
        for which in range(2):
            session_id = self.session(run, which).id
            self.act(lambda id_=session_id: attendance.mark(self.db, self.world.officer, id_, sheet) and None)

    def _somebody_is_expelled(self, run: int) -> None:
        if id_ := self.place(0, run, Status.ENROLLED):
            session_id, officer = self.session(run, 0).id, self.world.officer

            def work() -> None:
                check = identity.fail(self.db, officer, session_id, id_, "사진이 다름")
                identity.decide(self.db, officer, check.id, expel=True, reason="대리출석")

            self.act(work)

    @rule(run=RUNS)
    def officer_opens_a_closed_run_again(self, run: int) -> None:
        self.act(lambda: reopening.reopen(self.db, self.world.officer, self.run(run), "성적 정정") and None)

    # People.

    def person(self, n: int) -> Person:
        """One of the staff, or a head."""
        return self.db.get_one(Person, [*self.world.staff, *self.world.heads][n])

    @rule(n=WHO, parental=SOMETIMES)
    def somebody_goes_on_leave(self, n: int, parental: bool) -> None:
        kind = LeaveKind.PARENTAL if parental else LeaveKind.SECONDMENT
        self.act(lambda: keeping.send_away(self.db, self.world.officer, self.person(n), clock.today(), kind))

    @rule(n=WHO)
    def somebody_returns(self, n: int) -> None:
        self.act(lambda: keeping.welcome_back(self.db, self.world.officer, self.person(n), clock.today()))

    @rule(n=WHO, really=SELDOM, in_days=st.sampled_from([0, 0, 11]))
    def somebody_retires(self, n: int, really: bool, in_days: int) -> None:
        if not really:
            return

        def work() -> None:
            keeping.retire(self.db, self.world.officer, self.person(n), clock.today() + timedelta(days=in_days))
            withdraw_leavers(self.db, self.world.officer)

        self.act(work)
        self._require_nothing_ahead_of_leavers()

    @rule(n=WHO)
    def somebody_is_taken_on_again(self, n: int) -> None:
        if self.person(n).left_on:
            posting = {"unit_id": self.world.units[n % 2].id}
            self.act(lambda: keeping.post(self.db, self.world.officer, self.person(n), clock.today(), posting))
            self.unseen.add(self.person(n).id)

    @rule()
    def night_comes(self) -> None:
        self.act(lambda: withdraw_leavers(self.db, None) and None)
        super().night_comes()
        self._require_nothing_ahead_of_leavers()

    def _require_nothing_ahead_of_leavers(self) -> None:
        ahead = (
            select(Enrolment.id)
            .join(Run, Run.id == Enrolment.run_id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Run.state == RunState.PUBLISHED, Run.starts_on > clock.today(), Person.left_on <= Run.starts_on)
            .where(Enrolment.status.not_in(ENDED))
        )
        assert not self.db.scalars(ahead).all()

    @invariant()
    def a_closed_run_is_settled(self) -> None:
        """Whoever is in it has an outcome with a verdict; in one that goes on only who was expelled has an outcome."""
        rows = self.db.execute(
            select(Run.state, Enrolment.status, Enrolment.outcome, func.count(Judgement.enrolment_id).label("judged"))
            .join(Run, Run.id == Enrolment.run_id)
            .outerjoin(Judgement, Judgement.enrolment_id == Enrolment.id)
            .where(Enrolment.status.in_(HERE))
            .group_by(Enrolment.id, Run.state, Enrolment.status, Enrolment.outcome)
        )
        for state, status, outcome, judged in rows:
            if state is RunState.CLOSED:
                assert (status, outcome is None) == (Status.ENROLLED, False)
                assert judged == (outcome is not Outcome.EXPELLED)
            else:
                assert outcome in (None, Outcome.EXPELLED)
                assert not judged
