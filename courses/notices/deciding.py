"""Who is told that something waits for them: heads of applications, training officers of runs with too few people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.approvers import Approvers, deciders, officers
from courses.enrolment.models import Status
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note, look_up
from courses.people.models import Person, Posting
from courses.scheduling.models import Mode, Run, RunState
from courses.settings.organisation import organisation


def of_applications(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """To whose turn it is to approve, else to training officers: one line a run and day, whoever else applies on it."""
    sent = [fact for fact in facts if fact["after"] == Status.APPLIED]
    return _to_deciders(db, sent, overdue=False)


def of_escalations(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """To the next ones above, since nobody answered in time."""
    return _to_deciders(db, facts, overdue=True)


def _to_deciders(db: Session, facts: Sequence[Happened], *, overdue: bool) -> list[Note]:
    if not facts:
        return []
    runs, units = look_up(db, [fact["run_id"] for fact in facts]), _units(db, {fact["person_id"] for fact in facts})
    names, approvers = _names(db, {fact["person_id"] for fact in facts}), Approvers(db, set(units.values()))
    notes = []
    for fact in facts:
        run_id, applicant = fact["run_id"], fact["person_id"]
        if runs.runs[run_id].mode is not Mode.SELECTION or runs.is_over(run_id):
            continue
        steps = approvers.steps(units.get(applicant), applicant)
        asked = deciders(steps, overdue=overdue) - (deciders(steps, overdue=False) if overdue else frozenset())
        if not steps and not overdue:
            asked = frozenset(officers(db)) - {applicant}
        said = runs.facts(run_id) | {"applicant": names[applicant]}
        notes += [
            Note(_key(fact, person_id), NoticeKind.APPROVAL, person_id, run_id, said)
            for person_id in sorted(asked - {fact["actor_id"]})
        ]
    return notes


def _key(fact: Happened, person_id: int) -> str:
    day = clock.local(datetime.fromisoformat(fact["at"])).date()
    return f"approval:{fact['run_id']}:{person_id}:{day}"


def _units(db: Session, person_ids: Collection[int]) -> dict[int, int]:
    """Where they serve today."""
    serving = select(Posting.person_id, Posting.unit_id).where(Posting.on(clock.today()))
    return {row[0]: row[1] for row in db.execute(serving.where(Posting.person_id.in_(person_ids)))}


def _names(db: Session, person_ids: Collection[int]) -> dict[int, str]:
    found = db.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row[0]: row[1] for row in found}


def of_small_runs(db: Session) -> list[Note]:
    """To every training officer, once for each run that begins soon with fewer people than its minimum."""
    today = clock.today()
    soon = Run.starts_on.between(today + timedelta(days=1), today + timedelta(days=organisation(db).minimum_days))
    small = select(Run.id).where(Run.state == RunState.PUBLISHED, soon, Run.taken < Run.minimum).order_by(Run.id)
    runs = look_up(db, list(db.scalars(small)))
    asked = sorted(officers(db)) if runs.runs else []
    return [
        Note(
            f"under_minimum:{run.id}:{run.starts_on}:{person_id}",
            NoticeKind.UNDER_MINIMUM,
            person_id,
            run.id,
            runs.facts(run.id) | {"taken": run.taken, "minimum": run.minimum},
        )
        for run in runs.runs.values()
        for person_id in asked
    ]
