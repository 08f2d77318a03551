"""What no browser of ours sends: every page answers it without breaking."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy.orm import Session

from tests.client import Browser
from tests.factories import a_person, a_unit
from tests.web.test_access import address, rules
from tests.world import World

NAMES = re.findall(
    r"\S+",
    """page q role stage kind month year within room course unit next code number list part level week roman seen
    reason person pasted language effective login password add capacity first begins a_day teachers-0 sessions-0-key
    sessions-0-day sessions-0-periods-0-begins title hours points0-1 mark1 was1 minutes1 name0 weight0 minimum0
    by across show line column of after from to first last on area service grade outcome level state query shared
    lesson body behind q0 q0-0 stamp seen opens_at draw attempts time_limit pass_points weight words choices-0 right
    truth accepted steps language captions old description offer old open week grade address days subject theme""",
)
ODD = ["a\0b", "9" * 30, "-1", "0001-01-01", "%'\"<>&\\_"]
ODD_BEFORE_ANY_DATABASE = [pytest.param(odd, marks=pytest.mark.once) for odd in ("9" * 5000, "²")]


@pytest.mark.parametrize("odd", [*ODD, *ODD_BEFORE_ANY_DATABASE], ids=lambda odd: odd[:8].encode().hex())
def test_no_page_breaks(client: Browser, db: Session, world: World, odd: str) -> None:
    boss = a_person(db, roles=["officer", "administrator", "instructor"], unit=a_unit(db))
    words = dict.fromkeys(NAMES, odd)
    for rule, method, _ in rules(client.app):
        client.sign_in(boss)
        if method == "get":
            answer = client.http.get(address(rule, world), query_string=words)
        else:
            answer = client.http.post(address(rule, world), query_string={"course": odd, "part": odd}, data=words)
        assert answer.status_code < 500, f"{method} {rule}: {answer.status_code}"
        db.expire_all()


@pytest.mark.parametrize("path", ["/runs?q=a%00b", "/verify/%00", "/sign-in?next=%00"])
def test_a_nul_is_no_text(client: Browser, world: World, path: str) -> None:
    client.sign_in(world.people["dan"]).get(path, 400)
    client.post("/sign-in", 400, data={"login": "a\0", "password": "b"})
    client.post("/sign-in", 400, data={"login": "a", "file": (io.BytesIO(b"x"), "a\0.png")})


@pytest.mark.parametrize("word", ["attendance", "scores"])
@pytest.mark.parametrize(
    "body",
    ["[" * 200_000, "{", "null", "[]",
     '{"marks": 1, "scores": 1}', '{"marks": {"1": NaN}, "scores": {"0-1": NaN}}',
     '{"marks": {"1": "\\ud800"}, "scores": {"0-1": 7, "0-2": {}}}',
     '{"marks": {"' + "9" * 40 + '": ""}, "scores": 0}'],
    ids=lambda body: str(body)[:20],
)  # fmt: skip
def test_json_that_is_no_sheet(client: Browser, world: World, word: str, body: str) -> None:
    where = {"attendance": "/sessions/{session_id}/attendance", "scores": "/runs/{run_id}/scores"}[word]
    client.sign_in(world.people["dan"])
    client.post(where.format(**world.ids), 422, data=body, content_type="application/json")
