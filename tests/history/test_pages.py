"""Histories, queues of a moment, and the audit: who may see them, and what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, approvals, audit
from courses.enrolment.models import Enrolment, Status
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from lms.cli import main
from lms.db import Database
from lms.jobs.queue import later
from lms.jobs.tasks.auditing import AUDITING
from lms.jobs.worker import work_off
from tests.client import Browser
from tests.configuration import config
from tests.factories import a_person, a_run, a_unit, some_day
from tests.live import committed


@pytest.fixture
def fay(db: Session) -> Person:
    return a_person(db, "박페이", roles=["administrator"])


@pytest.fixture
def place(db: Session, ana: Person, ben: Person) -> Enrolment:
    """Ana applied, was returned with a reason, and waits again."""
    run = a_run(db, mode=Mode.SELECTION, starts_in=30)
    place = actions.enrol(db, ana.id, run.id, ana.id, motive="업무")
    approvals.return_to(db, ben.id, [place.id], "날짜를 <b>확인</b> 100%")
    approvals.reapply(db, ana.id, place.id, "민원 통계")
    db.commit()
    return place


class TestHistory:
    def test_the_person_reads_it_in_both_languages(self, client: Browser, ana: Person, place: Enrolment) -> None:
        page = client.sign_in(ana, "ko").get(f"/enrolments/{place.id}")
        for words in ("신청함", "반려됨", "날짜를 &lt;b&gt;확인&lt;/b&gt; 100%", "다시 신청함", "행정국 총무과 · 7급"):
            assert words in page.text, words
        assert "Returned for correction" in client.sign_in(ana).get(f"/enrolments/{place.id}").text

    @pytest.mark.parametrize("role", ["head", "clerk", "officer"])
    def test_those_who_decide_read_it(self, client: Browser, db: Session, place: Enrolment, role: str) -> None:
        reader = a_person(db, "검토자", roles=[role]) if role == "officer" else _of_unit(db, role)
        assert "반려됨" in client.sign_in(reader, "ko").get(f"/enrolments/{place.id}").text

    @pytest.mark.parametrize("role", ["head", "clerk", "instructor", "administrator"])
    def test_others_do_not(self, client: Browser, db: Session, place: Enrolment, eve: Person, role: str) -> None:
        stranger = a_person(db, "타인", unit=a_unit(db, "예산과", "재정국"), roles=[role])
        client.sign_in(stranger, "ko").get(f"/enrolments/{place.id}", 404)
        client.sign_in(eve, "ko").get(f"/enrolments/{place.id}", 404)

    def test_a_teacher_of_the_run_does_not(self, client: Browser, db: Session, ana: Person, cleo: Person) -> None:
        run = a_run(db, instructors=[cleo], mode=Mode.FIRST_COME)
        place = actions.enrol(db, ana.id, run.id, ana.id)
        db.commit()
        client.sign_in(cleo, "ko").get(f"/enrolments/{place.id}", 404)

    def test_an_old_place_without_a_history_says_so(self, client: Browser, db: Session, ana: Person) -> None:
        place = Enrolment(run_id=a_run(db).id, person_id=ana.id, status=Status.WITHDRAWN)
        place.applied_at = place.moved_at = clock.now()
        db.add(place)
        db.commit()
        assert "남은 기록이 없습니다" in client.sign_in(ana, "ko").get(f"/enrolments/{place.id}").text


def _of_unit(db: Session, role: str) -> Person:
    return a_person(db, "검토자", unit=a_unit(db), roles=[role])


class TestQueue:
    @pytest.fixture
    def run(self, db: Session, ana: Person, ben: Person, eve: Person) -> Run:
        """Ana has the seat from nine on, Ben and Eve wait; at eleven Ana is out."""
        with clock.frozen(some_day(8)):
            run = a_run(db, seats=1, mode=Mode.FIRST_COME, starts_in=30)
        with clock.frozen(some_day(9)):
            places = [actions.enrol(db, one.id, run.id, one.id) for one in (ana, ben, eve)]
        with clock.frozen(some_day(11)):
            actions.withdraw(db, ana.id, places[0].id)
        db.commit()
        return run

    def test_officers_see_all_of_it(self, client: Browser, run: Run, dan: Person, ana: Person, ben: Person) -> None:
        with clock.frozen(some_day(12)):
            client.sign_in(dan, "ko")
            early = client.get(f"/runs/{run.id}/queue?at=2026-11-23T10:00")
            late = client.get(f"/runs/{run.id}/queue")
        assert ana.name in early.text
        assert "대기 2" in early.text
        assert "2026-11-23T10:00" in early.text
        assert ana.name not in late.text
        assert "대기 1" in late.text
        assert "이전 변동" in early.text
        assert "다음 변동" in early.text
        assert "다음 변동" not in late.text

    def test_an_applicant_sees_the_own_place_alone(self, client: Browser, run: Run, eve: Person, ben: Person) -> None:
        with clock.frozen(some_day(12)):
            client.sign_in(eve, "ko")
            early = client.get(f"/runs/{run.id}/queue?at=2026-11-23T10:00")
            assert "2명 중 2" in early.text
            assert ben.name not in early.text
            assert "1명 중 1" in client.get(f"/runs/{run.id}/queue").text
            assert "신청 전" in client.get(f"/runs/{run.id}/queue?at=2026-11-23T08:00").text

    def test_nobody_else_sees_any(self, client: Browser, db: Session, run: Run, cleo: Person, fay: Person) -> None:
        head = a_person(db, "과장", roles=["head"])
        for person in (cleo, fay, head):
            client.sign_in(person, "ko").get(f"/runs/{run.id}/queue", 404)

    @pytest.mark.parametrize("at", ["x", "2026-13-01T00:00", "0001-01-01T00:00", "9999-12-31T23:59:59%2B00:00"])
    def test_no_moment_is_no_page(self, client: Browser, run: Run, dan: Person, at: str) -> None:
        client.sign_in(dan, "ko").get(f"/runs/{run.id}/queue?at={at}", 404)

    def test_a_moment_of_another_zone(self, client: Browser, run: Run, dan: Person) -> None:
        page = client.sign_in(dan, "ko").get(f"/runs/{run.id}/queue?at=2026-11-23T01:00:00%2B00:00")
        assert "2026-11-23T10:00" in page.text


class TestAudit:
    def test_the_page_before_after_and_with_findings(
        self, client: Browser, db: Session, fay: Person, place: Enrolment
    ) -> None:
        client.sign_in(fay, "ko")
        assert "아직 점검하지 않았습니다" in client.get("/settings/enrolments").text
        assert "수강 점검" in client.get("/settings").text
        audit.keep(db, [], 0, audit.size(db))
        assert "모두 맞습니다" in client.get("/settings/enrolments").text
        _break(db, place)
        found = list(audit.findings(db))
        audit.keep(db, found, len(found), audit.size(db))
        page = client.get("/settings/enrolments")
        assert "맞지 않는 것 1건" in page.text
        assert "확정 인원이 7명으로 적혀 있으나 실제로는 0명입니다" in page.text
        assert "맞지 않는 것 1건" in client.get("/settings").text

    def test_an_old_audit_is_worth_a_look(self, client: Browser, db: Session, fay: Person) -> None:
        with clock.frozen(clock.now() - timedelta(days=3)):
            audit.keep(db, [], 0, audit.size(db))
        db.commit()
        assert "야간 작업이 실행되게 하십시오" in client.sign_in(fay, "ko").get("/settings").text

    def test_others_do_not_see_it(self, client: Browser, dan: Person, ben: Person) -> None:
        for person in (dan, ben):
            client.sign_in(person, "ko").get("/settings/enrolments", 403)
            client.post("/settings/enrolments", 403)

    def test_the_button_leads_to_the_work(self, client: Browser, fay: Person) -> None:
        answer = client.sign_in(fay, "ko").post("/settings/enrolments", 303)
        assert "/jobs/" in answer.location


def _break(db: Session, place: Enrolment) -> None:
    db.execute(update(Run).where(Run.id == place.run_id).values(taken=7))
    db.commit()


@pytest.fixture
def store(database: Database) -> Iterator[Session]:
    with committed(database.url) as session:
        yield session


def _a_seat(store: Session) -> Enrolment:
    run, person = a_run(store, mode=Mode.FIRST_COME), a_person(store)
    place = actions.enrol(store, person.id, run.id, person.id)
    store.commit()
    return place


def test_the_work_of_the_night_keeps_what_it_finds(database: Database, store: Session, tmp_path: Path) -> None:
    place = _a_seat(store)
    for taken, expected in ((1, []), (7, ["taken"])):
        store.execute(update(Run).where(Run.id == place.run_id).values(taken=taken))
        later(store, AUDITING)
        store.commit()
        work_off(database, config(tmp_path, database.url))
        kept = audit.last(store)
        store.rollback()
        store.expire_all()
        assert kept
        assert [one["code"] for one in kept["findings"]] == expected


def test_the_command_says_it_in_words_or_json(
    database: Database, store: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database.url)
    place = _a_seat(store)
    well = CliRunner().invoke(main, ["audit", "enrolments"])
    assert (well.exit_code, well.output) == (0, "All that must hold of enrolments holds.\n")
    store.execute(update(Run).where(Run.id == place.run_id).values(taken=7))
    store.commit()
    said = CliRunner().invoke(main, ["audit", "enrolments"])
    assert said.exit_code == 1
    assert said.output.startswith(f"run {place.run_id}: ")
    told = CliRunner().invoke(main, ["audit", "enrolments", "--json", "--run", str(place.run_id)])
    assert told.exit_code == 1
    assert json.loads(told.output)["code"] == "taken"
    other = a_run(store)
    alone = CliRunner().invoke(main, ["audit", "enrolments", "--json", "--run", str(other.id)])
    assert (alone.exit_code, alone.output) == (0, "")
