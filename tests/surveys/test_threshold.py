"""No figure, and nothing that two figures differ by, is made of fewer than five answers."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import combinations

import pytest
from sqlalchemy.orm import Session

from courses.people.models import Person
from courses.scheduling.models import RunState
from courses.surveys import answering, queries
from courses.surveys.queries import FEWEST, RunFigures
from tests import factories
from tests.surveys.scenes import Over, a_run_that_is_over, answer_all, let_it_end


def _shown(db: Session, runs: list[Over], people: Iterable[Person]) -> dict[str, list[RunFigures]]:
    """Every group of which somebody can see figures."""
    groups = {f"run {one.run.id}": queries.of_runs(db, type(one.run).id == one.run.id) for one in runs}
    for course_id in {one.run.course_id for one in runs}:
        groups[f"course {course_id}"] = queries.of_course(db, course_id)
    for person in people:
        groups[f"officer sees {person.id}"] = queries.of_instructor(db, person.id)
        groups[f"own {person.id}"] = queries.of_instructor(db, person.id, closed_only=True)
    return groups


@pytest.mark.parametrize("seed", range(6))
def test_groups_and_their_differences_have_five_answers_or_none(db: Session, seed: int) -> None:
    chance = random.Random(seed)  # the same each time
    teachers = [factories.a_person(db, f"강사{n}") for n in range(3)]
    taught = [factories.a_course(db), factories.a_course(db)]
    runs = []
    for _ in range(6):
        here = a_run_that_is_over(db, 8, chance.sample(teachers, chance.randint(1, 3)), chance.choice(taught))
        answer_all(db, here, [chance.randint(1, 5) for _ in range(chance.randint(1, 8))])
        if chance.random() < 0.8:
            let_it_end(db, here)
        here.run.state = chance.choice([RunState.PUBLISHED, RunState.CLOSED])
        runs.append(here)
    db.commit()
    groups = _shown(db, runs, teachers)
    counted = {one.run_id: one.figures.answers for group in groups.values() for one in group}
    assert all(answers >= FEWEST for answers in counted.values())
    for first, second in combinations(groups.values(), 2):
        apart = {one.run_id for one in first} ^ {one.run_id for one in second}
        answers = sum(counted[run_id] for run_id in apart)
        assert not 0 < answers < FEWEST
    for group in groups.values():
        whole = queries.together(group)
        assert (whole.answers if whole else 0) == sum(one.figures.answers for one in group)


def test_figures_never_grow_answer_by_answer(db: Session) -> None:
    """While people answer there are none; afterwards nobody can: the same figures, whenever one looks."""
    here = a_run_that_is_over(db, people=8)
    seen = []
    for place in here.places:
        answering.answer(db, place, here.says(comment="great"))
        seen.append((queries.figures(db, here.run.id), queries.comments(db, here.run.id)))
    assert seen == [(None, [])] * 8
    let_it_end(db, here)
    found = queries.figures(db, here.run.id)
    assert found
    assert found.answers == 8


@pytest.mark.parametrize(("answers", "shown"), [(0, False), (4, False), (5, True)])
def test_five_is_enough_for_figures_and_for_words(db: Session, answers: int, shown: bool) -> None:
    here = a_run_that_is_over(db)
    for place in here.places[:answers]:
        answering.answer(db, place, here.says(comment="나" if place is here.places[0] else "가"))
    if answers:
        let_it_end(db, here)
    assert (queries.figures(db, here.run.id) is not None) == shown
    assert queries.comments(db, here.run.id) == (["가", "가", "가", "가", "나"] if shown else [])


def test_means_are_rounded_half_up_and_weighed_by_answers(db: Session) -> None:
    course, teachers = factories.a_course(db), [factories.a_person(db, "가"), factories.a_person(db, "나")]
    first = a_run_that_is_over(db, 8, teachers, course, ago=2)
    for place, value in zip(first.places, [5, 5, 5, 5, 5, 5, 4, 3], strict=True):
        answering.answer(db, place, first.says(value, teachers=(value, 1)))
    second = a_run_that_is_over(db, 5, teachers[:1], course)
    answer_all(db, second, [2, 2, 2, 2, 3])
    for here in (first, second):
        let_it_end(db, here)
    one, two = queries.of_course(db, course.id)
    assert (one.figures.course, two.figures.course) == (463, 220)  # 4.625 and 2.2
    assert [(each.name, each.points) for each in one.figures.instructors] == [("가", 463), ("나", 100)]
    assert one.figures.instructor == 282  # 2.815
    whole = queries.together([one, two])
    assert whole
    assert (whole.answers, whole.places, whole.course) == (13, 13, 370)  # (463 x 8 + 220 x 5) / 13
    own = queries.of_instructor(db, teachers[1].id)
    assert [[each.name for each in run.figures.instructors] for run in own] == [["나"]]
    assert queries.of_instructor(db, teachers[1].id, closed_only=True) == []
