from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.models import Certificate, Way
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Person
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import Organisation, change_organisation
from courses.workplace.models import Coaching, Filing, Planned, SkillSign
from courses.workplace.planning import Half
from courses.workplace.skills import checklist_of, set_checklist
from lms import filing as ledger
from tests import factories
from tests.client import Browser
from tests.workplace.scenes import Department, a_department, filed

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
NEW = "/workplace/filing"


@pytest.fixture
def here(db: Session) -> Department:
    return a_department(db)


def test_a_clerk_files_by_pasting_numbers(client: Browser, db: Session, here: Department) -> None:
    """All present, with a picture, in one step; the minutes are those that the subject takes."""
    data = here.form() | {"evidence": (io.BytesIO(PNG), "서명부.png")}
    address = client.sign_in(here.clerk).post(NEW, data=data).location
    filing = db.scalars(select(Filing)).one()
    assert address == f"/workplace/filings/{filing.run_id}"
    page = client.get(address).text
    for said in ("가나다", "라마바", "사아자", "Present", "서명부.png", "Waits for confirmation"):
        assert said in page
    picture = client.http.get(f"{address}/evidence")
    assert (picture.status_code, picture.mimetype, picture.data) == (200, "image/png", PNG)


def test_mistakes_stand_side_by_side_and_nothing_is_lost(client: Browser, db: Session, here: Department) -> None:
    """Namesakes are asked, unknown ones are said; the file and every word stay in the form."""
    twin = factories.a_person(db, "가나다", unit=here.unit)
    data = here.form(people="가나다\n라마바\n29999999", absent="라마바", minutes="120")
    client.sign_in(here.clerk)
    page = client.post(NEW, 422, data=data | {"evidence": (io.BytesIO(PNG), "서명부.png")}).text
    for said in ("Several people have this name", "Nobody has the number 29999999", "서명부.png is kept"):
        assert said in page
    assert "가나다\r\n라마바\r\n29999999" in page or "가나다\n라마바\n29999999" in page
    assert db.scalars(select(Filing)).all() == []
    kept = page.partition('name="kept"')[2].partition('value="')[2].partition('"')[0]
    again = data | {"choice-1-said": "가나다", "choice-1": str(twin.id), "skip": "y", "kept": kept}
    client.post(NEW, data=again)
    filing = db.scalars(select(Filing)).one()
    assert filing.evidence_name == "서명부.png"
    names = select(Person.id).join(Enrolment, Enrolment.person_id == Person.id)
    assert set(db.scalars(names)) == {twin.id, here.staff[1].id}


@pytest.mark.parametrize(
    ("content", "said"), [(b"hello", "is no PDF, JPEG or PNG"), (b"", "is empty"), (b"GIF89a...", "is no PDF")]
)
def test_evidence_is_told_by_its_content(
    client: Browser, db: Session, here: Department, content: bytes, said: str
) -> None:
    """Whatever its name says."""
    data = here.form() | {"evidence": (io.BytesIO(content), "a.pdf")}
    assert said in client.sign_in(here.clerk).post(NEW, 422, data=data).text
    assert db.scalars(select(Filing)).all() == []


def test_a_made_up_ticket_is_no_evidence(client: Browser, db: Session, here: Department) -> None:
    """A file of somebody else cannot be named."""
    client.sign_in(here.clerk).post(NEW, data=here.form(kept='["' + "a" * 64 + '",1,"image/png","x"].sig'))
    assert db.scalars(select(Filing.evidence_sha256)).one() is None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("course", "", "Choose a subject"),
        ("day", "gestern", "Enter a day"),
        ("trainer", "", "Say who gave the training"),
        ("trainer", "없는이", "Enter an employee number"),
        ("people", " ", "Paste at least one person"),
        ("minutes", "abc", "Enter a whole number"),
    ],
)
def test_a_wrong_field_is_said(client: Browser, here: Department, field: str, value: str, said: str) -> None:
    """With what is right still in the form."""
    assert said in client.sign_in(here.clerk).post(NEW, 422, data=here.form(**{field: value})).text


