"""Who is told of weighty steps: who may confirm one, who asked for it, and those whose results are taken back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.approvers import Approvers, deciders, officers
from courses.enrolment.models import Enrolment
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note, look_up
from courses.people.models import Person, Posting


def of_asked(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Asked: the other training officers, and the head of whoever asked."""
    return [
        Note(
            f"second_person:{fact['confirmation_id']}:{person_id}",
            NoticeKind.SECOND_PERSON,
            person_id,
            None,
            {
                "title": fact["title"],
                "reason": fact["reason"],
                "applicant": db.scalar(select(Person.name).where(Person.id == fact["asker_id"])),
                "id": fact["confirmation_id"],
            },
        )
        for fact in facts
        for person_id in sorted(_seconds(db, fact["asker_id"]))
    ]


def _seconds(db: Session, asker_id: int) -> frozenset[int]:
    serving = select(Posting.unit_id).where(Posting.person_id == asker_id, Posting.on(clock.today()))
    unit_id = db.scalar(serving)
    steps = Approvers(db, [unit_id]).steps(unit_id, asker_id) if unit_id else []
    return (frozenset(officers(db)) | deciders(steps, overdue=False)) - {asker_id}


def of_confirmed(_db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Confirmed: whoever asked for it."""
    return [_answer(fact, confirmed=True) for fact in facts]


def of_declined(_db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Declined: whoever asked for it, unless they took it back themselves."""
    return [_answer(fact, confirmed=False) for fact in facts if fact["actor_id"] != fact["asker_id"]]


def _answer(fact: Happened, *, confirmed: bool) -> Note:
    said = {"title": fact["title"], "confirmed": confirmed, "reason": fact.get("answer", "")}
    said["id"] = fact["confirmation_id"]
    key = f"second_person_answered:{fact['confirmation_id']}"
    return Note(key, NoticeKind.SECOND_PERSON_ANSWERED, fact["asker_id"], None, said)


def of_reopenings(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Reopened: everybody whose result is taken back, with the reason."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [
        Note(
            f"reopened:{row.id}:{fact['at']}",
            NoticeKind.REOPENED,
            row.person_id,
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"reason": fact["reason"], "enrolment": row.id},
        )
        for fact in facts
        for row in db.execute(select(Enrolment.id, Enrolment.person_id).where(Enrolment.run_id == fact["run_id"]))
        if str(row.id) in fact["outcomes"]
    ]
