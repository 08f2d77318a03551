"""Totals, what is near a limit, and what other parts would change."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.assessment import actions, queries
from courses.assessment.models import ComponentKind
from courses.assessment.parts import DEFAULT_NAME, NEW, Part, of_run
from courses.assessment.queries import ScoreRow
from courses.assessment.standing import average, effects, is_near, passes, total
from courses.catalogue.models import Course
from courses.people.models import Person
from tests import factories
from tests.assessment.conftest import Scored

PARTS = [Part("필기", 40, 4000, id=1), Part("실기", 60, id=2)]


@pytest.mark.parametrize(
    ("written", "practical", "whole", "passed"),
    [
        (6000, 6000, 6000, True),
        (5999, 6000, 5999, False),
        (4000, 7334, 6000, True),
        (3999, 10_000, 7599, False),  # under the part's own minimum
        (4000, 7333, 5999, False),  # 59.998 is no 60
    ],
)
def test_totals_are_rounded_down(written: int, practical: int, whole: int, passed: bool) -> None:
    points = {1: written, 2: practical}
    assert (total(PARTS, points), passes(PARTS, points, 6000)) == (whole, passed)


def test_nothing_is_said_while_a_part_lacks_points() -> None:
    assert (total(PARTS, {1: 10_000}), passes(PARTS, {1: 10_000}, 6000), total([], {})) == (None, None, None)


@pytest.mark.parametrize(("points", "near"), [(5899, False), (5900, True), (6100, True), (6101, False), (None, False)])
def test_within_a_point(points: int | None, near: bool) -> None:
    assert is_near(points, 6000) is near


def test_averages_are_of_those_there_are() -> None:
    assert average([6000, None, 6101]) == 6050
    assert average([None]) is None


def test_other_weights_name_who_flips_first() -> None:
    rows = [
        ScoreRow(1, 11, "가은", "1", "총무과", {1: 5000, 2: 9000}),
        ScoreRow(2, 12, "나리", "2", "총무과", {1: 9000, 2: 4100}),
        ScoreRow(3, 13, "다솜", "3", "총무과", {1: 7000, 2: 7000}),
    ]
    wanted = [Part("필기", 60, 4000, id=1), Part("실기", 40, id=2)]
    found = [(one.row.number, one.before, one.after, one.flips) for one in effects(rows, PARTS, wanted, 6000)]
    assert found == [(1, 7400, 6600, False), (2, 6060, 7040, False)]
    stricter = [Part("필기", 40, 6000, id=1), Part("실기", 60, id=2)]
    assert [(one.row.number, one.flips) for one in effects(rows, PARTS, stricter, 6000)] == [(1, True)]
    another = [*wanted[:1], Part("실기", 30, id=2), Part("발표", 10, id=NEW)]
    assert [one.will_pass for one in effects(rows, PARTS, another, 6000)] == [None, None, None]


def test_parts_go_on_from_those_they_name(db: Session, cleo: Person, scored: Scored) -> None:
    """Whatever their order: scores follow the part, not the place."""
    run, person = scored.run.id, scored.people[0].id
    written, practical = actions.divide(db, cleo.id, run, [Part("필기", 40), Part("실기", 60)])
    ids = written.id, practical.id
    actions.score(db, cleo.id, run, ids[1], {person: 7000})
    wanted = [
        Part("발표", 30, kind=ComponentKind.PRESENTATION, id=NEW),
        Part("실기", 50, id=ids[1]),
        Part("필기", 20, id=ids[0]),
    ]
    made = actions.divide(db, cleo.id, run, wanted)
    assert [(one.name, one.position, one.weight) for one in made] == [("발표", 0, 30), ("실기", 1, 50), ("필기", 2, 20)]
    assert [one.id for one in made][1:] == [ids[1], ids[0]]
    assert queries.scores(db, run) == {person: {ids[1]: 7000}}
    left = actions.divide(db, cleo.id, run, [Part("실기", 100, id=ids[1])])
    assert [(one.id, one.position) for one in left] == [(ids[1], 0)]


def test_a_run_begins_with_the_parts_of_the_one_before(db: Session, cleo: Person, scored: Scored) -> None:
    wanted = [Part("과제", 30, 5000, ComponentKind.ASSIGNMENT), Part("시험", 70)]
    actions.divide(db, cleo.id, scored.run.id, wanted)
    course = db.get_one(Course, scored.run.course_id)
    following = factories.a_run(db, course=course, starts_in=20)
    earlier = factories.a_run(db, course=course, starts_in=-30)
    assert [(part.name, part.weight, part.minimum, part.kind) for part in of_run(db, following)] == [
        ("과제", 30, 5000, ComponentKind.ASSIGNMENT),
        ("시험", 70, None, ComponentKind.EXAM),
    ]
    assert [part.name for part in of_run(db, earlier)] == [DEFAULT_NAME]
    made = actions.ensure_components(db, cleo.id, following.id)
    assert [part.run_id for part in made] == [following.id] * 2
    assert [part.weight for part in queries.components(db, scored.run.id)] == [30, 70]
