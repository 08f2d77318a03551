"""The facts of a run, for its people together: as many statements for a thousand of them as for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.models import Component
from courses.assessment.queries import components, scores
from courses.attendance.queries import SessionMarks, sessions_with_marks
from courses.catalogue.models import LEARNT_ONLINE, Course
from courses.completion import facts as known
from courses.completion.facts import Facts
from courses.completion.models import ImportedResult
from courses.completion.policy import Policy, named, pack_on
from courses.content.attempts import points_in_run
from courses.content.gates import Gate, course_progress
from courses.content.models import Lesson, LessonKind
from courses.content.progress import in_run
from courses.content.queries import lessons
from courses.enrolment.models import Enrolment
from courses.scheduling.models import Run
from courses.scheduling.pinned import is_scored
from courses.workplace.queries import checklist, unsigned

_ALL = 100


def policy_of(run: Run, course: Course) -> Policy:
    """The pack that the run has pinned ("plain 1"); the course's as of the run's first day where none was pinned.

    Raises `Refused` when there is no such pack.
    """
    if run.policy is None:
        return pack_on(course.policy, run.starts_on)
    return named(run.policy)


def policy_to_pin(run: Run, course: Course) -> Policy:
    """The pack a run is published under: the one in effect when applications open. Raises `Refused` for none."""
    opens = clock.local(run.apply_from).date() if run.apply_from else clock.today()
    return pack_on(course.policy, opens)


@dataclass(frozen=True)
class Evidence:
    """What is known of a run's people: `facts` by enrolment id, and the sessions that they come from.

    `quizzes` are the names of the parts of the score that people answer themselves; `drafts` of those whose points
    they cannot see yet.
    """

    facts: dict[int, Facts]
    sessions: list[SessionMarks]
    quizzes: frozenset[str] = frozenset()
    drafts: tuple[str, ...] = ()


def gather(db: Session, run: Run, course: Course, enrolments: Iterable[int], *, published: bool = False) -> Evidence:
    """What is known of each enrolment (by id): what was imported of it, else what was observed, never a mixture.

    Observed are marks, scores, and of courses with lessons the progress in these and the points of weighted quizzes.
    `published`: without the points that people cannot see yet.
    """
    imported = _imported(db, run, course)
    sessions = sessions_with_marks(db, run.id)
    scored = is_scored(run, course)
    learnt = _learnt(db, run, course)
    quizzes = (
        [lesson for lesson in learnt.lessons if lesson.kind is LessonKind.QUIZ and lesson.weight] if scored else []
    )
    parts = _parts(db, run, quizzes) if scored else []
    points = scores(db, run.id) if parts else {}
    hidden = {part.id for part in parts if published and part.published_at is None}
    answered = points_in_run(db, run.id, quizzes) if quizzes else {}
    skills = len(checklist(db, run.id))
    open_skills = unsigned(db, run.id) if skills else {}

    def observed(enrolment: int) -> Facts:
        mine, quizzed = points.get(enrolment, {}), answered.get(enrolment, {})
        components = [
            *(known.Component(quiz.title, quiz.weight, None, quizzed.get(quiz.id)) for quiz in quizzes),
            *(_component(part, None if part.id in hidden else mine.get(part.id)) for part in parts),
        ]
        return Facts(
            course.kind.value,
            scored,
            sessions=tuple(_attended(session, enrolment) for session in sessions),
            progress=learnt.progress(enrolment),
            components=tuple(components) or _nothing_scored(scored),
            lessons=learnt.of(enrolment),
            skills=skills,
            unsigned=tuple(open_skills.get(enrolment, ())),
        )

    names = frozenset(quiz.title for quiz in quizzes)
    drafts = tuple(part.name for part in parts if part.published_at is None)
    return Evidence({one: imported.get(one) or observed(one) for one in enrolments}, sessions, names, drafts)


@dataclass(frozen=True)
class _Learnt:
    """The lessons of a course, and how far people have come in them: {enrolment: {lesson: progress}}."""

    lessons: Sequence[Lesson]
    rows: dict[int, dict[int, int]]

    def of(self, enrolment: int) -> tuple[known.Lesson, ...]:
        mine = self.rows.get(enrolment, {})
        return tuple(known.Lesson(lesson.title, lesson.minutes, mine.get(lesson.id)) for lesson in self.lessons)

    def progress(self, enrolment: int) -> int | None:
        """None where there are no lessons: then only an import can tell."""
        mine = self.rows.get(enrolment, {})
        gates = [Gate(lesson.minutes, lesson.opens_at, mine.get(lesson.id)) for lesson in self.lessons]
        return course_progress(gates) if gates else None


def _learnt(db: Session, run: Run, course: Course) -> _Learnt:
    found = lessons(db, course.id) if course.kind in LEARNT_ONLINE else []
    return _Learnt(found, in_run(db, run.id, found) if found else {})


def _parts(db: Session, run: Run, quizzes: Sequence[Lesson]) -> Sequence[Component]:
    """The parts that somebody scores; none where the quizzes are all of the score."""
    return [] if sum(quiz.weight for quiz in quizzes) == _ALL else components(db, run.id)


def _imported(db: Session, run: Run, course: Course) -> dict[int, Facts]:
    results = db.scalars(select(ImportedResult).join(Enrolment).where(Enrolment.run_id == run.id))
    return {
        result.enrolment_id: Facts.imported(
            course.kind.value,
            scored=is_scored(run, course),
            scheduled=result.scheduled,
            attended=result.attended,
            progress=result.progress,
            score=result.score,
        )
        for result in results
    }


def _component(part: Component, points: int | None) -> known.Component:
    return known.Component(part.name, part.weight, part.minimum, points)


def _attended(session: SessionMarks, enrolment: int) -> known.Session:
    mark = session.marks.get(enrolment)
    name = mark.mark.value if mark and mark.mark else None
    return known.Session(session.scheduled, session.attended(enrolment), name)


def _nothing_scored(scored: bool) -> tuple[known.Component, ...]:
    """A scored run whose score nobody has divided into parts yet: one part, and its points are missing."""
    return (known.Component("", 100, None, None),) if scored else ()
