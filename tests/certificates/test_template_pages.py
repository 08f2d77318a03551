"""The officer's pages of templates: a look while typing, drafts, versions, and nobody else's business."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy.orm import Session

from courses.certificates.designing import latest, versions
from courses.certificates.templates import in_use, key_of
from courses.people.models import Person
from tests import factories
from tests.certificates.scenes import SEAL, a_hanbit_organisation, a_template
from tests.client import Browser

NEW = "/certificates/templates/new?kind=completed&language=both"
HTMX = {"HX-Request": "true"}


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "name": "국문·영문 수료증",
        "shown": ["unit", "hours"],
        "seal_side": "28",
        "ko-title": "직무교육 수료증",
        "ko-body": "위 사람은 {place} 실시한 과정을\n{verb}하였습니다.",
        "en-body": "has completed the course.",
        **fields,
    }


def test_an_officer_makes_a_template_puts_it_into_use_and_makes_the_next_version(
    client: Browser, db: Session, dan: Person
) -> None:
    client.sign_in(dan)
    pictures = {"logo_file": (io.BytesIO(SEAL), "logo.png"), "seal_file": (io.BytesIO(SEAL), "seal.png")}
    edit = client.post(NEW, data=typed(**pictures), content_type="multipart/form-data").location
    (row,) = versions(db)
    assert edit == f"/certificates/templates/{row.family}"
    assert (row.data["shown"], row.data["seal_side"]) == (["unit", "name", "course", "hours"], 28.0)
    assert row.data["logo"] == row.data["seal"] != ""
    key = key_of(row.family, 1)
    client.post("/certificates/templates/choice", data={"kind": "completed", "template": key})
    assert in_use(db, "completed").sides[0].title == "직무교육 수료증"
    assert "never changes" in client.get(edit).text
    client.post(edit, data=typed(no_logo="y", no_seal="y"))
    second = latest(db, row.family)
    assert second is not None
    assert (second.version, second.data["logo"], second.data["seal"]) == (2, "", "")
    listed = client.get("/certificates/templates").text
    assert "국문·영문 수료증 1" in listed
    assert client.get(f"/certificates/templates/versions/{key}").text.count("<figure") == 2
    picture = client.get(f"/certificates/pictures/{row.data['seal']}.png")
    assert picture.data == SEAL


def test_one_sees_the_sheet_while_typing_and_nothing_is_kept(client: Browser, db: Session, dan: Person) -> None:
    a_hanbit_organisation(db)
    client.sign_in(dan)
    look = client.post(NEW, 200, data=typed(other="뷁"), headers=HTMX).text
    assert "뷁 has no name in Latin letters" in look
    assert "<figure" not in look
    look = client.post(NEW, 200, data=typed(other="José Müller"), headers=HTMX).text
    assert look.count("<figure") == 2
    assert "José Müller" in look
    assert "<html" not in look
    assert versions(db) == []


def test_a_name_that_no_font_has_says_so_with_the_way_out(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    look = client.post(NEW, 200, data=typed(sample="no_font"), headers=HTMX).text
    assert "The fonts lack 𠮷" in look
    assert "KIM Gil" in look
    assert look.count("<figure") == 2
    nobody = client.post(NEW, 200, data=typed(other="김𠮷"), headers=HTMX).text
    assert "Enter the name in Latin letters" in nobody
    assert "<figure" not in nobody


def test_without_javascript_a_button_shows_it(client: Browser, db: Session, dan: Person) -> None:
    page = client.sign_in(dan).post(NEW, 200, data=typed(preview="1", sample="vietnamese")).text
    assert "Nguyễn Thị Ánh" in page
    assert 'value="직무교육 수료증"' in page
    assert versions(db) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Fill this in"),
        ({"seal_side": "99"}, "Enter a number from 10 to 40"),
        ({"ko-body": ""}, "Fill this in"),
        ({"ko-body": "{name}님"}, "only {place} and {verb}"),
        ({"ko-body": "가\n나\n다\n라"}, "one to 3 lines"),
        ({"ko-title": "수료증 𠮷"}, "The fonts lack 𠮷"),
        ({"logo_file": (io.BytesIO(b"GIF89a"), "logo.png")}, "not a PNG picture"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_kept(
    client: Browser, db: Session, dan: Person, wrong: dict[str, Any], said: str
) -> None:
    page = client.sign_in(dan).post(NEW, 422, data=typed(**wrong), content_type="multipart/form-data").text
    assert said in page
    assert versions(db) == []


def test_a_course_is_named_and_its_choice_taken_back(client: Browser, db: Session, dan: Person) -> None:
    course, other = factories.a_course(db, "엑셀 기초"), a_template(db, dan.id)
    client.sign_in(dan)
    choice = {"kind": "attended", "template": "plain-both-1"}
    address = "/certificates/templates/choice"
    assert "is none" in client.post(address, 409, data={**choice, "course": "없는 과정"}).text
    assert "another kind" in client.post(address, 409, data={**choice, "template": key_of(other.family, 1)}).text
    client.post(address, 404, data={**choice, "kind": "teaching"})
    client.post(address, data={**choice, "course": course.code})
    assert in_use(db, "attended", course.id).key == "plain-both-1"
    assert "엑셀 기초" in client.get("/certificates/templates").text
    client.post(address, data={"kind": "attended", "template": "", "course_id": str(course.id)})
    assert in_use(db, "attended", course.id).key == "plain-1"


@pytest.mark.parametrize("who", ["eve", "cleo", "ben", "fay"])
def test_templates_are_the_officers_business(
    client: Browser, db: Session, dan: Person, who: str, request: pytest.FixtureRequest
) -> None:
    row = a_template(db, dan.id)
    person = factories.a_person(db, "강관리", roles=["administrator"]) if who == "fay" else request.getfixturevalue(who)
    client.sign_in(person)
    for path in ("", "/new", f"/{row.family}", "/versions/plain-1"):
        client.get(f"/certificates/templates{path}", 403)
    client.post(f"/certificates/templates/{row.family}", 403, data=typed())
    client.post(NEW, 403, data=typed())
    client.post("/certificates/templates/choice", 403, data={"kind": "completed", "template": "plain-en-1"})
    assert in_use(db, "completed").key == "plain-1"


@pytest.mark.parametrize(
    "path",
    [
        "/certificates/templates/999",
        "/certificates/templates/versions/t999-1",
        "/certificates/templates/versions/nonsense",
        "/certificates/templates/new?kind=nothing",
        "/certificates/templates/new?language=fr",
        "/certificates/pictures/0.png",
    ],
)
def test_what_there_is_not_is_not_found(client: Browser, dan: Person, path: str) -> None:
    client.sign_in(dan).get(path, 404)


@pytest.mark.parametrize("course_id", ["0", "999", "x", "9" * 30])
def test_a_course_that_is_not_there_never_means_all_courses(
    client: Browser, db: Session, dan: Person, course_id: str
) -> None:
    sent = {"kind": "completed", "template": "plain-both-1", "course_id": course_id}
    client.sign_in(dan).post("/certificates/templates/choice", 404, data=sent)
    assert in_use(db, "completed").key == "plain-1"
