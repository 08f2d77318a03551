"""A worker that is killed in the middle of a mailing: nothing lost, nothing twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select

from courses.notices.actions import write
from courses.notices.models import Message, MessageState, Notice
from courses.scheduling.models import Run
from tests import factories
from tests.jobs.process import Process, working
from tests.notices.office import Office, opened

pytestmark = pytest.mark.race

PEOPLE, KILLS, PATIENCE = 150, 4, 120.0


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.01)


def a_worker(office: Office) -> AbstractContextManager[Process]:
    return working(office.config.home, office.database.url, mail_from="training@city.example")


def sent(office: Office) -> int:
    done = select(func.count()).select_from(Message).where(Message.state == MessageState.SENT)
    with office.database.look() as db:
        return db.scalar(done) or 0


def test_every_message_is_one_file_whenever_the_worker_dies(office: Office) -> None:
    officer = factories.a_person(office.db, "최담당", roles=["officer"])
    run = office.run(seats=PEOPLE)
    for number in range(PEOPLE):
        factories.an_enrolment(office.db, run, factories.a_person(office.db, f"직원{number}"))
    office.act(lambda db: write(db, officer.id, db.get_one(Run, run.id), "준비물", "신분증을 가져오십시오."))
    for kill in range(1, KILLS + 1):
        with a_worker(office):  # and at the block's end it is killed
            until(lambda kill=kill: len(office.files()) >= kill * PEOPLE // (KILLS + 2))  # type: ignore[misc]  # bound now
        assert sent(office) < PEOPLE
    with a_worker(office):
        until(lambda: sent(office) == PEOPLE)
    messages = office.messages()
    assert {path.name for path in office.files() if not path.name.startswith(".")} == {f"{m.key}.eml" for m in messages}
    assert len(messages) == PEOPLE
    assert len({message.address for message in messages}) == PEOPLE
    assert office.db.scalar(select(func.count()).select_from(Notice)) == PEOPLE
    for message in messages:
        assert (
            opened(office.config.home / "mail" / f"{message.key}.eml")["To"].addresses[0].addr_spec == message.address
        )
