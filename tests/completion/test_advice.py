"""Following the advice makes the verdict "completed"; a minute, a hundredth of a point, a lesson less does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.completion.advice import Advice, Step, Way, advice
from courses.completion.facts import FULL, LATENESS, Component, Facts, Lesson, Session
from courses.completion.policy import Policy, pack
from courses.completion.rules import Finding, verdict
from courses.content.gates import Gate, course_progress

PLAIN = pack("plain", 1)
PACKS = st.sampled_from([PLAIN, pack("kr-local-2004", 1), pack("kr-local-2008", 1)])
HOUR = 60


def progress_of(lessons: Sequence[Lesson]) -> int | None:
    gates = [Gate(lesson.minutes, 0, lesson.progress) for lesson in lessons]
    return course_progress(gates) if gates else None


@st.composite
def a_session(draw: st.DrawFn) -> Session:
    scheduled = draw(st.integers(1, 4)) * HOUR
    mark = draw(st.sampled_from([None, None, "present", "absent", "excused", *sorted(LATENESS)]))
    whole = {"present": scheduled, "absent": 0, "excused": 0, None: 0}
    return Session(scheduled, whole[mark] if mark in whole else draw(st.integers(0, scheduled)), mark)


@st.composite
def some_components(draw: st.DrawFn) -> tuple[Component, ...]:
    first = draw(st.integers(1, 99))
    least, points = st.none() | st.integers(0, 8000), st.none() | st.integers(0, FULL)
    exam = Component("Exam", first, draw(least), draw(points))
    return (exam, Component("Practice", 100 - first, draw(least), draw(points)))


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    minutes = draw(st.lists(st.integers(1, 60), max_size=5))
    done = st.none() | st.integers(0, FULL) | st.just(FULL)
    lessons = tuple(Lesson(f"L{n}", length, draw(done)) for n, length in enumerate(minutes))
    scored, skills = draw(st.booleans()), draw(st.integers(0, 3))
    return Facts(
        draw(st.sampled_from(["classroom", "cyber", "workplace", "blended"])),
        scored,
        sessions=tuple(draw(st.lists(a_session(), max_size=6))),
        progress=progress_of(lessons) if lessons else draw(st.none() | st.integers(0, FULL)),
        components=draw(some_components()) if scored else (),
        lessons=lessons,
        skills=skills,
        unsigned=tuple(f"S{n}" for n in range(draw(st.integers(0, skills)))),
    )


def follow(facts: Facts, steps: Sequence[Step]) -> Facts:
    """What is known once somebody has done all of it, and no more."""
    for step in steps:
        amount = step.amount or 0
        if step.unit == "minutes":
            facts = replace(facts, sessions=attended(facts.sessions, amount))
        elif step.unit == "points":
            facts = replace(facts, components=tuple(scored(part, amount) for part in facts.components))
        elif step.unit == "percent":
            facts = replace(facts, progress=(facts.progress or 0) + amount)
        elif step.unit == "lessons":
            done = tuple(replace(one, progress=FULL) if one.title in step.names else one for one in facts.lessons)
            facts = replace(facts, lessons=done, progress=progress_of(done))
        elif step.unit == "skills":
            facts = replace(facts, unsigned=tuple(name for name in facts.unsigned if name not in step.names))
    return facts


def attended(sessions: Sequence[Session], minutes: int) -> tuple[Session, ...]:
    """So many minutes of the open sessions; what is missed of them is missed without a lateness."""
    found = []
    for session in sessions:
        if session.mark is None:
            mine = min(minutes, session.scheduled)
            minutes -= mine
            session = Session(session.scheduled, mine, "present" if mine == session.scheduled else "absent")
        found.append(session)
    return tuple(found)


def scored(part: Component, points: int) -> Component:
    return part if part.points is not None else replace(part, points=max(points, part.minimum or 0))


def completes(policy: Policy, facts: Facts) -> bool:
    return verdict(policy, facts).outcome is Finding.COMPLETED


@given(PACKS, some_facts())
def test_following_the_advice_completes(policy: Policy, facts: Facts) -> None:
    found = advice(policy, facts)
    if found.way in (Way.DONE, Way.OPEN):
        assert completes(policy, follow(facts, found.steps))


@given(PACKS, some_facts(), st.data())
def test_one_less_of_anything_does_not(policy: Policy, facts: Facts, data: st.DataObject) -> None:
    found = advice(policy, facts)
    if found.way is not Way.OPEN:
        return
    for place, step in enumerate(found.steps):
        if not step.amount:
            continue
        less = replace(step, amount=step.amount - 1)
        if step.unit in ("lessons", "skills"):
            left_out = data.draw(st.sampled_from(step.names))
            less = replace(less, names=tuple(name for name in step.names if name != left_out))
        assert not completes(policy, follow(facts, [*found.steps[:place], less, *found.steps[place + 1 :]]))


@given(PACKS, some_facts())
def test_what_is_impossible_stays_so_whatever_one_does(policy: Policy, facts: Facts) -> None:
    if advice(policy, facts).way is Way.IMPOSSIBLE:
        best = replace(
            facts,
            sessions=attended(facts.sessions, sum(session.scheduled for session in facts.sessions)),
            components=tuple(scored(part, FULL) for part in facts.components),
            lessons=tuple(replace(lesson, progress=FULL) for lesson in facts.lessons),
            progress=FULL,
            unsigned=(),
        )
        assert not completes(policy, best)


@given(PACKS, some_facts())
def test_there_is_nothing_to_do_exactly_when_it_is_completed(policy: Policy, facts: Facts) -> None:
    assert (advice(policy, facts).way is Way.DONE) == completes(policy, facts)


def classroom(*sessions: Session, components: tuple[Component, ...] = ()) -> Facts:
    return Facts("classroom", bool(components), sessions=sessions, components=components)


def said(found: Advice) -> list[str]:
    return [str(step.message) for step in found.steps]


def test_minutes_that_can_still_be_missed() -> None:
    open_, present = Session(420, 0, None), Session(420, 420, "present")
    found = advice(PLAIN, classroom(present, open_))
    assert said(found) == ["You can still miss 168 minutes of 420"]
    assert [str(note) for note in found.steps[0].notes] == ["The next lateness number 3 costs 420 minutes"]


def test_missing_it_by_coming_late_is_as_good_while_latenesses_are_left() -> None:
    open_, present = Session(420, 0, None), Session(420, 420, "present")
    late = Session(420, 420 - 168, "late")
    assert advice(PLAIN, classroom(present, open_)).steps[0].amount == 420 - 168
    assert completes(PLAIN, classroom(present, late))


@pytest.mark.parametrize(
    ("exam", "message", "way"),
    [
        (6000, "60 of 100 points needed: Practice", Way.OPEN),
        (10_000, "33.34 of 100 points needed: Practice", Way.OPEN),
        (2000, "86.67 of 100 points needed: Practice", Way.OPEN),
        (999, "93.34 of 100 points needed: Practice", Way.OPEN),
        (0, "100 of 100 points needed: Practice", Way.OPEN),
    ],
)
def test_points_that_are_still_needed(exam: int, message: str, way: Way) -> None:
    parts = (Component("Exam", 40, None, exam), Component("Practice", 60, None, None))
    found = advice(PLAIN, classroom(Session(60, 60, "present"), components=parts))
    assert (said(found), found.way) == ([message], way)


def test_a_part_with_a_higher_least_says_so() -> None:
    parts = (Component("Exam", 50, 9000, None), Component("Practice", 50, None, None))
    (step,) = advice(PLAIN, classroom(Session(60, 60, "present"), components=parts)).steps
    assert (step.amount, [str(note) for note in step.notes]) == (3000, ["Exam: at least 90"])


def test_what_cannot_be_mended_is_said() -> None:
    missed = advice(PLAIN, classroom(Session(420, 0, "absent"), Session(420, 0, None)))
    assert (missed.way, said(missed)) == (
        Way.IMPOSSIBLE,
        ["252 minutes are missing that no session can bring any more"],
    )
    parts = (Component("Exam", 50, None, 0), Component("Practice", 50, None, 10_000))
    failed = advice(PLAIN, classroom(Session(60, 60, "present"), components=parts))
    assert (failed.way, said(failed)) == (Way.IMPOSSIBLE, ["Even full points in what is open would not be enough"])


def test_the_fewest_lessons() -> None:
    lessons = (Lesson("A", 10, None), Lesson("B", 60, None), Lesson("C", 30, FULL))
    (step,) = advice(PLAIN, Facts("cyber", False, progress=3000, lessons=lessons)).steps
    assert (str(step.message), step.names) == ("Lessons to finish: 1 (60 minutes)", ("B",))


def test_skills_to_be_signed() -> None:
    facts = Facts("workplace", False, sessions=(Session(60, 60, "present"),), skills=3, unsigned=("표 만들기",))
    assert verdict(PLAIN, facts).outcome is Finding.UNDECIDED
    assert said(advice(PLAIN, facts)) == ["Skills to have signed: 1"]
    assert advice(PLAIN, replace(facts, unsigned=())).way is Way.DONE