def test_people_of_others_are_not_found(client: Browser, here: Department, eve: Person) -> None:
    """A clerk files the own people."""
    page = client.sign_in(here.clerk).post(NEW, 422, data=here.form(people=str(eve.employee_no))).text
    assert "Not one of your own" in page


def test_who_is_elsewhere_is_said_beside_the_name(client: Browser, db: Session, here: Department) -> None:
    """The rules' reasons, person by person."""
    filed(db, here)
    other = factories.a_person(db, "둘째강사", unit=here.unit)
    page = client.sign_in(here.clerk).post(NEW, 409, data=here.form(trainer=str(other.employee_no))).text
    assert "가나다 (" in page
    assert "The times overlap" in page


def test_the_last_one_is_repeated(client: Browser, db: Session, here: Department) -> None:
    """The same people, time and trainer, today."""
    filing = filed(db, here)
    client.sign_in(here.clerk)
    assert f"{NEW}?like={filing.run_id}" in client.get("/workplace/filings").text
    page = client.get(f"{NEW}?like={filing.run_id}").text
    for said in ("강사인", "가나다", "14:00", clock.today().isoformat()):
        assert said in page


def test_confirming_issues_where_closing_does(client: Browser, db: Session, here: Department, dan: Person) -> None:
    change_organisation(db, None, Organisation(issue_on_closing=True))
    filing = filed(db, here)
    client.sign_in(dan).post(f"/workplace/filings/{filing.run_id}/confirmation")
    issued = db.scalars(select(Certificate).where(Certificate.run_id == filing.run_id)).all()
    assert issued
    assert {one.way for one in issued} == {Way.CLOSING}


def test_the_officer_confirms(client: Browser, db: Session, here: Department, dan: Person) -> None:
    """From the work queue, in two clicks; then nothing can be changed."""
    filing = filed(db, here)
    client.sign_in(dan)
    assert f"/workplace/filings/{filing.run_id}" in client.get("/operations").text
    client.post(f"/workplace/filings/{filing.run_id}/confirmation")
    assert db.get_one(Run, filing.run_id).state is RunState.CLOSED
    assert set(db.scalars(select(Enrolment.outcome))) == {Outcome.COMPLETED}
    assert "Confirmed" in client.get(f"/workplace/filings/{filing.run_id}").text
    client.sign_in(here.clerk).post(f"/workplace/filings/{filing.run_id}/withdrawal", 409)


def test_the_officer_returns_it_and_the_clerk_corrects(
    client: Browser, db: Session, here: Department, dan: Person
) -> None:
    """With a reason that the clerk reads; it leaves the queue until it is filed anew."""
    filing = filed(db, here)
    address = f"/workplace/filings/{filing.run_id}"
    client.sign_in(dan).post(f"{address}/return", 409, data={"reason": ""})
    client.post(f"{address}/return", data={"reason": "명단 확인"})
    assert address not in client.get("/operations").text
    assert "명단 확인" in client.sign_in(here.clerk).get(address).text
    assert "가나다" in client.get(f"{address}/correction").text
    client.post(f"{address}/correction", data=here.form(people=str(here.staff[0].employee_no)))
    assert db.get_one(Run, filing.run_id).taken == 1
    assert address in client.sign_in(dan).get("/operations").text


def test_the_trainer_reaches_the_run_and_no_more(client: Browser, db: Session, here: Department) -> None:
    """Its sheet and its skills; not the plan, not the runs of others."""
    filing = filed(db, here)
    other = factories.a_run(db, factories.a_course(db))
    client.sign_in(here.trainer)
    client.get("/teaching?list=1")
    client.get(f"/runs/{filing.run_id}/skills")
    client.get(f"/workplace/filings/{filing.run_id}")
    client.get(f"/runs/{other.id}/scores", 404)
    client.get("/workplace/plan", 403)
    client.get("/operations", 403)


