"""Who somebody is: shown by a card, by a colleague, or not; and what an officer makes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import identity
from courses.attendance.models import IdentityCheck, Proof
from courses.enrolment.models import Outcome, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.checkin.conftest import NINE, Class
from tests.client import Browser


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return error.value.code


def number(db: Session, course: Class) -> str:
    return db.get_one(Person, course.people[0].person_id).employee_no or ""


def kinds(db: Session) -> list[str]:
    return list(db.scalars(select(Event.kind).where(Event.kind.like("identity%")).order_by(Event.id)))


def test_the_last_digits_of_the_card_confirm(db: Session, cleo: Person, course: Class) -> None:
    one = course.people[0].id
    identity.by_card(db, cleo.id, course.today.id, one, f" {number(db, course)[-4:]} ")
    look = identity.last_checks(db, course.today.id)[one]
    assert (look.proof, look.checker, look.at, look.colleague) == (Proof.CARD, "이클레오", NINE, None)
    assert kinds(db) == ["identity_checked"]


@pytest.mark.parametrize("digits", ["", "0", "xxxx", "가나다라"])
def test_other_digits_are_refused_and_accuse_nobody(db: Session, cleo: Person, course: Class, digits: str) -> None:
    one = course.people[0].id
    assert refused(lambda: identity.by_card(db, cleo.id, course.today.id, one, digits)) == "other_digits"
    other = f"{(int(number(db, course)[-4:]) + 1) % 10_000:04}"
    assert refused(lambda: identity.by_card(db, cleo.id, course.today.id, one, other)) == "other_digits"
    assert kinds(db) == []


def test_who_has_no_card_is_known_by_a_colleague(db: Session, cleo: Person, course: Class) -> None:
    guest = factories.an_enrolment(db, course.run, factories.a_person(db, "외부인", external=True))
    assert refused(lambda: identity.by_card(db, cleo.id, course.today.id, guest.id, "1234")) == "no_card"
    identity.by_colleague(db, cleo.id, course.today.id, guest.id, course.people[1].id)
    assert identity.last_checks(db, course.today.id)[guest.id].colleague == "나리"


def test_a_colleague_is_somebody_else_of_the_same_class(db: Session, cleo: Person, course: Class, eve: Person) -> None:
    other = factories.an_enrolment(db, factories.a_run(db), eve)
    one = course.people[0].id
    for named in (one, other.id, 0):
        assert refused(partial(identity.by_colleague, db, cleo.id, course.today.id, one, named)) == "no_colleague"


def test_nobody_confirms_themselves_or_somebody_without_a_place(db: Session, course: Class, cleo: Person) -> None:
    own = factories.an_enrolment(db, course.run, factories.a_person(db, "담당자", roles=["officer"]))
    assert refused(lambda: identity.fail(db, own.person_id, course.today.id, own.id, "x")) == "own"
    course.people[0].status = Status.WITHDRAWN
    db.flush()
    assert refused(lambda: identity.fail(db, cleo.id, course.today.id, course.people[0].id, "x")) == "not_enrolled"


def test_it_is_looked_at_in_class(db: Session, cleo: Person, course: Class) -> None:
    ahead = course.tomorrow.id
    assert refused(lambda: identity.fail(db, cleo.id, ahead, course.people[0].id, "x")) == "too_early"


def test_a_failed_check_waits_for_an_officer_who_expels(db: Session, cleo: Person, dan: Person, course: Class) -> None:
    one = course.people[0]
    assert refused(lambda: identity.fail(db, cleo.id, course.today.id, one.id, " ")) == "reason_needed"
    check = identity.fail(db, cleo.id, course.today.id, one.id, "이름을 몰랐음")
    assert [(look.name, look.note) for look in identity.undecided(db)] == [("가은", "이름을 몰랐음")]
    assert refused(lambda: identity.decide(db, dan.id, check.id, expel=True, reason="")) == "reason_needed"
    identity.decide(db, dan.id, check.id, expel=True, reason="본인 인정")
    assert one.outcome is Outcome.EXPELLED
    assert identity.undecided(db) == []
    assert kinds(db) == ["identity_checked", "identity_settled"]
    assert refused(lambda: identity.decide(db, dan.id, check.id, expel=False, reason="x")) == "decided"


def test_an_officer_may_let_it_rest(db: Session, cleo: Person, dan: Person, course: Class) -> None:
    check = identity.fail(db, cleo.id, course.today.id, course.people[0].id, "신분증 없음")
    identity.decide(db, dan.id, check.id, expel=False, reason="소속 부서가 확인함")
    assert course.people[0].outcome is None
    assert (check.decided_by, check.decided_at, check.expelled) == (dan.id, clock.now(), False)


@pytest.mark.parametrize("expel", [True, False])
def test_nobody_decides_on_themselves(db: Session, cleo: Person, dan: Person, course: Class, *, expel: bool) -> None:
    """A training officer who takes part in the class."""
    mine = factories.an_enrolment(db, course.run, dan)
    check = identity.fail(db, cleo.id, course.today.id, mine.id, "신분증이 없음")
    assert refused(lambda: identity.decide(db, dan.id, check.id, expel=expel, reason="제가 맞습니다")) == "own"
    assert check.decided_at is None


def test_a_check_that_did_not_fail_has_nothing_to_decide(db: Session, cleo: Person, dan: Person, course: Class) -> None:
    check = identity.by_colleague(db, cleo.id, course.today.id, course.people[0].id, course.people[1].id)
    assert refused(lambda: identity.decide(db, dan.id, check.id, expel=True, reason="x")) == "decided"


def test_nobody_is_expelled_from_a_closed_run(db: Session, cleo: Person, dan: Person, course: Class) -> None:
    check = identity.fail(db, cleo.id, course.today.id, course.people[0].id, "이름을 몰랐음")
    course.run.state = RunState.CLOSED
    db.flush()
    assert refused(lambda: identity.decide(db, dan.id, check.id, expel=True, reason="x")) == "closed"
    identity.decide(db, dan.id, check.id, expel=False, reason="착오")


# The pages


def page(course: Class, number: int = 0) -> str:
    return f"/sessions/{course.today.id}/door/{course.people[number].id}"


def test_the_card_is_checked_on_the_page_which_shows_no_number(
    client: Browser, db: Session, cleo: Person, course: Class
) -> None:
    shown = client.sign_in(cleo).get(page(course)).text
    assert number(db, course) not in shown
    assert number(db, course)[-4:] not in shown
    again = client.post(page(course), 409, data={"proof": "card", "digits": "0"}).text
    assert "do not agree" in again
    client.post(page(course), data={"proof": "card", "digits": number(db, course)[-4:]})
    listed = client.get(f"/sessions/{course.today.id}/door").text
    assert "By the staff card" in listed
    assert "이클레오, 09:00" in listed


def test_a_failed_check_stands_before_the_officer_with_both_ways(
    client: Browser, db: Session, cleo: Person, dan: Person, course: Class
) -> None:
    client.sign_in(cleo).post(page(course), data={"proof": "failed", "note": "이름을 몰랐음"})
    client.get("/operations/door", 403)
    shown = client.sign_in(dan).get("/operations/door").text
    assert "이름을 몰랐음" in shown
    check = db.scalars(select(IdentityCheck.id)).one()
    client.post(f"/identity-checks/{check}/decision", 409, data={"decision": "expel", "reason": ""})
    client.post(f"/identity-checks/{check}/decision", data={"decision": "expel", "reason": "본인 인정"})
    assert "Nothing is waiting" in client.get("/operations/door").text
    db.refresh(course.people[0])
    assert course.people[0].outcome is Outcome.EXPELLED
    assert "Expelled" in client.get(f"/sessions/{course.today.id}/door").text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"proof": "colleague", "colleague": "x"}, 409),
        ({"proof": "failed"}, 409),
        ({"proof": "photo"}, 422),
        ({"proof": "card", "digits": "12345"}, 422),
    ],
)
def test_what_cannot_be_written_down_is_said(
    client: Browser, cleo: Person, course: Class, data: dict[str, str], status: int
) -> None:
    client.sign_in(cleo).post(page(course), status, data=data)
    client.get(f"/sessions/{course.today.id}/door/999999", 404)


def test_nobody_else_decides(client: Browser, db: Session, ana: Person, cleo: Person, course: Class) -> None:
    check = identity.fail(db, cleo.id, course.today.id, course.people[0].id, "이름을 몰랐음")
    db.commit()
    for who in (ana, cleo):
        client.sign_in(who).post(f"/identity-checks/{check.id}/decision", 403, data={"reason": "x"})
