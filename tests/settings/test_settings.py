"""The administrator's pages: whether all is well, the organisation, who did what, and sign-ins that failed."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.actions import enrol
from courses.events.actions import kind_of, record
from courses.events.facts import BackedUp, Changed, Fact
from courses.events.models import Event
from courses.people import grades
from courses.people.models import Person
from courses.settings.organisation import change_organisation, organisation
from lms.auth.failures import SignInFailure
from lms.web.settings.events import EVENTS
from tests import factories
from tests.certificates.scenes import SEAL
from tests.client import Browser

GOOD = {
    "name": "한빛시", "name_en": "Hanbit", "site_name": "IT 교육", "site_name_en": "IT training", "language": "en",
    "issuer": "한빛시장", "body_place": "우리 시에서", "number_pattern": "{year}-{sequence:04}", "target_hours": "80",
    "ranking_depth": "1", "escalate_after": "5", "freeze_days": "9", "release_days": "12", "minimum_days": "6",
    "yearly_limit": "4",
    "appeal_days": "5", "survey_days": "10",
}  # fmt: skip


@pytest.fixture
def fay(db: Session) -> Person:
    """An administrator."""
    return factories.a_person(db, "한페이", roles=["administrator"])


def test_every_kind_of_event_has_a_name() -> None:
    assert {kind_of(fact) for fact in Fact.__subclasses__()} == set(EVENTS)


@pytest.mark.parametrize(("language", "words"), [("en", "There is no backup yet"), ("ko", "아직 백업이 없습니다")])
def test_what_is_not_well_says_what_to_do(client: Browser, db: Session, fay: Person, language: str, words: str) -> None:
    assert words in client.sign_in(fay, language).get("/settings").text
    record(db, None, BackedUp("b.zip", 12_345, 0, 1))
    db.commit()
    page = client.get("/settings").text
    assert words not in page
    assert "12,345" in page


def test_the_organisation_is_changed_and_the_change_written_down(client: Browser, db: Session, fay: Person) -> None:
    client.sign_in(fay).get("/settings/organisation")
    picture = {"seal_file": (io.BytesIO(SEAL), "seal.png"), "logo_file": (io.BytesIO(SEAL), "logo.png")}
    client.post("/settings/organisation", data={**GOOD, **picture}, content_type="multipart/form-data")
    now = organisation(db)
    assert (now.name, now.number_pattern, now.target_hours, now.issue_on_closing) == (
        "한빛시",
        GOOD["number_pattern"],
        80,
        False,
    )
    assert (now.ranking_depth, now.escalate_after, now.freeze_days, now.release_days) == (1, 5, 9, 12)
    assert (now.minimum_days, now.yearly_limit, now.expired_offers_wait) == (6, 4, False)
    assert now.appeal_days == 5
    assert client.get("/settings/seal.png").data == SEAL
    event = db.scalars(select(Event).where(Event.kind == "changed").order_by(Event.id.desc())).first()
    assert event
    assert event.data["after"]["name"] == "한빛시"
    client.post("/settings/organisation", data=GOOD)
    assert organisation(db) == now


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number_pattern", "{year}"), ("number_pattern", "{sequence}"), ("number_pattern", "{other}"),
        ("number_pattern", "{year.real.__class__}{sequence}{"), ("name", " "), ("target_hours", "-1"),
        ("number_pattern", "{year}-{sequence!r:.1}"), ("number_pattern", "{year}-{sequence:0999999999}"),
        ("number_pattern", "{year}-{sequence:c}"), ("number_pattern", "{year}-{sequence.__doc__}-{sequence}"),
        ("language", "fr"), ("ranking_depth", "0"), ("ranking_depth", "x"), ("escalate_after", "0"),
        ("freeze_days", "-1"), ("yearly_limit", "many"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_saved(client: Browser, db: Session, fay: Person, field: str, value: str) -> None:
    before = organisation(db)
    client.sign_in(fay).post("/settings/organisation", 422, data={**GOOD, field: value})
    assert organisation(db) == before


def test_a_picture_must_be_one(client: Browser, fay: Person) -> None:
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG", optimize=True)
    for data in (b"GIF89a", b"\x89PNG\r\n\x1a\n", SEAL[:500], huge.getvalue(), SEAL + b"\0" * 400 * 1024):
        upload = {**GOOD, "logo_file": (io.BytesIO(data), "logo.png")}
        client.sign_in(fay).post("/settings/organisation", 422, data=upload, content_type="multipart/form-data")


def test_whoever_asks_for_no_language_is_spoken_to_in_the_organisations(client: Browser, db: Session) -> None:
    change_organisation(db, None, replace(organisation(db), language="en"))
    db.commit()
    client.app.extensions["database"].known_organisation = None
    assert "Sign in" in client.http.get("/sign-in").text
    assert "로그인" in client.http.get("/sign-in", headers={"Accept-Language": "ko"}).text


def test_the_audit_trail_says_who_did_what_to_whom_and_what_was_before(
    client: Browser, db: Session, ana: Person, dan: Person, eve: Person, fay: Person
) -> None:
    run = factories.a_run(db)
    enrol(db, dan.id, run.id, ana.id)
    record(db, dan.id, Changed("run", run.id, {"capacity": 30}, {"capacity": 25}, run_id=run.id))
    db.commit()
    client.sign_in(fay)
    page = client.get("/settings/audit").text
    assert "<del>30</del> → 25" in page
    assert "최단" in page
    assert "김아나" in page
    found = client.get("/settings/audit", query_string={"q": "김아나"}).text
    assert "Enrolled" in found
    assert "<del>30</del>" not in found
    assert "Nothing happened that fits" in client.get("/settings/audit", query_string={"q": eve.name}).text
    assert "<del>30</del>" not in client.get("/settings/audit?kind=moved").text
    tomorrow = clock.today().replace(year=clock.today().year + 1)
    assert "Nothing happened that fits" in client.get(f"/settings/audit?from={tomorrow}").text
    yesterday = clock.today() - timedelta(days=1)
    assert "Nothing happened that fits" in client.get(f"/settings/audit?until={yesterday}").text
    assert "<del>30</del>" in client.get(f"/settings/audit?from={yesterday}&run={run.id}").text
    assert "Nothing happened that fits" in client.get(f"/settings/audit?run={run.id + 1}").text
    client.get("/settings/audit?kind=odd&run=x&from=32&until=2026-02-31&before=-4")


def test_the_audit_trail_says_what_is_no_longer_there(client: Browser, db: Session, fay: Person) -> None:
    record(db, fay.id, Changed("saved_report", 1, {"name": "부서별 실적"}, {}))
    db.commit()
    assert "<del>부서별 실적</del>" in client.sign_in(fay).get("/settings/audit").text


def test_the_audit_trail_pages_and_is_taken_away(client: Browser, db: Session, fay: Person) -> None:
    for number in range(60):
        record(db, fay.id, Changed("room", number, {}, {"name": f"=방{number:03}"}))
    db.commit()
    first = client.sign_in(fay).get("/settings/audit?kind=changed").text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    both = first + client.get(older).text
    assert all(both.count(f"=방{number:03}") == 1 for number in range(60))
    sheet = load_workbook(io.BytesIO(client.get("/settings/audit.xlsx?kind=changed").data)).active
    assert sheet.max_row >= 61
    assert client.get("/settings/audit.csv?kind=changed").text.count("=방") == 60


def test_failed_sign_ins_are_listed_without_what_was_typed(
    client: Browser, db: Session, ana: Person, fay: Person
) -> None:
    for login in (ana.employee_no, "s3cret-typed-here"):
        client.http.post("/sign-in", data={"login": login, "password": "wrong password"})
    failures = db.scalars(select(SignInFailure).order_by(SignInFailure.id)).all()
    assert [failure.person_id for failure in failures] == [ana.id, None]
    page = client.sign_in(fay).get("/settings/sign-ins").text
    assert ana.name in page
    assert "s3cret" not in page
    assert "Nobody with this sign-in" in page


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "dan"])
def test_nobody_else_sees_them(request: pytest.FixtureRequest, client: Browser, who: str) -> None:
    client.sign_in(request.getfixturevalue(who))
    for path in ("", "/organisation", "/audit", "/audit.csv", "/sign-ins", "/seal.png"):
        client.get(f"/settings{path}", 403)
    client.post("/settings/organisation", 403, data=GOOD)


def test_only_the_logo_in_use_is_public(client: Browser, db: Session, fay: Person) -> None:
    upload = {**GOOD, "logo_file": (io.BytesIO(SEAL), "logo.png")}
    client.sign_in(fay).post("/settings/organisation", data=upload, content_type="multipart/form-data")
    client.app.extensions["database"].known_organisation = None
    address = f"/logo/{organisation(db).logo}.png"
    assert f'src="{address}"' in client.get("/settings").text
    client.post("/sign-out")
    assert client.get(address).data == SEAL
    client.get(f"/logo/{'0' * 64}.png", 404)


def test_grades_that_nobody_has_stand_in_their_order(client: Browser, db: Session, fay: Person) -> None:
    factories.a_person(db, "김과장", grade="5급")
    grades.call(db, fay.id, {"3급": "Grade 3"})
    db.commit()
    page = client.sign_in(fay, "ko").get("/settings/grades").text
    assert page.index('value="3급"') < page.index('value="5급"')


def test_grades_have_names_in_english(client: Browser, db: Session, fay: Person, dan: Person, ana: Person) -> None:
    factories.a_person(db, "김과장", grade="5급")
    db.commit()
    page = client.sign_in(fay, "ko").get("/settings/grades").text
    assert page.index('value="5급"') < page.index('value="7급"')  # the highest first
    sent = {"grade": ["5급", "7급", "없는 직급"], "english": [" Grade 5 ", "Grade 7", "Nobody"]}
    client.post("/settings/grades", data=sent)
    assert grades.in_english(db) == {"5급": "Grade 5", "7급": "Grade 7"}
    too_long = client.post("/settings/grades", 409, data={"grade": ["7급"], "english": ["g" * 61]}).text
    assert "g" * 61 in too_long
    client.post("/settings/grades", data={"grade": ["7급"], "english": [""]})
    assert grades.in_english(db) == {"5급": "Grade 5"}
    changed = [one.data for one in db.scalars(select(Event).where(Event.kind == kind_of(Changed)).order_by(Event.id))]
    assert [one["after"] for one in changed if one["thing"] == "grades"] == [
        {"5급": "Grade 5", "7급": "Grade 7"}, {"7급": ""},
    ]  # fmt: skip
    for person in (ana, dan):
        client.sign_in(person).get("/settings/grades", 403)