def test_a_trainer_reaches_no_filing_of_another_trainer(client: Browser, db: Session, here: Department) -> None:
    """Whoever is named once as a trainer neither sees, changes nor withdraws what others of the unit train."""
    other = factories.a_person(db, "다른강", unit=here.unit)
    mine = filed(db, here)
    wanted = replace(here.wanted(day=here.yesterday - timedelta(days=1)), trainer_id=other.id)
    foreign = ledger.file(db, here.clerk.id, here.unit, here.course, wanted)
    db.commit()
    client.sign_in(here.trainer)
    assert f"/workplace/filings/{foreign.run_id}" not in client.get("/workplace/filings").text
    client.get(f"/workplace/filings/{mine.run_id}")
    for page in ("", "/correction", "/evidence"):
        client.get(f"/workplace/filings/{foreign.run_id}{page}", 404)
    client.post(f"/workplace/filings/{foreign.run_id}/withdrawal", 404)
    client.post(f"/workplace/filings/{foreign.run_id}/correction", 404, data=here.form())
    client.sign_in(here.clerk).get(f"/workplace/filings/{foreign.run_id}")


def test_a_trainer_files_for_the_unit_where_they_serve(client: Browser, db: Session, here: Department) -> None:
    """Once they have given such training there."""
    client.sign_in(here.trainer).post(NEW, 403, data=here.form())
    filed(db, here)
    day = (here.yesterday - timedelta(days=1)).isoformat()
    client.post(NEW, data=here.form(day=day))


@pytest.mark.parametrize("who", ["eve", "foreign"])
def test_others_see_nothing(client: Browser, db: Session, here: Department, eve: Person, who: str) -> None:
    """An employee has no such pages (403); the clerk of another department does not find it (404)."""
    filing = filed(db, here)
    person = eve
    if who == "foreign":
        person = factories.a_person(db, "재무서무", unit=factories.a_unit(db, "재무과"), roles=["clerk"])
    status = 403 if who == "eve" else 404
    client.sign_in(person)
    for path in ("", "/evidence", "/correction"):
        client.get(f"/workplace/filings/{filing.run_id}{path}", status)
    for path in ("matrix", "plan", "coaches"):
        client.get(f"/workplace/{path}?unit={here.unit.id}", status)
    client.get(f"{NEW}?unit={here.unit.id}", status)
    client.post(f"{NEW}?unit={here.unit.id}", status, data=here.form())
    client.post(f"/workplace/filings/{filing.run_id}/withdrawal", status)
    client.post(f"/workplace/units/{here.unit.id}/plan", status)
    client.post(f"/workplace/filings/{filing.run_id}/confirmation", 403)
    assert db.get_one(Run, filing.run_id).state is RunState.PUBLISHED


def test_skills_are_signed_and_confirmed_with_one_tap_each(
    client: Browser, db: Session, here: Department, dan: Person, eve: Person
) -> None:
    """And taken back with a reason; to others there is nothing."""
    set_checklist(db, dan.id, here.course, ["하나", "둘"])
    filed(db, here)
    skill = checklist_of(db, here.course.id)[0].id
    own = db.scalars(select(Enrolment.id).where(Enrolment.person_id == here.staff[0].id)).one()
    address = f"/enrolments/{own}/skills/{skill}"
    client.sign_in(eve).post(f"{address}/signature", 404)
    client.post(f"{address}/confirmation", 404)
    assert "하나" not in client.get("/skills").text
    client.sign_in(here.trainer)
    assert "가나다" in client.get("/skills").text
    client.post(f"{address}/signature")
    client.sign_in(here.staff[0])
    assert f"{address}/confirmation" in client.get("/skills").text
    client.post(f"{address}/confirmation")
    assert db.get_one(SkillSign, (own, skill)).confirmed_at
    client.sign_in(here.trainer).post(f"{address}/removal", 409, data={"reason": ""})
    client.post(f"{address}/removal", data={"reason": "착오"})
    assert db.get(SkillSign, (own, skill)) is None


