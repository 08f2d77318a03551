"""Scores published and appealed, absences asked for and decided, by programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from courses.scheduling.models import ClassSession
from tests.api.conftest import Api, Programs
from tests.world import World


@pytest.fixture
def program(api: Programs, world: World) -> Callable[[str], Api]:
    return lambda who: api(world.people[who])


def test_published_and_taken_back(program: Callable[[str], Api], world: World) -> None:
    cleo, ana = program("cleo"), program("ana")
    run, mine = world.ids["graded_id"], f"/enrolments/{world.ids['scored_id']}/scores"
    assert [one["points"] for one in ana.get(mine)["parts"]] == ["59.5", None]
    parts = cleo.post(f"/runs/{run}/scores/1/publication", status=200)["parts"]
    assert [one["published_at"] is not None for one in parts] == [True, True]
    assert [one["points"] for one in ana.get(mine)["parts"]] == ["59.5", "60"]
    cleo.post(f"/runs/{run}/scores/9/publication", status=404)
    sent = {"scores": [{"enrolment_id": world.ids["scored_id"], "part": 1, "points": "61"}]}
    cleo.put(f"/runs/{run}/scores", sent, 409)
    cleo.post(f"/runs/{run}/scores/1/draft", {"reason": "전체 재채점"}, 200)
    assert [one["points"] for one in ana.get(mine)["parts"]] == ["59.5", None]
    cleo.put(f"/runs/{run}/scores", sent)


def test_an_appeal_is_answered(program: Callable[[str], Api], world: World) -> None:
    cleo, ana = program("cleo"), program("ana")
    mine, appeal = f"/enrolments/{world.ids['scored_id']}", world.ids["appeal_id"]
    assert [one["state"] for one in ana.get(f"{mine}/scores")["appeals"]] == ["open"]
    cleo.post(f"/appeals/{appeal}/answer", {"words": "맞습니다", "points": "sixty"}, 422)
    answered = cleo.post(f"/appeals/{appeal}/answer", {"words": "3번이 맞습니다", "points": "61.5"}, 200)
    assert (answered["state"], answered["points"], answered["answered_points"]) == ("changed", "59.5", "61.5")
    cleo.post(f"/appeals/{appeal}/answer", {"words": "또"}, 409)
    assert ana.get(f"{mine}/scores")["parts"][0]["points"] == "61.5"


def test_an_absence_is_asked_for_and_decided(program: Callable[[str], Api], world: World) -> None:
    ana, dan = program("ana"), program("dan")
    mine = f"/enrolments/{world.ids['away_id']}/absences"
    (waiting,) = dan.get("/absences")["items"]
    assert (waiting["id"], waiting["ground"], waiting["state"]) == (world.ids["absence_id"], "duty", "open")
    returned = dan.post(f"/absences/{waiting['id']}/return", {"reason": "number"}, 200)
    assert (returned["state"], returned["reason"]) == ("returned", "number")
    first = dan.db.scalars(select(ClassSession.id).where(ClassSession.run_id == world.runs["open"].id)).first()
    sent = {"sessions": [first], "ground": "official_leave", "document_no": "총무과-77"}
    ana.post(mine, {**sent, "reason": "감기"}, 422)
    ana.post(mine, {**sent, "ground": "illness"}, 422)
    asked = ana.post(mine, sent, 200)
    approved = dan.post(f"/absences/{asked['id']}/approval", status=200)
    assert [one["mark"] for one in approved["sessions"]] == ["excused official_leave"]
    ana.post(f"/absences/{asked['id']}/withdrawal", status=409)
    assert [one["state"] for one in ana.get(mine)["items"]] == ["approved", "returned"]
    assert dan.get("/absences")["items"] == []
