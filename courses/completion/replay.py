"""Any verdict as of a past moment, from what was written down: marks, points, lessons done, pins, closings.

Sessions, and what is in a lesson, are as they are today; a lesson counts once it is done, since what is learnt of one
before that is not written down. Of results that were imported only the stored verdict is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session

from courses.assessment.models import Component
from courses.assessment.queries import components
from courses.attendance.marks import UNMARKED, MarkInput
from courses.attendance.queries import SessionMarks, sessions_with_marks
from courses.catalogue.models import LEARNT_ONLINE, Course
from courses.completion import facts as known
from courses.completion.facts import FULL, Facts
from courses.completion.gather import policy_of
from courses.completion.models import FormerJudgement, ImportedResult, Judgement
from courses.completion.policy import Policy, named
from courses.completion.rules import Verdict, verdict
from courses.content.gates import Gate, course_progress
from courses.content.models import Lesson, LessonKind
from courses.content.queries import lessons
from courses.db import KEY, rows
from courses.enrolment.models import Enrolment
from courses.events.actions import kind_of
from courses.events.facts import (
    Changed,
    Fact,
    LessonDone,
    Marked,
    PolicyPinned,
    QuizHandedIn,
    RunClosed,
    RunPublished,
    RunReopened,
    Scored,
    Settled,
)
from courses.events.models import Event
from courses.scheduling.models import Run
from courses.scheduling.pinned import is_scored
from courses.workplace.models import SkillSign
from courses.workplace.queries import checklist


@dataclass(frozen=True, slots=True)
class Used:
    """An event that had a say: of what it tells, only what is about this person."""

    id: int
    at: datetime
    actor_id: int | None
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Replayed:
    """A verdict as of `at`. `stored` is the outcome that a closing had settled, None while the run was open then."""

    at: datetime
    policy: Policy
    facts: Facts
    ruling: Verdict
    stored: str | None
    events: list[Used]


def replay(db: Session, enrolment: Enrolment, run: Run, course: Course, at: datetime) -> Replayed:
    """The verdict as it stood at a moment, what happened in that very moment included. Raises `Refused` for a pack
    whose file is gone."""
    every = _events(db, enrolment)
    events, later = [one for one in every if one.at <= at], [one for one in every if one.at > at]
    judged = _judged(db, enrolment.id, at)
    policy = named(judged.policy) if judged else _pinned(run, course, events, later)
    facts = Facts.from_json(judged.facts) if judged else _Then(db, enrolment, run, course, events, later, at).facts()
    return Replayed(at, policy, facts, verdict(policy, facts), judged and str(judged.outcome), events)


def _judged(db: Session, enrolment_id: int, at: datetime) -> Row[Any] | None:
    """The verdict that a closing had made final, if one stood at that moment."""
    asked = {"enrolment": enrolment_id}
    now = rows(db, _NOW, asked).one_or_none()
    if now and now.judged_at <= at:
        return now
    former = [row for row in rows(db, _FORMER, asked) if row.judged_at <= at < row.reopened_at]
    return former[-1] if former else None


def _pinned(run: Run, course: Course, events: Iterable[Used], later: Iterable[Used]) -> Policy:
    """What was pinned last before; else what the first change found; of a run that never changed what it has."""
    pins = [event.data["after" if event.kind == _PINNED else "policy"] for event in events if event.kind in _PINS]
    found = pins[-1:] or [event.data["before"] for event in later if event.kind == _PINNED][:1]
    return named(found[0]) if found else policy_of(run, course)


def _events(db: Session, enrolment: Enrolment) -> list[Used]:
    found = rows(db, _EVENTS, {"run": enrolment.run_id, "person": enrolment.person_id})
    told = (_about(row, str(enrolment.id)) for row in found)
    return [event for event in told if event is not None]


def _about(row: Row[Any], key: str) -> Used | None:
    """The event without what it says of others; None when nothing is left."""
    data: dict[str, Any] = dict(row.data)
    for many in ("marks", "scores", "outcomes"):
        if many in data:
            data[many] = {name: value for name, value in data[many].items() if name == key}
            if not data[many] and many != "outcomes":
                return None
    if str(data.get("enrolment_id", key)) != key or (row.kind == _CHANGED and data["thing"] != "components"):
        return None
    return Used(row.id, row.at, row.actor_id, row.kind, data)


@dataclass(frozen=True)
class _Then:
    """What was known of a person at a moment, while the run was open."""

    db: Session
    enrolment: Enrolment
    run: Run
    course: Course
    events: Sequence[Used]
    later: Sequence[Used]
    at: datetime

    def facts(self) -> Facts:
        kind, scored = self.course.kind.value, is_scored(self.run, self.course)
        if self.db.get(ImportedResult, self.enrolment.id):
            return Facts.imported(kind, scored=scored)
        online = self.course.kind in LEARNT_ONLINE
        learnt = lessons(self.db, self.course.id) if online else ()
        done = {event.data["lesson_id"] for event in self._of(LessonDone)}
        told = tuple(known.Lesson(one.title, one.minutes, FULL if one.id in done else None) for one in learnt)
        gates = [Gate(lesson.minutes, 0, lesson.progress) for lesson in told]
        return Facts(
            kind,
            scored,
            sessions=tuple(map(self._session, sessions_with_marks(self.db, self.run.id))),
            progress=course_progress(gates) if gates else None,
            components=self._components(learnt) if scored else (),
            lessons=told,
            **self._skills(),
        )

    def _of(self, fact: type[Fact]) -> list[Used]:
        return [event for event in self.events if event.kind == kind_of(fact)]

    def _session(self, session: SessionMarks) -> known.Session:
        key, mark = str(self.enrolment.id), UNMARKED
        for event in self._of(Marked):
            if event.data["session_id"] == session.id:
                mark = MarkInput.parse(event.data["marks"][key][1])
        marks = {self.enrolment.id: mark} if mark.mark else {}
        then = SessionMarks(session.id, session.number, session.starts_at, session.minutes, marks)
        return known.Session(session.scheduled, then.attended(self.enrolment.id), mark.mark and mark.mark.value)

    def _components(self, learnt: Sequence[Lesson]) -> tuple[known.Component, ...]:
        quizzes = [lesson for lesson in learnt if lesson.kind is LessonKind.QUIZ and lesson.weight]
        found = [known.Component(quiz.title, quiz.weight, None, self._best(quiz.id)) for quiz in quizzes]
        if sum(quiz.weight for quiz in quizzes) < _ALL:
            found += self._parts()
        return tuple(found) or (known.Component("", _ALL, None, None),)

    def _best(self, quiz_id: int) -> int | None:
        handed_in = [event.data for event in self._of(QuizHandedIn) if event.data["lesson_id"] == quiz_id]
        return max((data["points"] for data in handed_in), default=None)

    def _parts(self) -> list[known.Component]:
        """The parts as they were then, each with the points of the one that goes on from it today."""
        now = list(components(self.db, self.run.id))
        points: dict[int, int | None] = {}
        for event in self._of(Scored):
            points[event.data["component_id"]] = event.data["scores"][str(self.enrolment.id)][1]
        divided = [event.data["after"]["parts"] for event in self._of(Changed)]
        undone = [event.data["before"]["parts"] for event in self.later if event.kind == _CHANGED]
        parts = (divided[-1:] or undone[:1] or [[_plain(one) for one in now]])[0]
        by_name = {one.name: one.id for one in now}
        ids = [by_name.get(part["name"], now[n].id if n < len(now) else 0) for n, part in enumerate(parts)]
        return [
            known.Component(part["name"], part["weight"], part["minimum"], points.get(id_))
            for part, id_ in zip(parts, ids, strict=True)
        ]

    def _skills(self) -> dict[str, Any]:
        skills = checklist(self.db, self.run.id)
        if not skills:
            return {}
        signs = select(SkillSign.skill_id, SkillSign.confirmed_at).where(SkillSign.enrolment_id == self.enrolment.id)
        signed = {row[0] for row in self.db.execute(signs) if row[1] is not None and row[1] <= self.at}
        return {"skills": len(skills), "unsigned": tuple(one.title for one in skills if one.id not in signed)}


def _plain(component: Component) -> Mapping[str, Any]:
    return {"name": component.name, "weight": component.weight, "minimum": component.minimum}


_ALL = 100
_CHANGED, _PINNED = kind_of(Changed), kind_of(PolicyPinned)
_PINS = {_PINNED, kind_of(RunPublished)}
_KINDS = [
    kind_of(fact)
    for fact in (Changed, Marked, Scored, LessonDone, QuizHandedIn, RunPublished, PolicyPinned, RunClosed, RunReopened)
] + [kind_of(Settled)]
_EVENTS = (
    select(Event.id, Event.at, Event.actor_id, Event.kind, Event.data)
    .where(
        Event.run_id == bindparam("run", type_=KEY),
        Event.kind.in_(_KINDS),
        or_(Event.person_id.is_(None), Event.person_id == bindparam("person", type_=KEY)),
    )
    .order_by(Event.id)
)
"""SQL: all of a run. With the moment in it SQLite would walk along the moments of all runs."""
_NOW = select(Judgement.outcome, Judgement.policy, Judgement.facts, Judgement.judged_at).where(
    Judgement.enrolment_id == bindparam("enrolment", type_=KEY)
)
_FORMER = (
    select(
        FormerJudgement.outcome,
        FormerJudgement.policy,
        FormerJudgement.facts,
        FormerJudgement.judged_at,
        FormerJudgement.reopened_at,
    )
    .where(FormerJudgement.enrolment_id == bindparam("enrolment", type_=KEY))
    .order_by(FormerJudgement.reopened_at)
)
