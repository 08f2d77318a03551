"""What the HR directory does to persons, postings, leaves and roles."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.events.models import Event
from courses.exchange.actions import apply
from courses.people.actions import grant_role
from courses.people.actor import load_actor
from courses.people.models import Leave, LeaveKind, OrgUnit, Person, Posting, Role, RoleGrant
from tests.exchange.files import DAY, HONG, KIM, complaints, look_at, organised, staff, take_in

MAY = date(2026, 5, 1)


@pytest.fixture
def hong(db: Session) -> Person:
    """홍길동 of 총무1팀 is in."""
    organised(db)
    take_in(db, "staff", staff(HONG), effective=date(2026, 1, 2))
    return db.scalars(select(Person).where(Person.employee_no == HONG["사번"])).one()


def postings(db: Session, person: Person) -> list[tuple[Any, ...]]:
    query = select(OrgUnit.name, Posting.grade, Posting.from_on, Posting.until_on)
    found = query.join(OrgUnit, OrgUnit.id == Posting.unit_id).where(Posting.person_id == person.id)
    return [tuple(row) for row in db.execute(found.order_by(Posting.from_on))]


def leaves(db: Session, person: Person) -> list[tuple[Any, ...]]:
    found = select(Leave.kind, Leave.from_on, Leave.until_on).where(Leave.person_id == person.id)
    return [tuple(row) for row in db.execute(found.order_by(Leave.from_on, Leave.id))]


def roles(db: Session, person: Person) -> set[tuple[Role, str | None]]:
    found = select(RoleGrant.role, OrgUnit.name).outerjoin(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
    return {(row.role, row.name) for row in db.execute(found.where(RoleGrant.person_id == person.id))}


def changes(db: Session, *people: dict[str, str], **options: Any) -> dict[str, tuple[str, str]]:
    """What one changed entry says, as text."""
    [entry] = look_at(db, "staff", staff(*people), **options).plan.changed
    return {change.field: (str(change.before), str(change.after)) for change in entry.differences}


def test_a_new_person_serves_from_the_day_of_appointment_and_has_no_password(db: Session, hong: Person) -> None:
    assert (hong.name, hong.initials, hong.appointed_on) == ("홍길동", "ㅎㄱㄷ", date(2000, 3, 2))
    assert hong.password_hash is None
    assert hong.session_key
    assert postings(db, hong) == [("총무1팀", "7급", date(2000, 3, 2), None)]
    assert leaves(db, hong) == []


def test_a_transfer_ends_the_old_posting_on_the_day_before(db: Session, hong: Person) -> None:
    moved = HONG | {"부서코드": "13"}
    assert changes(db, moved, effective=MAY) == {"unit_code": ("행정국 총무과 총무1팀", "행정국 재무과")}
    take_in(db, "staff", staff(moved), effective=MAY)
    assert postings(db, hong) == [
        ("총무1팀", "7급", date(2000, 3, 2), date(2026, 4, 30)),
        ("재무과", "7급", MAY, None),
    ]
    [event] = db.scalars(select(Event).where(Event.kind == "changed", Event.person_id == hong.id))
    assert (event.data["before"], event.data["after"]) == (
        {"unit": "행정국 총무과 총무1팀"},
        {"unit": "행정국 재무과"},
    )


def test_a_promotion_counts_from_the_effective_day(db: Session, hong: Person) -> None:
    promoted = HONG | {"직급": "6급"}
    assert changes(db, promoted, effective=MAY) == {"grade": ("7급", "6급")}
    take_in(db, "staff", staff(promoted), effective=MAY)
    assert [row[1:] for row in postings(db, hong)] == [
        ("7급", date(2000, 3, 2), date(2026, 4, 30)),
        ("6급", MAY, None),
    ]
    assert look_at(db, "staff", staff(promoted)).plan.same == 1


def test_a_correction_on_the_same_day_makes_no_second_posting(db: Session, hong: Person) -> None:
    take_in(db, "staff", staff(HONG | {"직급": "6급"}), effective=MAY)
    take_in(db, "staff", staff(HONG | {"직급": "5급"}), effective=MAY)
    assert [row[1:] for row in postings(db, hong)] == [
        ("7급", date(2000, 3, 2), date(2026, 4, 30)),
        ("5급", MAY, None),
    ]


def test_a_file_from_before_the_last_posting_is_refused(db: Session, hong: Person) -> None:
    take_in(db, "staff", staff(HONG | {"직급": "6급"}), effective=MAY)
    found = look_at(db, "staff", staff(HONG), effective=date(2026, 3, 1))
    assert complaints(found) == [(2, "unit_code", "A later posting, since 2026-05-01, is known already.")]


def test_a_corrected_day_of_appointment_moves_the_first_posting(db: Session, hong: Person) -> None:
    take_in(db, "staff", staff(HONG | {"임용일": "1999-12-01"}))
    assert postings(db, hong) == [("총무1팀", "7급", date(1999, 12, 1), None)]


def test_an_empty_day_of_appointment_changes_nothing(db: Session, hong: Person) -> None:
    assert look_at(db, "staff", staff(HONG | {"임용일": ""})).plan.same == 1


def test_an_appointment_put_off_and_a_new_unit_make_one_posting(db: Session) -> None:
    organised(db)
    take_in(db, "staff", staff(HONG | {"임용일": MAY.isoformat()}), effective=MAY)
    june = date(2026, 6, 1)
    take_in(db, "staff", staff(HONG | {"임용일": june.isoformat(), "부서코드": "13"}), effective=MAY)
    [person] = db.scalars(select(Person))
    assert postings(db, person) == [("재무과", "7급", june, None)]


def test_leave_starts_changes_and_ends(db: Session, hong: Person) -> None:
    june, july = date(2026, 6, 1), date(2026, 7, 1)
    take_in(db, "staff", staff(HONG | {"재직상태": "휴직"}), effective=MAY)
    assert leaves(db, hong) == [(LeaveKind.LEAVE, MAY, None)]
    away = HONG | {"재직상태": "육아휴직"}
    assert changes(db, away, effective=june) == {"state": ("Leave of absence", "Parental leave")}
    take_in(db, "staff", staff(away), effective=june)
    take_in(db, "staff", staff(HONG), effective=july)
    assert leaves(db, hong) == [
        (LeaveKind.LEAVE, MAY, date(2026, 5, 31)),
        (LeaveKind.PARENTAL, june, date(2026, 6, 30)),
    ]
    assert len(postings(db, hong)) == 1


def test_a_leave_taken_back_on_its_first_day_never_was(db: Session, hong: Person) -> None:
    take_in(db, "staff", staff(HONG | {"재직상태": "파견"}), effective=MAY)
    take_in(db, "staff", staff(HONG), effective=MAY)
    assert leaves(db, hong) == []


def test_new_people_may_be_on_leave(db: Session) -> None:
    organised(db)
    take_in(db, "staff", staff(KIM | {"재직상태": "파견"}), effective=MAY)
    [person] = db.scalars(select(Person))
    assert leaves(db, person) == [(LeaveKind.SECONDMENT, MAY, None)]
    assert postings(db, person) == [("총무과", "5급", MAY, None)]


def test_heads_and_clerks_get_their_roles_and_lose_them_again(db: Session, hong: Person) -> None:
    head = HONG | {"직위": "팀장", "담당업무": "서무"}
    take_in(db, "staff", staff(head), effective=MAY)
    assert roles(db, hong) == {(Role.HEAD, "총무1팀"), (Role.CLERK, "총무과")}
    moved = head | {"부서코드": "13", "담당업무": ""}
    assert new_roles(db, moved) == ["Head of unit of 행정국 재무과"]
    take_in(db, "staff", staff(moved), effective=date(2026, 6, 1))
    assert roles(db, hong) == {(Role.HEAD, "재무과")}
    kinds = [event.kind for event in db.scalars(select(Event).where(Event.person_id == hong.id).order_by(Event.id))]
    assert (kinds.count("role_granted"), kinds.count("role_taken")) == (3, 2)


def new_roles(db: Session, person: dict[str, str]) -> list[str]:
    [entry] = look_at(db, "staff", staff(person)).plan.changed
    [change] = [change for change in entry.differences if change.field == "role"]
    assert isinstance(change.after, tuple)
    return [str(role) for role in change.after]


def test_roles_given_by_hand_are_left_alone(db: Session, hong: Person) -> None:
    unit = db.scalars(select(OrgUnit).where(OrgUnit.code == "12")).one()
    grant_role(db, None, hong, Role.HEAD, unit.id)
    grant_role(db, None, hong, Role.OFFICER)
    db.commit()
    assert look_at(db, "staff", staff(HONG)).plan.same == 1
    take_in(db, "staff", staff(HONG | {"직위": "팀장"}), effective=MAY)
    take_in(db, "staff", staff(HONG), effective=date(2026, 6, 1))
    assert roles(db, hong) == {(Role.HEAD, "총무1팀"), (Role.OFFICER, None)}


def test_people_gone_are_only_proposed(db: Session, hong: Person) -> None:
    found = look_at(db, "staff", staff(KIM))
    assert [(entry.key, entry.name) for entry in found.plan.gone] == [("200000001", "홍길동")]
    take_in(db, "staff", staff(KIM), effective=MAY)
    assert hong.left_on is None
    assert postings(db, hong)[0][3] is None


def test_people_gone_are_deactivated_when_asked_and_come_back_with_a_later_file(db: Session, hong: Person) -> None:
    take_in(db, "staff", staff(HONG | {"직위": "팀장", "재직상태": "휴직"}), effective=date(2026, 4, 1))
    before = hong.session_key
    counts = take_in(db, "staff", staff(KIM), effective=MAY, retire=True)
    db.refresh(hong)
    assert (counts.retired, hong.left_on) == (1, MAY)
    assert hong.session_key != before
    assert load_actor(db, hong.id) is None
    assert roles(db, hong) == set()
    assert postings(db, hong)[-1][3] == MAY - timedelta(days=1)
    assert leaves(db, hong)[-1][2] == MAY - timedelta(days=1)
    assert look_at(db, "staff", staff(KIM)).plan.gone == []

    june = date(2026, 6, 1)
    assert changes(db, HONG, KIM, effective=june)["left_on"] == ("2026-05-01", "None")
    take_in(db, "staff", staff(HONG, KIM), effective=june)
    db.refresh(hong)
    assert hong.left_on is None
    assert postings(db, hong)[-1] == ("총무1팀", "7급", june, None)


def test_who_never_was_in_a_directory_is_not_gone(db: Session, hong: Person) -> None:
    db.add(Person(employee_no="admin", name="관리자", initials="ㄱㄹㅈ"))
    db.commit()
    assert look_at(db, "staff", staff(HONG)).plan.gone == []


def test_nobody_deactivates_themselves(db: Session, hong: Person) -> None:
    with pytest.raises(Refused, match="nobody can deactivate themselves"):
        apply(db, hong.id, look_at(db, "staff", staff(KIM)), retire=True)


def test_a_file_from_before_the_last_leave_is_refused(db: Session, hong: Person) -> None:
    take_in(db, "staff", staff(HONG | {"재직상태": "휴직"}), effective=MAY)
    found = look_at(db, "staff", staff(HONG), effective=date(2026, 3, 1))
    assert complaints(found) == [(2, "unit_code", "A later leave, since 2026-05-01, is known already.")]


def test_while_a_row_cannot_be_read_nobody_is_proposed_as_gone(db: Session, hong: Person) -> None:
    found = look_at(db, "staff", staff(HONG | {"전자우편": "no address"}, KIM))
    assert found.plan.gone == []
    assert "People who are gone are listed once every row can be read." in map(str, found.plan.notes)


def test_a_person_in_a_row_with_an_unknown_unit_is_not_gone(db: Session, hong: Person) -> None:
    found = look_at(db, "staff", staff(HONG | {"부서코드": "99"}, KIM))
    assert found.plan.gone == []
    assert complaints(found) == [(2, "unit_code", "There is no unit with this code.")]
    assert str(found.bad[0].remedy) == "Correct the code, or import the organisation file first."


def test_the_same_number_twice_names_both_rows(db: Session) -> None:
    organised(db)
    found = look_at(db, "staff", staff(HONG, KIM, HONG | {"성명": "홍길순"}))
    assert complaints(found) == [
        (2, "employee_no", "The same key stands in row 4 as well."),
        (4, "employee_no", "The same key stands in row 2 as well."),
    ]
    assert [entry.key for entry in found.plan.added] == [KIM["사번"]]


def test_columns_that_are_not_in_the_file_change_nothing(db: Session, hong: Person) -> None:
    take_in(db, "staff", staff(HONG | {"직위": "팀장", "재직상태": "휴직"}), effective=MAY)
    short = "사번,성명,부서코드\r\n200000001,홍길동,12\r\n".encode()
    assert look_at(db, "staff", short, effective=DAY).plan.same == 1


def test_shared_mail_is_pointed_out(db: Session) -> None:
    organised(db)
    mail = {"전자우편": "office@city.example"}
    notes = look_at(db, "staff", staff(HONG | mail, KIM | mail)).plan.notes
    assert [str(note) for note in notes] == [
        "Mail addresses used by several persons: 1. These persons sign in by employee number only."
    ]
