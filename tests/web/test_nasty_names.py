"""Names come from files: whatever they say, no page takes them for markup."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import String, update
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import Room, Run
from tests.client import Browser
from tests.web.test_access import address, rules
from tests.world import a_world

NASTY = "<i/x>\"'&{{7*7}}%s%(n)s"
PLACES = {
    Person: ("name", "name_roman"),
    OrgUnit: ("name", "path"),
    Posting: ("grade", "post", "duty"),
    Course: ("title",),
    Room: ("name",),
    Run: ("place", "teachers"),
}


@pytest.mark.once
def test_no_name_becomes_markup(client: Browser, db: Session) -> None:
    world = a_world(db)
    for model, names in PLACES.items():
        assert all(isinstance(getattr(model, name).type, String) for name in names)
        db.execute(update(model).values(dict.fromkeys(names, NASTY)))
    db.commit()
    seen = 0
    for who in ("ana", "cleo", "dan", "fay"):
        client.sign_in(world.people[who])
        for rule, method, _ in rules(client.app):
            if method != "get":
                continue
            answer = client.http.get(address(rule, world))
            assert answer.status_code < 500, f"{who} {rule}: {answer.status_code}"
            if answer.mimetype == "text/html":
                assert not re.search(r"<i/x|49%s", answer.text), f"{who} {rule}"
                seen += "&lt;i/x" in answer.text
            db.expire_all()
    assert seen > 20
