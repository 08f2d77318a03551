"""At the door: who comes without a place, and who comes in a colleague's stead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attendance import door
from courses.attendance.models import DoorRequest
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Mode, RunState
from tests import factories
from tests.checkin.conftest import Class, later
from tests.client import Browser

WHY = "선정 문서가 늦게 옴"


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return error.value.code


def instead(db: Session, officer: Person, course: Class, coming: Person, leaving_id: int) -> Enrolment:
    return door.admit(db, officer.id, course.today.id, coming.id, WHY, instead_of=leaving_id)


def status(db: Session, course: Class, person: Person) -> Status | None:
    own = Enrolment.run_id == course.run.id, Enrolment.person_id == person.id
    return db.scalar(select(Enrolment.status).where(*own), execution_options={"populate_existing": True})


@pytest.fixture
def colleague(db: Session) -> Person:
    """Of the same department as everybody in the class, in one of its teams."""
    return factories.a_person(db, "한동료", unit=factories.a_team(db, "서무팀", "총무과"))


# An officer


@pytest.mark.parametrize("mode", list(Mode))
def test_an_officer_gives_a_place_at_once_in_every_mode(
    db: Session, dan: Person, eve: Person, course: Class, mode: Mode
) -> None:
    course.run.mode = mode
    db.flush()
    assert door.admit(db, dan.id, course.today.id, eve.id, WHY).status is Status.ENROLLED


def test_a_full_class_takes_nobody_and_nobody_queues_at_the_door(
    client: Browser, db: Session, dan: Person, eve: Person, course: Class
) -> None:
    course.run.capacity = course.run.taken
    db.commit()
    address = f"/sessions/{course.today.id}/door"
    data = {"person": eve.employee_no, "reason": WHY}
    assert "Every seat is taken" in client.sign_in(dan).post(address, 409, data=data).text
    assert status(db, course, eve) is None


def test_somebody_who_waits_gets_the_place(db: Session, dan: Person, eve: Person, course: Class) -> None:
    factories.an_enrolment(db, course.run, eve, status="applied")
    assert door.admit(db, dan.id, course.today.id, eve.id, WHY).status is Status.ENROLLED


@pytest.mark.parametrize("mode", list(Mode))
def test_a_colleague_of_the_same_department_comes_instead(
    db: Session, dan: Person, colleague: Person, course: Class, mode: Mode
) -> None:
    course.run.mode, course.run.capacity = mode, course.run.taken
    db.flush()
    leaving = course.people[0]
    assert instead(db, dan, course, colleague, leaving.id).status is Status.ENROLLED
    assert leaving.status is Status.WITHDRAWN
    kinds = db.scalars(select(Event.kind).where(Event.run_id == course.run.id)).all()
    assert kinds.count("replaced") == 1


def test_nobody_of_another_department_comes_instead(db: Session, dan: Person, eve: Person, course: Class) -> None:
    leaving = course.people[0]
    assert refused(lambda: instead(db, dan, course, eve, leaving.id)) == "other_department"
    guest = factories.a_person(db, "외부인", external=True)
    assert refused(lambda: instead(db, dan, course, guest, leaving.id)) == "other_department"
    assert leaving.status is Status.ENROLLED


def test_nobody_comes_instead_of_who_is_not_there(db: Session, dan: Person, colleague: Person, course: Class) -> None:
    elsewhere = factories.an_enrolment(db, factories.a_run(db), factories.a_person(db))
    assert refused(lambda: instead(db, dan, course, colleague, elsewhere.id)) == "not_listed"


def test_it_takes_a_reason_and_a_class_that_begins(db: Session, dan: Person, eve: Person, course: Class) -> None:
    assert refused(lambda: door.admit(db, dan.id, course.today.id, eve.id, " ")) == "reason_needed"
    assert refused(lambda: door.admit(db, dan.id, course.tomorrow.id, eve.id, WHY)) == "too_early"
    course.run.state = RunState.CLOSED
    db.flush()
    assert refused(lambda: door.admit(db, dan.id, course.today.id, eve.id, WHY)) == "closed"


# An instructor asks


def test_an_instructor_asks_and_an_officer_gives(
    client: Browser, db: Session, cleo: Person, dan: Person, eve: Person, course: Class
) -> None:
    address = f"/sessions/{course.today.id}/door"
    client.sign_in(cleo).post(address, data={"person": eve.employee_no, "reason": WHY})
    assert status(db, course, eve) is None
    assert "Waiting" in client.get(address).text
    request = db.scalars(select(DoorRequest)).one()
    client.post(f"/door-requests/{request.id}/place", 403)
    assert WHY in client.sign_in(dan).get("/operations/door").text
    client.post(f"/door-requests/{request.id}/place")
    assert status(db, course, eve) is Status.ENROLLED
    client.post(f"/door-requests/{request.id}/place", 409)
    assert "Has a place" in client.sign_in(cleo).get(address).text


def test_an_officer_turns_down_and_the_instructor_reads_why(
    client: Browser, db: Session, cleo: Person, dan: Person, eve: Person, course: Class
) -> None:
    request = door.ask(db, cleo.id, course.today.id, eve.id, WHY)
    db.commit()
    client.sign_in(dan).post(f"/door-requests/{request.id}/refusal", 409, data={"reason": ""})
    client.post(f"/door-requests/{request.id}/refusal", data={"reason": "다음 차수에 등록함"})
    assert status(db, course, eve) is None
    assert "다음 차수에 등록함" in client.sign_in(cleo).get(f"/sessions/{course.today.id}/door").text
    door.ask(db, cleo.id, course.today.id, eve.id, "다시 요청")  # a new reason may be heard


def test_an_instructor_asks_for_a_colleague(
    db: Session, cleo: Person, dan: Person, colleague: Person, course: Class
) -> None:
    leaving = course.people[1]
    request = door.ask(db, cleo.id, course.today.id, colleague.id, WHY, instead_of=leaving.id)
    assert [(one.name, one.instead, one.asker) for one in door.unanswered(db)] == [("한동료", "나리", "이클레오")]
    door.grant(db, dan.id, request.id)
    assert (leaving.status, status(db, course, colleague)) == (Status.WITHDRAWN, Status.ENROLLED)


def test_what_nobody_could_grant_is_refused_at_once(
    db: Session, cleo: Person, dan: Person, eve: Person, course: Class
) -> None:
    def ask(person_id: int) -> Callable[[], object]:
        return lambda: door.ask(db, cleo.id, course.today.id, person_id, WHY)

    assert refused(ask(course.people[0].person_id)) == "enrolled"
    assert refused(ask(cleo.id)) == "teaches"
    busy = factories.a_run(db, starts_in=0)
    factories.an_enrolment(db, busy, eve)
    assert refused(ask(eve.id)) == "clash"
    door.ask(db, cleo.id, course.today.id, dan.id, WHY)
    assert refused(ask(dan.id)) == "asked"


def test_a_request_is_answered_by_the_rules_of_the_moment(
    db: Session, cleo: Person, dan: Person, eve: Person, course: Class
) -> None:
    request = door.ask(db, cleo.id, course.today.id, eve.id, WHY)
    course.run.state = RunState.CLOSED
    db.flush()
    with later(hours=1):
        assert refused(lambda: door.grant(db, dan.id, request.id)) == "closed"
    assert request.granted is None


@pytest.mark.parametrize(
    "data", [{}, {"person": "nobody", "reason": WHY}, {"person": "1", "reason": ""}, {"reason": WHY}]
)
def test_what_is_missing_is_said_on_the_page(client: Browser, dan: Person, course: Class, data: dict[str, str]) -> None:
    client.sign_in(dan).post(f"/sessions/{course.today.id}/door", 422, data=data)


def test_a_made_up_colleague_breaks_nothing(client: Browser, dan: Person, eve: Person, course: Class) -> None:
    for made_up in ("999999", "9" * 30):
        data = {"person": eve.employee_no, "reason": WHY, "instead_of": made_up}
        client.sign_in(dan).post(f"/sessions/{course.today.id}/door", 409, data=data)


def test_yesterdays_door_is_open_as_long_as_the_run_is(db: Session, dan: Person, eve: Person, course: Class) -> None:
    assert course.yesterday.starts_at < course.today.starts_at - timedelta(hours=12)
    assert door.admit(db, dan.id, course.yesterday.id, eve.id, WHY).status is Status.ENROLLED
