"""Who is still to answer, and what came out. Points are hundredths: 463 is 4.63 of 5.

Figures are those of whole runs whose survey is over and has five answers or more, and of sums of such runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import current, in_parts
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import Person
from courses.scheduling.models import Run, RunInstructor, RunState
from courses.surveys.models import Survey, SurveyAnswer, SurveyTaken
from courses.surveys.windows import windows

FEWEST = 5
"""Nothing is shown of fewer answers."""
_ASKED = 500
_NOT_ASKED = (Outcome.NOT_REGISTERED, Outcome.EXPELLED)


@dataclass(frozen=True)
class Instructor:
    """What people thought of an instructor."""

    person_id: int
    name: str
    points: int


@dataclass(frozen=True)
class Figures:
    """Of one run, or of several together. `places`: how many were asked; `answers`: how many answered."""

    places: int
    answers: int
    course: int
    facilities: int
    operation: int
    instructors: tuple[Instructor, ...] = ()

    @property
    def instructor(self) -> int | None:
        """All instructors together, None where there are none."""
        return _mean([one.points for one in self.instructors]) if self.instructors else None

    @property
    def rate(self) -> int:
        """How many of those asked have answered, in hundredths of a percent."""
        return min(10_000, self.answers * 10_000 // self.places) if self.places else 0


@dataclass(frozen=True)
class RunFigures:
    """A run and its figures."""

    run_id: int
    course_id: int
    title: str
    year: int
    number: int
    starts_on: date
    figures: Figures


def may_answer(enrolment: Enrolment) -> bool:
    """Who had a place, and was there or may have been."""
    return enrolment.status is Status.ENROLLED and enrolment.outcome not in _NOT_ASKED


def pending(db: Session, enrolment_ids: Collection[int]) -> set[int]:
    """Those of these enrolments whose survey is open now, and who have not answered it."""
    found: set[int] = set()
    for some in in_parts(list(enrolment_ids), _ASKED):
        places = current(db, _to_answer().where(Enrolment.id.in_(some))).all()
        known = windows(db, {place.run_id for place in places})
        found |= {place.id for place in places if place.run_id in known and known[place.run_id].is_open}
    return found


def to_answer(db: Session, run_id: int) -> Sequence[Row[Any]]:
    """Who is asked in a run and has not answered: id (of the enrolment), person_id, run_id."""
    return current(db, _to_answer().where(Enrolment.run_id == run_id).order_by(Enrolment.id)).all()


def answered(db: Session, run_id: int) -> int:
    """How many have answered so far."""
    return db.scalar(select(func.count()).select_from(SurveyAnswer).where(SurveyAnswer.run_id == run_id)) or 0


def figures(db: Session, run_id: int) -> Figures | None:
    """What came out of a run's survey; None before it is over, and with fewer than five answers."""
    found = of_runs(db, Run.id == run_id)
    return found[0].figures if found else None


def comments(db: Session, run_id: int) -> list[str]:
    """What people wrote, in the order of the alphabet; nothing wherever `figures` has nothing."""
    if figures(db, run_id) is None:
        return []
    written = select(SurveyAnswer.comment).where(SurveyAnswer.run_id == run_id, SurveyAnswer.comment != "")
    return sorted(db.scalars(written))


def of_course(db: Session, course_id: int) -> list[RunFigures]:
    """Every run of a course that has figures, the first first."""
    return of_runs(db, Run.course_id == course_id)


def of_instructor(db: Session, person_id: int, *, closed_only: bool = False) -> list[RunFigures]:
    """Every run in which people were asked about somebody; of its instructors only this one is told.

    `closed_only`: what the instructor may see, which is of closed runs.
    """
    taught = Run.id.in_(select(RunInstructor.run_id).where(RunInstructor.person_id == person_id))
    where = [taught, Run.state == RunState.CLOSED] if closed_only else [taught]
    return [one for one in (_only(run, person_id) for run in of_runs(db, *where)) if one.figures.instructors]


