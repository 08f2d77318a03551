"""Lists: filters, pages by key, conditions."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person, Posting
from courses.scheduling.models import Run
from tests import factories
from tests.api.conftest import Api, Programs
from tests.world import World

LISTS = ["/runs", "/enrolments", "/certificates", "/people", "/units", "/courses"]


def walk(program: Api, path: str) -> list[dict[str, Any]]:
    """Everything, page by page, by the links."""
    found, following = [], path
    while following:
        page = program.get(following.removeprefix("/api/v1"))
        found += page["items"]
        following = page["next"]
    return found


@pytest.mark.parametrize("path", LISTS)
def test_pages_make_the_whole_in_one_order(api: Programs, world: World, path: str) -> None:
    dan = api(world.people["dan"])
    whole = dan.get(f"{path}?limit=200")["items"]
    assert len(whole) > 1
    assert walk(dan, f"{path}?limit=1") == whole


def test_the_link_keeps_the_filters(api: Programs, world: World) -> None:
    answer = api(world.people["dan"]).ask("GET", "/runs?kind=classroom&kind=cyber&limit=1")
    assert answer.json
    assert "kind=classroom&kind=cyber&limit=1&after=" in answer.json["next"]
    assert answer.headers["Link"] == f'<{answer.json["next"]}>; rel="next"'


def test_what_is_added_meanwhile_repeats_nothing(api: Programs, db: Session, world: World) -> None:
    dan = api(world.people["dan"])
    first, runs = dan.get("/runs?limit=4"), db.scalar(select(func.count(Run.id)))
    factories.a_run(db, starts_in=-100)
    rest = walk(dan, first["next"])
    ids = [one["id"] for one in first["items"] + rest]
    assert len(ids) == len(set(ids)) == runs


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kind=cyber", {"cyber"}),
        ("kind=cyber&kind=workplace", {"cyber", "workplace"}),
        ("level=specialist", set()),
        ("state=closed", {"closed"}),
        ("q=파이썬", {"full"}),
        ("q=ㅍㅇㅆ", {"full"}),
        ("q=%25", set()),
    ],
)
def test_runs_are_filtered_as_in_the_catalogue(api: Programs, world: World, query: str, names: set[str]) -> None:
    found = {one["id"] for one in api(world.people["ana"]).get(f"/runs?{query}")["items"]}
    assert found & {run.id for run in world.runs.values()} == {world.runs[name].id for name in names}


def test_runs_of_a_time(api: Programs, db: Session, ana: Person) -> None:
    run = factories.a_run(db, starts_in=10, days=3)
    first, last, day = run.starts_on, run.ends_on, clock.timedelta(days=1)
    program = api(ana)

    def found(**asked: object) -> bool:
        return bool(program.get("/runs", query_string={key: str(value) for key, value in asked.items()})["items"])

    assert found(**{"from": last, "until": first})
    assert not found(**{"from": last + day})
    assert not found(until=first - day)


def test_a_run_says_how_it_stands_for_oneself(api: Programs, world: World) -> None:
    full = f"/runs/{world.runs['full'].id}"
    ana, ben = (api(world.people[name]).get(full) for name in ("ana", "ben"))
    assert (ana["status"], ana["waiting"], ana["taken"]) == ("waitlisted", 1, 1)
    assert (ben["status"], ben["enrolment_id"]) == (None, None)
    assert ana["takes_applications"]


def test_sessions_have_their_hours(api: Programs, world: World) -> None:
    sessions = api(world.people["eve"]).get(f"/runs/{world.runs['long'].id}/sessions")["items"]
    assert [one["number"] for one in sessions] == [1, 2, 3, 4, 5]
    assert len(sessions[0]["periods"]) == 7
    assert sessions[0]["starts_at"].endswith("Z")


def test_people_are_found(api: Programs, db: Session, world: World) -> None:
    dan, ana = api(world.people["dan"]), world.people["ana"]
    (found,) = dan.get("/people?q=김아나")["items"]
    assert (found["id"], found["unit"], found["active"]) == (ana.id, "행정국 총무과", True)
    assert dan.get(f"/people?employee_no={ana.employee_no}")["items"] == [found]
    serving = db.scalar(select(func.count(Posting.id)).where(Posting.unit_id == found["unit_id"]))
    assert len(dan.get(f"/people?unit_id={found['unit_id']}&limit=100")["items"]) == serving
    assert dan.get(f"/people/{ana.id}")["roles"] == []


def test_drafts_of_courses_are_officers_alone(api: Programs, db: Session, world: World) -> None:
    draft = factories.a_course(db, "준비 중", draft=True)
    api(world.people["dan"]).get(f"/courses/{draft.id}")
    api(world.people["ana"]).get(f"/courses/{draft.id}", 404)
    assert "준비 중" not in str(api(world.people["ana"]).get("/courses?limit=200"))
    assert [one["kind"] for one in api(world.people["ana"]).get("/courses?kind=cyber&q=정보")["items"]] == ["cyber"]


def test_the_transcript_is_ones_own(api: Programs, world: World) -> None:
    (line,) = api(world.people["ana"]).get("/people/me/transcript")["items"]
    assert (line["run_id"], line["outcome"]) == (world.runs["closed"].id, "completed")
    assert line["certificate"]
    assert api(world.people["eve"]).get("/people/me/transcript")["items"] == []


@pytest.mark.parametrize("path", [*LISTS, "/people/me", "/runs/{run_id}", "/enrolments/{enrolment_id}"])
def test_what_is_known_is_not_sent_again(api: Programs, world: World, path: str) -> None:
    dan, here = api(world.people["dan"]), path.format(**world.ids)
    tag = dan.ask("GET", here).headers["ETag"]
    answer = dan.ask("GET", here, 304, headers={"If-None-Match": tag})
    assert not answer.data
    assert answer.headers["ETag"] == tag
    assert "Authorization" in answer.headers["Vary"]
    dan.ask("GET", here, 200, headers={"If-None-Match": '"another"'})
    dan.ask("HEAD", here)


def test_reports_have_keys_that_no_language_changes(api: Programs, world: World) -> None:
    dan = api(world.people["dan"])
    english, korean = (
        dan.get(f"/reports/training?year={clock.today().year}", headers={"Accept-Language": code})
        for code in ("en", "ko")
    )
    assert [one["key"] for one in english["columns"]] == [one["key"] for one in korean["columns"]]
    assert english["columns"][0]["heading"] != korean["columns"][0]["heading"]
    assert english["total"]["completion_rate"] == korean["total"]["completion_rate"]
    assert set(english["lines"][0]) == {one["key"] for one in english["columns"]}
    assert dan.get("/reports/departments?level=division")["name"] == "departments-division"
    dan.get("/reports/departments?within=999999", 404)
