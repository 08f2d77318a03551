"""Scoring a run."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.assessment import actions, queries
from courses.assessment.models import Score
from courses.assessment.parts import Part
from courses.enrolment.models import Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.assessment.conftest import Scored, a_scored_run


def component(db: Session, by: Person, scored: Scored) -> int:
    return actions.ensure_components(db, by.id, scored.run.id)[0].id


def events(db: Session, kind: str) -> list[dict[str, Any]]:
    return [event.data for event in db.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))]


def test_a_scored_run_gets_one_component_by_itself(db: Session, cleo: Person, scored: Scored) -> None:
    assert queries.components(db, scored.run.id) == []
    actions.ensure_components(db, cleo.id, scored.run.id)
    (only,) = actions.ensure_components(db, cleo.id, scored.run.id)
    assert (only.name, only.weight, only.minimum) == ("평가", 100, None)
    assert len(events(db, "changed")) == 1


def test_scores_are_kept_and_told_in_one_event(db: Session, cleo: Person, scored: Scored) -> None:
    part = component(db, cleo, scored)
    first, second, third = (person.id for person in scored.people)
    actions.score(db, cleo.id, scored.run.id, part, {first: 8550, second: 6000})
    actions.score(db, cleo.id, scored.run.id, part, {first: 8550, second: None, third: 0})
    assert queries.scores(db, scored.run.id) == {first: {part: 8550}, third: {part: 0}}
    assert [event["scores"] for event in events(db, "scored")] == [
        {str(first): [None, 8550], str(second): [None, 6000]},
        {str(second): [6000, None], str(third): [None, 0]},
    ]


def test_unchanged_scores_write_nothing(db: Session, cleo: Person, dan: Person, scored: Scored) -> None:
    part = component(db, cleo, scored)
    points = {person.id: 7000 for person in scored.people}
    actions.score(db, cleo.id, scored.run.id, part, points)
    assert actions.score(db, dan.id, scored.run.id, part, points) == {}
    assert set(db.scalars(select(Score.scored_by))) == {cleo.id}


def test_only_enrolled_people_are_scored(db: Session, cleo: Person, scored: Scored) -> None:
    part = component(db, cleo, scored)
    scored.people[0].status = Status.WITHDRAWN
    stranger = a_scored_run(db, cleo, ("하늘",)).people[0]
    actions.score(db, cleo.id, scored.run.id, part, {scored.people[0].id: 9000, stranger.id: 9000})
    assert db.scalar(select(func.count()).select_from(Score)) == 0


@pytest.mark.parametrize("points", [-1, 10_001])
def test_points_out_of_range(db: Session, cleo: Person, scored: Scored, points: int) -> None:
    part = component(db, cleo, scored)
    with pytest.raises(ValueError, match="between 0 and 100"):
        actions.score(db, cleo.id, scored.run.id, part, {scored.people[0].id: points})


def test_a_component_of_another_run(db: Session, cleo: Person, scored: Scored) -> None:
    other = component(db, cleo, a_scored_run(db, cleo))
    with pytest.raises(ValueError, match="is not of run"):
        actions.score(db, cleo.id, scored.run.id, other, {})


@pytest.mark.parametrize(
    ("state", "code"), [("closed", "closed"), ("cancelled", "not_published"), ("draft", "not_published")]
)
def test_only_a_published_run_is_scored(db: Session, cleo: Person, scored: Scored, state: str, code: str) -> None:
    part = component(db, cleo, scored)
    scored.run.state = RunState(state)
    with pytest.raises(Refused) as refused:
        actions.score(db, cleo.id, scored.run.id, part, {scored.people[0].id: 9000})
    assert refused.value.code == code


def test_a_course_without_scores_is_not_scored(db: Session, cleo: Person) -> None:
    run = factories.a_run(db, starts_in=-1)
    with pytest.raises(Refused) as refused:
        actions.ensure_components(db, cleo.id, run.id)
    assert refused.value.code == "unscored"


def test_parts_are_divided_and_keep_their_scores(db: Session, cleo: Person, scored: Scored) -> None:
    part = component(db, cleo, scored)
    actions.score(db, cleo.id, scored.run.id, part, {scored.people[0].id: 9000})
    written, practical = actions.divide(db, cleo.id, scored.run.id, [Part("필기", 40, 4000), Part("실기", 60)])
    assert [(c.id == part, c.name, c.weight, c.minimum) for c in (written, practical)] == [
        (True, "필기", 40, 4000),
        (False, "실기", 60, None),
    ]
    assert queries.scores(db, scored.run.id) == {scored.people[0].id: {part: 9000}}


@pytest.mark.parametrize("weights", [[], [99], [101], [50, 51], [100, 0], [150, -50]])
def test_weights_sum_to_exactly_a_hundred(db: Session, cleo: Person, scored: Scored, weights: list[int]) -> None:
    with pytest.raises(Refused) as refused:
        actions.divide(db, cleo.id, scored.run.id, [Part(f"{n}", weight) for n, weight in enumerate(weights)])
    assert refused.value.code == "weights"


def test_a_part_with_scores_stays_one_without_goes(db: Session, cleo: Person, scored: Scored) -> None:
    two = [Part("필기", 40), Part("실기", 60)]
    _, practical = actions.divide(db, cleo.id, scored.run.id, two)
    actions.score(db, cleo.id, scored.run.id, practical.id, {scored.people[0].id: 9000})
    with pytest.raises(Refused) as refused:
        actions.divide(db, cleo.id, scored.run.id, [Part("평가", 100)])
    assert refused.value.code == "has_scores"
    actions.score(db, cleo.id, scored.run.id, practical.id, {scored.people[0].id: None})
    assert len(actions.divide(db, cleo.id, scored.run.id, [Part("평가", 100)])) == 1
