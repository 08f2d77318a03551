"""Imported results written: places, results, verdicts, and the closing of their runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.completion.facts import Facts
from courses.completion.models import ImportedResult, Judgement
from courses.completion.policy import Policy, pack_on
from courses.completion.rules import Verdict
from courses.db import in_parts
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.events.actions import record_all
from courses.events.facts import Fact, Moved, RunClosed, Settled
from courses.exchange.plan import Entry
from courses.people.models import Posting
from courses.scheduling.models import Run, RunState
from courses.scheduling.results import new_mark

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A good row: its run, person, stored enrolment (None: new), what was measured, and the verdict."""

    entry: Entry
    run: Any
    person_id: int
    enrolment: Any
    measured: Mapping[str, int | None]
    facts: Facts
    verdict: Verdict

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.verdict.outcome.value)


@dataclass
class Settlement:
    """Everything that good rows write: places, results, verdicts, and the closing of their runs."""

    rows: Sequence[Judged]
    runs: dict[int, Any] = field(init=False)
    _facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runs = {judged.run.id: judged.run for judged in self.rows}

    def taken(self) -> list[tuple[Any, int]]:
        """Every run with the number of places taken afterwards."""
        new = Counter(judged.run.id for judged in self.rows if judged.enrolment is None)
        return [(run, run.taken + new[run.id]) for run in self.runs.values()]

    def write(self, db: Session, actor_id: int | None) -> None:
        """A handful of statements, however many rows there are."""
        if not self.rows:
            return
        self._make_room(db)
        ids = self._enrol(db)
        self._store(db, ids)
        self._close(db)
        record_all(db, actor_id, self._facts)

    def _make_room(self, db: Session) -> None:
        """Past runs took whom they took: where the capacity is below, it is raised. What is known of them changes."""
        mark = new_mark()
        rows = [
            {
                "id": run.id,
                "taken": taken,
                "capacity": None if run.capacity is None else max(run.capacity, taken),
                "results_mark": mark,
            }
            for run, taken in self.taken()
        ]
        db.execute(update(Run), rows)

    def _enrol(self, db: Session) -> dict[tuple[int, int], int]:
        """Insert the new places, update the outcome of known ones; the ids of all by run and person."""
        served = _served(db, self.rows)
        now = clock.now()
        new = [
            {
                "run_id": judged.run.id,
                "person_id": judged.person_id,
                "status": Status.ENROLLED,
                "outcome": judged.outcome,
                "applied_at": clock.start_of(judged.run.starts_on),
                "moved_at": now,
                **served.get((judged.run.id, judged.person_id), {}),
            }
            for judged in self.rows
            if judged.enrolment is None
        ]
        if new:
            db.connection().execute(insert(Enrolment), new)
        known = [judged for judged in self.rows if judged.enrolment is not None]
        if known:
            db.execute(update(Enrolment), [{"id": judged.enrolment.id, "outcome": judged.outcome} for judged in known])
        places = select(Enrolment.run_id, Enrolment.person_id, Enrolment.id).where(Enrolment.run_id.in_(self.runs))
        return {(place.run_id, place.person_id): place.id for place in db.execute(places)}

    def _store(self, db: Session, ids: Mapping[tuple[int, int], int]) -> None:
        """Results and verdicts anew, and what happened to each enrolment."""
        now = clock.now()
        known = [judged.enrolment.id for judged in self.rows if judged.enrolment is not None]
        results, judgements = [], []
        for judged in self.rows:
            identity = ids[judged.run.id, judged.person_id]
            results.append({"enrolment_id": identity, **judged.measured, "source": "file"})
            judgements.append(
                {
                    "enrolment_id": identity,
                    "outcome": judged.outcome,
                    "policy": pinned(judged.run),
                    "facts": judged.facts.to_json(),
                    "reasons": [check.to_json() for check in judged.verdict.reasons],
                    "judged_at": now,
                }
            )
            self._happened(judged, identity)
        for model, rows in ((ImportedResult, results), (Judgement, judgements)):
            _replace(db, model, known, rows)

    def _happened(self, judged: Judged, identity: int) -> None:
        place = {"enrolment_id": identity, "run_id": judged.run.id, "person_id": judged.person_id}
        before = ""
        if judged.enrolment is None:
            self._facts.append(Moved(**place, before="", after=Status.ENROLLED))
        else:
            before = judged.enrolment.outcome or ""
        if before != judged.outcome:
            self._facts.append(Settled(**place, before=before, after=judged.outcome))

    def _close(self, db: Session) -> None:
        open_runs = [run for run in self.runs.values() if run.state != RunState.CLOSED]
        if not open_runs:
            return
        now = clock.now()
        rows = [{"id": run.id, "state": RunState.CLOSED, "closed_at": now, "policy": pinned(run)} for run in open_runs]
        db.execute(update(Run), rows)
        outcomes = Counter((judged.run.id, judged.outcome is Outcome.COMPLETED) for judged in self.rows)
        for run in open_runs:
            self._facts.append(RunClosed(run.id, pinned(run), outcomes[run.id, True], outcomes[run.id, False]))


def _replace(db: Session, model: Any, known: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> None:
    for some in in_parts(known, _AT_ONCE):  # a statement takes 32,766 parameters (PostgreSQL: 65,535)
        db.execute(delete(model).where(model.enrolment_id.in_(some)))
    db.connection().execute(insert(model), rows)


def _served(db: Session, rows: Iterable[Judged]) -> dict[tuple[int, int], dict[str, Any]]:
    """Unit, grade and service of each person on each run's last day; before the first posting, those of the first."""
    postings: dict[int, list[Any]] = {}
    fields = (Posting.person_id, Posting.unit_id, Posting.grade, Posting.service, Posting.from_on, Posting.until_on)
    for some in in_parts(sorted({judged.person_id for judged in rows}), _AT_ONCE):
        served = select(*fields).where(Posting.person_id.in_(some)).order_by(Posting.from_on)
        for posting in db.execute(served):
            postings.setdefault(posting.person_id, []).append(posting)
    return {
        (judged.run.id, judged.person_id): _frozen(postings.get(judged.person_id, []), judged.run.ends_on)
        for judged in rows
    }


def _frozen(postings: Sequence[Any], day: date) -> dict[str, Any]:
    begun = [posting for posting in postings if posting.from_on <= day]
    posting = begun[-1] if begun else next(iter(postings), None)
    if posting is None:
        return {"unit_id": None, "grade": "", "service": ""}
    return {"unit_id": posting.unit_id, "grade": posting.grade, "service": posting.service}


def policy_of(run: Any) -> Policy:
    """The pack that held on the run's last day."""
    return pack_on(run.policy, run.ends_on)


def pinned(run: Any) -> str:
    """That pack as a run pins it: `plain 1`."""
    return policy_of(run).pin
