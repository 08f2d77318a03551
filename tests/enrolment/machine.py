"""What employees, clerks, heads, officers and the night do to enrolments, as rules for random sequences.

Each step is done as a door does it: one transaction, taken back when it is refused. After every step the rows are
counted and the events followed. What happens to runs and people themselves is added by `upheaval`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import (
    actions,
    allotment,
    approvals,
    audit,
    draws,
    nominations,
    offering,
    replacing,
    selection,
    waitlist,
)
from courses.enrolment.cancellation import cancel_run
from courses.enrolment.eligibility import Route
from courses.enrolment.findings import Finding
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED, SEATED, TRANSITIONS, UNDER_WAY
from courses.errors import Refused
from courses.events.models import Event
from courses.people import keeping
from courses.people.models import Leave, Person, Posting
from courses.scheduling import actions as scheduling
from courses.scheduling import locks
from courses.scheduling.models import ClassSession, Mode, Run
from courses.settings.models import Setting
from tests import factories
from tests.enrolment.scenes import entitled, require_sound

STAFF = st.integers(0, 6)
RUNS = st.integers(0, 4)
ROUTES = st.sampled_from([Route.OWN, Route.OWN, Route.CLERK, Route.OFFICER])
Wave = list[tuple[int, int, Route]]
WAVE = st.lists(st.tuples(STAFF, RUNS, ROUTES), min_size=3, max_size=8)
FIRST_WAVE = st.lists(st.tuples(STAFF, RUNS, ROUTES), min_size=8, max_size=16)
HERE = tuple(status for status in Status if status not in ENDED)
SELDOM = st.sampled_from([False, False, False, False, True])
START = factories.some_day()


class World:
    """Two divisions of different bureaus with their heads and clerks; a run of each way to a place, two at a time."""

    def __init__(self, db: Session) -> None:
        self.units = [
            factories.a_unit(db, name, bureau) for name, bureau in (("총무과", "행정국"), ("재무과", "재무국"))
        ]
        self.staff = [factories.a_person(db, f"직원{n}", unit=self.units[n % 2]).id for n in range(7)]
        self.heads = [factories.a_person(db, "과장", unit=unit, roles=["head"]).id for unit in self.units]
        self.clerks = [factories.a_person(db, "서무", unit=unit, roles=["clerk"]).id for unit in self.units]
        self.officer = factories.a_person(db, "담당자", roles=["officer"]).id
        db.add_all([Setting(name="freeze_days", value=5), Setting(name="release_days", value=8)])
        self.runs = [
            self._run(db, Mode.SELECTION, 10, days=2),
            self._run(db, Mode.FIRST_COME, 10, offer_hours=24),
            self._run(db, Mode.DRAW, 12),
            self._run(db, Mode.ASSIGNED, 13, offer_hours=24),
            self._run(db, Mode.OPEN, 13, days=2, seats=None),
        ]
        draws.announce(db, None, db.get_one(Run, self.runs[2]))
        for run_id, floors in ((self.runs[1], (1, 0)), (self.runs[3], (0, 1))):
            wanted = {unit.parent_id or 0: (floor, 1 + floor) for unit, floor in zip(self.units, floors, strict=True)}
            allotment.set_quotas(db, self.officer, db.get_one(Run, run_id), wanted)
        db.commit()

    @staticmethod
    def _run(db: Session, mode: Mode, starts_in: int, **fields: Any) -> int:
        usual: dict[str, Any] = {"seats": 3, "apply_until": START + timedelta(days=2), "cancel_until": None}
        return factories.a_run(db, mode=mode, starts_in=starts_in, **(usual | fields)).id


class Lawful(RuleBasedStateMachine):
    """One random history, and what holds after each step.

    `connection` and `world` are the test's; everything is taken back at the end.
    """

    def __init__(self, connection: Connection, world: World) -> None:
        super().__init__()
        self.world, self.clock = world, ExitStack()
        self.savepoint = connection.begin_nested()
        self.db = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.book = Book(self.db)
        self.now = START
        self.unseen = set[int]()
        self.clock.enter_context(clock.frozen(START))

    def teardown(self) -> None:
        self.clock.close()
        self.db.close()
        self.savepoint.rollback()

    def run(self, n: int) -> Run:
        return self.db.get_one(Run, self.world.runs[n])

    def place(self, n: int, run: int, *statuses: Status) -> int | None:
        """The id of somebody's enrolment: of `n` in order among those with one of the statuses (any: all)."""
        ids = self.db.scalars(
            select(Enrolment.id)
            .where(Enrolment.run_id == self.world.runs[run], Enrolment.status.in_(statuses or tuple(Status)))
            .order_by(Enrolment.person_id)
        ).all()
        return ids[n % len(ids)] if ids else None

    def unit_of(self, person_id: int) -> int | None:
        """The unit in which somebody serves today."""
        posting = select(Posting.unit_id).where(Posting.person_id == person_id, Posting.on(clock.today()))
        return self.db.scalar(posting)

    @rule(hours=st.sampled_from([1, 1, 24, 60]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.clock.close()
        self.clock.enter_context(clock.frozen(self.now))

    @invariant()
    def every_law_holds(self) -> None:
        if not self.book.read():
            return
        for run_id in self.world.runs:
            require_sound(self.db, run_id, unseen=self.unseen)
        found = [(one.code, one.enrolment_id) for one in audit.findings(self.db) if not self._is_excused(one)]
        assert not found
        self._require_nobody_twice()

    def _is_excused(self, one: Finding) -> bool:
        """What is put right in the night: ends of offers, and what was in the way of those whom nobody looked at."""
        if one.code == "offer_over":
            return True
        return one.code == "waits" and self.db.get_one(Enrolment, one.enrolment_id).person_id in self.unseen

    def _require_nobody_twice(self) -> None:
        """What is ahead: who has a result is free of the rest, and results of the past may be corrected."""
        seats = self.db.execute(
            select(Enrolment.person_id, ClassSession.starts_at, ClassSession.ends_at)
            .join(ClassSession, ClassSession.run_id == Enrolment.run_id)
            .where(Enrolment.status.in_(SEATED), Enrolment.outcome.is_(None), ClassSession.ends_at > self.now)
            .order_by(Enrolment.person_id, ClassSession.starts_at)
        ).all()
        for one, other in itertools.pairwise(seats):
            assert one.person_id != other.person_id or one.ends_at <= other.starts_at


class Enrolling(Lawful):
    """Whatever is done to enrolments."""

    def act(self, work: Callable[[], Any]) -> None:
        """As a door: all or nothing, and then the queues elsewhere of whoever lost or gave up something."""
        try:
            freed = work()
            self.db.commit()
        except Refused:
            self.db.rollback()
            return
        if freed:
            waitlist.reconsider(self.db, None, freed)
            self.db.commit()

    @initialize(wave=FIRST_WAVE)
    def applications_open(self, wave: Wave) -> None:
        self.people_come(wave)

    @rule(wave=WAVE)
    def people_come(self, wave: Wave) -> None:
        """Each applies, is applied for by the clerk, or is placed by an officer."""
        for n, run, route in wave:
            self._comes(n, self.world.runs[run], route)

    def _comes(self, n: int, run_id: int, route: Route) -> None:
        person = self.world.staff[n]
        actor = {Route.OWN: person, Route.CLERK: self.world.clerks[n % 2]}.get(route, self.world.officer)
        reason = "결원" if n % 2 else ""
        first = entitled(self.db, self.db.get_one(Run, run_id, populate_existing=True))
        was_seated = self._is_seated(run_id, person)
        self.act(lambda: actions.enrol(self.db, actor, run_id, person, route=route, reason=reason) and None)
        if self._is_seated(run_id, person) and not was_seated:
            waits = select(Enrolment.id).where(Enrolment.id.in_(first), Enrolment.status == Status.WAITLISTED)
            assert not self.db.scalars(waits).all()  # nobody comes before who waits and may have the seat

    def _is_seated(self, run_id: int, person: int) -> bool:
        own = select(Enrolment.status).where(Enrolment.run_id == run_id, Enrolment.person_id == person)
        return self.db.scalar(own) in SEATED

    @rule(who=st.lists(st.tuples(STAFF, RUNS, st.booleans()), min_size=1, max_size=4))
    def people_withdraw(self, who: list[tuple[int, int, bool]]) -> None:
        for n, run, by_officer in who:
            if id_ := self.place(n, run, *HERE):
                self._withdraws(id_, by_officer=by_officer)

    def _withdraws(self, id_: int, *, by_officer: bool) -> None:
        person = self.db.get_one(Enrolment, id_).person_id
        actor, reason = (self.world.officer, "출장") if by_officer else (person, "")
        self.act(lambda: [actions.withdraw(self.db, actor, id_, reason=reason).person_id])

    @rule(unit=st.integers(0, 1), by_officer=st.booleans())
    def head_approves(self, unit: int, by_officer: bool) -> None:
        actor = self.world.officer if by_officer else self.world.heads[unit]
        ids = list(self.db.scalars(select(Enrolment.id).where(Enrolment.status == Status.APPLIED)))
        self.act(lambda: approvals.approve(self.db, actor, ids) and None)
        if not by_officer:
            done = select(Enrolment.person_id).where(Enrolment.id.in_(ids), Enrolment.status == Status.APPROVED)
            approved = self.db.scalars(done).all()
            assert not approved or self._is_here(actor)
            assert {self.unit_of(person_id) for person_id in approved} <= {self.world.units[unit].id}

    def _is_here(self, person_id: int) -> bool:
        away = select(Leave.id).where(Leave.person_id == person_id, Leave.until_on.is_(None))
        return self.db.get_one(Person, person_id).left_on is None and self.db.scalar(away) is None

    @rule(n=STAFF)
    def head_returns(self, n: int) -> None:
        if id_ := self.place(n, 0, Status.APPLIED, Status.APPROVED):
            self.act(lambda: approvals.return_to(self.db, self.world.heads[n % 2], [id_], "사유 보완") and None)

    @rule(n=STAFF, again=st.booleans())
    def applicant_answers(self, n: int, again: bool) -> None:
        if id_ := self.place(n, 0, Status.APPLIED, Status.RETURNED):
            person = self.db.get_one(Enrolment, id_).person_id
            if again:
                self.act(lambda: approvals.reapply(self.db, person, id_, "보완") and None)
            else:
                self.act(lambda: approvals.recall(self.db, person, id_) and None)

    @rule(unit=st.integers(0, 1), backwards=st.booleans())
    def clerk_nominates(self, unit: int, backwards: bool) -> None:
        run_id, division = self.world.runs[0], self.world.units[unit]
        there = nominations.applicants(self.db, run_id, division, 2)
        ids = [one.id for one in there if one.status in (Status.APPROVED, Status.NOMINATED)][:: -1 if backwards else 1]
        self.act(lambda: nominations.rank(self.db, self.world.clerks[unit], run_id, division.id, ids))

    @rule(some=st.lists(STAFF, min_size=1, max_size=3), what=st.sampled_from(["select", "select", "wait", "decline"]))
    def officer_decides(self, some: list[int], what: str) -> None:
        run_id, officer = self.world.runs[0], self.world.officer
        found = (self.place(n, 0, *UNDER_WAY, Status.WAITLISTED) for n in some)
        ids = list(dict.fromkeys(id_ for id_ in found if id_))
        if what == "select":
            self.act(lambda: selection.select(self.db, officer, run_id, ids) and None)
        elif what == "wait":
            self.act(lambda: selection.wait(self.db, officer, run_id, ids) and None)
        else:
            self.act(lambda: selection.decline(self.db, officer, run_id, ids, "인원 초과") and None)

    @rule(really=SELDOM)
    def draw_is_held(self, really: bool) -> None:
        if really:
            self.act(lambda: draws.hold(self.db, self.world.officer, self.world.runs[2]) and None)

    @rule(run=RUNS, seats=st.integers(1, 4))
    def officer_changes_the_capacity(self, run: int, seats: int) -> None:
        self.act(
            lambda: [
                lost.person_id for lost in allotment.change_capacity(self.db, self.world.officer, self.run(run), seats)
            ]
        )

    @rule(run=RUNS, held=st.lists(st.tuples(st.integers(0, 1), st.none() | st.integers(1, 2)), min_size=1, max_size=2))
    def officer_sets_quotas(self, run: int, held: list[tuple[int, int | None]]) -> None:
        bureaus = [unit.parent_id or 0 for unit in self.world.units]
        wanted = dict(zip(bureaus, held, strict=False))
        self.act(lambda: allotment.set_quotas(self.db, self.world.officer, self.run(run), wanted) and None)

    @rule(n=STAFF, run=st.sampled_from([1, 3]), accepts=st.booleans())
    def answers_an_offer(self, n: int, run: int, accepts: bool) -> None:
        if id_ := self.place(n, run, Status.OFFERED):
            person = self.db.get_one(Enrolment, id_).person_id
            if accepts:
                self.act(lambda: offering.accept(self.db, person, id_) and None)
            else:
                self.act(lambda: [offering.decline(self.db, person, id_).person_id])

    @rule()
    def night_comes(self) -> None:
        for run_id in offering.overdue(self.db):
            self.act(lambda run_id=run_id: [one.person_id for one in offering.expire(self.db, None, run_id)])
        for run_id in allotment.releasable(self.db):
            self.act(lambda run_id=run_id: allotment.release(self.db, None, run_id) and None)
        for run_id in waitlist.waited_for(self.db):
            self.act(lambda run_id=run_id: waitlist.promote(self.db, None, locks.lock_run(self.db, run_id)) and None)
        self.unseen.clear()

    @rule(n=STAFF, m=STAFF, run=st.sampled_from([0, 3]))
    def officer_replaces(self, n: int, m: int, run: int) -> None:
        if id_ := self.place(n, run, *replacing.REPLACEABLE):
            leaving = self.db.get_one(Enrolment, id_).person_id
            coming = self.world.staff[m]

            def work() -> list[int]:
                replacing.replace(self.db, self.world.officer, id_, coming, "전보")
                return [leaving]

            self.act(work)

    @rule(n=STAFF, seen=st.booleans())
    def somebody_is_transferred(self, n: int, seen: bool) -> None:
        """Unless it is `seen`, nobody looks at the queues of the transferred before the night, or others come."""
        self._is_transferred(self.world.staff[n], seen=seen)

    @rule(n=STAFF, run=st.sampled_from([1, 3]), others=st.permutations(range(7)), route=ROUTES)
    def somebody_comes_after_a_transfer(self, n: int, run: int, others: list[int], route: Route) -> None:
        """Right after somebody who waits for the run has come to another unit, perhaps one that has seats left."""
        if id_ := self.place(n, run, Status.WAITLISTED):
            self._is_transferred(self.db.get_one(Enrolment, id_).person_id, seen=False)
            for other in others:
                self._comes(other, self.world.runs[run], route)

    def _is_transferred(self, person_id: int, *, seen: bool) -> None:
        person, (first, second) = self.db.get_one(Person, person_id), (unit.id for unit in self.world.units)
        posting = {"unit_id": first if self.unit_of(person_id) == second else second}

        def work() -> list[int] | None:
            keeping.post(self.db, self.world.officer, person, clock.today(), posting)
            return [person_id] if seen else None

        self.act(work)
        if not seen:
            self.unseen.add(person_id)

    @rule(run=RUNS, really=SELDOM)
    def officer_cancels_a_run(self, run: int, really: bool) -> None:
        if not really:
            return

        def work() -> list[int]:
            freed = cancel_run(self.db, self.world.officer, self.run(run), "강사 사정")
            scheduling.cancel(self.db, self.world.officer, self.run(run), "강사 사정")
            return freed

        self.act(work)


class Book:
    """The events, followed one by one: every step of a status is a legal one, and no promoted person was not next."""

    def __init__(self, db: Session) -> None:
        self.db = db
        self.last = 0
        self.status: dict[int, str] = {}
        self.queues: dict[int, dict[int, int]] = {}
        self.numbers: set[tuple[int, int]] = set()

    def read(self) -> bool:
        """Whether anything happened since the last time. Rows say what the events say."""
        passed, last = set[int](), self.last
        for event in self.db.scalars(select(Event).where(Event.id > self.last).order_by(Event.id)):
            self.last = event.id
            if event.kind == "passed_over":
                passed.add(event.data["enrolment_id"])
            elif event.kind == "moved":
                self._follow(event, passed)
        rows = self.db.execute(select(Enrolment.id, Enrolment.status))
        assert {row.id: row.status.value for row in rows} == self.status
        return self.last > last

    def _follow(self, event: Event, passed: set[int]) -> None:
        moved, id_ = event.data, event.data["enrolment_id"]
        before, after = moved["before"], Status(moved["after"])
        assert self.status.get(id_, "") == before
        assert after in TRANSITIONS[Status(before) if before else None]
        self.status[id_] = after.value
        queue = self.queues.setdefault(event.run_id or 0, {})
        own = queue.pop(id_, None)
        if moved["reason"] == "promoted":
            assert own is not None
            assert {other for other, number in queue.items() if number < own} <= passed
        if after is Status.WAITLISTED:
            number = (event.run_id or 0, moved["queue_no"])
            assert number not in self.numbers
            self.numbers.add(number)
            queue[id_] = moved["queue_no"]
