"""Transfer, promotion, leave, return and retirement in the middle of each step of an enrolment.

The enrolment stays; who approves and on whose quota it counts follow the day; who leaves gives up what lies ahead.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment import actions, approvals, audit, nominations, offering, seats, waitlist
from courses.enrolment.allotment import set_quotas
from courses.enrolment.history import changes
from courses.enrolment.leaving import withdraw_leavers
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.movement import on_leave
from courses.enrolment.states import ENDED, settle
from courses.notices.models import NoticeKind
from courses.notices.movements import of_movements
from courses.people import keeping
from courses.people.models import Leave, LeaveKind, OrgUnit, Posting
from courses.scheduling.models import Mode, Run
from tests.factories import a_person, a_run, a_unit, some_day

START = some_day()
STEPS = ("applied", "returned", "approved", "nominated", "waitlisted", "offered", "enrolled", "closed")


class Office:
    """Two divisions of different bureaus with their heads; a person of the first, somewhere in a run of 20 days on."""

    def __init__(self, db: Session) -> None:
        self.db = db
        self.old, self.new = a_unit(db, "복지과", "복지국"), a_unit(db, "예산과", "재정국")
        self.heads = {
            unit.id: a_person(db, f"{unit.name}장", unit=unit, roles=["head"]) for unit in (self.old, self.new)
        }
        self.officer = a_person(db, "담당자", roles=["officer"])
        self.person = a_person(db, "김주무", unit=self.old)
        self.run = a_run(db, seats=3, mode=Mode.SELECTION, starts_in=20, days=2, apply_until=START + timedelta(days=2))
        bureaus = {self.old.parent_id or 0: (1, 2), self.new.parent_id or 0: (1, 2)}
        set_quotas(db, self.officer.id, self.run, bureaus)
        self.place = actions.enrol(db, self.person.id, self.run.id, self.person.id, motive="업무").id

    @property
    def enrolment(self) -> Enrolment:
        return self.db.get_one(Enrolment, self.place, populate_existing=True)

    def reach(self, step: str) -> None:
        """Bring the person's enrolment to a step, the way everybody goes."""
        if step == "returned":
            approvals.return_to(self.db, self.heads[self.old.id].id, [self.place], "보완")
        if step in STEPS[2:]:
            approvals.approve(self.db, self.heads[self.old.id].id, [self.place])
        if step in STEPS[3:]:
            nominations.rank(self.db, self.heads[self.old.id].id, self.run.id, self.old.id, [self.place])
        if step in ("waitlisted", "offered"):
            self._wait(step)
        if step in ("enrolled", "closed"):
            actions.enrol(self.db, self.officer.id, self.run.id, self.person.id)
        if step == "closed":
            settle(self.db, self.officer.id, self.enrolment, Outcome.COMPLETED)
        self.db.commit()

    def _wait(self, step: str) -> None:
        """The own bureau has all its seats; for an offer one of them comes free."""
        others = [a_person(self.db, f"동료{n}", unit=self.old) for n in range(2)]
        seated = [actions.enrol(self.db, self.officer.id, self.run.id, one.id) for one in others]
        actions.enrol(self.db, self.officer.id, self.run.id, self.person.id)
        if step == "offered":
            self.run.offer_hours = 24 * 30
            self.db.commit()
            actions.withdraw(self.db, self.officer.id, seated[0].id, reason="출장")

    # What may become of a person, on the next day.

    def transfer(self, unit: OrgUnit | None = None, **fields: str) -> None:
        posting = self.db.scalars(select(Posting).where(Posting.person_id == self.person.id)).one()
        posting.until_on = clock.today() - timedelta(days=1)
        kept = {"grade": posting.grade, "service": posting.service} | fields
        unit_id = unit.id if unit else posting.unit_id
        self.db.add(Posting(person_id=self.person.id, unit_id=unit_id, from_on=clock.today(), **kept))
        self.db.commit()
        waitlist.reconsider(self.db, None, [self.person.id])
        self.db.commit()

    def leave(self, days: int | None = 60) -> Leave:
        until = clock.today() + timedelta(days=days) if days else None
        one = Leave(person_id=self.person.id, kind=LeaveKind.PARENTAL, from_on=clock.today(), until_on=until)
        self.db.add(one)
        self.db.commit()
        return one

    def retire(self) -> None:
        keeping.retire(self.db, self.officer.id, self.person, clock.today())
        withdraw_leavers(self.db, self.officer.id)
        self.db.commit()

    def deciders(self) -> set[int]:
        return {id_ for turn in approvals.turns(self.db, [self.place]) for id_ in turn.people}

    def told(self) -> set[tuple[NoticeKind, int]]:
        return {(note.kind, note.person_id) for note in of_movements(self.db)}

    def lines(self) -> list[str]:
        return [str(one.what) for one in changes(self.db, self.place)]


