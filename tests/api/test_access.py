"""Every operation × every role. What is not in the table fails: put it in, and think of Eve."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment
from courses.people.models import Posting
from courses.scheduling.models import ClassSession
from lms.api.places import PREFIX
from lms.api.register import described
from lms.api.spec import operations_of
from tests.api.conftest import Programs
from tests.world import World

PEOPLE = ("ana", "ben", "cleo", "dan", "eve", "fay", "stranger")
"""Employee, head, instructor, officer, employee of another department, administrator, no token."""

EVERYBODY = (200, 200, 200, 200, 200, 200, 401)
TEACHERS = (403, 403, 200, 200, 403, 403, 401)
OFFICERS = (403, 403, 403, 200, 403, 403, 401)

EXPECTED: dict[tuple[str, str], tuple[int, ...]] = {
    ("get", "/runs"): EVERYBODY,
    ("get", "/runs/{run_id}"): EVERYBODY,
    ("get", "/runs/{draft_id}"): (404, 404, 404, 200, 404, 404, 401),
    ("get", "/runs/{run_id}/sessions"): EVERYBODY,
    ("get", "/enrolments"): EVERYBODY,
    ("get", "/runs/{run_id}/enrolments"): EVERYBODY,
    ("post", "/runs/{run_id}/enrolments"): (409, 409, 409, 409, 409, 409, 401),  # it is closed
    ("post", "/runs/{draft_id}/enrolments"): (404, 404, 404, 409, 404, 404, 401),
    ("get", "/enrolments/{enrolment_id}"): (200, 404, 200, 200, 404, 404, 401),
    ("get", "/enrolments/{enrolment_id}/history"): (200, 200, 404, 200, 404, 404, 401),
    ("delete", "/enrolments/{enrolment_id}"): (409, 404, 404, 409, 404, 404, 401),
    ("post", "/enrolments/{enrolment_id}/acceptance"): (409, 404, 404, 409, 404, 404, 401),  # nothing is offered
    ("get", "/runs/{open_id}/answer"): EVERYBODY,
    ("get", "/runs/{open_id}/capacity"): OFFICERS,
    ("put", "/runs/{open_id}/capacity"): OFFICERS,
    ("get", "/runs/{open_id}/queue"): OFFICERS,
    ("post", "/runs/{open_id}/additions"): (403, 200, 403, 200, 200, 403, 401),
    ("post", "/enrolments/{applied_id}/replacement"): (403, 403, 403, 422, 403, 403, 401),  # by whom?
    ("get", "/units/{unit_id}/absences"): (403, 200, 403, 200, 404, 403, 401),
    ("get", "/units/{unit_id}/deputies"): (403, 200, 403, 403, 404, 200, 401),
    ("post", "/units/{unit_id}/deputies"): (403, 422, 403, 403, 404, 422, 401),  # whom?
    ("post", "/units/{unit_id}/deputies/{deputy_id}/end"): (403, 404, 403, 403, 404, 404, 401),  # in another unit
    ("get", "/audits/enrolments"): (403, 403, 403, 403, 403, 200, 401),
    ("get", "/approvals"): (403, 200, 403, 200, 200, 403, 401),  # Eve stands in for a head
    ("post", "/enrolments/{applied_id}/approval"): (403, 200, 403, 200, 404, 403, 401),
    ("post", "/enrolments/{applied_id}/return"): (403, 409, 403, 409, 404, 403, 401),  # it is approved already
    ("post", "/enrolments/{applied_id}/recall"): (200, 404, 404, 404, 404, 404, 401),
    ("post", "/enrolments/{applied_id}/application"): (409, 404, 404, 404, 404, 404, 401),  # it was not returned
    ("get", "/runs/{selection_id}/nominations"): (403, 422, 403, 422, 422, 403, 401),  # of which unit?
    ("put", "/runs/{selection_id}/nominations"): (403, 422, 403, 422, 422, 403, 401),
    ("get", "/runs/{selection_id}/selection"): OFFICERS,
    ("post", "/runs/{selection_id}/selection"): OFFICERS,
    ("post", "/runs/{selection_id}/non-selection"): OFFICERS,
    ("get", "/runs/{selection_id}/quotas"): OFFICERS,
    ("put", "/runs/{selection_id}/quotas"): OFFICERS,
    ("post", "/runs/{selection_id}/quotas/trial"): OFFICERS,
    ("get", "/runs/{draw_id}/draw"): EVERYBODY,
    ("post", "/runs/{draw_id}/draw"): (403, 403, 403, 409, 403, 403, 401),  # it was held
    ("get", "/assignments"): (403, 200, 403, 200, 200, 403, 401),
    ("post", "/assignments"): (403, 403, 403, 422, 403, 403, 401),  # of which course?
    ("get", "/assignments/{assignment_id}/overdue"): (403, 200, 403, 200, 200, 403, 401),
    ("put", "/assignments/{assignment_id}"): (403, 403, 403, 422, 403, 403, 401),
    ("post", "/assignments/{assignment_id}/reminders"): (403, 200, 403, 200, 200, 403, 401),
    ("post", "/assignments/{assignment_id}/end"): OFFICERS,
    ("get", "/sessions/{session_id}/attendance"): TEACHERS,
    ("put", "/sessions/{session_id}/attendance"): TEACHERS,
    ("get", "/sessions/{session_id}/attendance/{seat_id}"): TEACHERS,
    ("put", "/sessions/{session_id}/attendance/{seat_id}"): TEACHERS,
    ("get", "/sessions/{session_id}/check-ins"): TEACHERS,
    ("post", "/sessions/{session_id}/check-ins"): (409, 409, 409, 409, 409, 409, 401),  # that is no code
    ("get", "/sessions/{others_session_id}/check-ins"): (403, 403, 404, 200, 403, 403, 401),
    ("get", "/sessions/{others_session_id}/attendance"): (403, 403, 404, 200, 403, 403, 401),
    ("put", "/sessions/{others_session_id}/attendance"): (403, 403, 404, 409, 403, 403, 401),
    ("get", "/runs/{on_id}/scores"): TEACHERS,
    ("put", "/runs/{on_id}/scores"): TEACHERS,
    ("get", "/runs/{full_id}/scores"): (403, 403, 404, 200, 403, 403, 401),
    ("put", "/runs/{full_id}/scores"): (403, 403, 404, 409, 403, 403, 401),
    ("post", "/runs/{graded_id}/scores/{draft_part}/publication"): TEACHERS,
    ("post", "/runs/{graded_id}/scores/{draft_part}/draft"): TEACHERS,
    ("get", "/enrolments/{scored_id}/scores"): (200, 404, 404, 404, 404, 404, 401),
    ("post", "/enrolments/{scored_id}/appeals"): (409, 404, 404, 404, 404, 404, 401),  # it is appealed already
    ("post", "/appeals/{appeal_id}/answer"): TEACHERS,
    ("get", "/absences"): OFFICERS,
    ("get", "/enrolments/{away_id}/absences"): (200, 404, 404, 404, 404, 404, 401),
    ("post", "/enrolments/{away_id}/absences"): (409, 404, 404, 404, 404, 404, 401),  # of no session
    ("post", "/absences/{absence_id}/withdrawal"): (200, 404, 404, 404, 404, 404, 401),
    ("post", "/absences/{absence_id}/approval"): (403, 403, 403, 200, 403, 403, 401),
    ("post", "/absences/{absence_id}/return"): (403, 403, 403, 409, 403, 403, 401),  # it is decided by then
    ("get", "/enrolments/{enrolment_id}/completion"): (200, 200, 200, 200, 404, 404, 401),
    ("get", "/confirmations"): (403, 200, 403, 200, 200, 403, 401),
    ("get", "/confirmations/{confirmation_id}"): (403, 200, 403, 200, 404, 403, 401),
    ("post", "/confirmations/{confirmation_id}/confirmation"): (403, 200, 403, 409, 404, 403, 401),  # Dan asked himself
    ("post", "/confirmations/{confirmation_id}/refusal"): (403, 409, 403, 200, 404, 403, 401),  # Ben confirmed it
    ("get", "/runs/{filed_id}/skills"): TEACHERS,
    ("get", "/people/me/skills"): EVERYBODY,
    ("post", "/enrolments/{trained_id}/skills/{skill_id}/signature"): (404, 404, 200, 404, 404, 404, 401),
    ("post", "/enrolments/{trained_id}/skills/{skill_id}/confirmation"): (200, 404, 404, 404, 404, 404, 401),
    ("post", "/enrolments/{trained_id}/skills/{skill_id}/removal"): (404, 404, 200, 404, 404, 404, 401),
    ("get", "/units/{unit_id}/workplace-plan"): (403, 200, 403, 200, 404, 403, 401),
    ("get", "/units/{unit_id}/skills"): (403, 200, 403, 200, 404, 403, 401),
    ("get", "/workplace/filings"): (403, 200, 200, 200, 200, 403, 401),  # Cleo trained them, so she is a trainer
    ("post", "/workplace/filings"): (403, 422, 422, 422, 422, 403, 401),  # of which unit?
    ("get", "/workplace/filings/{filed_id}"): (403, 200, 200, 200, 404, 403, 401),
    ("post", "/workplace/filings/{filed_id}/return"): (403, 403, 403, 200, 403, 403, 401),
    ("post", "/workplace/filings/{filed_id}/confirmation"): (403, 403, 403, 409, 403, 403, 401),  # skills are unsigned
    ("post", "/workplace/filings/{filed_id}/withdrawal"): (403, 200, 200, 200, 404, 403, 401),
    ("get", "/people/me/hours"): EVERYBODY,
    ("get", "/people/{person_id}/hours"): (403, 200, 403, 200, 404, 403, 401),
    ("get", "/units/{unit_id}/hours"): (403, 200, 403, 200, 404, 403, 401),
    ("get", "/people/me/outside-learning"): EVERYBODY,
    ("post", "/people/me/outside-learning"): (422, 422, 422, 422, 422, 422, 401),  # without anything
    ("get", "/outside-learning"): (403, 200, 403, 200, 200, 403, 401),
    ("get", "/outside-learning/{outside_id}"): (200, 200, 404, 200, 404, 404, 401),
    ("post", "/outside-learning/{outside_id}/return"): (403, 200, 403, 200, 404, 403, 401),
    ("post", "/outside-learning/{outside_id}/recognition"): (403, 409, 403, 409, 404, 403, 401),  # it is returned
    ("post", "/outside-learning/{outside_id}/correction"): (403, 403, 403, 409, 403, 403, 401),  # nothing is recognised
    ("post", "/outside-learning/{outside_id}/withdrawal"): (200, 404, 404, 404, 404, 404, 401),
    ("get", "/runs/{open_id}/posts"): (200, 404, 200, 200, 404, 404, 401),
    ("post", "/runs/{open_id}/posts"): (201, 404, 201, 201, 404, 404, 401),
    ("post", "/posts/{post_id}/answers"): (201, 404, 201, 201, 404, 404, 401),
    ("get", "/runs/{surveyed_id}/survey"): TEACHERS,
    ("get", "/taught"): (403, 403, 422, 422, 403, 403, 401),  # of which days?
    ("get", "/certificates"): EVERYBODY,
    ("get", "/certificates/{code}"): (200, 404, 404, 200, 404, 404, 401),
    ("get", "/certificates/{code}.pdf"): (200, 404, 404, 200, 404, 404, 401),
    ("get", "/documents"): EVERYBODY,
    ("get", "/documents/{document_code}.pdf"): (200, 404, 404, 200, 404, 404, 401),
    ("get", "/documents/{document_code}/verification"): (200, 200, 200, 200, 200, 200, 200),
    ("get", "/certificate-templates"): OFFICERS,
    ("get", "/print-runs"): OFFICERS,
    ("get", "/print-runs/{print_job_id}"): OFFICERS,
    ("get", "/print-runs/{print_job_id}/sheets"): OFFICERS,
    ("get", "/verification/{code}"): (200, 200, 200, 200, 200, 200, 200),
    ("post", "/verification"): (200, 200, 200, 200, 200, 200, 200),
    ("get", "/runs/{open_id}/letters"): OFFICERS,
    ("get", "/runs/{open_id}/letters/draft"): (403, 403, 403, 422, 403, 403, 401),  # of which kind?
    ("post", "/runs/{open_id}/letters"): (403, 403, 403, 201, 403, 403, 401),
    ("get", "/half-years/2025-1/letters"): OFFICERS,
    ("post", "/half-years/2025-1/letters"): (403, 403, 403, 409, 403, 403, 401),  # nothing was trained then
    ("get", "/letters/{letter_id}"): OFFICERS,
    ("put", "/letters/{letter_id}/number"): OFFICERS,
    ("get", "/letters/{letter_id}.txt"): OFFICERS,
    ("get", "/letters/{letter_id}.hwpx"): OFFICERS,
    ("get", "/letters/{letter_id}/enclosures/{place}.hwpx"): OFFICERS,
    ("get", "/letters/{letter_id}/enclosures/{place}.xlsx"): OFFICERS,
    ("get", "/outbox"): OFFICERS,
    ("post", "/outbox/texts"): (403, 403, 403, 409, 403, 403, 401),  # nothing waits
    ("get", "/outbox/texts/{number}"): (403, 403, 403, 404, 403, 403, 401),  # nothing was handed over
    ("get", "/reports/training"): OFFICERS,
    ("get", "/reports/departments"): OFFICERS,
    ("get", "/people"): (403, 403, 403, 200, 403, 200, 401),
    ("get", "/people/{person_id}"): (403, 403, 403, 200, 403, 200, 401),
    ("get", "/people/me"): EVERYBODY,
    ("get", "/people/me/transcript"): EVERYBODY,
    ("get", "/units"): EVERYBODY,
    ("get", "/units/{unit_id}"): EVERYBODY,
    ("get", "/courses"): EVERYBODY,
    ("get", "/courses/{course_id}"): EVERYBODY,
    ("get", "/openapi.json"): (200, 200, 200, 200, 200, 200, 200),
}
BODIES: dict[str, dict[str, object]] = {
    "/half-years/2025-1/letters": {},
    "/enrolments/{applied_id}/return": {"reason": "사유를 더 적어 주세요"},
    "/enrolments/{applied_id}/application": {"motive": "민원 자료를 정리합니다"},
    "/runs/{selection_id}/nominations": {"enrolments": []},
    "/runs/{selection_id}/selection": {"select": []},
    "/runs/{selection_id}/non-selection": {"enrolments": [], "reason": "정원 초과"},
    "/runs/{selection_id}/quotas": {"quotas": []},
    "/runs/{selection_id}/quotas/trial": {"quotas": []},
    "/runs/{open_id}/capacity": {"capacity": 40},
    "/runs/{open_id}/additions": {"pasted": "", "step": "add"},
    "/enrolments/{applied_id}/replacement": {"employee_no": "nobody", "reason": "전보"},
    "/units/{unit_id}/deputies": {"employee_no": "nobody", "from_on": "2030-01-01", "until_on": "2030-01-02"},
    "/assignments/{assignment_id}": {},
    "/runs/{open_id}/letters": {"kind": "recruitment"},
    "/letters/{letter_id}/number": {"number": "교육지원과-2417", "sent_on": clock.today().isoformat()},
    "/sessions/{session_id}/attendance": {"marks": []},
    "/sessions/{session_id}/check-ins": {"code": "none"},
    "/sessions/{session_id}/attendance/{seat_id}": {"mark": "present"},
    "/sessions/{others_session_id}/attendance": {"marks": []},
    "/runs/{on_id}/scores": {"scores": []},
    "/runs/{full_id}/scores": {"scores": []},
    "/runs/{graded_id}/scores/{draft_part}/draft": {"reason": "전체 재채점"},
    "/enrolments/{scored_id}/appeals": {"words": "다시 봐 주세요"},
    "/appeals/{appeal_id}/answer": {"words": "그대로입니다"},
    "/enrolments/{away_id}/absences": {"sessions": [], "ground": "duty", "document_no": "총무과-1"},
    "/absences/{absence_id}/return": {"reason": "number"},
    "/confirmations/{confirmation_id}/refusal": {"answer": "이의신청이 남아 있습니다"},
    "/enrolments/{trained_id}/skills/{skill_id}/removal": {"reason": "아직 혼자 하지 못합니다"},
    "/verification": {"content": "JVBERi0xLjcK"},
    "/runs/{open_id}/posts": {"kind": "question", "title": "실습 파일", "body": "어디에 있나요?"},
    "/posts/{post_id}/answers": {"body": "공용 폴더에 있습니다."},
    "/workplace/filings": {},
    "/workplace/filings/{filed_id}/return": {"reason": "서명부와 인원이 다릅니다"},
    "/people/me/outside-learning": {},
    "/outside-learning/{outside_id}/return": {"reason": "이수증에 시간이 없습니다"},
    "/outside-learning/{outside_id}/correction": {"minutes": 60, "reason": "이수증에는 1시간입니다"},
}


def same_rule(path: str) -> str:
    """An address of the table as the description has it."""
    plain = path.replace("2025-1", "{half}")
    for name, known in RENAMED.items():
        plain = plain.replace(f"{{{name}}}", f"{{{known}}}")
    return PREFIX + plain


RENAMED = {
    "applied_id": "enrolment_id",
    "selection_id": "run_id",
    "draw_id": "run_id",
    "draft_id": "run_id",
    "open_id": "run_id",
    "on_id": "run_id",
    "full_id": "run_id",
    "seat_id": "enrolment_id",
    "graded_id": "run_id",
    "draft_part": "part",
    "scored_id": "enrolment_id",
    "away_id": "enrolment_id",
    "others_session_id": "session_id",
    "filed_id": "run_id",
    "trained_id": "enrolment_id",
    "surveyed_id": "run_id",
}


@pytest.fixture
def ids(db: Session, world: World) -> dict[str, object]:
    session = select(ClassSession.id).where(ClassSession.run_id == world.runs["full"].id)
    seat = select(Enrolment.id).where(Enrolment.run_id == world.runs["on"].id).order_by(Enrolment.id)
    unit = select(Posting.unit_id).where(Posting.person_id == world.people["ana"].id)
    return {
        **world.ids,
        **{f"{name}_id": run.id for name, run in world.runs.items()},
        "others_session_id": db.scalar(session),
        "seat_id": db.scalars(seat).first(),
        "place": 1,
        "number": 1,
        "draft_part": 1,
        "unit_id": db.scalar(unit),
    }


def test_every_operation_is_in_the_table(whole_app: Flask) -> None:
    offered = {(method, path) for path, method, _ in operations_of(described(whole_app))}
    assert offered == {(method, same_rule(path)) for method, path in EXPECTED}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_what(api: Programs, world: World, ids: dict[str, object], who: str) -> None:
    program = api(world.people.get(who))
    wrong = {}
    for (method, path), expected in EXPECTED.items():
        answer = program.http.open(
            PREFIX + path.format(**ids),
            method=method,
            json=BODIES.get(path),
            headers={"Authorization": f"Bearer {program.secret}"} if program.secret else {},
        )
        program.db.expire_all()
        if answer.status_code != expected[PEOPLE.index(who)]:
            wrong[method, path] = (answer.status_code, expected[PEOPLE.index(who)], answer.text[-1300:])
    assert not wrong


def test_what_is_listed_is_ones_own(api: Programs, world: World) -> None:
    ana, eve, cleo, dan = (api(world.people[name]) for name in ("ana", "eve", "cleo", "dan"))
    closed = world.runs["closed"].id
    assert {one["name"] for one in ana.get("/enrolments")["items"]} == {"김아나"}
    assert [one["person_id"] for one in eve.get("/enrolments")["items"]] == [world.people["eve"].id]
    assert eve.get(f"/enrolments?person_id={world.people['ana'].id}")["items"] == []
    assert eve.get(f"/runs/{closed}/enrolments")["items"] == []
    assert len(cleo.get(f"/runs/{closed}/enrolments")["items"]) == 2
    assert len(dan.get(f"/enrolments?run_id={closed}")["items"]) == 2
    assert eve.get("/certificates")["items"] == []
    assert len(ana.get("/certificates")["items"]) == 1
    assert len(dan.get(f"/certificates?run_id={closed}")["items"]) == 2


def test_a_cookie_opens_nothing(app: Flask, api: Programs, world: World) -> None:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        person = world.people["dan"]
        cookie["_user_id"] = f"{person.id}:{person.session_key}"
    assert browser.get(f"{PREFIX}/people/me").status_code == 401


def test_a_token_opens_no_page(api: Programs, world: World) -> None:
    secret = api(world.people["dan"]).secret
    answer = api(None).http.get("/operations", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
