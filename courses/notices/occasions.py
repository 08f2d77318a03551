"""Who is told what when something happens: facts in, notes out. Facts come as `lms.jobs.reactions` hands them over:
their fields, `actor_id`, and `at` as an ISO moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.completion.models import Judgement
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.queries import seated
from courses.enrolment.states import SEATED
from courses.events.actions import kind_of
from courses.events.facts import Fact, Offered, Replaced, RunCancelled
from courses.events.models import Event
from courses.notices.models import NoticeKind
from courses.scheduling.models import CalendarEntry, CalendarTeacher, ClassSession, Run

Happened = dict[str, Any]

_NEWS = timedelta(days=30)
"""Older facts are history, written down later: nobody is told of them. (A worker may be down for weeks.)"""


@dataclass(frozen=True, slots=True)
class Note:
    """One person to be told one thing. `key` names the occasion, so that it is told once.

    `quiet`: the person did it alone a moment ago; it is only confirmed. `uids` are the calendar entries to send with
    it; None: all of the run, empty: none.
    """

    key: str
    kind: NoticeKind
    person_id: int
    run_id: int | None
    facts: dict[str, Any]
    quiet: bool = False
    uids: frozenset[str] | None = frozenset()


@dataclass(slots=True)
class Runs:
    """What is said of runs, read once for many notes."""

    runs: dict[int, Run]
    begins: dict[int, datetime] = field(default_factory=dict)

    def facts(self, run_id: int) -> dict[str, Any]:
        """What every notice says of its run, as JSON values."""
        run, begin = self.runs[run_id], self.begins.get(run_id)
        return {
            "title": run.course.title,
            "number": run.number,
            "first": run.starts_on.isoformat(),
            "last": run.ends_on.isoformat(),
            "starts_at": begin and begin.isoformat(),
            "place": run.place or run.venue,
        }

    def is_over(self, run_id: int) -> bool:
        """Whether its last day has passed."""
        return self.runs[run_id].ends_on < clock.today()


def look_up(db: Session, run_ids: Collection[int]) -> Runs:
    """The runs with their courses and first sessions."""
    rows = db.scalars(select(Run).options(joinedload(Run.course)).where(Run.id.in_(set(run_ids))))
    begins = db.execute(
        select(ClassSession.run_id, func.min(ClassSession.starts_at))
        .where(ClassSession.run_id.in_(set(run_ids)))
        .group_by(ClassSession.run_id)
    )
    return Runs({run.id: run for run in rows}, {row[0]: row[1] for row in begins})


def news(facts: Iterable[Happened]) -> list[Happened]:
    """Those that happened just now."""
    return [fact for fact in facts if clock.now() - datetime.fromisoformat(fact["at"]) < _NEWS]


def of_moves(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Every step of an enrolment, to whose it is; nothing of runs that are over."""
    runs, more = look_up(db, [fact["run_id"] for fact in facts]), _more(db, facts)
    told = zip(facts, more, strict=True)
    return [_of_move(fact, runs, beside) for fact, beside in told if not runs.is_over(fact["run_id"])]


def _more(db: Session, facts: Sequence[Happened]) -> list[dict[str, Any]]:
    """What the notice of each says beside the run, read for all together; several may be steps of one enrolment."""
    others, replacing = _instead(db, facts), _replacing(db, facts)
    ends = _said(db, Offered, [fact for fact in facts if fact["after"] == Status.OFFERED])

    def beside(fact: Happened) -> dict[str, Any]:
        if fact["after"] == Status.CANCELLED:
            return others.get(fact["run_id"], {})
        if fact["after"] == Status.OFFERED:
            return {"until": ends.get(fact["enrolment_id"], {"until": fact["at"]})["until"]}
        return {"replaces": True} if _came_in(fact) and fact["enrolment_id"] in replacing else {}

    return [beside(fact) for fact in facts]


def _replacing(db: Session, facts: Sequence[Happened]) -> set[int]:
    """Those who got their seats in somebody else's stead: told of the seat, not once more."""
    came = [fact for fact in facts if _came_in(fact)]
    return {fact["enrolment_id"] for fact in came} & _said(db, Replaced, came).keys()


def _said(db: Session, kind: type[Fact], facts: Sequence[Happened]) -> dict[int, dict[str, Any]]:
    """By enrolment: the last fact of a kind in these runs, which goes with the moves."""
    if not facts:
        return {}
    there = Event.run_id.in_({fact["run_id"] for fact in facts})
    said = db.scalars(select(Event.data).where(Event.kind == kind_of(kind), there).order_by(Event.id))
    return {data["enrolment_id"]: data for data in said}


def _came_in(fact: Happened) -> bool:
    return bool(fact["after"] == Status.ENROLLED and fact["actor_id"] != fact["person_id"])


def _instead(db: Session, facts: Sequence[Happened]) -> dict[int, dict[str, Any]]:
    """By cancelled run: the run that its people are shown, and when it begins."""
    cancelled = {fact["run_id"] for fact in facts if fact["after"] == Status.CANCELLED}
    if not cancelled:
        return {}
    said = select(Event.run_id, Event.data).where(Event.kind == kind_of(RunCancelled), Event.run_id.in_(cancelled))
    shown = {row.run_id: row.data.get("instead") for row in db.execute(said.order_by(Event.id))}
    begun = db.execute(select(Run.id, Run.starts_on).where(Run.id.in_(filter(None, shown.values()))))
    begins = {row.id: row.starts_on for row in begun}
    return {
        run_id: {"instead": other, "instead_on": begins[other].isoformat()}
        for run_id, other in shown.items()
        if other in begins
    }


