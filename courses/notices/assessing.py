"""Who is told of scores, appeals and requests to be excused: facts in, notes out. No points, no ground in any."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import RequestState
from courses.enrolment.approvers import officers
from courses.enrolment.models import Enrolment
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note, look_up
from courses.people.models import Person
from courses.scheduling.models import RunInstructor


def of_publishings(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Published: everybody who has points in the part."""
    return _to_scored(db, facts, NoticeKind.SCORES)


def of_takings_back(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Taken back: everybody who could see their points, with the reason."""
    return _to_scored(db, facts, NoticeKind.SCORES_BACK)


def of_appeals(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Appealed: who teaches the run, else training officers; one line a run and day."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    teachers = _teachers(db, {fact["run_id"] for fact in facts})
    return [
        Note(
            f"appeal:{fact['run_id']}:{person_id}:{_day(fact)}",
            NoticeKind.APPEAL,
            person_id,
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"part": fact["name"]},
        )
        for fact in facts
        for person_id in teachers.get(fact["run_id"]) or sorted(officers(db))
    ]


def of_answers(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Answered: whose appeal it was."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [
        Note(
            f"appeal_answered:{fact['appeal_id']}",
            NoticeKind.APPEAL_ANSWERED,
            fact["person_id"],
            fact["run_id"],
            runs.facts(fact["run_id"])
            | {"part": fact["name"], "changed": fact["before"] != fact["after"], "enrolment": fact["enrolment_id"]},
        )
        for fact in facts
    ]


def of_requests(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Asked to be excused: training officers; one line a run and day, whoever else asks on it."""
    runs, names = look_up(db, [fact["run_id"] for fact in facts]), _names(db, {fact["person_id"] for fact in facts})
    return [
        Note(
            f"absence:{fact['run_id']}:{officer}:{_day(fact)}",
            NoticeKind.ABSENCE,
            officer,
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"applicant": names[fact["person_id"]]},
        )
        for fact in facts
        for officer in sorted(officers(db) - {fact["person_id"]})
    ]


def of_decisions(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Decided: whose request it was; what they withdrew themselves they know."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [
        Note(
            f"absence_decided:{fact['request_id']}",
            NoticeKind.ABSENCE_DECIDED,
            fact["person_id"],
            fact["run_id"],
            runs.facts(fact["run_id"])
            | {"state": fact["state"], "why": fact["reason"], "enrolment": fact["enrolment_id"]},
        )
        for fact in facts
        if fact["state"] != RequestState.WITHDRAWN
    ]


def _to_scored(db: Session, facts: Sequence[Happened], kind: NoticeKind) -> list[Note]:
    runs = look_up(db, [fact["run_id"] for fact in facts])
    people = _people(db, {key for fact in facts for key in fact["people"]})
    return [
        Note(
            f"{kind}:{fact['component_id']}:{key}:{fact['at']}",
            kind,
            people[key],
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"part": fact["name"], "reason": fact.get("reason", ""), "enrolment": key},
        )
        for fact in facts
        for key in fact["people"]
    ]


def _day(fact: Happened) -> str:
    return clock.local(datetime.fromisoformat(fact["at"])).date().isoformat()


def _people(db: Session, enrolment_ids: Collection[int]) -> dict[int, int]:
    found = db.execute(select(Enrolment.id, Enrolment.person_id).where(Enrolment.id.in_(enrolment_ids)))
    return {row.id: row.person_id for row in found}


def _names(db: Session, person_ids: Collection[int]) -> dict[int, str]:
    found = db.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in found}


def _teachers(db: Session, run_ids: Collection[int]) -> dict[int, list[int]]:
    found = db.execute(select(RunInstructor.run_id, RunInstructor.person_id).where(RunInstructor.run_id.in_(run_ids)))
    by_run: dict[int, list[int]] = {}
    for run_id, person_id in found:
        by_run.setdefault(run_id, []).append(person_id)
    return by_run
