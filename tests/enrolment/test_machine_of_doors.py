"""The same through the doors: whoever presses whatever, on the pages of every role, nothing unlawful happens.

Every press is a POST as a browser sends it, by somebody whose it is, by somebody of another role, or by nobody. What
the events then say was done must be that person's to do; nothing is answered with an error of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from courses import clock, permissions
from courses.enrolment import allotment, offering, waitlist
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED, UNDER_WAY
from courses.events.models import Event
from courses.people.models import Person
from courses.permissions import Permission
from courses.scheduling import locks
from courses.scheduling.models import ClassSession, Run, RunState
from tests import factories
from tests.client import Browser
from tests.enrolment.machine import HERE, RUNS, SELDOM, STAFF, START, Lawful, World

ANSWERS = {303, 403, 404, 409, 422}
REFUSED = {403, 404, 422}
SOME = st.integers(0, 6)
WHO = st.sampled_from([None] * 12 + list(range(-1, 13)))


class Press(NamedTuple):
    """What is sent, and who it is usually sent by."""

    path: str
    data: dict[str, Any]
    usual: int


Door = Callable[["Doors", int, int, int], Press | None]


class Doors(Lawful):
    """One random history of presses."""

    def __init__(self, connection: Connection, world: World, app: Flask, administrator: int) -> None:
        super().__init__(connection, world)
        self.client = Browser(app, self.db)
        self.administrator = administrator
        self.seen = self.db.scalars(select(Event.id).order_by(Event.id.desc()).limit(1)).one()
        self.everybody = [*world.staff, *world.heads, *world.clerks, world.officer, administrator]

    # What can be pressed. `n` and `m` choose whom it concerns, `run` where.

    def enrol(self, run: int, n: int, m: int) -> Press:
        return Press(f"/runs/{self.world.runs[run]}/enrolments", {"motive": "업무"}, self.world.staff[n])

    def withdraw(self, run: int, n: int, m: int) -> Press | None:
        return self._of_one(self.place(n, run, *HERE), "withdrawal", by_officer=m > 4, reason="출장" if m % 2 else "")

    def accept(self, run: int, n: int, m: int) -> Press | None:
        return self._of_one(self.place(n, run, Status.OFFERED, *HERE), "acceptance", by_officer=m > 5)

    def recall(self, run: int, n: int, m: int) -> Press | None:
        return self._of_one(self.place(n, run, *UNDER_WAY), "recall")

    def reapply(self, run: int, n: int, m: int) -> Press | None:
        return self._of_one(self.place(n, run, Status.RETURNED, *UNDER_WAY), "application", motive="보완")

    def approve(self, run: int, n: int, m: int) -> Press:
        return Press("/approvals", {"enrolment": self._ids(Status.APPLIED)}, self.world.heads[m % 2])

    def give_back(self, run: int, n: int, m: int) -> Press:
        ids = self._ids(Status.APPLIED, Status.APPROVED)[n:]
        return Press("/approvals/returned", {"enrolment": ids, "reason": "보완"}, self.world.heads[m % 2])

    def nominate(self, run: int, n: int, m: int) -> Press:
        unit = self.world.units[m % 2]
        ranks = {f"rank-{id_}": str(place) for place, id_ in enumerate(self._ids(Status.APPROVED, Status.NOMINATED), 1)}
        return Press(f"/runs/{self.world.runs[0]}/nominations?unit={unit.id}", ranks, self.world.clerks[m % 2])

    def apply_for(self, run: int, n: int, m: int) -> Press:
        data = {"person": self._number(n), "motive": "업무"}
        path = f"/runs/{self.world.runs[run]}/nominations/applicants?unit={self.world.units[n % 2].id}"
        return Press(path, data, self.world.clerks[n % 2])

    def place_somebody(self, run: int, n: int, m: int) -> Press:
        return self._by_officer(f"/runs/{self.world.runs[run]}/roster", person=self._number(n), reason="결원")

    def decide(self, run: int, n: int, m: int) -> Press:
        do = ("select", "wait")[m % 2]
        ids = self._ids(*UNDER_WAY, Status.WAITLISTED)
        return self._by_officer(f"/runs/{self.world.runs[0]}/selection", do=do, enrolment=ids[n:][:3])

    def decline(self, run: int, n: int, m: int) -> Press:
        ids = self._ids(*UNDER_WAY, Status.WAITLISTED)[n:][:2]
        return self._by_officer(f"/runs/{self.world.runs[0]}/non-selection", enrolment=ids, reason="인원 초과")

    def hold_seats(self, run: int, n: int, m: int) -> Press:
        floors = {f"floor-{unit.parent_id}": str(number) for unit, number in zip(self.world.units, (n, m), strict=True)}
        return self._by_officer(f"/runs/{self.world.runs[run]}/quotas", **floors)

    def draw(self, run: int, n: int, m: int) -> Press | None:
        return self._by_officer(f"/runs/{self.world.runs[2]}/draw") if n == 0 else None

    def set_capacity(self, run: int, n: int, m: int) -> Press:
        return self._by_officer(f"/runs/{self.world.runs[run]}/capacity", capacity=str(n + 1), losing="9")

    def replace(self, run: int, n: int, m: int) -> Press | None:
        press = self._of_one(self.place(n, run, *HERE), "replacement", by_officer=True)
        return press and press._replace(data={"person": self._number(m), "reason": "전보"})

    def move_session(self, run: int, n: int, m: int) -> Press:
        session = self._session(run, m)
        starts_at = clock.local(session.starts_at + timedelta(days=n - 3))
        when = {"day": f"{starts_at:%Y-%m-%d}", "begins": f"{starts_at:%H:%M}", "anyway": "y"}
        return self._by_officer(f"/sessions/{session.id}/move", **when)

    def cancel_session(self, run: int, n: int, m: int) -> Press | None:
        path = f"/sessions/{self._session(run, m).id}/cancellation"
        return self._by_officer(path, agreed="y") if n == 0 else None

    def cancel_run(self, run: int, n: int, m: int) -> Press | None:
        path = f"/operations/runs/{self.world.runs[run]}/cancellation"
        return self._by_officer(path, reason="강사 사정") if (n, m) == (0, 0) else None

    def close(self, run: int, n: int, m: int) -> Press:
        return self._by_officer(f"/runs/{self.world.runs[run]}/closing", anyway="y")

    def reopen(self, run: int, n: int, m: int) -> Press:
        return self._by_officer(f"/runs/{self.world.runs[run]}/reopening", reason="성적 정정")

    def post(self, run: int, n: int, m: int) -> Press:
        return self._of_person(n, "posting", unit=self.world.units[m % 2].code, grade="7급", service="일반직")

    def leave(self, run: int, n: int, m: int) -> Press:
        return self._of_person(n, "leave", kind="parental")

    def come_back(self, run: int, n: int, m: int) -> Press:
        return self._of_person(n, "return")

    def retire(self, run: int, n: int, m: int) -> Press | None:
        return self._of_person(n, "leaving") if m == 0 else None

    PRESSES = (
        enrol, enrol, withdraw, accept, recall, reapply, approve, approve, give_back, nominate, apply_for,
        place_somebody, decide, decide, decline, hold_seats, draw, set_capacity, replace, move_session,
        cancel_session, cancel_run, close, reopen, post, leave, come_back, retire,
    )  # fmt: skip

    @initialize(who=st.lists(st.tuples(STAFF, RUNS), min_size=8, max_size=16))
    def applications_open(self, who: list[tuple[int, int]]) -> None:
        for n, run in who:
            self._send(self.enrol(run, n, 0), self.world.staff[n])

    @rule(presses=st.lists(st.tuples(st.sampled_from(PRESSES), RUNS, SOME, SOME, WHO), min_size=4, max_size=10))
    def people_press(self, presses: list[tuple[Door, int, int, int, int | None]]) -> None:
        """The last of each says who: None, whose it usually is; -1, nobody who is signed in."""
        for what, run, n, m, who in presses:
            if press := what(self, run, n, m):
                self._send(press, press.usual if who is None else None if who < 0 else self.everybody[who])
                self.every_law_holds()

    @rule(run=RUNS, really=SELDOM, again=st.booleans())
    def class_is_over(self, run: int, really: bool, again: bool) -> None:
        """The run is closed after its last day, and perhaps opened again."""
        if not really:
            return
        over = clock.end_of(self.run(run).ends_on) - self.now
        self.time_passes(max(1, int(over.total_seconds()) // 3600 + 1))
        for press in [self.close(run, 0, 0), self.reopen(run, 0, 0)][: 1 + again]:
            self._send(press, press.usual)
            self.every_law_holds()

    @rule()
    def night_comes(self) -> None:
        """What the jobs of the night do, each in a transaction of its own."""
        for run_id in offering.overdue(self.db):
            ended = offering.expire(self.db, None, run_id)
            self.db.commit()
            waitlist.reconsider(self.db, None, [one.person_id for one in ended])
            self.db.commit()
        for run_id in allotment.releasable(self.db):
            allotment.release(self.db, None, run_id)
            self.db.commit()
        for run_id in waitlist.waited_for(self.db):
            waitlist.promote(self.db, None, locks.lock_run(self.db, run_id))
            self.db.commit()
        self.unseen.clear()

    def _send(self, press: Press, who: int | None) -> None:
        self._pressed(press, who)
        self.db.expire_all()
        mine = select(Event).where(Event.id > self.seen).order_by(Event.id)
        for event in self.db.scalars(mine).all():
            self.seen = event.id
            assert event.actor_id in (None, who), (event.kind, event.actor_id, who)
            assert event.kind != "moved" or self._is_lawful(event, who), (press, who, event.data)

    def _pressed(self, press: Press, who: int | None) -> None:
        if who is None:
            with self.client.http.session_transaction() as cookie:
                cookie.clear()
        else:
            self.client.sign_in(self.db.get_one(Person, who, populate_existing=True))
        before = self.db.scalars(select(Event.id).order_by(Event.id.desc()).limit(1)).first() or 0
        answer = self.client.http.post(press.path, data=press.data)
        assert answer.status_code in ANSWERS, (press, answer.status_code)
        signed_out = answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
        if answer.status_code in REFUSED or signed_out:
            assert not self.db.scalars(select(Event.id).where(Event.id > before)).all()
        if who is None:
            assert signed_out
        if "/people/" in press.path:  # nobody looks at the queues of those who changed units before the night
            self.unseen.update(self.world.staff)

    def _is_lawful(self, event: Event, who: int | None) -> bool:
        """Whether a step of somebody's is this person's to take, by the rules as the organisation reads them."""
        said, person, officer = event.data, event.person_id or 0, self.world.officer
        before, after = said["before"], Status(said["after"])
        if said["reason"] == "promoted" or who == officer:
            return True  # who waited for what somebody gave up; officers see to everything
        head = {unit.id: id_ for unit, id_ in zip(self.world.units, self.world.heads, strict=True)}
        clerk = {unit.id: id_ for unit, id_ in zip(self.world.units, self.world.clerks, strict=True)}
        unit_id = self.unit_of(person) or 0
        if after in (Status.APPROVED, Status.RETURNED):
            return who == head.get(unit_id)
        if after is Status.NOMINATED:
            return who in (clerk.get(unit_id), head.get(unit_id))
        if after is Status.WITHDRAWN:
            return who == (self.administrator if said["reason"] == "left" else person)
        begins = not before or before in ENDED or before == Status.RETURNED
        in_the_name_of = begins and who in (clerk.get(unit_id), head.get(unit_id))
        return (who == person or in_the_name_of) and (begins or before == Status.OFFERED)

    def _of_one(self, id_: int | None, what: str, *, by_officer: bool = False, **data: Any) -> Press | None:
        if id_ is None:
            return None
        own = self.db.get_one(Enrolment, id_).person_id
        return Press(f"/enrolments/{id_}/{what}", data, self.world.officer if by_officer else own)

    def _by_officer(self, path: str, **data: Any) -> Press:
        return Press(path, data, self.world.officer)

    def _of_person(self, n: int, what: str, **data: Any) -> Press:
        day = {"day": f"{clock.today():%Y-%m-%d}"}
        return Press(f"/people/{self.world.staff[n]}/{what}", data | day, self.administrator)

    def _ids(self, *statuses: Status) -> list[int]:
        found = select(Enrolment.id).where(Enrolment.run_id == self.world.runs[0], Enrolment.status.in_(statuses))
        return list(self.db.scalars(found.order_by(Enrolment.id)))

    def _number(self, n: int) -> str:
        return self.db.get_one(Person, self.world.staff[n]).employee_no or ""

    def _session(self, run: int, which: int) -> ClassSession:
        held = select(ClassSession).where(ClassSession.run_id == self.world.runs[run]).order_by(ClassSession.number)
        found = self.db.scalars(held).all()
        return found[which % len(found)]

    @invariant()
    def closed_runs_are_settled(self) -> None:
        left = select(Enrolment.id).join(Run).where(Run.state == RunState.CLOSED, Enrolment.outcome.is_(None))
        assert not self.db.scalars(left.where(Enrolment.status.in_(HERE))).all()


def play(connection: Connection, app: Flask, **how: Any) -> None:
    with clock.frozen(START), Session(connection, join_transaction_mode="create_savepoint") as db:
        world = World(db)
        administrator = factories.a_person(db, "관리자", roles=["administrator"]).id
        for unit in world.units:
            db.refresh(unit)
        db.expunge_all()
    bounded = settings(
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **{"max_examples": 15, "stateful_step_count": 30, **how},
    )
    run_state_machine_as_test(lambda: Doors(connection, world, app, administrator), settings=bounded)  # type: ignore[no-untyped-call]  # untyped there


def test_nothing_that_anybody_presses_breaks_a_law(connection: Connection, app: Flask) -> None:
    play(connection, app)


def test_a_door_that_lets_everybody_in_is_found_out(
    connection: Connection, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = {Permission.PLAN: None, Permission.APPROVE: None}
    monkeypatch.setattr(permissions, "HELD_BY", permissions.HELD_BY | everybody)
    with pytest.raises(AssertionError):
        play(connection, app, max_examples=100, phases=[Phase.generate], report_multiple_bugs=False)
