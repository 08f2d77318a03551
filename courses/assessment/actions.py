from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment import queries
from courses.assessment.models import Appeal, Component, Score
from courses.assessment.parts import WHOLE, Part, continued, of_run, part_of
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Changed, Scored
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run, RunState
from courses.scheduling.pinned import is_scored
from courses.text import text

_HIGHEST = 10_000


def score(
    db: Session, actor_id: int, run_id: int, component_id: int, points: Mapping[int, int | None]
) -> dict[int, list[int | None]]:
    """Write points (hundredths) of one component by enrolment; None clears.

    Returns what changed: {enrolment id: [before, after]}. People who are not enrolled (any more) are left out;
    unchanged points write nothing. Raises `Refused` once the run is closed or the component published, ValueError for
    points out of range or a component of another run.
    """
    lock_to_score(db, run_id)
    component = next((part for part in queries.components(db, run_id) if part.id == component_id), None)
    if component is None:
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
    if changed and component.published_at:
        raise _is_published(component)
    for key, (_, value) in changed.items():
        write(db, actor_id, component_id, key, stored.get(key), value)
    if changed:
        db.flush()
        record(db, actor_id, Scored(component_id, run_id, {str(key): change for key, change in changed.items()}))
    return changed


def ensure_components(db: Session, actor_id: int, run_id: int) -> Sequence[Component]:
    """The components of a run; a scored run that has none yet gets those of the course's run before it, or one."""
    stored = queries.components(db, run_id)
    return stored or divide(db, actor_id, run_id, of_run(db, db.get_one(Run, run_id)))


def divide(db: Session, actor_id: int, run_id: int, parts: Sequence[Part]) -> Sequence[Component]:
    """Make these the components of a run, in this order; those that go on from a stored one keep its scores.

    Raises `Refused` when the weights do not sum to exactly 100, when a component that would go has scores, when one
    that is published would change, and once the run is closed.
    """
    _lock(db, run_id, RunState.DRAFT, RunState.PUBLISHED)
    if not parts or sum(part.weight for part in parts) != WHOLE or any(part.weight < 1 for part in parts):
        raise Refused(text("The weights must sum to exactly 100"), code="weights")
    stored = list(queries.components(db, run_id))
    before, known = [_plain(part_of(one)) for one in stored], continued(stored, parts)
    for component, part in zip(known, parts, strict=True):
        if component and component.published_at and _plain(part_of(component)) != _plain(part):
            raise _is_published(component)
    kept = {component.id for component in known if component}
    _drop(db, [component for component in stored if component.id not in kept])
    _place(db, run_id, known, parts)
    after = [_plain(part) for part in parts]
    if before != after:
        record(db, actor_id, Changed("components", run_id, {"parts": before}, {"parts": after}, run_id=run_id))
    return queries.components(db, run_id)


def refusal(run: Run, course: Course, *states: RunState) -> Refused | None:
    """Why nobody can enter scores in this run now (or do what its other `states` allow); None when one can."""
    if not is_scored(run, course):
        return Refused(text("This course has no scores: attendance alone decides"), code="unscored")
    if run.state is RunState.CLOSED:
        return Refused(text("This run is closed: its scores can no longer be changed"), code="closed")
    if run.state not in (states or (RunState.PUBLISHED,)):
        return Refused(text("This run does not take place: there is nothing to score"), code="not_published")
    return None


def lock_to_score(db: Session, run_id: int) -> Run:
    """The run, held: scoring, publishing, answering and closing happen one after the other. Raises `Refused`."""
    return _lock(db, run_id, RunState.PUBLISHED)


def write(
    db: Session, actor_id: int, component_id: int, enrolment_id: int, row: Score | None, points: int | None
) -> None:
    """Put points where `row` holds those of now; None takes them away."""
    if points is None:
        db.delete(row)
        return
    if row is None:
        row = Score(component_id=component_id, enrolment_id=enrolment_id)
        db.add(row)
    row.points, row.scored_by, row.scored_at = points, actor_id, clock.now()


def _lock(db: Session, run_id: int, *states: RunState) -> Run:
    run = lock_run(db, run_id)
    if refused := refusal(run, db.get_one(Course, run.course_id), *states):
        raise refused
    return run


def _is_published(component: Component) -> Refused:
    said = text("‘%(name)s’ is published. Take it back first, or answer an appeal", name=component.name)
    return Refused(said, code="published")


def _place(db: Session, run_id: int, known: Sequence[Component | None], parts: Sequence[Part]) -> None:
    """Write the parts in their order. Those that move step aside first: no two may ever have the same position."""
    moving = [one for position, one in enumerate(known) if one and one.position != position]
    for number, component in enumerate(moving, 1):
        component.position = -number
    db.flush()
    for position, (stored, part) in enumerate(zip(known, parts, strict=True)):
        row = stored or Component(run_id=run_id)
        row.position, row.name, row.kind = position, part.name, part.kind
        row.weight, row.minimum = part.weight, part.minimum
        db.add(row)
    db.flush()


def _drop(db: Session, components: Sequence[Component]) -> None:
    ids = [component.id for component in components]
    for row in (Score, Appeal):
        if ids and db.scalar(select(row.enrolment_id).where(row.component_id.in_(ids)).limit(1)):
            raise Refused(text("A part that has scores cannot be removed. Clear its scores first"), code="has_scores")
    db.execute(delete(Component).where(Component.id.in_(ids)))


def _plain(part: Part) -> dict[str, object]:
    return {name: value for name, value in asdict(part).items() if name != "id"}
