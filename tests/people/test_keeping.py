"""People added, edited, posted, sent on leave, gone and back, one at a time."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people import keeping, queries
from courses.people.actions import take_role
from courses.people.models import Leave, Person, Posting, Role, RoleGrant
from courses.people.queries import Standing, Wanted
from courses.scheduling.models import Run
from tests import factories
from tests.client import Browser
from tests.live import Browse, Live, follow

pytestmark = pytest.mark.usefixtures("one_day")

TODAY = clock.today()


@pytest.fixture
def fay(db: Session) -> Person:
    """The administrator."""
    return factories.a_person(db, "한페이", roles=["administrator"])


def posted(db: Session, person: Person) -> list[Posting]:
    return list(db.scalars(select(Posting).where(Posting.person_id == person.id).order_by(Posting.from_on)))


def roles(db: Session, person: Person) -> set[tuple[Role, int | None]]:
    rows = db.execute(select(RoleGrant.role, RoleGrant.unit_id).where(RoleGrant.person_id == person.id))
    return {(row.role, row.unit_id) for row in rows}


def changes(db: Session, person: Person) -> list[dict[str, object]]:
    rows = db.scalars(
        select(Event.data).where(Event.person_id == person.id, Event.kind == "changed").order_by(Event.id)
    )
    return [row["after"] for row in rows]


def test_staff_are_added_with_a_posting_and_its_roles(client: Browser, db: Session, fay: Person) -> None:
    unit = factories.a_unit(db, "재무과")
    new = {"employee_no": "200500001", "name": " 문과장 ", "mail": "Moon@City.example", "unit": unit.name}
    client.sign_in(fay).post("/people/new", data=new | {"day": "2020-03-01", "post": "과장", "grade": "5급"})
    person = db.scalars(select(Person).where(Person.employee_no == "200500001")).one()
    assert (person.name, person.initials, person.mail) == ("문과장", "ㅁㄱㅈ", "moon@city.example")
    assert [(one.unit_id, one.from_on, one.grade) for one in posted(db, person)] == [(unit.id, date(2020, 3, 1), "5급")]
    assert roles(db, person) == {(Role.HEAD, unit.id)}
    assert changes(db, person)[-1]["name"] == "문과장"
    client.post("/people/new", 409, data=new | {"day": "2020-03-01"})


def test_what_is_missing_is_said_at_its_field(client: Browser, db: Session, fay: Person) -> None:
    factories.a_unit(db, "총무과", "행정국")
    page = client.sign_in(fay).post("/people/new", 422, data={"name": "", "mail": "no mail", "unit": "없는과"}).text
    for said in ("Fill this in", "This is not a mail address.", "There is no open unit with the code or name ‘없는과’"):
        assert said in page


def test_a_posting_moves_a_head_and_the_role_follows(client: Browser, db: Session, fay: Person) -> None:
    old, new = factories.a_unit(db, "총무과"), factories.a_unit(db, "재무과", "재무국")
    person = keeping.hire(db, fay.id, keeping.Record("1", {"name": "나과장"}, {"unit_id": old.id, "post": "과장"}))
    person.appointed_on = None
    db.commit()
    day = TODAY + timedelta(days=1)
    data = {"day": day.isoformat(), "unit": f"재무국 재무과 ({new.code})", "post": "과장", "duty": "서무"}
    client.sign_in(fay).post(f"/people/{person.id}/posting", data=data)
    first, second = posted(db, person)
    assert (first.until_on, second.from_on, second.unit_id) == (day - timedelta(days=1), day, new.id)
    assert roles(db, person) == {(Role.HEAD, new.id), (Role.CLERK, new.id)}


def test_a_unit_that_several_may_mean_is_asked_for(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    factories.a_unit(db, "재무과", "재무국")
    other = factories.a_unit(db, "세정과", "세무국")
    other.name = "재무과"
    db.commit()
    data = {"day": TODAY.isoformat(), "unit": "재무과"}
    assert "Several units" in client.sign_in(fay).post(f"/people/{ana.id}/posting", 422, data=data).text
    client.post(f"/people/{ana.id}/posting", data=data | {"unit": other.code})


def test_leave_begins_and_ends(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    begins, back = TODAY - timedelta(days=9), TODAY - timedelta(days=2)
    client.sign_in(fay).post(f"/people/{ana.id}/leave", data={"kind": "parental", "day": begins.isoformat()})
    assert "Parental leave" in client.get(f"/people/{ana.id}").text
    assert queries.number_of(db, Wanted(standing=Standing.AWAY)) == 1
    client.post(f"/people/{ana.id}/return", data={"day": back.isoformat()})
    (leave,) = db.scalars(select(Leave).where(Leave.person_id == ana.id))
    assert (leave.from_on, leave.until_on) == (begins, back - timedelta(days=1))
    assert queries.number_of(db, Wanted(standing=Standing.AWAY)) == 0


def test_who_leaves_gives_up_seats_ahead_and_comes_back_with_a_posting(
    client: Browser, db: Session, fay: Person, ana: Person, eve: Person
) -> None:
    run = factories.a_run(db, seats=1, starts_in=10)
    factories.an_enrolment(db, run, ana)
    factories.an_enrolment(db, run, eve, status="waitlisted")
    client.sign_in(fay).post(f"/people/{ana.id}/leaving", data={"day": TODAY.isoformat()})
    status = dict(db.execute(select(Enrolment.person_id, Enrolment.status).where(Enrolment.run_id == run.id)).all())
    assert status == {ana.id: Status.WITHDRAWN, eve.id: Status.ENROLLED}
    assert db.get_one(Run, run.id).taken == 1
    assert db.get_one(Person, ana.id).left_on == TODAY
    client.post(f"/people/{ana.id}/leaving", 409, data={"day": TODAY.isoformat()})
    client.post(f"/people/{ana.id}/leave", 409, data={"kind": "leave", "day": TODAY.isoformat()})
    unit = factories.a_unit(db, "총무과")
    client.post(f"/people/{ana.id}/posting", data={"day": TODAY.isoformat(), "unit": unit.code})
    assert db.get_one(Person, ana.id).left_on is None


def test_nobody_leaves_by_their_own_hand_and_the_last_administrator_stays(
    client: Browser, db: Session, fay: Person
) -> None:
    client.sign_in(fay).post(f"/people/{fay.id}/leaving", 409, data={"day": TODAY.isoformat()})
    other = factories.a_person(db, "둘째", roles=["administrator"])
    keeping.retire(db, other.id, fay, TODAY)
    with pytest.raises(Refused, match="둘째"):
        take_role(db, None, other, Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="둘째"):
        keeping.retire(db, fay.id, other, TODAY)


def test_an_external_person_is_known_by_the_mail(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    new = {"name": "강외부", "mail": "Kang@Academy.example", "institution": "배움학원"}
    client.sign_in(fay).post("/people/new?kind=external", data=new | {"expires_on": "2099-12-31"})
    person = db.scalars(select(Person).where(Person.external_key == "kang@academy.example")).one()
    assert (person.employee_no, person.expires_on) == (None, date(2099, 12, 31))
    assert "강외부 has the e-mail" in client.post("/people/new?kind=external", 409, data=new).text
    client.post(f"/people/{person.id}/edit", data=new | {"mail": "kang@new.example", "expires_on": "2020-01-01"})
    person = db.get_one(Person, person.id)
    assert (person.external_key, person.mail) == ("kang@new.example", "kang@new.example")
    assert changes(db, person)[-1] == {"mail": "kang@new.example", "expires_on": "2020-01-01"}
    client.post(f"/people/{person.id}/posting", 409, data={"day": TODAY.isoformat(), "unit": factories.a_unit(db).code})
    client.post(f"/people/{person.id}/leaving", data={"day": TODAY.isoformat()})
    client.post(f"/people/{person.id}/coming-back")
    assert db.get_one(Person, person.id).left_on is None


def test_a_new_name_is_that_of_runs_ahead(client: Browser, db: Session, fay: Person, cleo: Person) -> None:
    run = factories.a_run(db, instructors=[cleo])
    client.sign_in(fay).post(f"/people/{cleo.id}/edit", data={"name": "이새롬", "name_roman": "", "mail": ""})
    assert db.get_one(Run, run.id).teachers == "이새롬"
    assert db.get_one(Person, cleo.id).mail is None


def test_the_list_is_filtered_counted_and_saved(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    tax = factories.a_unit(db, "세정과", "세무국")
    for n in range(60):
        factories.a_person(db, f"세무{n:02}", unit=tax)
    page = client.sign_in(fay).get("/people?unit=세무국&state=working").text
    assert "<b>60</b> people" in page
    assert "page=2" in page
    assert "김아나" not in page
    assert "There is no unit" in client.get("/people?unit=없음").text
    client.get("/people?page=9", 404)
    book = load_workbook(BytesIO(client.get("/people.xlsx?unit=세무국").data))
    assert book.worksheets[0].max_row == 61
    assert "세무00" in client.get("/people.csv?q=ㅅㅁ").text


def test_lists_offer_units_while_somebody_types(client: Browser, db: Session, fay: Person) -> None:
    unit = factories.a_unit(db, "재무과", "재무국")
    answer = client.sign_in(fay).get("/units/offered?unit=재무", headers={"HX-Request": "true"}).text
    assert f"재무국 재무과 ({unit.code})" in answer


def test_who_may_what_is_told_and_who_gave_a_role(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    client.sign_in(fay).post(f"/people/{ana.id}/roles", data={"role": "officer"})
    assert "by 한페이" in client.get(f"/people/{ana.id}").text
    page = client.get("/people/roles").text
    assert "Issue and print certificates" in page
    assert queries.holders(db) == {Role.ADMINISTRATOR: 1, Role.OFFICER: 1}


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_an_external_instructor_is_added_and_signs_in(live: Live, browse: Browse, javascript: bool) -> None:
    fay = factories.a_person(live.db, "한페이", roles=["administrator"])
    page = browse(fay, language="en", javascript=javascript)
    page.goto("/people")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_role("link", name="Of another body").click()
    page.get_by_label("Name", exact=True).fill("강외부")
    page.get_by_label("E-mail").fill("kang@academy.example")
    page.get_by_label("Institution").fill("배움학원")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Role").select_option("instructor")
    follow(page.get_by_role("button", name="Give role"))
    page.get_by_role("button", name="Make a link to set a password").click()
    link = page.get_by_label("Link", exact=True).input_value()
    other = browse(None, language="en", javascript=javascript)
    other.goto("/password/" + link.rpartition("/")[2])
    for field in other.locator("input[type=password]").all():
        field.fill("a long enough one")
    field.press("Enter")
    other.wait_for_url("**/sign-in*")
    other.locator("main input:not([type=hidden]):not([type=password])").first.fill("kang@academy.example")
    other.locator("main input[type=password]").fill("a long enough one")
    other.locator("main input[type=password]").press("Enter")
    other.wait_for_url("**/")
    other.goto("/teaching")
    assert "강외부" in other.content()
