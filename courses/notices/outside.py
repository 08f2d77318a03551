"""Who is told of learning elsewhere: whose turn it is to decide, and who reported it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.hours.models import OutsideState
from courses.hours.outside import turns
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note
from courses.people.models import Person

_MINUTES = 60


def of_moves(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Sent: to whoever decides today; decided or corrected: to who reported it."""
    sent = [fact for fact in facts if fact["after"] == OutsideState.WAITING]
    notes = [*_to_deciders(db, sent)]
    for fact in facts:
        kind = _KINDS.get(fact["after"])
        if kind:
            said = {"title": fact["title"], "reason": fact["reason"], "hours": _hours(fact["minutes"])}
            notes.append(Note(f"{kind}:{fact['outside_id']}:{fact['at']}", kind, fact["person_id"], None, said))
    return notes


_KINDS = {
    OutsideState.RETURNED.value: NoticeKind.OUTSIDE_RETURNED,
    OutsideState.RECOGNISED.value: NoticeKind.OUTSIDE_RECOGNISED,
}


def _to_deciders(db: Session, facts: Sequence[Happened]) -> list[Note]:
    if not facts:
        return []
    asked = turns(db, [fact["outside_id"] for fact in facts])
    people = select(Person.id, Person.name).where(Person.id.in_({fact["person_id"] for fact in facts}))
    names = {row.id: row.name for row in db.execute(people)}
    return [
        Note(
            f"outside:{fact['outside_id']}:{fact['at']}:{person_id}",
            NoticeKind.OUTSIDE,
            person_id,
            None,
            {"title": fact["title"], "applicant": names[fact["person_id"]]},
        )
        for fact in facts
        for person_id in sorted(asked.get(fact["outside_id"], frozenset()) - {fact["actor_id"]})
    ]


def _hours(minutes: int | None) -> str:
    return f"{(minutes or 0) / _MINUTES:g}"
