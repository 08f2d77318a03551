from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import Attendance, AttendanceMark
from courses.completion.actions import close
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused
from courses.events.actions import kind_of
from courses.events.facts import Filed, FilingReturned
from courses.events.models import Event
from courses.people.models import Person, Role, RoleGrant
from courses.scheduling.clashes import Taken
from courses.scheduling.models import ClassSession, Mode, Run, RunInstructor, RunState
from courses.workplace import filing as actions
from courses.workplace.filing import NotPossible, Wanted, least_minutes
from courses.workplace.models import Filing
from lms import filing as ledger
from tests import factories
from tests.workplace.scenes import Department, a_department, filed


@pytest.fixture
def here(db: Session) -> Department:
    return a_department(db)


def test_a_filing_is_a_run_of_the_ledger(db: Session, here: Department) -> None:
    """Published, assigned, with a session, seats and marks; its policy is pinned."""
    run = db.get_one(Run, filed(db, here).run_id)
    assert (run.state, run.mode, run.taken, run.capacity) == (RunState.PUBLISHED, Mode.ASSIGNED, 3, 3)
    assert run.policy == "plain 1"
    assert (run.venue, run.teachers) == ("행정국 총무과", "강사인")
    session = db.scalars(select(ClassSession).where(ClassSession.run_id == run.id)).one()
    assert session.ends_at - session.starts_at == timedelta(minutes=100)
    assert {mark.mark for mark in db.scalars(select(Attendance))} == {AttendanceMark.PRESENT}
    assert event(db, Filed).data == {"unit_id": here.unit.id, "people": 3, "again": False}


def test_closing_confirms_it_and_the_absent_have_not_completed(db: Session, here: Department, dan: Person) -> None:
    """Everybody is judged as in any run."""
    run = db.get_one(Run, filed(db, here, here.staff[2]).run_id)
    close(db, dan.id, run)
    outcomes = {row[0]: row[1] for row in db.execute(select(Enrolment.person_id, Enrolment.outcome))}
    assert outcomes == {
        here.staff[0].id: Outcome.COMPLETED,
        here.staff[1].id: Outcome.COMPLETED,
        here.staff[2].id: Outcome.NOT_REGISTERED,
    }
    with pytest.raises(Refused) as refused:
        actions.open_run(db, db.get_one(Filing, run.id))
    assert refused.value.code == "confirmed"


def test_the_trainer_becomes_one_once_and_reaches_that_run(db: Session, here: Department) -> None:
    """Without an instructor's role before."""
    filing = filed(db, here)
    other = here.wanted(day=here.yesterday - timedelta(days=1))
    ledger.file(db, here.clerk.id, here.unit, here.course, other)
    roles = db.execute(select(RoleGrant.role, RoleGrant.unit_id).where(RoleGrant.person_id == here.trainer.id)).all()
    assert [tuple(row) for row in roles] == [(Role.TRAINER, here.unit.id)]
    assert db.get(RunInstructor, (filing.run_id, here.trainer.id))


def test_the_clerk_may_have_taken_part(db: Session, here: Department) -> None:
    """Who files is no obstacle: an officer looks at it before it counts."""
    filing = ledger.file(db, here.clerk.id, here.unit, here.course, here.wanted(here.clerk))
    assert db.get_one(Run, filing.run_id).taken == 1


def test_what_lies_ahead_has_no_marks_yet(db: Session, here: Department) -> None:
    """Its trainer calls the roll."""
    ledger.file(db, here.clerk.id, here.unit, here.course, here.wanted(day=clock.today() + timedelta(days=3)))
    assert db.scalars(select(Attendance)).all() == []
    assert db.scalars(select(Enrolment.status)).all() == [Status.ENROLLED] * 3


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("minutes", {"minutes": 99}),
        ("minutes", {"minutes": 481}),
        ("nobody", {"people": ()}),
        ("many", {"people": tuple(range(1_000, 1_201))}),
        ("day", {"starts_at": clock.now() - timedelta(days=400)}),
        ("day", {"starts_at": clock.now() + timedelta(days=100)}),
    ],
)
def test_what_cannot_be_is_refused(db: Session, here: Department, code: str, change: dict[str, object]) -> None:
    """Nothing is left of it."""
    wanted = Wanted(**{**vars(here.wanted()), **change})  # type: ignore[arg-type]  # one field each
    with pytest.raises(Refused) as refused:
        ledger.file(db, here.clerk.id, here.unit, here.course, wanted)
    assert refused.value.code == code
    assert db.scalars(select(Run)).all() == []