def test_an_officer_writes_the_checklist(client: Browser, db: Session, here: Department, dan: Person) -> None:
    """A line each; a line twice is said."""
    address = f"/operations/courses/{here.course.id}/skills"
    client.sign_in(dan).get(address)
    client.post(address, data={"lines": "하나\n\n둘\n"})
    assert [one.title for one in checklist_of(db, here.course.id)] == ["하나", "둘"]
    assert "twice" in client.post(address, 409, data={"lines": "하나\n하나"}).text
    client.get(f"/operations/courses/{factories.a_course(db).id}/skills", 404)


def test_a_clerk_names_a_coach(client: Browser, db: Session, here: Department, eve: Person) -> None:
    """For somebody of the department; for others not."""
    address = f"/workplace/units/{here.unit.id}/coaches"
    data = {"coach": str(here.trainer.employee_no), "from_on": clock.today().isoformat()}
    client.sign_in(here.clerk).get("/workplace/coaches")
    client.post(address, data=data | {"person": "가나다"})
    one = db.scalars(select(Coaching)).one()
    assert (one.person_id, one.coach_id) == (here.staff[0].id, here.trainer.id)
    client.post(address, 404, data=data | {"person": str(eve.employee_no)})
    client.post(address, 422, data=data | {"person": ""})
    client.post(f"{address}/{one.id}/end")
    assert db.scalars(select(Coaching)).all() == []


def test_a_plan_is_kept_and_read_as_a_workbook(client: Browser, db: Session, here: Department, dan: Person) -> None:
    """Of a department, and of all for the officer."""
    half = Half.of(clock.today())
    address = f"/workplace/units/{here.unit.id}/plan"
    data = {f"month-{here.course.id}": str(half.months[0]), f"people-{here.course.id}": "5"}
    client.sign_in(here.clerk).post(address, data=data)
    planned = db.scalars(select(Planned)).one()
    assert (planned.month, planned.people) == (half.months[0], 5)
    assert "5" in client.get("/workplace/plan").text
    wrong = client.post(address, 409, data=data | {f"people-{here.course.id}": "viele"})
    assert "문서 작성: choose a month, and say for how many people" in wrong.text
    client.get("/workplace/plans", 403)
    assert client.get("/workplace/plan.xlsx").data[:2] == b"PK"
    assert "행정국 총무과" in client.sign_in(dan).get("/workplace/plans").text
    assert "행정국 총무과" in client.get("/workplace/plans.csv").data.decode("utf-8-sig")
    assert client.get("/workplace/plan.csv").data == client.get("/workplace/plans.csv").data


def test_the_matrix_says_gaps_in_words(client: Browser, db: Session, here: Department, dan: Person) -> None:
    """As a page and as a file."""
    filing = filed(db, here)
    client.sign_in(dan).post(f"/workplace/filings/{filing.run_id}/confirmation")
    page = client.sign_in(here.clerk).get("/workplace/matrix").text
    assert "문서 작성: 2 people lack it" in page
    rows = client.get("/workplace/matrix.csv").data.decode("utf-8-sig")
    assert "has it" in rows
    assert "lacks it" in rows
    assert "This subject has no checklist" in client.get(f"/workplace/matrix?course={here.course.id}").text


def test_an_officer_confirms_what_they_looked_at(client: Browser, db: Session, here: Department, dan: Person) -> None:
    """The clerk files it anew, with other people, while the officer reads the former list."""
    address = f"/workplace/filings/{filed(db, here).run_id}"
    seen = re.findall(r'name="seen" value="(\w+)"', client.sign_in(dan).get(address).text)
    filing = db.scalars(select(Filing)).one()
    ledger.correct(db, here.clerk.id, filing, here.wanted(here.staff[0]))
    db.commit()
    refused = client.post(f"{address}/confirmation", 409, data={"seen": seen[0]})
    assert "has changed this meanwhile" in refused.text
    seen = re.findall(r'name="seen" value="(\w+)"', refused.text)
    client.post(f"{address}/confirmation", data={"seen": seen[0]})
    assert db.get_one(Run, filing.run_id).state is RunState.CLOSED
