"""Every endpoint from the wrong side: not signed in, without the permission, and on what is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from courses.people.actor import load_actor
from courses.permissions import Permission, may
from lms.api.places import PREFIX
from tests.client import Browser
from tests.factories import a_person
from tests.world import World

ANOTHERS = [  # (method, address, who must not): what belongs to Ana, Cleo or the organisation
    ("get", "/outside-learning/{outside_id}", "eve"),
    ("get", "/outside-learning/{outside_id}", "cleo"),
    ("get", "/outside-learning/{outside_id}/evidence", "eve"),
    ("post", "/outside-learning/{outside_id}", "eve"),
    ("post", "/outside-learning/{outside_id}/withdrawal", "eve"),
    ("post", "/outside-learning/{outside_id}/withdrawal", "ben"),
    ("get", "/people/{stranger_id}/hours", "ben"),
    ("get", "/reports/hours?unit={other_unit_id}", "ben"),
    ("get", "/reports/hours.xlsx?unit={other_unit_id}", "ben"),
    ("get", "/certificates/{certificate_id}.pdf", "eve"),
    ("get", "/certificates/{certificate_id}.pdf", "cleo"),
    ("get", "/certificates/{certificate_id}", "eve"),
    ("get", "/certificates/{certificate_id}.json", "eve"),
    ("get", "/certificates/{certificate_id}/proof.json", "eve"),
    ("get", "/certificates/{certificate_id}/sharing", "eve"),
    ("get", "/certificates/{certificate_id}/sharing", "dan"),
    ("post", "/certificates/{certificate_id}/sharing", "eve"),
    ("post", "/certificates/{certificate_id}/sharing", "dan"),
    ("get", "/documents/{document_id}.pdf", "eve"),
    ("get", "/documents/{document_id}.pdf", "cleo"),
    ("get", "/documents/{document_id}.pdf", "ben"),
    ("get", "/enrolments/{enrolment_id}/completion", "eve"),
    ("get", "/enrolments/{enrolment_id}", "eve"),
    ("get", "/enrolments/{enrolment_id}", "cleo"),
    ("get", "/runs/{selection_id}/queue", "eve"),
    ("post", "/enrolments/{enrolment_id}/withdrawal", "eve"),
    ("post", "/enrolments/{enrolment_id}/acceptance", "eve"),
    ("post", "/enrolments/{enrolment_id}/acceptance", "ben"),
    ("post", "/enrolments/{applied_id}/recall", "eve"),
    ("post", "/enrolments/{applied_id}/recall", "ben"),
    ("post", "/enrolments/{applied_id}/application", "ben"),
    ("get", "/runs/{selection_id}/nominations?unit={unit_id}", "eve"),
    ("post", "/runs/{selection_id}/nominations?unit={unit_id}", "eve"),
    ("post", "/runs/{selection_id}/nominations/applicants?unit={unit_id}", "eve"),
    ("get", "/workplace/filings/{filed_id}", "eve"),
    ("get", "/workplace/filings/{filed_id}/evidence", "eve"),
    ("get", "/workplace/filings/{filed_id}/correction", "eve"),
    ("post", "/workplace/filings/{filed_id}/correction", "eve"),
    ("post", "/workplace/filings/{filed_id}/withdrawal", "eve"),
    ("get", "/workplace/filing?unit={other_unit_id}", "ben"),
    ("post", "/workplace/filing?unit={other_unit_id}", "ben"),
    ("get", "/workplace/plan?unit={other_unit_id}", "ben"),
    ("get", "/workplace/plan.xlsx?unit={other_unit_id}", "ben"),
    ("post", "/workplace/units/{other_unit_id}/plan", "ben"),
    ("get", "/workplace/matrix?unit={other_unit_id}", "ben"),
    ("get", "/workplace/matrix.xlsx?unit={other_unit_id}", "ben"),
    ("get", "/workplace/coaches?unit={other_unit_id}", "ben"),
    ("post", "/workplace/units/{other_unit_id}/coaches", "ben"),
    ("post", "/workplace/units/{other_unit_id}/coaches/{coaching_id}/end", "ben"),
    ("get", "/runs/{filed_id}/skills", "ivy"),
    *(
        (method, address, who)
        for who in ("eve", "ivy")
        for method, address in [
            ("get", "/runs/{board_run_id}/board"),
            ("post", "/runs/{board_run_id}/board"),
            ("get", "/board/{post_id}"),
            ("post", "/board/{post_id}/answers"),
            ("get", "/board/{post_id}/text"),
            ("post", "/board/{post_id}/text"),
            ("get", "/runs/{board_run_id}/materials/{material_id}"),
            ("get", "/runs/{asked_run_id}/survey"),
            ("post", "/runs/{asked_run_id}/survey"),
        ]
    ),
    ("get", "/board/{post_id}/text", "cleo"),
    ("get", "/runs/{asked_run_id}/survey", "dan"),
    ("post", "/board/{post_id}/hiding", "ivy"),
    ("post", "/runs/{board_run_id}/materials", "ivy"),
    ("post", "/runs/{board_run_id}/materials/{material_id}/removal", "ivy"),
    ("get", "/runs/{surveyed_id}/survey/results", "ivy"),
    ("get", "/runs/{surveyed_id}/survey/results.csv", "ivy"),
    ("post", "/enrolments/{trained_id}/skills/{skill_id}/signature", "eve"),
    ("post", "/enrolments/{trained_id}/skills/{skill_id}/confirmation", "eve"),
    ("post", "/enrolments/{trained_id}/skills/{skill_id}/removal", "ben"),
    ("get", "/operations/assignments?unit={other_unit_id}", "ben"),
    ("get", "/operations/assignments/{assignment_id}?unit={other_unit_id}", "ben"),
    ("post", "/operations/assignments/{assignment_id}/reminders?unit={other_unit_id}", "ben"),
    ("get", "/sessions/{session_id}/attendance", "ivy"),
    ("post", "/sessions/{session_id}/attendance", "ivy"),
    ("get", "/sessions/{session_id}/attendance/marks", "ivy"),
    ("get", "/sessions/{session_id}/check-in", "ivy"),
    ("post", "/sessions/{session_id}/check-in", "ivy"),
    ("get", "/sessions/{session_id}/check-in/screen", "ivy"),
    ("post", "/sessions/{session_id}/check-in/closing", "ivy"),
    ("post", "/sessions/{session_id}/check-in/confirmation", "ivy"),
    ("get", "/sessions/{session_id}/door", "ivy"),
    ("post", "/sessions/{session_id}/door", "ivy"),
    ("get", "/sessions/{session_id}/door/{seat_id}", "ivy"),
    ("post", "/sessions/{session_id}/door/{seat_id}", "ivy"),
    ("get", "/runs/{run_id}/scores", "ivy"),
    ("post", "/runs/{run_id}/scores", "ivy"),
    ("post", "/components/{component_id}/publication", "ivy"),
    ("post", "/components/{component_id}/draft", "ivy"),
    ("post", "/appeals/{appeal_id}/answer", "ivy"),
    *(
        (method, address, who)
        for who in ("eve", "ben", "cleo", "dan")
        for method, address in [
            ("get", "/enrolments/{scored_id}/scores"),
            ("post", "/enrolments/{scored_id}/appeals"),
            ("get", "/enrolments/{away_id}/absences"),
            ("post", "/enrolments/{away_id}/absences"),
            ("post", "/absences/{absence_id}/withdrawal"),
        ]
    ),
    ("get", "/runs/{run_id}/roster", "ivy"),
    ("post", "/notices/{notice_id}/reading", "eve"),
    ("post", "/notices/{notice_id}/reading", "dan"),
    ("get", "/people/{stranger_id}/transcript", "ben"),
    ("get", "/units/{other_unit_id}", "ben"),
    ("get", "/units/{other_unit_id}/colleagues", "ben"),
    ("post", "/units/{other_unit_id}/deputies", "ben"),
    ("post", "/units/{other_unit_id}/deputies/{deputy_id}/end", "ben"),
    ("get", "/people/{stranger_id}/transcript.csv", "ben"),
    ("get", "/reports?unit={other_unit_id}", "ben"),
    ("get", "/reports.csv?unit={other_unit_id}", "ben"),
    ("get", "/reports/rows?unit={other_unit_id}", "ben"),
    ("post", "/reports/saved/{saved_id}/name", "ben"),
    ("post", "/reports/saved/{saved_id}/removal", "ben"),
    ("post", "/my-settings/tokens/{token_id}/revocation", "eve"),
    ("post", "/my-settings/tokens/{token_id}/revocation", "dan"),
    *(
        (method, f"/enrolments/{{learning_id}}/lessons{what}", who)
        for who in ("eve", "cleo", "dan")
        for method, what in [
            ("get", ""),
            ("get", "/{words_id}"),
            ("get", "/{lesson_id}/attempts/1"),
            ("post", "/{words_id}/reading"),
            ("post", "/{lesson_id}/playing"),
            ("post", "/{lesson_id}/attempts"),
            ("post", "/{lesson_id}/attempts/1/answers"),
            ("post", "/{lesson_id}/attempts/1/handing-in"),
        ]
    ),
    ("get", "/runs/{cyber_run_id}/progress", "ivy"),
    ("get", "/runs/{cyber_run_id}/progress.csv", "ivy"),
    ("get", "/lessons/{lesson_id}/file", "eve"),
    ("get", "/lessons/{lesson_id}/captions.vtt", "eve"),
    ("get", "/operations/lessons/{lesson_id}/preview", "ivy"),
    ("get", "/operations/courses/{cyber_course_id}/lessons", "ivy"),
    ("get", "/jobs/{job_id}", "eve"),
    ("get", "/jobs/{job_id}", "cleo"),
]


def rules(app: Flask) -> Iterator[tuple[Rule, str, Permission | None]]:
    """Those of the pages; the API's are asked in tests/api."""
    for rule in (rule for rule in app.url_map.iter_rules() if not rule.rule.startswith(PREFIX)):
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            view = app.view_functions[rule.endpoint]
            yield rule, method.lower(), view.guarded_by  # type: ignore[attr-defined]  # set by the guard


