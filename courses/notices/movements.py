"""What follows from postings, heads and leave that changed: whose turn it has become, whose leave meets a run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import in_parts
from courses.enrolment import movement
from courses.enrolment.approvals import turns
from courses.enrolment.approvers import officers
from courses.enrolment.models import Enrolment, Status
from courses.notices.models import Notice, NoticeKind
from courses.notices.occasions import Note, Runs, look_up
from courses.people.models import Person
from courses.scheduling.models import Mode, Run, RunState

_AT_ONCE = 500


def of_movements(db: Session) -> list[Note]:
    """Everything, once each; asked every morning."""
    return [*of_turns(db), *of_leaves(db)]


def of_turns(db: Session) -> list[Note]:
    """To whose turn it is to approve since the applicant, the head or a deputy changed: one line a run.

    Who was told of this run on the day of the application or later knows it.
    """
    waiting = {row.id: row for row in db.execute(_WAITING)}
    runs = look_up(db, {row.run_id for row in waiting.values()})
    told = _told(db, runs)
    notes: dict[str, Note] = {}
    for some in in_parts(list(waiting), _AT_ONCE):
        for turn in turns(db, some):
            row = waiting[turn.id]
            since = clock.start_of(clock.local(row.moved_at).date())
            news = (one for one in sorted(turn.people) if not _knows(told.get((row.run_id, one)), since))
            notes |= {_key(row, person_id): _to_decide(row, person_id, runs) for person_id in news}
    return list(notes.values())


def of_leaves(db: Session) -> list[Note]:
    """To who is on leave while a run of theirs takes place, and to the training officers: do they come?"""
    met = movement.on_leave(db)
    runs, asked = look_up(db, {one.run_id for one in met}), sorted(officers(db)) if met else []
    notes = []
    for one in met:
        away = {"away_from": one.from_on.isoformat(), "away_until": one.until_on and one.until_on.isoformat()}
        said = runs.facts(one.run_id) | away
        key = f"on_leave:{one.enrolment_id}:{one.from_on}"
        notes.append(Note(f"{key}:own", NoticeKind.ON_LEAVE, one.person_id, one.run_id, said))
        said = said | {"applicant": one.name}
        others = (person_id for person_id in asked if person_id != one.person_id)
        notes += [Note(f"{key}:{id_}", NoticeKind.STAFF_ON_LEAVE, id_, one.run_id, said) for id_ in others]
    return notes


def _knows(told: datetime | None, since: datetime) -> bool:
    return told is not None and told >= since


def _to_decide(row: Any, person_id: int, runs: Runs) -> Note:
    said = runs.facts(row.run_id) | {"applicant": row.name}
    return Note(_key(row, person_id), NoticeKind.APPROVAL, person_id, row.run_id, said)


def _key(row: Any, person_id: int) -> str:
    return f"approval:{row.run_id}:{person_id}:{clock.today()}"


def _told(db: Session, runs: Runs) -> dict[tuple[int, int], datetime]:
    """By run and person: when somebody was last told that an application waits."""
    last = select(Notice.run_id, Notice.person_id, func.max(Notice.created_at))
    last = last.where(Notice.kind == NoticeKind.APPROVAL, Notice.run_id.in_(runs.runs))
    return {(row[0] or 0, row[1]): row[2] for row in db.execute(last.group_by(Notice.run_id, Notice.person_id))}


_WAITING = (
    select(Enrolment.id, Enrolment.run_id, Enrolment.moved_at, Person.name)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Person, Person.id == Enrolment.person_id)
    .where(Enrolment.status == Status.APPLIED, Run.state == RunState.PUBLISHED, Run.mode == Mode.SELECTION)
    .order_by(Enrolment.id)
)
