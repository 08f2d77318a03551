from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import rows
from courses.exchange.models import ImportFile
from courses.people.models import Person
from courses.scheduling.models import Mode, Run, RunState


def last_imports(db: Session) -> dict[str, Any]:
    """The last applied file of each kind, with the name of the person who uploaded it (None: the command line)."""
    return {row.kind: row for row in rows(db, _LAST)}


def selecting(db: Session) -> Sequence[Any]:
    """Published runs with selection that have not begun, by start: id, title, year, number, starts_on."""
    columns = select(Run.id, Course.title, Run.year, Run.number, Run.starts_on).join(Course, Course.id == Run.course_id)
    open_ = columns.where(Run.mode == Mode.SELECTION, Run.state == RunState.PUBLISHED, Run.starts_on > clock.today())
    return rows(db, open_.order_by(Run.starts_on, Run.id)).all()


_latest = (
    select(ImportFile.kind, func.max(ImportFile.applied_at).label("applied_at"))
    .where(ImportFile.applied_at.is_not(None))
    .group_by(ImportFile.kind)
    .subquery()
)
_LAST = (
    select(ImportFile.kind, ImportFile.applied_at, ImportFile.filename, ImportFile.result, Person.name)
    .join(_latest, (_latest.c.kind == ImportFile.kind) & (_latest.c.applied_at == ImportFile.applied_at))
    .outerjoin(Person, Person.id == ImportFile.uploaded_by)
    .order_by(ImportFile.id)
)
