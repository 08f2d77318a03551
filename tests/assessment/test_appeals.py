"""Appeals and their answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.assessment import actions, appeals, publishing, queries
from courses.assessment.models import Appeal, AppealState, Component
from courses.assessment.parts import NEW, Part
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests.assessment.conftest import Scored


@pytest.fixture
def part(db: Session, cleo: Person, scored: Scored) -> Component:
    """The one part, published: 59 points for the first, 80 for the second."""
    (made,) = actions.ensure_components(db, cleo.id, scored.run.id)
    actions.score(db, cleo.id, scored.run.id, made.id, {scored.people[0].id: 5900, scored.people[1].id: 8000})
    return publishing.publish(db, cleo.id, scored.run.id, made.id)


def object_to(db: Session, enrolment: Enrolment, part: Component, words: str = "3번 문제를 다시 봐 주세요") -> Appeal:
    return appeals.appeal(db, enrolment.person_id, enrolment.id, part.id, words)


def refused(db: Session, enrolment: Enrolment, part: Component, words: str = "다시 봐 주세요") -> str:
    with pytest.raises(Refused) as no:
        object_to(db, enrolment, part, words)
    return no.value.code


def told(db: Session) -> list[tuple[int, int]]:
    events = db.scalars(select(Event).where(Event.kind == "appeal_answered").order_by(Event.id))
    return [(event.data["before"], event.data["after"]) for event in events]


def test_changed_with_new_points(db: Session, cleo: Person, scored: Scored, part: Component) -> None:
    first = scored.people[0]
    made = object_to(db, first, part)
    assert queries.waiting_appeals(db, [scored.run.id]) == {scored.run.id: 1}
    appeals.answer(db, cleo.id, made.id, "3번이 맞습니다", 6150)
    assert (made.state, made.answered_points, made.points) == (AppealState.CHANGED, 6150, 5900)
    assert queries.scores(db, scored.run.id)[first.id] == {part.id: 6150}
    assert told(db) == [(5900, 6150)]
    assert db.scalars(select(Event).where(Event.kind == "scored").order_by(Event.id)).all()[-1].data["scores"] == {
        str(first.id): [5900, 6150]
    }
    assert queries.waiting_appeals(db, [scored.run.id]) == {}


@pytest.mark.parametrize("points", [None, 5900])
def test_kept(db: Session, cleo: Person, scored: Scored, part: Component, points: int | None) -> None:
    made = object_to(db, scored.people[0], part)
    appeals.answer(db, cleo.id, made.id, "채점에 잘못이 없습니다", points)
    assert (made.state, made.answer, told(db)) == (AppealState.KEPT, "채점에 잘못이 없습니다", [(5900, 5900)])
    assert queries.scores(db, scored.run.id)[scored.people[0].id] == {part.id: 5900}


@pytest.mark.parametrize(("days", "code"), [(7, None), (8, "too_late")])
def test_within_seven_days(db: Session, scored: Scored, part: Component, days: int, code: str | None) -> None:
    assert part.published_at
    part.published_at -= timedelta(days=days)
    db.flush()
    if code is None:
        assert object_to(db, scored.people[0], part).state is AppealState.OPEN
    else:
        assert refused(db, scored.people[0], part) == code


def test_once_each_time_it_is_published(db: Session, cleo: Person, scored: Scored, part: Component) -> None:
    first, run = scored.people[0], scored.run.id
    made = object_to(db, first, part)
    assert refused(db, first, part) == "appealed"
    appeals.answer(db, cleo.id, made.id, "그대로입니다")
    assert refused(db, first, part) == "appealed"
    publishing.take_back(db, cleo.id, run, part.id, "전체 재채점")
    assert refused(db, first, part) == "not_published"
    publishing.publish(db, cleo.id, run, part.id)
    assert object_to(db, first, part).state is AppealState.OPEN


def test_an_appeal_outlives_the_taking_back(db: Session, cleo: Person, scored: Scored, part: Component) -> None:
    made = object_to(db, scored.people[0], part)
    publishing.take_back(db, cleo.id, scored.run.id, part.id, "전체 재채점")
    actions.score(db, cleo.id, scored.run.id, part.id, {scored.people[0].id: 6000})
    appeals.answer(db, cleo.id, made.id, "재채점에서 고쳤습니다", 6000)
    assert (made.points, made.answered_points, made.state) == (5900, 6000, AppealState.KEPT)


def test_what_cannot_be_appealed(db: Session, scored: Scored, part: Component) -> None:
    first, _, without = scored.people
    assert refused(db, first, part, " \n") == "words"
    assert refused(db, without, part) == "not_published"
    first.status = Status.WITHDRAWN
    assert refused(db, first, part) == "not_published"
    scored.run.state = RunState.CLOSED
    assert refused(db, scored.people[1], part) == "closed"


def test_what_cannot_be_answered(db: Session, cleo: Person, scored: Scored, part: Component) -> None:
    first = scored.people[0]
    made = object_to(db, first, part)
    for who, words, code in ((cleo.id, " ", "words"), (first.person_id, "맞습니다", "own")):
        with pytest.raises(Refused) as no:
            appeals.answer(db, who, made.id, words, 9000)
        assert no.value.code == code
    with pytest.raises(ValueError, match="between 0 and 100"):
        appeals.answer(db, cleo.id, made.id, "맞습니다", 10_001)
    assert queries.scores(db, scored.run.id)[first.id] == {part.id: 5900}
    appeals.answer(db, cleo.id, made.id, "그대로입니다")
    with pytest.raises(Refused) as no:
        appeals.answer(db, cleo.id, made.id, "아닙니다", 100)
    assert no.value.code == "answered"


def test_a_part_with_an_appeal_cannot_go(db: Session, cleo: Person, scored: Scored, part: Component) -> None:
    object_to(db, scored.people[0], part)
    publishing.take_back(db, cleo.id, scored.run.id, part.id, "정정")
    actions.score(db, cleo.id, scored.run.id, part.id, {one.id: None for one in scored.people})
    with pytest.raises(Refused) as no:
        actions.divide(db, cleo.id, scored.run.id, [Part("실기", 100, id=NEW)])
    assert no.value.code == "has_scores"
