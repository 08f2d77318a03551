from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment import queries
from courses.assessment.models import Component, Score
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Changed, Scored
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run, RunState
from courses.scheduling.pinned import is_scored
from courses.text import text

_ALL = 100
_HIGHEST = 10_000
DEFAULT_NAME = "평가"
"""The one component of a scored run that nobody divided into parts."""


@dataclass(frozen=True)
class Part:
    """A component as somebody wants it: weight in percent, minimum in hundredths of a point."""

    name: str
    weight: int
    minimum: int | None = None


def score(
    db: Session, actor_id: int, run_id: int, component_id: int, points: Mapping[int, int | None]
) -> dict[int, list[int | None]]:
    """Write points (hundredths) of one component by enrolment; None clears.

    Returns what changed: {enrolment id: [before, after]}. People who are not enrolled (any more) are left out;
    unchanged points write nothing. Raises `Refused` once the run is closed, ValueError for points out of range or a
    component of another run.
    """
    _lock(db, run_id)
    if component_id not in {part.id for part in queries.components(db, run_id)}:
        raise ValueError(f"component {component_id} is not of run {run_id}")
    if any(value is not None and not 0 <= value <= _HIGHEST for value in points.values()):
        raise ValueError("points lie between 0 and 100")
    of_run = Enrolment.run_id == run_id, Enrolment.status == Status.ENROLLED
    enrolled = set(db.scalars(select(Enrolment.id).where(*of_run)))
    stored = {row.enrolment_id: row for row in db.scalars(select(Score).where(Score.component_id == component_id))}
    before = {key: row.points for key, row in stored.items()}
    changed = {
        key: [before.get(key), value] for key, value in points.items() if key in enrolled and before.get(key) != value
    }
    for key, (_, value) in changed.items():
        _write(db, actor_id, component_id, key, stored.get(key), value)
    if changed:
        db.flush()
        record(db, actor_id, Scored(component_id, run_id, {str(key): change for key, change in changed.items()}))
    return changed


def ensure_components(db: Session, actor_id: int, run_id: int) -> Sequence[Component]:
    """The components of a run; a scored run that has none yet gets one of weight 100."""
    return queries.components(db, run_id) or divide(db, actor_id, run_id, [Part(DEFAULT_NAME, _ALL)])


def divide(db: Session, actor_id: int, run_id: int, parts: Sequence[Part]) -> Sequence[Component]:
    """Make these the components of a run, in this order; existing ones keep their scores by position.

    Raises `Refused` when the weights do not sum to exactly 100, when a component that would go has scores, and once the
    run is closed.
    """
    _lock(db, run_id)
    if not parts or sum(part.weight for part in parts) != _ALL or any(part.weight < 1 for part in parts):
        raise Refused(text("The weights must sum to exactly 100"), code="weights")
    stored = list(queries.components(db, run_id))
    before = [_plain(part) for part in stored]
    _drop(db, stored[len(parts) :])
    for position, part in enumerate(parts):
        component = stored[position] if position < len(stored) else Component(run_id=run_id, position=position)
        component.name, component.weight, component.minimum = part.name, part.weight, part.minimum
        db.add(component)
    db.flush()
    after = [asdict(part) for part in parts]
    if before != after:
        record(db, actor_id, Changed("components", run_id, {"parts": before}, {"parts": after}, run_id=run_id))
    return queries.components(db, run_id)


def refusal(run: Run, course: Course) -> Refused | None:
    """Why nobody can enter scores in this run now; None when one can."""
    if not is_scored(run, course):
        return Refused(text("This course has no scores: attendance alone decides"), code="unscored")
    if run.state is RunState.CLOSED:
        return Refused(text("This run is closed: its scores can no longer be changed"), code="closed")
    if run.state is not RunState.PUBLISHED:
        return Refused(text("This run does not take place: there is nothing to score"), code="not_published")
    return None


def _lock(db: Session, run_id: int) -> None:
    """Scoring and closing happen one after the other."""
    run = lock_run(db, run_id)
    if refused := refusal(run, db.get_one(Course, run.course_id)):
        raise refused


def _write(
    db: Session, actor_id: int, component_id: int, enrolment_id: int, row: Score | None, points: int | None
) -> None:
    if points is None:
        db.delete(row)
        return
    if row is None:
        row = Score(component_id=component_id, enrolment_id=enrolment_id)
        db.add(row)
    row.points, row.scored_by, row.scored_at = points, actor_id, clock.now()


def _drop(db: Session, components: Sequence[Component]) -> None:
    ids = [component.id for component in components]
    if db.scalar(select(Score.enrolment_id).where(Score.component_id.in_(ids)).limit(1)):
        raise Refused(text("A part that has scores cannot be removed. Clear its scores first"), code="has_scores")
    db.execute(delete(Component).where(Component.id.in_(ids)))


def _plain(component: Component) -> dict[str, object]:
    return asdict(Part(component.name, component.weight, component.minimum))
