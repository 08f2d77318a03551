"""Who is told of scores and appeals, and that no points leave the house in a mail."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.assessment import actions, appeals, publishing
from courses.events.actions import recorded
from courses.events.facts import AppealAnswered, AppealMade, ScoresPublished, ScoresTakenBack
from courses.notices import assessing
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note
from courses.notices.words import headline, lines
from courses.people.models import Person
from lms.letters import path_of
from tests.assessment.conftest import Scored


def happened(db: Session, kind: type) -> list[Happened]:
    """The facts of a kind recorded so far, as jobs get them."""
    return [
        {**vars(one.fact), "actor_id": one.actor_id, "at": one.at.isoformat()}
        for one in recorded(db)
        if isinstance(one.fact, kind)
    ]


@pytest.fixture
def published(db: Session, cleo: Person, scored: Scored) -> int:
    (part,) = actions.ensure_components(db, cleo.id, scored.run.id)
    actions.score(db, cleo.id, scored.run.id, part.id, {scored.people[0].id: 5900, scored.people[1].id: 8765})
    publishing.publish(db, cleo.id, scored.run.id, part.id)
    return part.id


def said(notes: list[Note]) -> str:
    return "\n".join(
        str(text) for one in notes for text in [headline(one.kind, one.facts), *lines(one.kind, one.facts)]
    )


def test_everybody_with_points_is_told(db: Session, scored: Scored, published: int) -> None:
    notes = assessing.of_publishings(db, happened(db, ScoresPublished))
    assert [(one.kind, one.person_id) for one in notes] == [
        (NoticeKind.SCORES, one.person_id) for one in scored.people[:2]
    ]
    assert path_of(notes[0]) == f"/enrolments/{scored.people[0].id}/scores"
    assert "평가" in said(notes)
    assert "59" not in said(notes)
    assert "87.65" not in said(notes)


def test_what_is_taken_back_says_why(db: Session, cleo: Person, scored: Scored, published: int) -> None:
    publishing.take_back(db, cleo.id, scored.run.id, published, "전체 재채점")
    notes = assessing.of_takings_back(db, happened(db, ScoresTakenBack))
    assert [one.kind for one in notes] == [NoticeKind.SCORES_BACK] * 2
    assert "전체 재채점" in said(notes)


def test_an_appeal_goes_to_who_teaches_and_its_answer_to_whose_it_is(
    db: Session, cleo: Person, scored: Scored, published: int
) -> None:
    first = scored.people[0]
    made = appeals.appeal(db, first.person_id, first.id, published, "다시 봐 주세요")
    (asked,) = assessing.of_appeals(db, happened(db, AppealMade))
    assert (asked.kind, asked.person_id) == (NoticeKind.APPEAL, cleo.id)
    assert path_of(asked) == f"/runs/{scored.run.id}/scores#appeals"
    appeals.answer(db, cleo.id, made.id, "고쳤습니다", 6100)
    (told,) = assessing.of_answers(db, happened(db, AppealAnswered))
    assert (told.kind, told.person_id) == (NoticeKind.APPEAL_ANSWERED, first.person_id)
    assert "Your points were changed." in said([told])
    assert "다시" not in said([asked, told])
