"""Who is told of what happens at the doors of classes: training officers of what waits, others of what is decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attendance.models import DoorRequest, Proof
from courses.enrolment.approvers import officers
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note, look_up
from courses.people.models import Person


def of_requests(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Asked for a place: training officers."""
    return _to_officers(db, facts, NoticeKind.DOOR, "request_id")


def of_checks(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Somebody could not show who they are: training officers. A colleague was named: that one. No others."""
    failed = [fact for fact in facts if fact["proof"] == Proof.FAILED]
    return _to_officers(db, failed, NoticeKind.IDENTITY, "check_id") + _to_named(db, facts)


def of_decisions(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Expelled, or that is taken back: the person. That a matter rests is no news."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    told = [fact for fact in facts if fact["expelled"] or fact["undone"]]
    return [
        Note(
            f"settled:{fact['check_id']}:{fact['at']}",
            NoticeKind.EXPELLED if fact["expelled"] else NoticeKind.REINSTATED,
            fact["person_id"],
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"reason": fact["reason"]},
        )
        for fact in told
    ]


def of_answers(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Answered: who asked."""
    runs, names = look_up(db, [fact["run_id"] for fact in facts]), _names(db, {fact["person_id"] for fact in facts})
    asked = DoorRequest.id.in_({fact["request_id"] for fact in facts})
    found = {row.id: row for row in db.scalars(select(DoorRequest).where(asked))}
    return [
        Note(
            f"door_answered:{request.id}",
            NoticeKind.DOOR_ANSWERED,
            request.asked_by,
            fact["run_id"],
            runs.facts(fact["run_id"])
            | {"applicant": names[fact["person_id"]], "granted": fact["granted"], "reason": fact["answer"]}
            | {"session": request.session_id},
        )
        for fact in facts
        if (request := found[fact["request_id"]]).asked_by != fact["actor_id"]
    ]


def _to_named(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """So that nobody is named who was not asked."""
    named = [fact for fact in facts if fact["proof"] == Proof.COLLEAGUE and fact["colleague_id"]]
    runs, names = look_up(db, [fact["run_id"] for fact in named]), _names(db, {fact["person_id"] for fact in named})
    return [
        Note(
            f"vouched:{fact['check_id']}",
            NoticeKind.VOUCHED,
            fact["colleague_id"],
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"applicant": names[fact["person_id"]]},
        )
        for fact in named
    ]


def _to_officers(db: Session, facts: Sequence[Happened], kind: NoticeKind, identity: str) -> list[Note]:
    runs, names = look_up(db, [fact["run_id"] for fact in facts]), _names(db, {fact["person_id"] for fact in facts})
    return [
        Note(
            f"{kind}:{fact[identity]}:{officer}",
            kind,
            officer,
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"applicant": names[fact["person_id"]]},
        )
        for fact in facts
        for officer in sorted(officers(db) - {fact["actor_id"], fact["person_id"]})
    ]


def _names(db: Session, person_ids: Collection[int]) -> dict[int, str]:
    found = db.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in found}
