"""The list of runs: what is on it, how it is searched and filtered, and what each card offers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Level
from courses.enrolment.models import Outcome
from courses.people.models import Person
from courses.scheduling.models import Run
from courses.text import initials, search_key
from tests import factories
from tests.client import Browser

HTMX = {"HX-Request": "true", "HX-Target": "div#results"}


def titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/runs/\d+" id="t\d+">(.*?)</a>', page)


def card_of(page: str, run: Run) -> str:
    found = re.search(rf'<li class="run" id="run-{run.id}">.*?</li>', page, re.DOTALL)
    assert found
    return found[0]


def a_titled_run(db: Session, title: str, place: str = "", teachers: str = "", **how: object) -> Run:
    words = f"{title} {place} {teachers}"
    fields = {
        "place": place,
        "teachers": teachers,
        "search_text": search_key(words),
        "search_initials": initials(words),
    }
    return factories.a_run(db, factories.a_course(db, title, kind=str(how.pop("kind", "classroom"))), **fields, **how)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_next_run_comes_first_with_its_facts(client: Browser, db: Session, ana: Person, language: str) -> None:
    later = a_titled_run(db, "파이썬 기초", starts_in=20)
    run = a_titled_run(
        db, "엑셀 기초", "본관 101", "이강사", starts_in=4, days=2, from_clock="09:00", until_clock="17:00"
    )
    page = client.sign_in(ana, language).get("/runs").text
    assert titles(page) == ["엑셀 기초", "파이썬 기초"]
    card = card_of(page, run)
    start = run.starts_on
    badge = f"<small>{start.month}월</small><b>{start.day}</b>" if language == "ko" else f"<b>{start.day}</b><small>"
    expected = {
        "ko": ["집합", "7시간 · 2일 09:00–17:00", "잔여 <b>30</b> / 30명", ">신청</button>"],
        "en": ["Classroom", "7 hours · 2 days 09:00–17:00", "<b>30</b> of 30 left", ">Enrol</button>"],
    }[language]
    for words in [badge, "본관 101", "이강사", *expected]:
        assert words in card
    assert ("총 <b>2</b>건" if language == "ko" else "<b>2</b> runs") in page
    assert f'action="/runs/{later.id}/enrolments?part=row"' in page


def test_only_published_runs_that_are_not_over(client: Browser, db: Session, dan: Person) -> None:
    a_titled_run(db, "초안", state="draft")
    a_titled_run(db, "폐강", state="cancelled")
    a_titled_run(db, "끝", starts_in=-9)
    a_titled_run(db, "진행 중", starts_in=-1, days=3)
    assert titles(client.sign_in(dan).get("/runs").text) == ["진행 중"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("엑셀", ["엑셀 기초", "엑셀 심화"]),
        ("엑셀 심화", ["엑셀 심화"]),
        ("심화 엑셀", ["엑셀 심화"]),
        ("ㅇㅅ", ["엑셀 기초", "엑셀 심화"]),
        ("ㅍㅇㅆ", ["파이썬"]),
        ("엑셀 ㅅㅎ", ["엑셀 심화"]),
        ("김강사", ["파이썬"]),
        ("별관", ["엑셀 심화"]),
        ("SQL", ["SQL 100% 활용"]),
        ("sql", ["SQL 100% 활용"]),
        ("100%", ["SQL 100% 활용"]),
        ("%", ["SQL 100% 활용"]),
        ("_", []),
        ("\\", []),
        ("없는 과정", []),
    ],
)
def test_search(client: Browser, db: Session, ana: Person, words: str, found: list[str]) -> None:
    a_titled_run(db, "엑셀 기초", starts_in=5)
    a_titled_run(db, "엑셀 심화", "별관", starts_in=6)
    a_titled_run(db, "파이썬", teachers="김강사", starts_in=7)
    a_titled_run(db, "SQL 100% 활용", starts_in=8)
    page = client.sign_in(ana).get("/runs", query_string={"q": words}).text
    assert titles(page) == found


def test_filters(client: Browser, db: Session, ana: Person) -> None:
    classroom = a_titled_run(db, "집합", starts_in=40, seats=1)
    a_titled_run(db, "사이버", kind="cyber", starts_in=80)
    a_titled_run(db, "직장", kind="workplace", starts_in=120, apply_from=clock.now() + timedelta(days=1))
    factories.an_enrolment(db, classroom, factories.a_person(db))
    client.sign_in(ana)

    def found(query: str) -> list[str]:
        return titles(client.get(f"/runs?{query}").text)

    assert found("kind=cyber") == ["사이버"]
    assert found("kind=cyber&kind=workplace") == ["사이버", "직장"]
    assert found("free=1") == ["사이버"]
    assert found(f"month={classroom.starts_on:%Y-%m}") == ["집합"]
    assert found("month=2001-01&kind=cyber") == []
    assert found("kind=nonsense&month=2026-13&month=x&page=-3") == ["집합", "사이버", "직장"]


def test_the_address_holds_the_state(client: Browser, db: Session, ana: Person) -> None:
    run = a_titled_run(db, "엑셀")
    month = f"{run.starts_on:%Y-%m}"
    page = client.sign_in(ana).get(f"/runs?q=엑셀&free=1&kind=classroom&month={month}").text
    assert 'value="엑셀"' in page
    for name, value in (("free", "1"), ("kind", "classroom"), ("month", month)):
        assert f'name="{name}" value="{value}" checked' in page
    assert 'name="kind" value="cyber" checked' not in page


@pytest.mark.parametrize(
    ("language", "title", "reset"),
    [("ko", "‘없는과정’에 맞는 과정이 없습니다", "필터 초기화"), ("en", "Nothing fits ‘없는과정’", "Reset filters")],
)
def test_nothing_found(client: Browser, ana: Person, language: str, title: str, reset: str) -> None:
    page = client.sign_in(ana, language).get("/runs?q=없는과정").text
    assert title in page
    assert re.search(rf'<a class="btn " href="/runs"[^>]*>{reset}</a>', page)


def test_no_runs_at_all(client: Browser, ana: Person) -> None:
    assert "No runs are open" in client.sign_in(ana).get("/runs").text


def test_a_search_is_never_markup(client: Browser, ana: Person) -> None:
    page = client.sign_in(ana).get("/runs", query_string={"q": '"><b>x'}).text
    assert "<b>x" not in page


def test_htmx_gets_the_results_alone(client: Browser, db: Session, ana: Person) -> None:
    a_titled_run(db, "엑셀 기초")
    client.sign_in(ana)
    answer = client.get("/runs?q=엑셀", headers=HTMX)
    assert answer.text.strip().startswith('<div id="results">')
    assert titles(answer.text) == ["엑셀 기초"]
    assert "HX-Request" in answer.headers["Vary"]
    restored = client.get("/runs?q=엑셀", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<title>" in restored.text


def test_pages(client: Browser, db: Session, ana: Person) -> None:
    course = factories.a_course(db, "많은 과정")
    for day in range(43):
        factories.a_run(db, course, starts_in=5 + day)
    first = client.sign_in(ana).get("/runs?q=")
    assert len(titles(first.text)) == 40
    assert "<b>43</b> runs" in first.text
    assert len(first.text.encode()) < 60 * 1024
    assert 'href="/runs?q=&amp;page=2"' in first.text
    assert len(titles(client.get("/runs?page=2").text)) == 3


class TestCards:
    """How a run stands for the reader, and the way out where there is no seat."""

    def card(self, client: Browser, person: Person, run: Run, language: str = "en") -> str:
        return card_of(client.sign_in(person, language).get("/runs").text, run)

    def test_enrolled(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db)
        enrolment = factories.an_enrolment(db, run, ana)
        card = self.card(client, ana, run)
        assert "Enrolled" in card
        assert f'action="/enrolments/{enrolment.id}/withdrawal?part=row"' in card

    def test_enrolled_after_the_deadline(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db, cancel_until=clock.now() - timedelta(days=1))
        factories.an_enrolment(db, run, ana)
        card = self.card(client, ana, run)
        assert "Enrolled" in card
        assert "withdrawal" not in card
        assert 'href="/my-learning"' in card

    def test_the_place_in_the_queue_is_counted(self, client: Browser, db: Session, ana: Person, eve: Person) -> None:
        run = factories.a_run(db, seats=1)
        factories.an_enrolment(db, run, factories.a_person(db))
        run.queue_last = 7  # seven numbers were drawn and given up again
        factories.an_enrolment(db, run, eve, status="waitlisted")
        factories.an_enrolment(db, run, ana, status="waitlisted")
        assert "2번째 대기" in self.card(client, ana, run, "ko")
        assert "Number 1 in the queue" in self.card(client, eve, run)
        assert "1 seats · <b>2</b> waiting" in self.card(client, eve, run)

    def test_full(self, client: Browser, db: Session, ana: Person, eve: Person) -> None:
        run = factories.a_run(db, seats=1)
        factories.an_enrolment(db, run, eve)
        card = self.card(client, ana, run, "ko")
        assert ">대기 신청</button>" in card
        assert "정원 1명 · 대기 <b>0</b>명" in card
        assert 'class="meter full w100"' in card

    def test_a_clash_leads_to_the_other_run(self, client: Browser, db: Session, ana: Person) -> None:
        mine, other, elsewhen = factories.a_run(db), factories.a_run(db), factories.a_run(db, starts_in=12)
        factories.an_enrolment(db, mine, ana)
        card = self.card(client, ana, other, "ko")
        assert "일정 겹침" in card
        assert f'href="/runs/{mine.id}"' in card
        assert "enrolments" not in card
        assert "enrolments" in self.card(client, ana, elsewhen)

    def test_not_yet_open_and_closed(self, client: Browser, db: Session, ana: Person) -> None:
        early = factories.a_run(db, apply_from=clock.now() + timedelta(days=2))
        late = factories.a_run(db, apply_until=clock.now() - timedelta(days=2))
        assert "신청 시작" in self.card(client, ana, early, "ko")
        card = self.card(client, ana, late, "ko")
        assert "신청 마감" in card
        assert ">자세히 보기</a>" in card

    def test_completed_before(self, client: Browser, db: Session, ana: Person) -> None:
        course = factories.a_course(db)
        old = factories.a_run(db, course, starts_in=-90, state="closed")
        factories.an_enrolment(db, old, ana, outcome=Outcome.COMPLETED)
        assert "Already completed" in self.card(client, ana, factories.a_run(db, course))

    def test_guests_are_told_whom_to_ask(self, client: Browser, db: Session) -> None:
        guest = factories.a_person(db, external=True)
        assert "Ask a training officer" in self.card(client, guest, factories.a_run(db))

    def test_tags(self, client: Browser, db: Session, ana: Person) -> None:
        course = factories.a_course(db, kind="cyber")
        course.level = Level.SPECIALIST
        run = factories.a_run(db, course, seats=None, apply_until=clock.now() + timedelta(days=2))
        card = self.card(client, ana, run, "ko")
        for words in ("사이버", "전문", "마감 D-2", "상시 수강", "정원 제한 없음"):
            assert words in card
