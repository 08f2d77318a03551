"""The parts of a score as somebody wants them, and those a run begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from courses.assessment import queries
from courses.assessment.models import Component, ComponentKind
from courses.db import KEY
from courses.scheduling.models import Run

WHOLE = 100
"""What the weights sum to."""
DEFAULT_NAME = "평가"
"""The one component of a scored run that nobody divided into parts."""
NEW = 0
"""The `id` of a part that goes on from none."""


@dataclass(frozen=True)
class Part:
    """A component as somebody wants it: weight in percent, minimum in hundredths of a point.

    `id`: the stored component that it goes on from, `NEW` for none, None for whichever is next in order.
    """

    name: str
    weight: int
    minimum: int | None = None
    kind: ComponentKind = ComponentKind.EXAM
    id: int | None = None


def part_of(component: Component) -> Part:
    """A stored component as a part that goes on from it."""
    return Part(component.name, component.weight, component.minimum, component.kind, component.id)


def of_run(db: Session, run: Run) -> list[Part]:
    """The parts of a run: its own, else those of the course's run before it, else one of weight 100."""
    if stored := queries.components(db, run.id):
        return [part_of(component) for component in stored]
    asked = {"run": run.id, "course": run.course_id, "day": run.starts_on}
    before = queries.components(db, db.scalar(_BEFORE, asked) or 0)
    copied = [Part(one.name, one.weight, one.minimum, one.kind, NEW) for one in before]
    return copied or [Part(DEFAULT_NAME, WHOLE, id=NEW)]


def continued(stored: Sequence[Component], parts: Sequence[Part]) -> list[Component | None]:
    """For each part the component that it goes on from; None for a new one."""
    by_id = {component.id: component for component in stored}
    named = {part.id for part in parts}
    left = iter([component for component in stored if component.id not in named])
    return [next(left, None) if part.id is None else by_id.get(part.id) for part in parts]


_BEFORE = (
    select(Run.id)
    .where(
        Run.course_id == bindparam("course", type_=KEY),
        Run.id != bindparam("run", type_=KEY),
        Run.starts_on <= bindparam("day", type_=Date),
        Run.id.in_(select(Component.run_id)),
    )
    .order_by(Run.starts_on.desc(), Run.id.desc())
    .limit(1)
)
"""Built once: that costs more than running it."""
