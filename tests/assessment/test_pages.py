"""The list of scores, as a form and as JSON."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.assessment import queries
from courses.assessment.models import Component, Score
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.assessment.conftest import Scored, a_scored_run
from tests.client import Browser


def address(scored: Scored) -> str:
    return f"/runs/{scored.run.id}/scores"


def points(db: Session, scored: Scored) -> list[list[int]]:
    return [[row.points[part_id] for part_id in sorted(row.points)] for row in queries.roster(db, scored.run)]


def fields(page: str) -> dict[str, str]:
    tags = [dict(re.findall(r'([a-z]+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]+>", page)]
    return {tag["name"]: tag.get("value", "") for tag in tags if re.match(r"(points|was)\d", tag.get("name", ""))}


def test_who_may(client: Browser, db: Session, ana: Person, cleo: Person, dan: Person, scored: Scored) -> None:
    other = factories.a_person(db, "남강사", roles=["instructor"])
    body = {"scores": {f"0-{scored.people[0].id}": "90"}}
    for person, status in ((ana, 403), (other, 404)):
        client.sign_in(person).get(address(scored), status)
        client.post(address(scored), status, json=body)
        client.post(f"{address(scored)}/pasted", status, data={"pasted": "90"})
        client.post(f"/runs/{scored.run.id}/components", status, data={"name0": "평가", "weight0": "100"})
    assert db.scalar(select(func.count()).select_from(Component)) == 0
    for person in (cleo, dan):
        client.sign_in(person).get(address(scored))


def test_the_form_saves_what_was_typed(client: Browser, db: Session, cleo: Person, scored: Scored) -> None:
    first, second, _ = (person.id for person in scored.people)
    form = fields(client.sign_in(cleo).get(address(scored)).text)
    client.post(address(scored), data=form | {f"points0-{first}": "85.5", f"points0-{second}": " 100 "})
    assert points(db, scored) == [[8550], [10_000], []]
    assert "2 scores saved" in client.get(address(scored)).text


def test_a_form_opened_earlier_leaves_alone_what_it_does_not_change(
    client: Browser, db: Session, cleo: Person, dan: Person, scored: Scored
) -> None:
    first, second, _ = (person.id for person in scored.people)
    client.sign_in(cleo).post(address(scored), 200, json={"scores": {f"0-{first}": "70"}})
    form = fields(client.get(address(scored)).text)
    client.sign_in(dan).post(address(scored), 200, json={"scores": {f"0-{first}": "75"}})
    client.sign_in(cleo).post(address(scored), data=form | {f"points0-{second}": "80"})
    assert points(db, scored) == [[7500], [8000], []]


def test_a_wrong_score_keeps_the_form_and_saves_nothing(
    client: Browser, db: Session, cleo: Person, scored: Scored
) -> None:
    first, second, _ = (person.id for person in scored.people)
    form = {f"points0-{first}": "185", f"points0-{second}": "80"}
    page = client.sign_in(cleo).post(address(scored), 422, data=form).text
    assert 'value="185"' in page
    assert 'aria-invalid="true"' in page
    assert points(db, scored) == [[], [], []]


def test_json_saves_and_clears(client: Browser, db: Session, cleo: Person, scored: Scored) -> None:
    key = f"0-{scored.people[0].id}"
    answer: Any = client.sign_in(cleo).post(address(scored), 200, json={"scores": {key: "77.77"}})
    assert "at" in answer.json
    assert points(db, scored)[0] == [7777]
    client.post(address(scored), 200, json={"scores": {key: ""}})
    assert points(db, scored)[0] == []


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"scores": []},
        {"scores": {"1": "90"}},
        {"scores": {"0-x": "90"}},
        {"scores": {"0-1": 90}},
        {"scores": {"9-1": "90"}},
        {"scores": {"0-1": "901"}},
    ],
)
def test_json_that_is_no_table_changes_nothing(
    client: Browser, db: Session, cleo: Person, scored: Scored, body: object
) -> None:
    client.sign_in(cleo).post(address(scored), 422, json=body)
    assert db.scalar(select(func.count()).select_from(Score)) == 0


def test_a_closed_run_refuses_and_is_shown_read_only(
    client: Browser, db: Session, cleo: Person, scored: Scored
) -> None:
    key = f"0-{scored.people[0].id}"
    client.sign_in(cleo).post(address(scored), 200, json={"scores": {key: "91.5"}})
    scored.run.state = RunState.CLOSED
    db.commit()
    answer: Any = client.post(address(scored), 409, json={"scores": {key: "10"}})
    assert "closed" in answer.json["refused"]
    page = client.get(address(scored)).text
    assert "can no longer be changed" in page
    assert "91.5" in page
    assert "data-cell" not in page


def test_a_course_without_scores_says_so(client: Browser, db: Session, cleo: Person) -> None:
    run = factories.a_run(db, starts_in=-1, instructors=[cleo])
    assert "This course has no scores" in client.sign_in(cleo).get(f"/runs/{run.id}/scores").text


def test_a_run_without_people(client: Browser, db: Session, cleo: Person) -> None:
    assert "Nobody is enrolled" in client.sign_in(cleo).get(address(a_scored_run(db, cleo, ()))).text


def test_pasted_scores_are_compared_before_they_are_saved(
    client: Browser, db: Session, cleo: Person, scored: Scored
) -> None:
    client.sign_in(cleo).post(address(scored), 200, json={"scores": {f"0-{scored.people[1].id}": "55"}})
    lines = "나리\t80\n하늘\t70\n다솜\t66.5\n"
    page = client.post(f"{address(scored)}/pasted", 200, data={"pasted": lines}).text
    assert "1 line does not fit" in page
    assert "1 person stays as before" in page
    assert re.search(r"55</td>\s*<td[^>]*><b>80</b>", page)
    assert points(db, scored) == [[], [5500], []]
    client.post(address(scored), data=fields(page))
    assert points(db, scored) == [[], [8000], [6650]]


def test_nothing_pasted_is_said(client: Browser, cleo: Person, scored: Scored) -> None:
    page = client.sign_in(cleo).post(f"{address(scored)}/pasted", 200, data={"pasted": " \n"}).text
    assert "Nothing to take over" in page


def test_the_score_is_divided_into_parts(client: Browser, db: Session, cleo: Person, scored: Scored) -> None:
    parts = {"name0": "필기", "weight0": "40", "minimum0": "40", "name1": "실기", "weight1": "60", "minimum1": ""}
    client.sign_in(cleo).post(f"/runs/{scored.run.id}/components", data=parts)
    stored = [(part.name, part.weight, part.minimum) for part in queries.components(db, scored.run.id)]
    assert stored == [("필기", 40, 4000), ("실기", 60, None)]
    person = scored.people[0].id
    client.post(address(scored), 200, json={"scores": {f"0-{person}": "70", f"1-{person}": "80"}})
    assert points(db, scored)[0] == [7000, 8000]


def test_weights_that_do_not_sum_up_are_refused(client: Browser, cleo: Person, scored: Scored) -> None:
    refused = client.sign_in(cleo).post(
        f"/runs/{scored.run.id}/components", 409, data={"name0": "필기", "weight0": "40"}
    )
    assert "exactly 100" in refused.text
    wrong = client.post(f"/runs/{scored.run.id}/components", 422, data={"name0": "필기", "weight0": "forty"})
    assert "forty" in wrong.text


def test_the_part_of_every_run_keeps_its_name_in_both_languages(
    client: Browser, db: Session, cleo: Person, scored: Scored
) -> None:
    client.sign_in(cleo).post(f"/runs/{scored.run.id}/components", data={"name0": "Assessment", "weight0": "100"})
    assert [part.name for part in queries.components(db, scored.run.id)] == ["평가"]
    assert "Assessment" in client.get(address(scored)).text
