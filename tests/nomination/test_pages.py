"""Ranking in the browser without JavaScript: numbers, arrow buttons, adding a colleague; and from the wrong side."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from tests import factories
from tests.approval.scenes import an_application
from tests.client import Browser, check_page
from tests.nomination.scenes import a_clerk, approved, bureau, ranked_by

NUMBER = re.compile(r'name="rank-(\d+)" value="(\d*)"')


@pytest.fixture
def rows(db: Session, run: Run, unit: OrgUnit) -> list[Enrolment]:
    return approved(db, run, unit, "가", "나", "다")


def shown(page: str) -> list[tuple[int, str]]:
    return [(int(id_), number) for id_, number in NUMBER.findall(page)]


def numbers(rows: list[Enrolment], *order: int) -> dict[str, object]:
    return {f"rank-{row.id}": number for row, number in zip(rows, order, strict=False)}


@pytest.mark.parametrize(
    ("language", "says"), [("ko", "3명을 이 순위로 추천했습니다"), ("en", "3 nominated in this order")]
)
def test_numbers_are_ranks(
    client: Browser, run: Run, clerk: Person, unit: OrgUnit, rows: list[Enrolment], language: str, says: str
) -> None:
    address = f"/runs/{run.id}/nominations"
    page = client.sign_in(clerk, language).get(address).text
    assert shown(page) == [(row.id, str(n)) for n, row in enumerate(rows, 1)]
    answer = client.post(f"{address}?unit={unit.id}", data=numbers(rows, 30, 10, 20))
    assert [row.rank for row in rows] == [3, 1, 2]
    assert says in client.get(answer.location).text


def test_who_has_no_number_is_not_nominated(
    client: Browser, run: Run, clerk: Person, unit: OrgUnit, rows: list[Enrolment]
) -> None:
    client.sign_in(clerk).post(f"/runs/{run.id}/nominations?unit={unit.id}", data=numbers(rows, 2, 1))
    assert [row.status.value for row in rows] == ["nominated", "nominated", "approved"]


def test_arrows_only_change_the_form(
    client: Browser, run: Run, clerk: Person, unit: OrgUnit, rows: list[Enrolment]
) -> None:
    data = numbers(rows, 1, 2, 3) | {"move": f"{rows[2].id}-up"}
    answer = client.sign_in(clerk).post(f"/runs/{run.id}/nominations?unit={unit.id}", 200, data=data)
    check_page(answer.text)
    assert shown(answer.text) == [(rows[0].id, "1"), (rows[2].id, "2"), (rows[1].id, "3")]
    assert "This order is not saved yet" in answer.text
    assert {row.status for row in rows} == {Status.APPROVED}


@pytest.mark.parametrize("button", ["up", "7-up", "x-down", "99999999999999999999-up"])
def test_unknown_arrows_move_nothing(
    client: Browser, run: Run, clerk: Person, unit: OrgUnit, rows: list[Enrolment], button: str
) -> None:
    address = f"/runs/{run.id}/nominations?unit={unit.id}"
    answer = client.sign_in(clerk).post(address, 200, data=numbers(rows, 1, 2, 3) | {"move": button})
    assert [id_ for id_, _ in shown(answer.text)] == [row.id for row in rows]


@pytest.mark.parametrize("typed", ["0", "-1", "first", "1.5", "99999"])
def test_what_is_no_number_is_named(
    client: Browser, run: Run, clerk: Person, unit: OrgUnit, rows: list[Enrolment], typed: str
) -> None:
    data = numbers(rows, 1, 2) | {f"rank-{rows[2].id}": typed}
    answer = client.sign_in(clerk).post(f"/runs/{run.id}/nominations?unit={unit.id}", 422, data=data)
    assert f"‘{typed}’ is no rank" in answer.text
    assert {row.rank for row in rows} == {None}


def test_who_lacks_an_approval_is_shown(
    client: Browser, db: Session, run: Run, clerk: Person, unit: OrgUnit, rows: list[Enrolment]
) -> None:
    an_application(db, run, factories.a_person(db, "남궁황보제갈선우독고사공", unit=unit))
    page = client.sign_in(clerk).get(f"/runs/{run.id}/nominations").text
    missing = page.split('id="missing"')[1]
    assert "남궁황보제갈선우독고사공" in missing
    assert "Waits for the head" in missing


class TestAddingAColleague:
    """The clerk applies for them; the head still approves."""

    def test_by_number(self, client: Browser, db: Session, run: Run, clerk: Person, unit: OrgUnit, ana: Person) -> None:
        data = {"person": ana.employee_no, "motive": "부서 추천"}
        client.sign_in(clerk).post(f"/runs/{run.id}/nominations/applicants?unit={unit.id}", data=data)
        one = db.scalars(select(Enrolment).where(Enrolment.person_id == ana.id)).one()
        assert (one.status, one.motive) == (Status.APPLIED, "부서 추천")

    @pytest.mark.parametrize("typed", ["", "0000", "eve"])
    def test_others_are_refused_with_the_field_kept(
        self, client: Browser, db: Session, run: Run, clerk: Person, unit: OrgUnit, eve: Person, typed: str
    ) -> None:
        data = {"person": eve.employee_no if typed == "eve" else typed, "motive": "부서 추천"}
        answer = client.sign_in(clerk).post(f"/runs/{run.id}/nominations/applicants?unit={unit.id}", 422, data=data)
        assert 'value="부서 추천"' in answer.text
        assert eve.name not in answer.text
        assert db.scalar(select(Enrolment.id).where(Enrolment.person_id == eve.id)) is None


def test_from_the_wrong_side(
    client: Browser, db: Session, run: Run, unit: OrgUnit, ana: Person, eve: Person, rows: list[Enrolment]
) -> None:
    address = f"/runs/{run.id}/nominations"
    for person in (ana, eve):
        client.sign_in(person).get(address, 403)
        client.post(f"{address}?unit={unit.id}", 403, data=numbers(rows, 1))
    other = a_clerk(db, factories.a_unit(db, "재무과", "재무국"))
    client.sign_in(other).get(f"{address}?unit={unit.id}", 404)
    assert "가" not in client.get(address).text.split("<main")[1]
    client.post(f"{address}?unit={unit.id}", 404, data=numbers(rows, 1))
    client.post(f"{address}/applicants?unit={unit.id}", 404, data={"person": ana.employee_no})
    client.post(address, 404, data=numbers(rows, 1))
    draft = factories.a_run(db, starts_in=30, mode="selection", state="draft")
    client.get(f"/runs/{draft.id}/nominations", 404)
    assert {row.rank for row in rows} == {None}


def test_an_officer_ranks_for_a_unit_that_did_not_answer(
    client: Browser, db: Session, run: Run, unit: OrgUnit, dan: Person, rows: list[Enrolment]
) -> None:
    approved(db, run, factories.a_unit(db, "재무과"), "라")
    page = client.sign_in(dan).get("/nominations").text
    assert f'href="/runs/{run.id}/nominations"' in page
    page = client.get(f"/runs/{run.id}/nominations").text
    assert f'href="/runs/{run.id}/nominations?unit={unit.id}"' in page
    client.post(f"/runs/{run.id}/nominations?unit={unit.id}", data=numbers(rows, 1, 2, 3))
    assert [row.rank for row in rows] == [1, 2, 3]


def test_the_coordinating_clerk_merges_and_other_clerks_do_not(
    client: Browser, db: Session, run: Run, unit: OrgUnit, clerk: Person, rows: list[Enrolment]
) -> None:
    ranked_by(db, 1)
    client.app.extensions["database"].known_organisation = None
    second = factories.a_unit(db, "자치행정과")
    theirs = approved(db, run, second, "라", "마")
    page = client.sign_in(clerk).get(f"/runs/{run.id}/nominations").text
    assert f'nominations?unit={bureau(db).id}"' in page
    client.post(f"/runs/{run.id}/nominations?unit={unit.id}", data=numbers(rows, 1, 2, 3))
    other = a_clerk(db, second, "서무2")
    client.sign_in(other).post(f"/runs/{run.id}/nominations?unit={second.id}", data=numbers(theirs, 1, 2))
    client.get(f"/runs/{run.id}/nominations?unit={bureau(db).id}", 404)
    merging = client.sign_in(clerk).get(f"/runs/{run.id}/nominations?unit={bureau(db).id}").text
    assert [id_ for id_, _ in shown(merging)] == [row.id for row in (rows[0], theirs[0], rows[1], theirs[1], rows[2])]


def test_after_the_freeze_there_is_nothing_to_press(
    client: Browser, db: Session, run: Run, clerk: Person, unit: OrgUnit, rows: list[Enrolment]
) -> None:
    with clock.frozen(clock.start_of(run.starts_on - timedelta(days=9))):
        page = client.sign_in(clerk).get(f"/runs/{run.id}/nominations?unit={unit.id}").text
        assert "The list has been frozen since" in page
        assert "<form" not in page.split("<main")[1].split("</main>")[0]
        answer = client.post(f"/runs/{run.id}/nominations?unit={unit.id}", 409, data=numbers(rows, 1, 2, 3))
        assert "has been frozen since" in answer.text


def test_nothing_to_rank_is_said(client: Browser, clerk: Person, run: Run) -> None:
    assert "Nothing to rank" in client.sign_in(clerk).get("/nominations").text
    assert "Nobody of your units has applied yet" in client.get(f"/runs/{run.id}/nominations").text


def test_two_hundred_applicants(client: Browser, db: Session, run: Run, clerk: Person, unit: OrgUnit) -> None:
    rows = approved(db, run, unit, *(f"직원{n:03}" for n in range(200)))
    page = client.sign_in(clerk).get(f"/runs/{run.id}/nominations").text
    assert len(shown(page)) == 200
    client.post(f"/runs/{run.id}/nominations?unit={unit.id}", data=numbers(rows, *range(200, 0, -1)))
    assert rows[199].rank == 1
