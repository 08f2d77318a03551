"""Pages of hours: each shows what it is for, to whom it belongs."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from sqlalchemy.orm import Session

from courses import clock
from courses.hours.rules import stored
from courses.people.models import Person
from tests import factories
from tests.client import Browser
from tests.hours.test_outside import reported


def test_an_administrator_sets_targets_and_caps_from_a_year_on(client: Browser, db: Session, ana: Person) -> None:
    fay = factories.a_person(db, "한페이", roles=["administrator"])
    year = clock.today().year
    assert "7급" in client.sign_in(fay).get("/settings/hours").text
    client.post("/settings/hours", 422, data={"year": year, "hours": "viel"})
    sent = {"year": year, "hours": "30", "grade-0": "80", "cap-reading": "5", "name-own-1": "봉사", "cap-own-1": "4"}
    client.post("/settings/hours", data=sent)
    since, said = stored(db, year)
    assert (since, said.hours, said.grades, said.caps) == (year, 30, {"7급": 80}, {"reading": 5, "own-1": 4})
    assert said.types["own-1"] == "봉사"
    client.sign_in(ana).get("/settings/hours", 403)


def test_a_head_sees_how_many_reports_wait(client: Browser, db: Session, ana: Person, ben: Person) -> None:
    assert "One report" not in client.sign_in(ben).get("/our-department").text
    reported(db, ana)
    assert "One report" in client.get("/our-department").text


def test_a_head_sees_the_own_people_and_an_officer_all(
    client: Browser, db: Session, ana: Person, ben: Person, dan: Person, eve: Person
) -> None:
    one, unit = reported(db, ana), factories.a_unit(db, "총무과")
    page = client.sign_in(ben).get("/reports/hours").text
    assert ana.name in page
    assert eve.name not in page
    assert one.title in client.get("/outside-learning").text
    theirs = client.get(f"/people/{ana.id}/hours?year={one.until_on.year}").text
    assert one.title in theirs
    assert f'class="crumb noprint"><a href="/reports/hours?year={one.until_on.year}"' in theirs
    assert one.provider in client.get(f"/outside-learning/{one.id}").text
    assert "행정국" in client.sign_in(dan).get("/reports/hours").text
    assert ana.name in client.get(f"/reports/hours?unit={unit.id}&behind=0").text
    book = load_workbook(io.BytesIO(client.get("/reports/hours.xlsx").data))
    assert len(book.worksheets) == 2
    client.sign_in(eve).get("/reports/hours", 403)
