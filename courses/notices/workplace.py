"""Who is told of workplace training: officers of what was filed, departments of what became of it, trainees and
coaches of each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.approvers import officers
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note, look_up
from courses.people.models import OrgUnit, Person
from courses.workplace.models import Filing


def of_filings(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Filed, or filed anew: to every training officer but who filed it."""
    runs, units = look_up(db, [fact["run_id"] for fact in facts]), _units(db, {fact["unit_id"] for fact in facts})
    return [
        Note(
            f"filed:{fact['run_id']}:{fact['at']}:{person_id}",
            NoticeKind.FILED,
            person_id,
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"department": units[fact["unit_id"]], "taken": fact["people"]},
        )
        for fact in facts
        for person_id in sorted(officers(db) - {fact["actor_id"]})
    ]


def of_returns(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Returned: to who filed it."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [
        Note(
            f"filing_returned:{fact['run_id']}:{fact['at']}",
            NoticeKind.FILING_RETURNED,
            fact["filed_by"],
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"reason": fact["reason"]},
        )
        for fact in facts
    ]


def of_confirmations(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Closed, which confirms what was filed: to who filed it."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    filed = select(Filing.run_id, Filing.filed_by).where(Filing.run_id.in_(runs.runs)).order_by(Filing.run_id)
    at = {fact["run_id"]: fact["at"] for fact in facts}
    return [
        Note(
            f"filing_confirmed:{row.run_id}:{at[row.run_id]}",
            NoticeKind.FILING_CONFIRMED,
            row.filed_by,
            row.run_id,
            runs.facts(row.run_id),
        )
        for row in db.execute(filed)
    ]


def of_coaches(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """A coach is named: to the trainee and to the coach."""
    names = _names(db, {fact[key] for fact in facts for key in ("person_id", "coach_id")})
    notes = []
    for fact in facts:
        trainee, coach = fact["person_id"], fact["coach_id"]
        key, since = f"{trainee}:{coach}:{fact['at']}", {"since": fact["from_on"]}
        notes += [
            Note(f"coach:{key}", NoticeKind.COACH, trainee, None, {"title": names[coach], **since}),
            Note(f"trainee:{key}", NoticeKind.TRAINEE, coach, None, {"title": names[trainee], **since}),
        ]
    return notes


def of_signatures(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Skills signed: to the trainee, who confirms them; one line a run and day."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    notes: dict[str, Note] = {}
    for fact in facts:
        day = clock.local(datetime.fromisoformat(fact["at"])).date()
        key = f"skill:{fact['run_id']}:{fact['person_id']}:{day}"
        note = Note(key, NoticeKind.SKILL_SIGNED, fact["person_id"], fact["run_id"], runs.facts(fact["run_id"]))
        notes.setdefault(key, note)
    return list(notes.values())


def _units(db: Session, unit_ids: Collection[int]) -> dict[int, str]:
    found = db.execute(select(OrgUnit.id, OrgUnit.path).where(OrgUnit.id.in_(unit_ids)))
    return {row[0]: row[1] for row in found}


def _names(db: Session, person_ids: Collection[int]) -> dict[int, str]:
    found = db.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row[0]: row[1] for row in found}
