"""Closing a run (수료처리): the verdicts become final."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.completion.models import Judgement
from courses.completion.queries import Judged, Preview, preview
from courses.completion.rules import Finding
from courses.enrolment import seats
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.offering import EXPIRED
from courses.enrolment.states import move_all, settle_all
from courses.errors import Conflict, Refused, WayOut
from courses.events.actions import record
from courses.events.facts import RunClosed
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run, RunState
from courses.scheduling.results import new_mark
from courses.text import Text, text

_WAITING = (Status.APPLIED, Status.RETURNED, Status.APPROVED, Status.NOMINATED, Status.WAITLISTED)


def close(db: Session, actor_id: int | None, run: Run, *, seen: str | None = None, anyway: bool = False) -> Preview:
    """Settle everybody enrolled, keep why, and close the run; whoever still waits is not selected, and offers end.

    `seen` is the fingerprint of the preview that was looked at. `anyway` says that what is missing counts as not
    attained: whoever is undecided has then not completed. Raises `Refused` for a run that is not published or not
    over or of which something is missing, and `Conflict` when the verdicts are no longer those that were seen.
    """
    run = lock_run(db, run.id)
    _require_published(run)
    found = preview(db, run)
    _require_complete(run, found, anyway=anyway)
    if seen is not None and seen != found.fingerprint:
        raise _refusal(run, Conflict, text("Marks or scores have changed meanwhile. Look at the list once more."))
    judged = [one for one in found.people if one.member.settled is None]
    _settle(db, actor_id, run, judged)
    _freeze(db, found.people)
    _store(db, found.policy, judged)
    run.state, run.closed_at, run.results_mark = RunState.CLOSED, clock.now(), new_mark()
    completed = found.counts[Outcome.COMPLETED]
    record(db, actor_id, RunClosed(run.id, found.policy, completed, len(found.people) - completed))
    return found


def final(outcome: str) -> Outcome:
    """The outcome somebody is settled with: undecided (closed all the same) means not completed."""
    return Outcome.NOT_COMPLETED if outcome == Finding.UNDECIDED else Outcome(outcome)


def _require_published(run: Run) -> None:
    if run.state == RunState.CLOSED:
        raise _refusal(run, Conflict, text("This run is closed already."))
    if run.state != RunState.PUBLISHED:
        raise _refusal(run, Refused, text("Only a run that took place can be closed."))


def _require_complete(run: Run, found: Preview, *, anyway: bool) -> None:
    if not found.over:
        raise _refusal(run, Refused, text("The run is not over yet: its last day is %(day)s.", day=run.ends_on))
    if found.missing and not found.undecided and not anyway:
        raise _refusal(run, Refused, found.missing[0].message)
    if found.undecided and not anyway:
        names = ", ".join(one.member.name for one in found.undecided[:5])
        message = text(
            "Something is still missing for %(people)s people: %(names)s%(more)s",
            people=len(found.undecided),
            names=names,
            more=" …" if len(found.undecided) > 5 else "",
        )
        raise _refusal(run, Refused, message)


def _refusal(run: Run, kind: type[Refused], message: Text) -> Refused:
    return kind(message, code="closing", way_out=WayOut("closing", text("See what closing would come to"), run.id))


def _settle(db: Session, actor_id: int | None, run: Run, judged: Sequence[Judged]) -> None:
    rows = db.scalars(select(Enrolment).where(Enrolment.run_id == run.id)).all()
    enrolments = {row.id: row for row in rows}
    settle_all(db, actor_id, [(enrolments[one.member.enrolment_id], final(one.outcome)) for one in judged])
    for offered in (row for row in rows if row.status is Status.OFFERED):  # over, and nobody ended it
        seats.vacate(db, actor_id, run, offered, Status.WITHDRAWN, reason=EXPIRED)
    move_all(db, actor_id, [row for row in rows if row.status in _WAITING], Status.NOT_SELECTED)


def _freeze(db: Session, people: Sequence[Judged]) -> None:
    """Keep unit, grade and service of the last day, also of those who were expelled before."""
    frozen = [
        {"id": m.enrolment_id, "unit_id": m.unit_id, "grade": m.grade, "service": m.service}
        for m in (one.member for one in people)
    ]
    if frozen:
        db.execute(update(Enrolment), frozen)


def _store(db: Session, policy: str, judged: Sequence[Judged]) -> None:
    now = clock.now()
    rows = [
        {
            "enrolment_id": one.member.enrolment_id,
            "outcome": final(one.outcome),
            "policy": policy,
            "facts": one.facts.to_json(),
            "reasons": [check.to_json() for check in one.reasons],
            "judged_at": now,
        }
        for one in judged
    ]
    if rows:
        db.execute(insert(Judgement), rows)
