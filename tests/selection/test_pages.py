"""The officer's list without JavaScript: what it shows, two clicks to select, quotas; and from the wrong side."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy.orm import Session

from courses.enrolment import quotas
from courses.enrolment.models import Enrolment, Status
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.client import Browser, check_page
from tests.enrolment.scenes import bureaus, statuses
from tests.selection.scenes import a_closed_selection, nominees
from tests.selection.test_selecting import ids


@pytest.fixture
def run(db: Session) -> Run:
    return a_closed_selection(db, seats=2)


@pytest.fixture
def rows(db: Session, run: Run) -> list[Enrolment]:
    """Four of two divisions, in the order of the list."""
    one = nominees(db, run, factories.a_unit(db, "총무과"), [1, 2])
    two = nominees(db, run, factories.a_unit(db, "재무과"), [1, 2])
    return [one[0], two[0], one[1], two[1]]


def address(run: Run) -> str:
    return f"/runs/{run.id}/selection"


def sent(page: str) -> dict[str, str]:
    """The hidden fields of the proposal."""
    return dict(re.findall(r'type="hidden" name="(proposed|others)" value="([0-9,]*)"', page))


def shown(page: str) -> list[int]:
    return [int(id_) for id_ in re.findall(r'name="enrolment" value="(\d+)"', page)]


def test_the_list_says_why_and_where_seats_end(client: Browser, run: Run, dan: Person, rows: list[Enrolment]) -> None:
    page = client.sign_in(dan).get(address(run)).text
    assert shown(page) == ids(rows)
    assert sent(page) == {"proposed": f"{rows[0].id},{rows[1].id}", "others": f"{rows[2].id},{rows[3].id}"}
    assert "Department’s rank 1" in page
    assert "Last of the list" in page
    assert page.index(f'id="w{rows[1].id}"') < page.index("Seats reach to here") < page.index(f'id="w{rows[2].id}"')


@pytest.mark.parametrize(("language", "says"), [("ko", "4명을 처리했습니다"), ("en", "4 decided on")])
def test_two_clicks_from_the_run(
    client: Browser, run: Run, dan: Person, rows: list[Enrolment], language: str, says: str
) -> None:
    run_page = client.sign_in(dan, language).get(f"/runs/{run.id}").text
    assert f'href="{address(run)}"' in run_page
    page = client.get(address(run)).text
    answer = client.post(address(run), data={**sent(page), "do": "proposed", "rest": "wait"})
    assert statuses(rows) == "eeww"
    assert says in client.get(answer.location).text


@pytest.mark.parametrize(("rest", "expected"), [("decline", "eexx"), ("leave", "eenn"), ("", "eenn")])
def test_what_becomes_of_the_others(
    client: Browser, run: Run, dan: Person, rows: list[Enrolment], rest: str, expected: str
) -> None:
    page = client.sign_in(dan).get(address(run)).text
    client.post(address(run), data={**sent(page), "do": "proposed", "rest": rest, "rest_reason": "정원 초과"})
    assert statuses(rows) == expected


def test_declining_the_others_needs_a_reason(client: Browser, run: Run, dan: Person, rows: list[Enrolment]) -> None:
    page = client.sign_in(dan).get(address(run)).text
    answer = client.post(address(run), 422, data={**sent(page), "do": "proposed", "rest": "decline"})
    assert "Give a reason" in answer.text
    assert statuses(rows) == "nnnn"


def test_one_or_many_by_hand(client: Browser, run: Run, dan: Person, rows: list[Enrolment]) -> None:
    client.sign_in(dan).post(address(run), data={"do": "select", "enrolment": ids(rows[1:3])})
    client.post(address(run), data={"do": "wait", "enrolment": rows[0].id})
    client.post(f"/runs/{run.id}/non-selection", data={"reason": "최근 수강", "enrolment": rows[3].id})
    assert statuses(rows) == "weex"


def test_what_fails_stays_listed_with_the_reason(
    client: Browser, db: Session, run: Run, dan: Person, rows: list[Enrolment]
) -> None:
    page = client.sign_in(dan).get(address(run)).text
    clash = factories.an_enrolment(db, factories.a_run(db, starts_in=30), db.get_one(Person, rows[1].person_id))
    answer = client.post(address(run), 409, data={**sent(page), "do": "proposed", "rest": "wait"})
    check_page(answer.text)
    assert "The times overlap" in answer.text
    assert re.search(rf'name="enrolment" value="{rows[1].id}"[^>]*checked', answer.text)
    assert [one.status for one in rows] == [Status.ENROLLED] + [Status.NOMINATED] * 3  # the rest depends on it
    assert sent(answer.text) == {"proposed": f"{rows[2].id}", "others": f"{rows[1].id},{rows[3].id}"}
    assert clash.status is Status.ENROLLED


def test_who_is_gone_is_named(client: Browser, run: Run, dan: Person, ana: Person, rows: list[Enrolment]) -> None:
    page = client.sign_in(dan).get(address(run)).text
    client.post(address(run), data={**sent(page), "do": "proposed", "rest": "wait"})
    answer = client.post(address(run), 409, data={**sent(page), "do": "proposed", "rest": "wait"})
    assert "Decided already" in answer.text
    assert statuses(rows) == "eeww"


@pytest.mark.parametrize("do", ["select", "wait", ""])
def test_nobody_chosen(client: Browser, run: Run, dan: Person, rows: list[Enrolment], do: str) -> None:
    answer = client.sign_in(dan).post(address(run), 422, data={"do": do, "enrolment": ["", "x", "-1"]})
    assert "Choose at least one person" in answer.text
    client.post(f"/runs/{run.id}/non-selection", 422, data={"reason": "사유"})
    client.post(f"/runs/{run.id}/non-selection", 422, data={"enrolment": rows[0].id})
    assert statuses(rows) == "nnnn"


class TestQuotas:
    """Tried in the address, then set."""

    @pytest.fixture
    def units(self, db: Session, run: Run) -> tuple[int, int, list[Enrolment]]:
        one, two = bureaus(db, "가국", "나국")
        first = nominees(db, run, factories.a_unit(db, "가국 1과", one.name), [1, 1])
        second = nominees(db, run, factories.a_unit(db, "나국 1과", two.name), [2])
        return one.id, two.id, [*first, *second]

    def test_trying_changes_nothing(
        self, client: Browser, db: Session, run: Run, dan: Person, units: tuple[int, int, list[Enrolment]]
    ) -> None:
        one, two, rows = units
        page = client.sign_in(dan).get(f"{address(run)}?floor-{one}=&cap-{one}=&floor-{two}=1&cap-{two}=").text
        assert "With these quotas 2 people would get another answer" in page
        assert "now a seat" in page
        assert "no seat any more" in page
        assert not shown(page)
        assert quotas.standing(db, run.id) == []
        assert statuses(rows) == "nnn"

    def test_what_was_tried_is_set(
        self, client: Browser, db: Session, run: Run, dan: Person, units: tuple[int, int, list[Enrolment]]
    ) -> None:
        one, two, rows = units
        fields = {f"floor-{one}": "0", f"cap-{one}": "2", f"floor-{two}": "1", f"cap-{two}": ""}
        answer = client.sign_in(dan).post(f"/runs/{run.id}/quotas", data=fields)
        assert [(row.floor, row.cap) for row in quotas.standing(db, run.id)] == [(0, 2), (1, None)]
        page = client.get(answer.location).text
        assert sent(page)["proposed"] == f"{rows[0].id},{rows[2].id}"
        client.post(f"/runs/{run.id}/quotas", data={f"floor-{one}": "", f"cap-{one}": ""})
        assert quotas.standing(db, run.id) == []

    @pytest.mark.parametrize(
        ("typed", "says"),
        [("x", "‘x’ is no number of seats"), ("-1", "‘-1’ is no number"), ("3", "Quotas hold 3 seats")],
    )
    def test_what_cannot_be(
        self, client: Browser, db: Session, run: Run, dan: Person, units: tuple[int, int, list[Enrolment]],
        typed: str, says: str,
    ) -> None:  # fmt: skip
        one = units[0]
        status = 200 if typed == "3" else 422
        assert says in client.sign_in(dan).get(f"{address(run)}?floor-{one}={typed}", status).text
        answer = client.post(f"/runs/{run.id}/quotas", 409 if typed == "3" else 422, data={f"floor-{one}": typed})
        assert says in answer.text
        assert quotas.standing(db, run.id) == []

    def test_other_modes_have_them_too(self, client: Browser, db: Session, dan: Person) -> None:
        run = factories.a_run(db, starts_in=30)
        page = client.sign_in(dan).get(address(run)).text
        assert "Quotas by department" in page
        assert "Nobody to decide on" not in page


def test_before_the_end_of_applications_one_only_looks(client: Browser, db: Session, dan: Person) -> None:
    run = a_closed_selection(db, closed=False)
    rows = nominees(db, run, factories.a_unit(db), [1])
    page = client.sign_in(dan).get(address(run)).text
    assert "People may still apply until" in page
    assert "proposed" not in sent(page)
    client.post(address(run), 409, data={"do": "select", "enrolment": rows[0].id})
    assert statuses(rows) == "n"


def test_after_the_freeze_replacement_is_the_way(client: Browser, db: Session, dan: Person) -> None:
    run = a_closed_selection(db, starts_in=9)
    nominees(db, run, factories.a_unit(db), [1])
    page = client.sign_in(dan).get(address(run)).text
    assert "The list has been frozen since" in page
    assert f'href="/runs/{run.id}/enrolments"' in page
    assert "Do not select the chosen" in page


def test_nobody_and_those_without_an_approval(client: Browser, db: Session, run: Run, dan: Person) -> None:
    assert "Nobody to decide on" in client.sign_in(dan).get(address(run)).text
    factories.an_enrolment(db, run, factories.a_person(db, "남궁황보제갈선우독고사공"), status="applied")
    page = client.get(address(run)).text
    assert "남궁황보제갈선우독고사공" in page.split('id="unapproved"')[1]


def test_the_list_as_a_file(client: Browser, run: Run, dan: Person, rows: list[Enrolment]) -> None:
    answer = client.sign_in(dan).get(f"{address(run)}.csv")
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[0] for row in table] == ["Order", "1", "2", "3", "4"]
    assert [row[7] for row in table[1:]] == ["A seat", "A seat", "No seats left", "No seats left"]
    assert client.get(f"{address(run)}.xlsx").data.startswith(b"PK")
    client.get(f"{address(run)}.pdf", 404)


def test_five_hundred_come_in_pages_with_as_many_statements(
    client: Browser, db: Session, run: Run, dan: Person
) -> None:
    nominees(db, run, factories.a_unit(db), list(range(1, 221)))
    page = client.sign_in(dan).get(address(run)).text
    assert len(shown(page)) == 200
    assert len(shown(client.get(f"{address(run)}?page=2").text)) == 20
    assert sent(page)["others"].count(",") == 217


def test_from_the_wrong_side(
    client: Browser, run: Run, ana: Person, ben: Person, cleo: Person, eve: Person, rows: list[Enrolment]
) -> None:
    for person in (ana, ben, cleo, eve):
        client.sign_in(person).get(address(run), 403)
        client.get(f"{address(run)}.csv", 403)
        client.post(address(run), 403, data={"do": "select", "enrolment": rows[0].id})
        client.post(f"/runs/{run.id}/non-selection", 403, data={"reason": "사유", "enrolment": rows[0].id})
        client.post(f"/runs/{run.id}/quotas", 403)
        assert f'href="{address(run)}"' not in client.get(f"/runs/{run.id}").text
    assert statuses(rows) == "nnnn"


def test_the_work_queue_leads_here(client: Browser, run: Run, dan: Person, rows: list[Enrolment]) -> None:
    assert f'href="{address(run)}"' in client.sign_in(dan).get("/operations").text
    page = client.get("/operations/work/selections").text
    assert "4 / 2" in re.sub(r"\s+", " ", page)