def test_only_own_staff_trains_and_not_themselves(db: Session, here: Department, eve: Person) -> None:
    """The trainer serves in the department, and is none of those trained."""
    for trainer, people in ((eve, here.staff), (here.staff[0], here.staff)):
        wanted = Wanted(here.at(here.yesterday), 100, trainer.id, tuple(one.id for one in people))
        with pytest.raises(Refused) as refused:
            ledger.file(db, here.clerk.id, here.unit, here.course, wanted)
        assert refused.value.code == "trainer"


def test_only_workplace_subjects_are_filed(db: Session, here: Department) -> None:
    """A classroom course is planned by the officer."""
    with pytest.raises(Refused) as refused:
        ledger.file(db, here.clerk.id, here.unit, factories.a_course(db), here.wanted())
    assert refused.value.code == "kind"


def test_people_elsewhere_at_that_time_are_named(db: Session, here: Department) -> None:
    """Each with the reason; the others are not filed alone."""
    other = factories.a_course(db, "표 계산", kind="workplace", hours=2)
    ledger.file(db, here.clerk.id, here.unit, other, here.wanted(here.staff[0]))
    second = factories.a_person(db, "둘째강사", unit=here.unit)
    wanted = Wanted(here.at(here.yesterday), 100, second.id, here.wanted().people)
    with pytest.raises(NotPossible) as refused:
        ledger.file(db, here.clerk.id, here.unit, here.course, wanted)
    assert {id_: why.code for id_, why in refused.value.people.items()} == {here.staff[0].id: "clash"}


def test_a_trainer_is_in_one_place(db: Session, here: Department) -> None:
    """Teaching elsewhere at that time is told with the run."""
    filed(db, here)
    with pytest.raises(Taken):
        ledger.file(db, here.clerk.id, here.unit, here.course, here.wanted(here.clerk))


def test_a_returned_filing_is_corrected(db: Session, here: Department, dan: Person) -> None:
    """Other people, another day; the marks are those of the new list."""
    filing = filed(db, here)
    actions.send_back(db, dan.id, filing, "명단 확인")
    assert event(db, FilingReturned).data["filed_by"] == here.clerk.id
    extra = factories.a_person(db, "차카타", unit=here.unit)
    wanted = here.wanted(here.staff[0], extra, day=here.yesterday - timedelta(days=2))
    ledger.correct(db, here.clerk.id, filing, wanted, [extra.id])
    run = db.get_one(Run, filing.run_id)
    assert (filing.returned_at, filing.reason, run.taken, run.capacity) == (None, "", 2, 2)
    assert run.starts_on == here.yesterday - timedelta(days=2)
    marks = select(Enrolment.person_id, Attendance.mark).join(Enrolment, Enrolment.id == Attendance.enrolment_id)
    assert {row[0]: row[1] for row in db.execute(marks)} == {
        here.staff[0].id: AttendanceMark.PRESENT,
        extra.id: AttendanceMark.ABSENT,
    }
    assert event(db, Filed).data["again"] is True


def test_more_and_then_fewer_people_keep_everybody_seated(db: Session, here: Department) -> None:
    """Nobody waits in a queue of a filing."""
    filing = filed(db, here)
    for people in ((here.staff[0],), (*here.staff, here.clerk), (here.clerk, here.staff[1])):
        ledger.correct(db, here.clerk.id, filing, here.wanted(*people))
        seated = select(Enrolment.person_id).where(Enrolment.status == Status.ENROLLED)
        assert set(db.scalars(seated)) == {one.id for one in people}
        assert db.get_one(Run, filing.run_id).taken == len(people)


def test_a_mistake_is_withdrawn(db: Session, here: Department) -> None:
    """The run is cancelled and everybody free."""
    filing = filed(db, here)
    actions.take_back(db, here.clerk.id, filing)
    assert db.get_one(Run, filing.run_id).state is RunState.CANCELLED
    assert set(db.scalars(select(Enrolment.status))) == {Status.CANCELLED}
    with pytest.raises(Refused):
        actions.send_back(db, here.clerk.id, filing, "왜")


def test_a_return_needs_a_reason(db: Session, here: Department, dan: Person) -> None:
    """The department reads it."""
    with pytest.raises(Refused) as refused:
        actions.send_back(db, dan.id, filed(db, here), "  ")
    assert refused.value.code == "reason_needed"


@pytest.mark.parametrize(("minutes", "least"), [(60, 50), (120, 100), (61, 51), (1, 1)])
def test_credited_minutes_take_fewer_by_the_clock(db: Session, here: Department, minutes: int, least: int) -> None:
    """50 credit 60, and never a minute too few."""
    here.course.minutes = minutes
    assert least_minutes(here.course) == least


def event(db: Session, fact: type[object]) -> Event:
    """The last one of a kind."""
    kind = kind_of(fact)  # type: ignore[arg-type]  # a fact
    return db.scalars(select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)).one()
