"""Publishing, appeals and changed parts, as people click them; and who must not."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.assessment import actions, appeals, publishing, queries
from courses.assessment.models import Appeal, AppealState
from courses.assessment.parts import Part
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.assessment.conftest import Scored, drafts
from tests.client import Browser


@pytest.fixture
def parts(db: Session, cleo: Person, scored: Scored) -> list[int]:
    """필기 40 % (59, 80, 90 points) and 실기 60 % (61, 80, none)."""
    made = actions.divide(db, cleo.id, scored.run.id, [Part("필기", 40), Part("실기", 60, 4000)])
    ids = [part.id for part in made]
    people = [one.id for one in scored.people]
    actions.score(db, cleo.id, scored.run.id, ids[0], dict(zip(people, (5900, 8000, 9000), strict=True)))
    actions.score(db, cleo.id, scored.run.id, ids[1], {people[0]: 6100, people[1]: 8000})
    db.commit()
    return ids


def trainee(db: Session, scored: Scored, number: int = 0) -> Person:
    return db.get_one(Person, scored.people[number].person_id)


def test_totals_averages_and_who_is_near(client: Browser, cleo: Person, scored: Scored, parts: list[int]) -> None:
    page = client.sign_in(cleo).get(f"/runs/{scored.run.id}/scores").text
    totals = re.findall(r'class="points total( near)?"[^>]*>([^<]*)</td>', page)
    assert totals == [(" near", "60.2"), ("", "80"), ("", "")]
    assert re.findall(r'data-average="[^"]+">([^<]*)<', page) == ["76.33", "70.5", "70.1"]
    assert "<b data-near>1</b>" in page


def test_published_and_taken_back(client: Browser, db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    mine = f"/enrolments/{scored.people[0].id}/scores"
    page = client.sign_in(trainee(db, scored)).get(mine).text
    assert page.count("Not published yet") == 2
    assert not re.search(r"(?<![\w:/-])59(?![\w:-])", page.split("<main")[1])
    client.sign_in(cleo).post(f"/components/{parts[0]}/publication")
    page = client.get(f"/runs/{scored.run.id}/scores").text
    assert 'data-fixed="0-' in page
    assert 'data-cell="0-' not in page
    page = client.sign_in(trainee(db, scored)).get(mine).text
    assert page.count("Not published yet") == 1
    assert "<b>59</b>" in page
    client.sign_in(cleo)
    assert "Give a reason" in client.post(f"/components/{parts[0]}/draft", 409, data={"reason": ""}).text
    client.post(f"/components/{parts[0]}/draft", data={"reason": "전체 재채점"})
    assert "<b>59</b>" not in client.sign_in(trainee(db, scored)).get(mine).text


def test_an_appeal_and_its_answer(client: Browser, db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    publishing.publish(db, cleo.id, scored.run.id, parts[0])
    db.commit()
    first = scored.people[0]
    mine = f"/enrolments/{first.id}/scores"
    client.sign_in(trainee(db, scored)).post(
        f"/enrolments/{first.id}/appeals", data={"component": str(parts[0]), "words": "3번을 다시 봐 주세요"}
    )
    assert "Waits for an answer" in client.get(mine).text
    assert (
        "already"
        in client.post(f"/enrolments/{first.id}/appeals", 409, data={"component": str(parts[0]), "words": "또"}).text
    )
    page = client.sign_in(cleo).get(f"/runs/{scored.run.id}/scores").text
    assert "3번을 다시 봐 주세요" in page
    (made,) = db.scalars(select(Appeal))
    client.post(f"/appeals/{made.id}/answer", 422, data={"words": "맞습니다", "points": "sixty"})
    client.post(f"/appeals/{made.id}/answer", 409, data={"words": " ", "points": ""})
    client.post(f"/appeals/{made.id}/answer", data={"words": "3번이 맞습니다", "points": "61.5"})
    db.refresh(made)
    assert (made.state, queries.scores(db, scored.run.id)[first.id][parts[0]]) == (AppealState.CHANGED, 6150)
    page = client.sign_in(trainee(db, scored)).get(mine).text
    assert "59 → 61.5 points" in page
    history = client.get(f"/enrolments/{first.id}").text
    assert "59 points became 61.5" in history
    assert "3번" not in history


def test_what_is_anothers(
    client: Browser, db: Session, cleo: Person, eve: Person, ben: Person, scored: Scored, parts: list[int]
) -> None:
    publishing.publish(db, cleo.id, scored.run.id, parts[0])
    first = scored.people[0]
    made = appeals.appeal(db, first.person_id, first.id, parts[0], "다시 봐 주세요")
    db.commit()
    other = factories.a_person(db, "남강사", roles=["instructor"])
    for person, status in ((eve, 403), (ben, 403), (other, 404), (trainee(db, scored), 403)):
        client.sign_in(person)
        client.post(f"/components/{parts[1]}/publication", status)
        client.post(f"/components/{parts[0]}/draft", status, data={"reason": "x"})
        client.post(f"/appeals/{made.id}/answer", status, data={"words": "x"})
    for person in (eve, ben, cleo, trainee(db, scored, 1)):
        client.sign_in(person).get(f"/enrolments/{first.id}/scores", 404)
        client.post(f"/enrolments/{first.id}/appeals", 404, data={"component": str(parts[0]), "words": "x"})
    db.expire_all()
    assert (made.state, drafts(db, scored.run)) == (AppealState.OPEN, ["실기"])


def test_nobody_answers_their_own_appeal(
    client: Browser, db: Session, dan: Person, scored: Scored, parts: list[int]
) -> None:
    own = factories.an_enrolment(db, scored.run, dan)
    actions.score(db, dan.id, scored.run.id, parts[0], {own.id: 5000})
    publishing.publish(db, dan.id, scored.run.id, parts[0])
    made = appeals.appeal(db, dan.id, own.id, parts[0], "다시 봐 주세요")
    db.commit()
    page = client.sign_in(dan).get(f"/runs/{scored.run.id}/scores").text
    assert "somebody else answers it" in page
    assert f"/appeals/{made.id}/answer" not in page
    client.post(f"/appeals/{made.id}/answer", 409, data={"words": "맞습니다", "points": "100"})


def fields(page: str) -> dict[str, str]:
    """What the form that asks whether one is sure would send."""
    tags = [dict(re.findall(r'([a-z]+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]+>", page)]
    known = re.compile(r"(id|name|weight|minimum|kind)\d|sure")
    return {tag["name"]: tag.get("value", "") for tag in tags if known.match(tag.get("name", ""))}


def test_other_weights_are_looked_at_first(
    client: Browser, db: Session, cleo: Person, scored: Scored, parts: list[int]
) -> None:
    address = f"/runs/{scored.run.id}/components"
    sent = {
        "id0": str(parts[0]), "name0": "필기", "kind0": "exam", "weight0": "70", "minimum0": "",
        "id1": str(parts[1]), "name1": "실기", "kind1": "practice", "weight1": "30", "minimum1": "40",
    }  # fmt: skip
    page = client.sign_in(cleo).post(address, 200, data=sent).text
    assert "1 person would stand otherwise" in page
    assert re.search(r"60\.2</td>\s*<td[^>]*>59\.6<", page)
    assert [one.weight for one in queries.components(db, scored.run.id)] == [40, 60]
    client.post(address, data=fields(page))
    db.expire_all()
    assert [(one.id, one.weight, one.kind.value) for one in queries.components(db, scored.run.id)] == [
        (parts[0], 70, "exam"),
        (parts[1], 30, "practice"),
    ]


def test_a_line_left_empty_takes_its_own_part_away(
    client: Browser, db: Session, cleo: Person, scored: Scored, parts: list[int]
) -> None:
    sent = {"id0": str(parts[0]), "name0": "", "id1": str(parts[1]), "name1": "실기", "weight1": "100"}
    refused = client.sign_in(cleo).post(f"/runs/{scored.run.id}/components", 409, data=sent).text
    assert "Clear its scores first" in refused
    assert queries.scores(db, scored.run.id)[scored.people[1].id] == {parts[0]: 8000, parts[1]: 8000}


def test_a_closed_run_shows_scores_and_takes_no_appeal(
    client: Browser, db: Session, cleo: Person, scored: Scored, parts: list[int]
) -> None:
    publishing.publish(db, cleo.id, scored.run.id, parts[0])
    scored.run.state = RunState.CLOSED
    db.commit()
    page = client.sign_in(trainee(db, scored)).get(f"/enrolments/{scored.people[0].id}/scores").text
    assert "<b>59</b>" in page
    assert "Send the appeal" not in page


def test_where_people_begin(client: Browser, db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    """My learning leads to scores once there are some to see; teaching says what waits."""
    person, enrolment = trainee(db, scored), scored.people[0]
    assert "Scores: not published yet" in client.sign_in(person).get("/my-learning").text
    publishing.publish(db, cleo.id, scored.run.id, parts[0])
    appeals.appeal(db, person.id, enrolment.id, parts[0], "다시 봐 주세요")
    db.commit()
    page = client.get("/my-learning").text
    assert f"/enrolments/{enrolment.id}/scores" in page
    assert f"/enrolments/{enrolment.id}/absences" in page
    assert "1 appeal" in client.sign_in(cleo).get("/teaching?list=1").text