def together(runs: Iterable[RunFigures]) -> Figures | None:
    """Several runs as one: each counts with its answers. None for none."""
    all_of_them = [one.figures for one in runs]
    if not all_of_them:
        return None
    rated: dict[int, list[tuple[Instructor, int]]] = defaultdict(list)
    for one in all_of_them:
        for instructor in one.instructors:
            rated[instructor.person_id].append((instructor, one.answers))
    return Figures(
        sum(one.places for one in all_of_them),
        sum(one.answers for one in all_of_them),
        _weighted((one.course, one.answers) for one in all_of_them),
        _weighted((one.facilities, one.answers) for one in all_of_them),
        _weighted((one.operation, one.answers) for one in all_of_them),
        instructors=tuple(
            Instructor(key, some[0][0].name, _weighted((one.points, n) for one, n in some))
            for key, some in rated.items()
        ),
    )


def of_runs(db: Session, *where: Any) -> list[RunFigures]:
    """Runs that fit, whose survey is over and has five answers or more, the first first."""
    runs = db.execute(_RUNS.where(_over(), *where).order_by(Run.starts_on, Run.id)).all()
    answers = _answers(db, [run.id for run in runs])
    names = _names(db, {key for run in runs for key in run.instructors})
    shown = [run for run in runs if len(answers.get(run.id, ())) >= FEWEST]
    return [_of_run(run, answers[run.id], names) for run in shown]


def _of_run(run: Row[Any], given: Sequence[_Answer], names: dict[int, str]) -> RunFigures:
    counted = Figures(
        run.places,
        len(given),
        _mean([one.course * 100 for one in given]),
        _mean([one.facilities * 100 for one in given]),
        _mean([one.operation * 100 for one in given]),
        instructors=tuple(
            Instructor(key, names[key], _mean([one.instructors[str(key)] * 100 for one in given]))
            for key in run.instructors
        ),
    )
    return RunFigures(run.id, run.course_id, run.title, run.year, run.number, run.starts_on, counted)


@dataclass(frozen=True)
class _Answer:
    course: int
    facilities: int
    operation: int
    instructors: dict[str, int] = field(default_factory=dict)


def _answers(db: Session, run_ids: Sequence[int]) -> dict[int, list[_Answer]]:
    found: dict[int, list[_Answer]] = defaultdict(list)
    columns = (getattr(SurveyAnswer, name) for name in (*_THREE, "instructors"))
    for some in in_parts(run_ids, _ASKED):
        for run_id, *points in db.execute(select(SurveyAnswer.run_id, *columns).where(SurveyAnswer.run_id.in_(some))):
            found[run_id].append(_Answer(*points))
    return found


def _names(db: Session, person_ids: Collection[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))}


def _only(run: RunFigures, person_id: int) -> RunFigures:
    own = tuple(one for one in run.figures.instructors if one.person_id == person_id)
    old = run.figures
    kept = Figures(old.places, old.answers, old.course, old.facilities, old.operation, own)
    return RunFigures(run.run_id, run.course_id, run.title, run.year, run.number, run.starts_on, kept)


def _mean(points: Sequence[int]) -> int:
    return _weighted((one, 1) for one in points)


def _weighted(points: Iterable[tuple[int, int]]) -> int:
    """Rounded half up."""
    listed = list(points)
    count = sum(weight for _, weight in listed)
    return (2 * sum(one * weight for one, weight in listed) + count) // (2 * count)


def _over() -> Any:
    return or_(Survey.until <= clock.now(), Survey.ended_at.is_not(None))


def _to_answer() -> Select[int, int, int]:
    had_a_place = (
        Enrolment.status == Status.ENROLLED,
        or_(Enrolment.outcome.is_(None), Enrolment.outcome.not_in(_NOT_ASKED)),
    )
    taken = select(SurveyTaken.enrolment_id).where(SurveyTaken.enrolment_id == Enrolment.id).exists()
    return select(Enrolment.id, Enrolment.person_id, Enrolment.run_id).where(*had_a_place, ~taken)


_THREE = ("course", "facilities", "operation")
_places = (
    select(func.count())
    .select_from(Enrolment)
    .where(
        Enrolment.run_id == Run.id,
        Enrolment.status == Status.ENROLLED,
        or_(Enrolment.outcome.is_(None), Enrolment.outcome.not_in(_NOT_ASKED)),
    )
    .scalar_subquery()
)
_RUNS: Select[*tuple[Any, ...]] = (
    select(
        Run.id, Run.course_id, Course.title, Run.year, Run.number, Run.starts_on, Survey.instructors,
        _places.label("places"),
    )
    .join(Course, Course.id == Run.course_id)
    .join(Survey, Survey.run_id == Run.id)
)  # fmt: skip