def address(rule: Rule, world: World) -> str:
    known = {"token": "x", "role": "officer", "form": "csv", "kind": "rooms", "task": "unmarked", **world.ids}
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda hole: str(known.get(hole[1], 1)), rule.rule)


@pytest.mark.once
def test_strangers_are_asked_to_sign_in_everywhere(client: Browser, world: World) -> None:
    for rule, method, permission in rules(client.app):
        if permission is not None:
            answer = getattr(client.http, method)(address(rule, world))
            assert answer.status_code == 303, f"{method} {rule}: {answer.status_code}"
            assert answer.location.startswith("/sign-in"), f"{method} {rule}"


@pytest.mark.once
@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "dan", "eve", "fay"])
def test_nobody_gets_in_without_the_permission(client: Browser, db: Session, world: World, who: str) -> None:
    actor = load_actor(db, world.people[who].id)
    assert actor
    client.sign_in(world.people[who])
    denied = 0
    for rule, method, permission in rules(client.app):
        if permission is not None and not may(actor, permission):
            answer = getattr(client.http, method)(address(rule, world))
            assert answer.status_code == 403, f"{who} {method} {rule}: {answer.status_code}"
            denied += 1
    assert denied


@pytest.mark.parametrize(("method", "path", "who"), ANOTHERS)
def test_what_is_somebody_elses_is_not_there(
    client: Browser, db: Session, world: World, method: str, path: str, who: str
) -> None:
    person = world.people.get(who) or a_person(db, "강아이비", roles=["instructor"])
    getattr(client.sign_in(person), method)(path.format(**world.ids), 404)


def test_public_pages_are_few(app: Flask) -> None:
    public = {rule.endpoint for rule, _, permission in rules(app) if permission is None}
    assert public == {
        "attendance.service_worker",
        "auth.sign_in",
        "auth.sign_in_post",
        "auth.sign_out",
        "auth.language",
        "auth.new_password",
        "auth.new_password_post",
        "calendar.feed",
        "certificates.verify",
        "certificates.verify_code",
        "certificates.verify_file",
        "certificates.shared",
        "certificates.authorities",
        "certificates.revocations",
        "certificates.issuer",
        "certificates.status_list",
        "health.healthz",
        "health.readyz",
        "settings.logo",
        "tokens.guide",
    }
