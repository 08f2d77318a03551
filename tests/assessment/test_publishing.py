"""Draft and published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.assessment import actions, publishing, queries
from courses.assessment.parts import Part
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests.assessment.conftest import Scored, a_scored_run, drafts


@pytest.fixture
def parts(db: Session, cleo: Person, scored: Scored) -> list[int]:
    """필기 with points for two of three people, 실기 with none."""
    made = actions.divide(db, cleo.id, scored.run.id, [Part("필기", 40, 4000), Part("실기", 60)])
    actions.score(db, cleo.id, scored.run.id, made[0].id, {scored.people[0].id: 8000, scored.people[1].id: 6000})
    return [part.id for part in made]


def test_a_draft_is_seen_by_nobody(db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    first = scored.people[0].id
    assert drafts(db, scored.run) == ["필기", "실기"]
    assert [part.points for part in queries.own(db, first)] == [None, None]
    publishing.publish(db, cleo.id, scored.run.id, parts[0])
    assert drafts(db, scored.run) == ["실기"]
    assert [part.points for part in queries.own(db, first)] == [8000, None]
    assert queries.news(db, [scored.run.id]) == {scored.run.id: (1, 2)}


def test_publishing_names_whom_it_concerns(db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    publishing.publish(db, cleo.id, scored.run.id, parts[0])
    publishing.take_back(db, cleo.id, scored.run.id, parts[0], "채점 기준 정정")
    kinds = ["scores_published", "scores_taken_back"]
    events = list(db.scalars(select(Event).where(Event.kind.in_(kinds)).order_by(Event.id)))
    assert [event.kind for event in events] == kinds
    assert [event.data["people"] for event in events] == [[one.id for one in scored.people[:2]]] * 2
    assert events[1].data["reason"] == "채점 기준 정정"
    assert drafts(db, scored.run) == ["필기", "실기"]


def test_what_is_published_is_changed_by_taking_it_back_alone(
    db: Session, cleo: Person, scored: Scored, parts: list[int]
) -> None:
    first, third = scored.people[0].id, scored.people[2].id
    publishing.publish(db, cleo.id, scored.run.id, parts[0])
    for points in ({first: 8100}, {first: None}, {third: 5000}):
        with pytest.raises(Refused) as refused:
            actions.score(db, cleo.id, scored.run.id, parts[0], points)
        assert refused.value.code == "published"
    actions.score(db, cleo.id, scored.run.id, parts[0], {first: 8000})  # nothing changes
    publishing.take_back(db, cleo.id, scored.run.id, parts[0], "정정")
    actions.score(db, cleo.id, scored.run.id, parts[0], {first: 8100})
    assert queries.scores(db, scored.run.id)[first] == {parts[0]: 8100}


def test_a_published_part_keeps_weight_and_minimum(db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    publishing.publish(db, cleo.id, scored.run.id, parts[0])
    for wanted in ([Part("필기", 50, 4000), Part("실기", 50)], [Part("필기", 40), Part("실기", 60)]):
        with pytest.raises(Refused) as refused:
            actions.divide(db, cleo.id, scored.run.id, wanted)
        assert refused.value.code == "published"
    wanted = [Part("필기", 40, 4000), Part("실기 1", 30), Part("실기 2", 30)]
    assert [one.name for one in actions.divide(db, cleo.id, scored.run.id, wanted)] == ["필기", "실기 1", "실기 2"]


def test_refusals(db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    run = scored.run.id
    steps: list[tuple[Callable[[], object], str | None]] = [
        (lambda: publishing.publish(db, cleo.id, run, parts[1]), "no_scores"),
        (lambda: publishing.take_back(db, cleo.id, run, parts[0], "정정"), "draft"),
        (lambda: publishing.publish(db, cleo.id, run, parts[0]), None),
        (lambda: publishing.publish(db, cleo.id, run, parts[0]), "published"),
        (lambda: publishing.take_back(db, cleo.id, run, parts[0], " "), "reason_needed"),
    ]
    for act, code in steps:
        if code is None:
            act()
            continue
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == code


def test_a_closed_run_publishes_nothing(db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    scored.run.state = RunState.CLOSED
    with pytest.raises(Refused) as refused:
        publishing.publish(db, cleo.id, scored.run.id, parts[0])
    assert refused.value.code == "closed"


def test_a_part_of_another_run(db: Session, cleo: Person, scored: Scored, parts: list[int]) -> None:
    with pytest.raises(ValueError, match="is not of run"):
        publishing.publish(db, cleo.id, a_scored_run(db, cleo).run.id, parts[0])
