"""Reopening a closed run: what it undoes, and afterwards who ended otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.completion.models import FormerJudgement, Judgement
from courses.completion.queries import Judged, Member, preview
from courses.confirming.actions import ask
from courses.confirming.models import Confirmation
from courses.confirming.steps import step
from courses.enrolment.models import Enrolment
from courses.enrolment.states import settle_all
from courses.errors import Conflict, Refused, WayOut
from courses.events.actions import kind_of, record
from courses.events.facts import RunReopened
from courses.events.models import Event
from courses.scheduling import results
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run, RunState
from courses.text import text

REOPENING = "reopening"


def refusal(run: Run) -> Refused | None:
    """Why this run cannot be reopened; None when it can."""
    way = WayOut("closing", text("See the result of the run"), run.id)
    if run.state is not RunState.CLOSED:
        return Refused(text("Only a closed run can be reopened"), code="not_closed", way_out=way)
    if run.imported:
        return Refused(text("Imported results are changed by importing them again"), code="imported", way_out=way)
    return None


def undone(db: Session, run: Run) -> list[Judged]:
    """The verdicts that reopening takes back, in official order. Who was expelled stays so."""
    judged = set(db.scalars(_of(run.id)))
    return [one for one in preview(db, run).people if one.member.enrolment_id in judged]


def reopen(db: Session, actor_id: int, run: Run, reason: str) -> Confirmation:
    """Take the verdicts back, at once or when a second person confirms it. Raises `Refused`, also without a reason."""
    run = lock_run(db, run.id)
    if refused := refusal(run):
        raise refused
    closing = {"closed_at": _closed_at(run)}
    return ask(db, actor_id, REOPENING, run.id, closing, reason, title=db.get_one(Course, run.course_id).title)


@step(REOPENING)
def reopened(db: Session, asked: Confirmation, _seen: str | None) -> None:
    """The verdicts become former ones, the outcomes open again; certificates stay what they are.

    Those of the closing that it was asked for: a later one is not undone by it.
    """
    run = lock_run(db, asked.subject_id)
    if refused := refusal(run):
        raise refused
    if asked.payload.get("closed_at", _closed_at(run)) != _closed_at(run):
        raise Conflict(text("The run was closed anew since this was asked for. Decline it"), code="stale")
    stored = db.execute(_STORED.where(Judgement.enrolment_id.in_(_of(run.id)))).all()
    rows = db.scalars(select(Enrolment).where(Enrolment.id.in_(_of(run.id)))).all()
    settle_all(db, asked.asked_by, [(row, None) for row in rows])
    results.changed(db, [run.id])
    _keep(db, run.id, stored)
    run.state, run.closed_at = RunState.PUBLISHED, None
    db.flush()
    outcomes = {str(row.enrolment_id): row.outcome.value for row in stored}
    record(db, asked.asked_by, RunReopened(run.id, asked.reason, outcomes))


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody whose verdict is another one since the run was reopened."""

    member: Member
    before: str
    after: str


def changes(db: Session, run: Run, people: Sequence[Judged]) -> list[Changed]:
    """Who has another outcome than when the run was last reopened, in the order of `people`; none if it never was."""
    before = last_outcomes(db, run.id)
    return [
        Changed(one.member, before[str(one.member.enrolment_id)], one.outcome)
        for one in people
        if before.get(str(one.member.enrolment_id), one.outcome) != one.outcome
    ]


def last_outcomes(db: Session, run_id: int) -> dict[str, str]:
    """{enrolment id: outcome} as they were taken back last; empty where the run was never reopened."""
    facts = select(Event.data).where(Event.kind == kind_of(RunReopened), Event.run_id == run_id)
    found = db.scalar(facts.order_by(Event.id.desc()).limit(1))
    outcomes: dict[str, str] = found["outcomes"] if found else {}
    return outcomes


def _closed_at(run: Run) -> str:
    return run.closed_at.isoformat() if run.closed_at else ""


def _keep(db: Session, run_id: int, stored: Sequence[Row[Any]]) -> None:
    now = clock.now()
    if stored:
        db.execute(insert(FormerJudgement), [{**row._mapping, "reopened_at": now} for row in stored])
        judged = delete(Judgement).where(Judgement.enrolment_id.in_(_of(run_id)))
        db.execute(judged, execution_options={"synchronize_session": "fetch"})


def _of(run_id: int) -> Select[int]:
    """SQL: the enrolments of a run that have a verdict."""
    return select(Judgement.enrolment_id).join(Enrolment).where(Enrolment.run_id == run_id)


_STORED: Select[*tuple[Any, ...]] = select(*Judgement.__table__.columns)