_KINDS = {
    Status.APPLIED: NoticeKind.APPLIED,
    Status.RETURNED: NoticeKind.RETURNED,
    Status.APPROVED: NoticeKind.APPROVED,
    Status.NOMINATED: NoticeKind.NOMINATED,
    Status.WAITLISTED: NoticeKind.QUEUED,
    Status.OFFERED: NoticeKind.OFFERED,
    Status.ENROLLED: NoticeKind.ENROLLED,
    Status.NOT_SELECTED: NoticeKind.NOT_SELECTED,
    Status.WITHDRAWN: NoticeKind.WITHDRAWN,
    Status.CANCELLED: NoticeKind.CANCELLED,
}
_WITH_REASON = {NoticeKind.WITHDRAWN, NoticeKind.CANCELLED, NoticeKind.RETURNED, NoticeKind.NOT_SELECTED}
_ALWAYS_NEW = {NoticeKind.PROMOTED, NoticeKind.OFFERED}


def _kind_of_move(fact: Happened) -> NoticeKind:
    after = Status(fact["after"])
    promoted = after is Status.ENROLLED and fact["before"] == Status.WAITLISTED
    return NoticeKind.PROMOTED if promoted else _KINDS[after]


def _of_move(fact: Happened, runs: Runs, more: dict[str, Any]) -> Note:
    kind = _kind_of_move(fact)
    alone = fact["actor_id"] == fact["person_id"]
    had, has = ((fact[name] or "") in SEATED for name in ("before", "after"))
    said = more | ({"alone": True} if alone else {})
    if kind in _WITH_REASON and fact["reason"]:
        said["reason"] = fact["reason"]
    if kind is NoticeKind.QUEUED and fact["before"] == Status.ENROLLED:
        said["back"] = True
    return Note(
        key=f"{kind}:{fact['enrolment_id']}:{fact['at']}",
        kind=kind,
        person_id=fact["person_id"],
        run_id=fact["run_id"],
        facts=runs.facts(fact["run_id"]) | said,
        quiet=(alone and kind not in _ALWAYS_NEW) or kind in (NoticeKind.APPROVED, NoticeKind.NOMINATED),
        uids=None if had != has else frozenset(),
    )


def of_shifts(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Moved: those with a seat, and those who teach what moved."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [note for fact in facts if not runs.is_over(fact["run_id"]) for note in _of_shift(db, fact, runs)]


def _of_shift(db: Session, fact: Happened, runs: Runs) -> list[Note]:
    run_id, uids = fact["run_id"], frozenset(shift["uid"] for shift in fact["moved"])
    people = dict.fromkeys([*seated(db, run_id), *_teachers(db, run_id, uids)])
    said = runs.facts(run_id) | {"moved": fact["moved"]}
    return [
        Note(
            f"moved:{run_id}:{person_id}:{fact['at']}",
            NoticeKind.MOVED,
            person_id,
            run_id,
            said,
            quiet=person_id == fact["actor_id"],
            uids=uids,
        )
        for person_id in people
    ]


def of_cancellations(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Cancelled: those who would have taught. Those in it are told by their own moves (`of_moves`)."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [
        Note(
            f"cancelled:{fact['run_id']}:{person_id}:{fact['at']}",
            NoticeKind.CANCELLED,
            person_id,
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"reason": fact["reason"]},
            quiet=person_id == fact["actor_id"],
            uids=None,
        )
        for fact in facts
        if not runs.is_over(fact["run_id"])
        for person_id in _teachers(db, fact["run_id"])
    ]


def _teachers(db: Session, run_id: int, uids: Collection[str] | None = None) -> list[int]:
    """Who teaches these entries of a run, or any of them."""
    statement = (
        select(CalendarTeacher.person_id)
        .join(CalendarEntry, CalendarEntry.id == CalendarTeacher.entry_id)
        .where(CalendarEntry.run_id == run_id, CalendarTeacher.gone.is_(False))
        .distinct()
        .order_by(CalendarTeacher.person_id)
    )
    return list(db.scalars(statement if uids is None else statement.where(CalendarEntry.uid.in_(uids))))


def of_closings(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Closed: everybody who was judged, with how it ended. Results that were imported were made known elsewhere."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    at = {fact["run_id"]: fact["at"] for fact in facts}
    rows = db.execute(
        select(Enrolment.id, Enrolment.person_id, Enrolment.run_id, Enrolment.outcome)
        .join(Judgement, Judgement.enrolment_id == Enrolment.id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Enrolment.run_id.in_(at), Enrolment.outcome.is_not(None), Run.imported.is_(False))
        .order_by(Enrolment.id)
    ).all()
    return [
        Note(
            f"closed:{row.id}:{at[row.run_id]}",
            NoticeKind.CLOSED,
            row.person_id,
            row.run_id,
            runs.facts(row.run_id) | {"outcome": row.outcome, "enrolment": row.id},
        )
        for row in rows
    ]


def of_certificates(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Certificate ready: to its owner."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [
        Note(
            f"certificate:{fact['certificate_id']}",
            NoticeKind.CERTIFICATE,
            fact["person_id"],
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"certificate": fact["number"], "id": fact["certificate_id"]},
        )
        for fact in facts
    ]


def of_writings(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Written: a training officer's own words, to those who had a seat when they were sent."""
    runs = look_up(db, [fact["run_id"] for fact in facts])
    return [
        Note(
            f"written:{fact['run_id']}:{person_id}:{fact['at']}",
            NoticeKind.WRITTEN,
            person_id,
            fact["run_id"],
            runs.facts(fact["run_id"]) | {"subject": fact["subject"], "body": fact["body"]},
        )
        for fact in facts
        for person_id in seated(db, fact["run_id"])
    ]
