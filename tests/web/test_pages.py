"""Every page in a real browser: accessible, within its policy and its budgets, in both languages, at every width."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from flask import Flask
from playwright.sync_api import Page, Response
from sqlalchemy.orm import Session

from lms.api.places import PREFIX
from tests.client import Browser
from tests.live import PATIENCE, Browse, Live, overflows
from tests.world import World, a_world

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
KILOBYTE = 1024
PARTS = 4
"""So that workers share the pages."""

PAGES = {  # endpoint: (who looks, address)
    "auth.sign_in": (None, "/sign-in"),
    "auth.password": ("ana", "/password"),
    "home.index": ("ana", "/"),
    "preferences.index": ("ana", "/my-settings"),
    "help.index": ("dan", "/help"),
    "help.show": ("ana", "/help/enrolling"),
    "catalogue.index": ("ana", "/runs"),
    "catalogue.show": ("ana", "/runs/{open_id}"),
    "catalogue.grounds": ("ana", "/runs/{selection_id}/grounds"),
    "enrolment.mine": ("ana", "/my-learning"),
    "enrolment.participants": ("dan", "/runs/{open_id}/enrolments"),
    "history.show": ("ana", "/enrolments/{enrolment_id}"),
    "history.queue": ("dan", "/runs/{open_id}/queue"),
    "settings.enrolments": ("fay", "/settings/enrolments"),
    "enrolment.losing": ("dan", "/runs/{open_id}/capacity?capacity=1"),
    "enrolment.replacement": ("dan", "/enrolments/{enrolment_id}/replacement"),
    "assignment.adding": ("dan", "/runs/{open_id}/enrolments/adding?unit={other_unit_id}"),
    "assignment.index": ("dan", "/operations/assignments"),
    "assignment.making": ("dan", "/operations/assignments/new"),
    "assignment.show": ("dan", "/operations/assignments/{assignment_id}"),
    "completion.card": ("ana", "/enrolments/{enrolment_id}/completion"),
    "completion.show": ("dan", "/runs/{over_id}/closing"),
    "completion.policies": ("dan", "/operations/policies"),
    "completion.policy": ("dan", "/operations/policies/kr-local-2008/1"),
    "completion.other_rules": ("dan", "/runs/{over_id}/policy?pin=kr-local-2008 1"),
    "completion.reopening_page": ("dan", "/runs/{run_id}/reopening"),
    "completion.trial": ("dan", "/operations/what-if?run={run_id}&attendance=90"),
    "completion.verdict": ("dan", "/enrolments/{enrolment_id}/verdict"),
    "confirming.index": ("dan", "/confirmations"),
    "confirming.show": ("ben", "/confirmations/{confirmation_id}"),
    "certificates.mine": ("ana", "/certificates"),
    "certificates.of_run": ("dan", "/runs/{run_id}/certificates"),
    "certificates.register": ("dan", "/certificates/register"),
    "certificates.completion_register": ("dan", "/certificates/completions"),
    "certificates.waiting_list": ("dan", "/certificates/waiting"),
    "certificates.find_person": ("dan", "/certificates/people?q=ㄱ"),
    "certificates.of_person": ("dan", "/people/{person_id}/certificates"),
    "certificates.seal_log": ("dan", "/certificates/seal"),
    "certificates.own_documents": ("ana", "/documents"),
    "certificates.document_revocation": ("dan", "/documents/{document_id}/revocation"),
    "certificates.templates": ("dan", "/certificates/templates"),
    "certificates.new_template": ("dan", "/certificates/templates/new?kind=attended&language=both"),
    "certificates.edit_template": ("dan", "/certificates/templates/{template_family}"),
    "certificates.template_version": ("dan", "/certificates/templates/versions/plain-both-1?sample=no_font"),
    "certificates.print_runs": ("dan", "/certificates/print-runs"),
    "certificates.print_run": ("dan", "/certificates/print-runs/{print_job_id}"),
    "certificates.print_setup": ("dan", "/certificates/print-runs/setup"),
    "certificates.show": ("dan", "/certificates/{certificate_id}"),
    "certificates.correction": ("dan", "/certificates/{certificate_id}/reissue"),
    "certificates.revocation": ("dan", "/certificates/{certificate_id}/revocation"),
    "certificates.sharing_of": ("ana", "/certificates/{certificate_id}/sharing"),
    "certificates.verify": (None, "/verify"),
    "certificates.verify_code": (None, "/verify/{code}"),
    "attendance.index": ("dan", "/teaching"),
    "paper.show": ("cleo", "/sessions/{session_id}/paper"),
    "guests.index": ("dan", "/operations/guests"),
    "taught.index": ("dan", "/operations/taught?month={month}"),
    "taught.show": ("dan", "/operations/taught/{cleo_id}?month={month}"),
    "taught.mine": ("cleo", "/teaching/taught?month={month}"),
    "attendance.show": ("cleo", "/sessions/{session_id}/attendance"),
    "checkin.index": ("ana", "/check-in"),
    "checkin.wall": ("cleo", "/sessions/{session_id}/check-in"),
    "checkin.screen": ("cleo", "/sessions/{session_id}/check-in/screen"),
    "checkin.door": ("cleo", "/sessions/{session_id}/door"),
    "checkin.person": ("cleo", "/sessions/{session_id}/door/{seat_id}"),
    "checkin.waiting": ("dan", "/operations/door"),
    "assessment.show": ("cleo", "/runs/{graded_id}/scores"),
    "assessment.own": ("ana", "/enrolments/{scored_id}/scores"),
    "absences.own": ("ana", "/enrolments/{away_id}/absences"),
    "absences.index": ("dan", "/operations/absences"),
    "approval.index": ("ben", "/our-department"),
    "nomination.index": ("ben", "/nominations"),
    "nomination.show": ("ben", "/runs/{selection_id}/nominations?unit={unit_id}"),
    "board.show": ("cleo", "/runs/{open_id}/board"),
    "board.thread": ("cleo", "/board/{post_id}"),
    "board.text_of": ("ana", "/board/{post_id}/text"),
    "surveys.show": ("ana", "/runs/{over_id}/survey"),
    "surveys.of_run": ("dan", "/runs/{surveyed_id}/survey/results"),
    "surveys.of_course": ("dan", "/surveys/courses/{course_id}"),
    "surveys.of_instructor": ("dan", "/surveys/instructors/{cleo_id}"),
    "surveys.mine": ("cleo", "/teaching/surveys"),
    "workplace.index": ("ben", "/workplace/filings"),
    "workplace.new": ("ben", "/workplace/filing?like={filed_id}"),
    "workplace.show": ("dan", "/workplace/filings/{filed_id}"),
    "workplace.correction": ("ben", "/workplace/filings/{filed_id}/correction"),
    "workplace.plan": ("ben", "/workplace/plan"),
    "workplace.plans": ("dan", "/workplace/plans"),
    "workplace.matrix": ("ben", "/workplace/matrix"),
    "workplace.coaches": ("ben", "/workplace/coaches"),
    "workplace.skills": ("cleo", "/skills"),
    "workplace.of_run": ("cleo", "/runs/{filed_id}/skills"),
    "workplace.checklist": ("dan", "/operations/courses/{workplace_course_id}/skills"),
    "selection.show": ("dan", "/runs/{selecting_id}/selection"),
    "draw.show": ("ana", "/runs/{draw_id}/draw"),
    "hours.mine": ("ana", "/my-hours"),
    "hours.person": ("ben", "/people/{person_id}/hours"),
    "hours.new": ("ana", "/my-hours/outside/new"),
    "hours.show": ("ana", "/outside-learning/{outside_id}"),
    "hours.waiting": ("ben", "/outside-learning"),
    "hours.units": ("dan", "/reports/hours?unit={unit_id}"),
    "hours.rules_form": ("fay", "/settings/hours"),
    "reporting.operations": ("dan", "/operations"),
    "reporting.training": ("dan", "/reports/training"),
    "reporting.departments": ("dan", "/reports/departments"),
    "reporting.work": ("dan", "/operations/work/unmarked"),
    "reporting.explore": ("ben", "/reports?by=department"),
    "reporting.rows_behind": ("dan", "/reports/rows"),
    "reporting.own_transcript": ("ana", "/my-learning/transcript"),
    "reporting.person_transcript": ("dan", "/people/{person_id}/transcript"),
    "exchange.index": ("dan", "/imports"),
    "exchange.show": ("dan", "/imports/{file_id}"),
    "scheduling.index": ("dan", "/operations/runs"),
    "scheduling.new": ("dan", "/operations/runs/new"),
    "scheduling.show": ("dan", "/operations/runs/{draft_id}"),
    "scheduling.cancellation": ("dan", "/operations/runs/{open_id}/cancellation"),
    "scheduling.courses": ("dan", "/operations/courses"),
    "scheduling.new_course": ("dan", "/operations/courses/new"),
    "scheduling.course": ("dan", "/operations/courses/{course_id}"),
    "content.learn": ("ana", "/enrolments/{learning_id}/lessons"),
    "content.learn_lesson": ("ana", "/enrolments/{learning_id}/lessons/{words_id}"),
    "content.attempt": ("ana", "/enrolments/{learning_id}/lessons/{lesson_id}/attempts/1"),
    "content.run_progress": ("dan", "/runs/{cyber_id}/progress"),
    "content.lessons": ("dan", "/operations/courses/{cyber_course_id}/lessons"),
    "content.new_lesson": ("dan", "/operations/courses/{cyber_course_id}/lessons/new?kind=text"),
    "content.lesson_form": ("dan", "/operations/lessons/{lesson_id}"),
    "content.preview_lesson": ("dan", "/operations/lessons/{lesson_id}/preview"),
    "content.banks": ("dan", "/operations/courses/{cyber_course_id}/banks"),
    "content.bank": ("dan", "/operations/banks/{bank_id}"),
    "content.new_question": ("dan", "/operations/banks/{bank_id}/questions/new?kind=single"),
    "content.question": ("dan", "/operations/questions/{question_id}"),
    "scheduling.areas": ("dan", "/operations/areas"),
    "scheduling.closed_days": ("dan", "/operations/closed-days?year=2026"),
    "scheduling.copies": ("dan", "/operations/runs/{run_id}/copies?first=2027-02-08&count=3&every=2&unit=week"),
    "scheduling.timetable": ("dan", "/timetable"),
    "scheduling.my_timetable": ("ana", "/my-timetable"),
    "scheduling.move": ("dan", "/sessions/{session_id}/move"),
    "scheduling.session_cancellation": ("dan", "/sessions/{session_id}/cancellation"),
    "scheduling.roster": ("dan", "/runs/{open_id}/roster"),
    "jobs.index": ("fay", "/settings/jobs"),
    "jobs.show": ("dan", "/jobs/{job_id}"),
    "notices.index": ("ana", "/notices"),
    "notices.settings": ("ana", "/my-settings/notices"),
    "notices.of_run": ("dan", "/runs/{open_id}/notices"),
    "notices.new": ("dan", "/runs/{open_id}/message"),
    "notices.sent": ("dan", "/operations/outbox"),
    "notices.message": ("dan", "/operations/outbox/{message_id}"),
    "notices.wordings_index": ("fay", "/settings/wordings"),
    "notices.wording": ("fay", "/settings/wordings/offered/ko"),
    "letters.index": ("dan", "/runs/{open_id}/letters"),
    "letters.new": ("dan", "/runs/{open_id}/letters/new?kind=selection"),
    "letters.half_year_results": ("dan", "/half-year-results"),
    "letters.new_half_year": ("dan", "/half-year-results/new?half={half}"),
    "letters.show": ("dan", "/letters/{letter_id}"),
    "calendar.settings": ("ana", "/my-settings/calendar"),
    "settings.index": ("fay", "/settings"),
    "settings.edit": ("fay", "/settings/organisation"),
    "settings.audit": ("fay", "/settings/audit"),
    "settings.grade_names": ("fay", "/settings/grades"),
    "settings.keys": ("fay", "/settings/keys"),
    "settings.sign_ins": ("fay", "/settings/sign-ins"),
    "people.index": ("fay", "/people"),
    "people.show": ("fay", "/people/{person_id}"),
    "people.roles": ("fay", "/people/roles"),
    "people.new": ("fay", "/people/new"),
    "people.edit": ("fay", "/people/{person_id}/edit"),
    "people.posting": ("fay", "/people/{person_id}/posting"),
    "people.leave": ("fay", "/people/{person_id}/leave"),
    "people.back": ("fay", "/people/{person_id}/return"),
    "people.leaving": ("fay", "/people/{person_id}/leaving"),
    "units.index": ("fay", "/units"),
    "units.show": ("fay", "/units/{unit_id}"),
    "units.new": ("fay", "/units/new?under={unit_id}"),
    "units.edit": ("fay", "/units/{unit_id}/edit"),
    "units.closing": ("fay", "/units/{unit_id}/closing"),
    "rooms.index": ("dan", "/rooms"),
    "rooms.new": ("dan", "/rooms/new"),
    "rooms.show": ("dan", "/rooms/{room_id}"),
    "tokens.index": ("ana", "/my-settings/tokens"),
    "tokens.guide": (None, "/api"),
}
MAIN = ["home.index", "catalogue.index", "attendance.show", "reporting.operations", "enrolment.mine"]
WEIGHED = [
    *MAIN, "catalogue.show", "approval.index", "nomination.show", "enrolment.participants", "assignment.adding",
    "selection.show", "draw.show",
]  # fmt: skip
"""Beside them what is done for an enrolment."""
MOST_SHIFT = 0.02
FILES = {".vtt", ".ics", ".json", ".pdf", ".pem", ".csv", ".xlsx", ".<string:form>", ".zip", ".hwpx"}
NOT_PAGES = {
    "attendance.marks",  # what an open sheet asks for
    "attendance.service_worker",
    "health.healthz",
    "health.readyz",
    "auth.new_password",  # it has the template of auth.password
    "content.lesson_file",
    "paper.scan",
    "paper.sheet",  # leads to paper.show
    "paper.typed",
    "workplace.evidence",
    "board.material",
    "certificates.shared",  # a file
    "certificates.print_file",
    "certificates.background",  # pictures
    "certificates.template_picture",
    "hours.evidence",
    "content.picture",
    "settings.logo",
    "settings.seal",
    "units.offered",  # options of a list
    "units.colleagues_offered",
}


@pytest.fixture
def world(live: Live) -> World:
    return with_addresses(a_world(live.db))


def with_addresses(world: World) -> World:
    """Its runs can be named in addresses."""
    world.ids |= {f"{name}_id": run.id for name, run in world.runs.items()}
    return world


def test_every_page_is_looked_at(whole_app: Flask) -> None:
    pages = {
        rule.endpoint
        for rule in whole_app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and not rule.rule.startswith(PREFIX)
        and not any(rule.rule.endswith(end) for end in FILES)
    }
    assert pages - NOT_PAGES == set(PAGES)


def test_every_page_opens(app: Flask, db: Session) -> None:
    """On every database; how it is drawn is looked at on one."""
    world = with_addresses(a_world(db))
    for who, address in PAGES.values():
        visitor = Browser(app, db)
        if who:
            visitor.sign_in(world.people[who])
        visitor.get(address.format(**world.ids))


class Looking:
    """Looks at pages, with one profile for each person: a fresh one for every page would take longer than the pages."""

    def __init__(self, browse: Browse, world: World, **how: Any) -> None:
        self._browse, self._world, self._how = browse, world, how
        self._pages: dict[str | None, Page] = {}

    def at(self, endpoint: str) -> Page:
        """The page, loaded, with its letters."""
        who, address = PAGES[endpoint]
        if who not in self._pages:
            self._pages[who] = self._browse(self._world.people[who] if who else None, **self._how)
        page = self._pages[who]
        response = page.goto(address.format(**self._world.ids))
        assert response
        assert response.ok, f"{endpoint}: {response.status}"
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    def faults(self, endpoints: Iterable[str], **rules: bool) -> dict[str, list[str]]:
        """By endpoint, what is not accessible or does not fit. `rules` of axe may be left out by their names."""
        found = {endpoint: faults(self.at(endpoint), **rules) for endpoint in endpoints}
        return {endpoint: list_ for endpoint, list_ in found.items() if list_}


def faults(page: Page, **rules: bool) -> list[str]:
    page.evaluate(AXE)  # by the debugger, which the page's policy does not bind
    options = {
        "resultTypes": ["violations"],
        "rules": {name.replace("_", "-"): {"enabled": on} for name, on in rules.items()},
    }
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    wide = ["scrolls sideways"] if overflows(page) else []
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]] + wide


@pytest.mark.browser
@pytest.mark.drawn
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_is_accessible(browse: Browse, world: World, language: str, part: int) -> None:
    rules = {"color_contrast": False} if language == "en" else {}  # the colours are those of the Korean pages
    assert not Looking(browse, world, language=language).faults(list(PAGES)[part::PARTS], **rules)


@pytest.mark.browser
@pytest.mark.drawn
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_main_pages_at_every_width_and_theme(browse: Browse, world: World, width: int, dark: bool) -> None:
    assert not Looking(browse, world, width=width, dark=dark).faults(MAIN)


@pytest.mark.browser
@pytest.mark.drawn
def test_a_wide_table_scrolls_within_itself(browse: Browse, world: World) -> None:
    assert not overflows(Looking(browse, world, width=390).at("people.roles"))


@pytest.fixture
def weights(browse: Browse, world: World) -> dict[str, dict[str, int]]:
    """Per page: compressed bytes by kind, requests, bytes of HTML."""
    result = {}
    for endpoint in WEIGHED:
        seen: list[Response] = []
        note = partial(list.append, seen)  # Playwright binds no built-in methods
        who, address = PAGES[endpoint]
        page = browse(world.people[who or ""])
        page.on("response", note)
        page.goto(address.format(**world.ids))
        page.wait_for_load_state("networkidle")
        result[endpoint] = _weigh(seen)
        page.context.close()
    return result


def _weigh(seen: list[Response]) -> dict[str, int]:
    weight = {"css": 0, "js": 0, "html": 0, "requests": len(seen)}
    for response in seen:
        kind = {"stylesheet": "css", "script": "js", "document": "html"}.get(response.request.resource_type)
        if kind == "html":
            weight["html"] += len(response.body())
        elif kind:
            weight[kind] += len(gzip.compress(response.body(), 9))
    return weight


@pytest.mark.browser
@pytest.mark.drawn
def test_pages_stay_within_their_budgets(weights: dict[str, dict[str, int]]) -> None:
    limits = {"css": 12 * KILOBYTE, "js": 20 * KILOBYTE, "html": 60 * KILOBYTE, "requests": 12}
    over = {
        (endpoint, what): (amount, limits[what])
        for endpoint, weight in weights.items()
        for what, amount in weight.items()
        if amount > limits[what]
    }
    assert not over


SHIFTED = """() => new Promise(done => {
    let moved = 0
    const add = list => { for (const one of list.getEntries()) moved += one.value }
    new PerformanceObserver(add).observe({type: "layout-shift", buffered: true})
    setTimeout(() => requestAnimationFrame(() => setTimeout(() => done(moved), 100)), 100)
})"""
"""How much of the page has moved so far, as browsers count it (cumulative layout shift)."""
PUSHED = """([most, patience]) => new Promise(done => {
    const much = list => list.getEntries().some(one => one.value > most) && done(true)
    new PerformanceObserver(much).observe({type: "layout-shift"})
    const later = Object.assign(document.createElement("textarea"), {rows: 20})
    const push = () => document.querySelector("main").prepend(later)
    requestAnimationFrame(() => requestAnimationFrame(push))
    setTimeout(() => done(false), patience)
})"""
"""Whether it is seen that something pushes all the rest down."""


@pytest.mark.browser
@pytest.mark.drawn
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_a_page_comes_for_the_first_time(browse: Browse, world: World, width: int) -> None:
    moved = {}
    for endpoint in MAIN:
        page = Looking(browse, world, width=width).at(endpoint)  # a fresh profile: no letters are there yet
        moved[endpoint] = page.evaluate(SHIFTED)
    assert page.evaluate(PUSHED, [MOST_SHIFT, PATIENCE])
    assert not {endpoint: much for endpoint, much in moved.items() if much >= MOST_SHIFT}
