"""What others ask an officer for stands in the lists of the work queue."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.confirming import actions as confirming
from courses.settings.models import Setting
from tests.client import Browser
from tests.reporting.test_pages import ASKED_FOR
from tests.world import a_world


@pytest.mark.parametrize("task", ASKED_FOR)
def test_what_others_ask_for_is_listed(client: Browser, db: Session, task: str) -> None:
    world = a_world(db)
    officer = world.people["dan"]
    db.add(Setting(name="second_person", value=True))
    closed = world.runs["closed"]
    confirming.ask(db, officer.id, "reopening", closed.id, {}, "점수 정정", title="<b>굵게</b>")
    db.commit()
    page = client.sign_in(officer).get(f"/operations/work/{task}").text
    assert "<tbody>" in page
    assert "<b>굵게" not in page
