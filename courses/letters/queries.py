"""Which letters of a run are due, and those that were written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.freezing import freezes_at
from courses.enrolment.models import Enrolment, Status
from courses.letters.lists import NOMINATED
from courses.letters.models import Letter, LetterKind
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Mode, Run, RunState
from courses.settings.organisation import organisation

AFTER_THE_END = timedelta(days=10)
"""Within this time after a run's last day the home departments are told of its results."""


class Due(NamedTuple):
    """A letter that a run asks for: by when, how many people it names (None: it names nobody), how often written."""

    kind: LetterKind
    until: date
    people: int | None
    written: int

    @property
    def is_late(self) -> bool:
        """Whether its day has passed and there is none."""
        return not self.written and self.has_something and self.until < clock.today()

    @property
    def has_something(self) -> bool:
        """Whether there is anybody to name."""
        return self.people is None or self.people > 0


def due(db: Session, run: Run) -> list[Due]:
    """The letters of a run in the order of its steps. The list of nominees is due so many days before the start."""
    if run.state is RunState.CANCELLED:
        return []
    rules = organisation(db)
    frozen = run.starts_on - timedelta(days=rules.freeze_days)
    opens = clock.local(run.apply_from).date() if run.apply_from else frozen
    counted = {row[0]: row[1] for row in db.execute(_counts(run.id))}
    ranked = db.scalar(_ranked(run.id)) or 0
    written = {row[0]: row[1] for row in db.execute(_written(run.id))}
    asked: list[tuple[LetterKind, date, int | None]] = []
    if run.mode is not Mode.ASSIGNED:
        asked.append((LetterKind.RECRUITMENT, opens, None))
    if run.mode is Mode.SELECTION:
        asked.append((LetterKind.NOMINATION, clock.local(freezes_at(run, rules)).date(), ranked))
    asked.append((LetterKind.SELECTION, frozen, counted.get(Status.ENROLLED, 0)))
    asked.append((LetterKind.NON_SELECTION, frozen, counted.get(Status.NOT_SELECTED, 0)))
    if run.state is RunState.CLOSED:
        after = run.ends_on + AFTER_THE_END
        asked += [(LetterKind.RESULTS, after, counted.get(Status.ENROLLED, 0)), (LetterKind.REPORT, after, None)]
    return [Due(kind, until, people, written.get(kind, 0)) for kind, until, people in asked]


def _counts(run_id: int) -> Any:
    wanted = (Status.ENROLLED, Status.NOT_SELECTED)
    there = (Enrolment.run_id == run_id, Enrolment.status.in_(wanted))
    return select(Enrolment.status, func.count()).where(*there).group_by(Enrolment.status)


def _ranked(run_id: int) -> Any:
    there = (Enrolment.run_id == run_id, Enrolment.status.in_(NOMINATED), Enrolment.rank.is_not(None))
    return select(func.count()).select_from(Enrolment).where(*there)


def _written(run_id: int) -> Any:
    return select(Letter.kind, func.count()).where(Letter.run_id == run_id).group_by(Letter.kind)


def letters(db: Session, run_id: int) -> list[Row[Any]]:
    """Those of a run that were written, the latest first, with who wrote them and the unit they are addressed to."""
    return listed(db, Letter.run_id == run_id)


def listed(db: Session, which: ColumnElement[bool]) -> list[Row[Any]]:
    """The same of those that `which` says."""
    return list(
        db.execute(
            select(
                Letter.id,
                Letter.kind,
                Letter.title,
                Letter.created_at,
                Letter.number,
                Letter.sent_on,
                Person.name.label("by"),
                OrgUnit.name.label("unit"),
            )
            .outerjoin(Person, Person.id == Letter.written_by_id)
            .outerjoin(OrgUnit, OrgUnit.id == Letter.unit_id)
            .where(which)
            .order_by(Letter.id.desc())
        )
    )