@pytest.fixture
def office(db: Session) -> Office:
    with clock.frozen(START):
        return Office(db)


def after(office: Office, step: str, becomes: Callable[[], object], *, days: int = 1) -> Status:
    """Reach a step, then let something become of the person; the status before it. The clock stands on that day."""
    with clock.frozen(START):
        office.reach(step)
    before = office.enrolment.status
    with clock.frozen(START + timedelta(days=days)):
        becomes()
        assert not [one for one in audit.findings(office.db) if one.code != "waits"]
    return before


NEXT_DAY = START + timedelta(days=1)


@pytest.mark.parametrize("step", STEPS)
def test_transfer(office: Office, step: str) -> None:
    """The new head approves and hears of it; a seat counts for the bureau of the day on which it was got."""
    before = after(office, step, lambda: office.transfer(office.new))
    old_head, new_head = office.heads[office.old.id].id, office.heads[office.new.id].id
    with clock.frozen(NEXT_DAY):
        if step == "waitlisted":  # the new bureau has a seat
            assert office.enrolment.status is Status.ENROLLED
            assert office.enrolment.quota_unit_id == office.new.parent_id
        else:
            assert office.enrolment.status is before
        if step == "applied":
            assert office.deciders() == {new_head}
            assert office.told() == {(NoticeKind.APPROVAL, new_head)}
            (refused,) = approvals.approve(office.db, old_head, [office.place])
            assert refused[1].code == "not_your_turn"
            assert approvals.approve(office.db, new_head, [office.place]) == []
        else:
            assert office.told() == set()
        if step == "nominated":
            assert (office.enrolment.rank, office.enrolment.ranked_unit_id) == (1, office.old.id)
            actions.enrol(office.db, office.officer.id, office.run.id, office.person.id)
            assert office.enrolment.quota_unit_id == office.new.parent_id
        if step in ("offered", "enrolled", "closed"):
            assert office.enrolment.quota_unit_id == office.old.parent_id
        found = changes(office.db, office.place)
    moved = next(n for n, one in enumerate(found) if str(one.what) == "Was transferred to 재정국 예산과")
    assert {one.unit for one in found[:moved]} == {"복지국 복지과"}
    assert {one.unit for one in found[moved:]} == {"재정국 예산과"}


def test_after_a_transfer_the_new_unit_nominates_whom_the_old_one_approved(office: Office) -> None:
    after(office, "approved", lambda: office.transfer(office.new))
    with clock.frozen(NEXT_DAY):
        there = {
            unit.id: nominations.applicants(office.db, office.run.id, unit, 2) for unit in (office.old, office.new)
        }
        assert [one.id for one in there[office.new.id]] == [office.place]
        assert there[office.old.id] == []


@pytest.mark.parametrize("step", STEPS)
def test_promotion(office: Office, step: str) -> None:
    """A grade that the course is not for takes nothing away; the same head decides, and nobody needs to hear of it."""
    course = office.db.get_one(Course, office.run.course_id)
    course.for_grades = ["7급"]
    head = office.heads[office.old.id].id
    before = after(office, step, lambda: office.transfer(grade="5급"))
    with clock.frozen(NEXT_DAY):
        assert office.enrolment.status is before
        assert office.told() == ({(NoticeKind.APPROVAL, head)} if step == "applied" else set())  # nobody was told yet
        if step == "applied":
            assert office.deciders() == {head}
        if step == "offered":
            offering.accept(office.db, office.person.id, office.place)
        found = changes(office.db, office.place)
    assert "Has another grade: 5급" in [str(one.what) for one in found]
    assert found[0].grade == "7급"


@pytest.mark.parametrize("step", STEPS)
def test_leave_begins(office: Office, step: str) -> None:
    """Nothing cancels itself: the person and the officers are asked, as long as something is ahead."""
    before = after(office, step, office.leave)
    head = office.heads[office.old.id].id
    with clock.frozen(NEXT_DAY):
        assert office.enrolment.status is before
        asked = {(NoticeKind.ON_LEAVE, office.person.id), (NoticeKind.STAFF_ON_LEAVE, office.officer.id)}
        decides = {(NoticeKind.APPROVAL, head)} if step == "applied" else set()
        assert office.told() == (decides if step == "closed" else asked | decides)
        assert f"Is on leave until {clock.today() + timedelta(days=60)}" in office.lines()


@pytest.mark.parametrize("step", STEPS)
def test_return(office: Office, step: str) -> None:
    """Whose leave ends before the run is not asked, and goes on where they stood."""
    before = after(office, step, lambda: office.leave(days=3))
    with clock.frozen(START + timedelta(days=10)):
        assert office.enrolment.status is before
        assert not any(kind in (NoticeKind.ON_LEAVE, NoticeKind.STAFF_ON_LEAVE) for kind, _ in office.told())
        assert "Came back from leave" in office.lines() or step == "closed"


@pytest.mark.parametrize("step", STEPS)
def test_retirement(office: Office, step: str) -> None:
    """What lies ahead is given up; a result stays."""
    before = after(office, step, office.retire)
    seated = before in (Status.OFFERED, Status.ENROLLED)
    with clock.frozen(NEXT_DAY):
        if step == "closed":
            assert (office.enrolment.status, office.enrolment.outcome) == (Status.ENROLLED, Outcome.COMPLETED)
            return
        assert office.enrolment.status is Status.WITHDRAWN
        assert office.enrolment.quota_unit_id is None
        assert office.deciders() == set()
        assert office.told() == set()
        assert office.lines()[-1] == "Left the organisation"
        run = office.db.get_one(Run, office.run.id, populate_existing=True)
        assert seats.has_free(run) or not seated


def test_the_seat_of_who_retires_goes_to_who_waits(office: Office, db: Session) -> None:
    with clock.frozen(START):
        office.reach("enrolled")
        first, second = (a_person(db, f"동료{n}", unit=office.old) for n in range(2))
        actions.enrol(db, office.officer.id, office.run.id, first.id)
        waits = actions.enrol(db, office.officer.id, office.run.id, second.id)
        assert waits.queue_no == 1
    with clock.frozen(NEXT_DAY):
        office.retire()
        assert waits.status is Status.ENROLLED


class TestApprovers:
    """The same of whoever has to decide."""

    def test_a_head_on_leave(self, office: Office, db: Session) -> None:
        bureau = db.get_one(OrgUnit, office.old.parent_id)
        above = a_person(db, "국장", unit=bureau, roles=["head"])
        head = office.heads[office.old.id]
        db.add(Leave(person_id=head.id, kind=LeaveKind.LEAVE, from_on=NEXT_DAY.date(), until_on=None))
        db.commit()
        with clock.frozen(START):
            assert office.deciders() == {head.id}
        with clock.frozen(NEXT_DAY):
            assert office.deciders() == {above.id}
            assert office.told() == {(NoticeKind.APPROVAL, above.id)}

    def test_a_head_who_retires_and_nobody_above(self, office: Office, db: Session) -> None:
        with clock.frozen(NEXT_DAY):
            keeping.retire(db, office.officer.id, office.heads[office.old.id], clock.today())
            db.commit()
            assert office.deciders() == {office.officer.id}
            assert office.told() == {(NoticeKind.APPROVAL, office.officer.id)}

    def test_a_new_head(self, office: Office, db: Session) -> None:
        with clock.frozen(NEXT_DAY):
            second = a_person(db, "새과장", unit=office.old, roles=["head"])
            assert second.id in office.deciders()
            assert (NoticeKind.APPROVAL, second.id) in office.told()


class TestLeave:
    def test_it_meets_a_day_of_class_or_all_of_a_course_without(self, office: Office, db: Session) -> None:
        with clock.frozen(START):
            cyber = a_run(db, mode=Mode.FIRST_COME, starts_in=10, days=20)
            cyber.days = 0
            db.commit()
            actions.enrol(db, office.person.id, cyber.id, office.person.id)
            first = office.run.starts_on
            cases = [
                (first - timedelta(days=5), first - timedelta(days=1), []),
                (first - timedelta(days=5), first, [office.run.id]),
                (first + timedelta(days=2), None, []),
                (first + timedelta(days=1), None, [office.run.id]),
                (clock.today(), cyber.ends_on - timedelta(days=1), [office.run.id]),
                (clock.today(), cyber.ends_on, [office.run.id, cyber.id]),
                (clock.today() - timedelta(days=9), clock.today() - timedelta(days=1), []),
            ]
            for from_on, until_on, expected in cases:
                leave = Leave(person_id=office.person.id, kind=LeaveKind.LEAVE, from_on=from_on, until_on=until_on)
                db.add(leave)
                db.flush()
                assert [one.run_id for one in on_leave(db)] == expected, (from_on, until_on)
                db.delete(leave)
                db.flush()

    @pytest.mark.parametrize("status", ENDED)
    def test_what_has_ended_is_nobodys_question(self, office: Office, db: Session, status: Status) -> None:
        with clock.frozen(START):
            office.leave()
            office.enrolment.status = status
            db.flush()
            assert on_leave(db) == []


def test_who_leaves_later_is_withdrawn_every_night(office: Office, db: Session) -> None:
    """A seat that was got after the leaving was written down goes as well."""
    with clock.frozen(START):
        keeping.retire(db, office.officer.id, office.person, START.date() + timedelta(days=15))
        withdraw_leavers(db, office.officer.id)
        assert office.enrolment.status is Status.WITHDRAWN
        actions.enrol(db, office.officer.id, office.run.id, office.person.id)
        assert withdraw_leavers(db, None) == 1
        assert office.enrolment.status is Status.WITHDRAWN
