"""The officer's work queue: what is stuck, counted, and the things behind each number."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.models import Appeal, AppealState, Component
from courses.attendance.models import AbsenceRequest, Attendance, DoorRequest, IdentityCheck, Proof, RequestState
from courses.catalogue.models import Course
from courses.certificates.models import Certificate
from courses.completion.pinning import PINNING
from courses.completion.reopening import REOPENING
from courses.confirming.models import Confirmation, State
from courses.db import Moment, rows
from courses.enrolment.candidates import SELECTABLE
from courses.enrolment.models import Draw, Enrolment, Outcome, Status
from courses.letters.models import Letter, LetterKind
from courses.scheduling.models import ClassSession, Mode, Run, RunState
from courses.workplace.models import Filing

OF_RUNS = (PINNING, REOPENING)
"""The kinds of weighty steps that are about a run."""
LATELY = timedelta(days=60)
"""Letters of runs that ended longer ago are asked for no more."""
SOON = timedelta(days=7)
"""A run is asked about when it starts within this time and not even half of its seats are taken."""


class Task(enum.StrEnum):
    """A kind of work, most urgent first. Its value is part of an address."""

    UNMARKED = "unmarked"  # 출석 미입력
    DOOR = "door"  # 현장 요청
    FILINGS = "filings"  # 직장교육 확인 대기
    TO_CLOSE = "to-close"  # 수료처리 대기
    ABSENCES = "absences"  # 공결 신청
    APPEALS = "appeals"  # 이의신청
    CERTIFICATES = "certificates"  # 증명서 발급 대기
    LETTERS = "letters"  # 결과 통보·보고 대기
    SELECTIONS = "selections"  # 선정 대기
    DRAWS = "draws"  # 추첨 대기
    TOO_FEW = "too-few"  # 정원 미달
    QUEUES = "queues"  # 정원 초과 대기
    CONFIRMATIONS = "confirmations"  # 확인 대기
    DRAFTS = "drafts"  # 미공개


@dataclass(frozen=True, slots=True)
class Count:
    """How many things wait in a task (runs; unmarked sessions), and how many people are behind them.

    `only_id` is the thing's id where there is just one, so that one click leads right to it.
    """

    task: Task
    things: int
    people: int
    only_id: int | None


def counts(db: Session) -> list[Count]:
    """Every task that has something waiting, in one statement."""
    found = rows(db, _counting(), _present()).all()
    return [
        Count(list(Task)[row.rank], row.things, row.people, row.id if row.things == 1 else None)
        for row in found
        if row.things
    ]


@cache
def _counting() -> CompoundSelect[Any]:
    parts = [_count(task, statement) for task, statement in _statements().items()]
    return parts[0].union_all(*parts[1:]).order_by("rank")


def _count(task: Task, statement: Select[Any]) -> Select[Any]:
    waiting = statement.order_by(None).subquery()
    return select(
        literal(list(Task).index(task)).label("rank"),
        func.count().label("things"),
        func.coalesce(func.sum(waiting.c.people), 0).label("people"),
        func.min(waiting.c.id).label("id"),
    ).select_from(waiting)


def waiting(db: Session, task: Task) -> list[Row[Any]]:
    """The things behind a number, the oldest first: id, run_id, title, number, capacity, day, session, people.

    `day` is the moment an unmarked session began, else the first or last day of the run, whichever the task looks at.
    """
    return list(rows(db, _statements()[task], _present()).all())


_NOW, _TODAY, _SOON = bindparam("now", type_=Moment), bindparam("today", type_=Date), bindparam("soon", type_=Date)


def _present() -> dict[str, Any]:
    """What time it is, for the statements: they are made once, since making them costs more than running them."""
    return {"now": clock.now(), "today": clock.today(), "soon": clock.today() + SOON, "lately": clock.today() - LATELY}


@cache
def _statements() -> dict[Task, Select[Any]]:
    return {
        Task.UNMARKED: _unmarked(),
        Task.DOOR: _at_door(),
        Task.FILINGS: _filings(),
        Task.TO_CLOSE: _to_close(),
        Task.ABSENCES: _asking(),
        Task.APPEALS: _appealed(),
        Task.CERTIFICATES: _uncertified(),
        Task.LETTERS: _unreported(),
        Task.SELECTIONS: _selections(),
        Task.DRAWS: _draws(),
        Task.TOO_FEW: _too_few(),
        Task.QUEUES: _queues(),
        Task.CONFIRMATIONS: _confirmations(),
        Task.DRAFTS: _runs(Run.starts_on, Run.taken).where(Run.state == RunState.DRAFT),
    }


def _runs(day: Any, people: Any) -> Select[Any]:
    return _things(Run.id, day, null(), people)


def _things(identity: Any, day: Any, session: Any, people: Any) -> Select[Any]:
    return (
        select(
            identity.label("id"),
            Run.id.label("run_id"),
            Course.title,
            Run.number,
            Run.capacity,
            day.label("day"),
            session.label("session"),
            people.label("people"),
        )
        .join_from(Run, Course, Course.id == Run.course_id)
        .order_by("day", "id")
    )


def _unmarked() -> Select[Any]:
    """Sessions that have ended and lack the mark of somebody enrolled."""
    mark = (
        select(Attendance.mark)
        .where(Attendance.session_id == ClassSession.id, Attendance.enrolment_id == Enrolment.id)
        .correlate(ClassSession, Enrolment)  # else any session's mark would do
    )
    lacking = _people(Enrolment.status == Status.ENROLLED, ~mark.exists())
    return (
        _things(ClassSession.id, ClassSession.starts_at, ClassSession.number, lacking)
        .join(ClassSession, ClassSession.run_id == Run.id)
        .where(Run.state == RunState.PUBLISHED, ClassSession.ends_at <= _NOW, lacking > 0)
    )


def _filings() -> Select[Any]:
    """What departments filed, and has taken place. What was returned to them waits for them."""
    filed = select(Filing.run_id).where(Filing.run_id == Run.id, Filing.returned_at.is_(None))
    ended = select(ClassSession.id).where(ClassSession.run_id == Run.id, ClassSession.ends_at <= _NOW)
    return _runs(Run.ends_on, Run.taken).where(Run.state == RunState.PUBLISHED, filed.exists(), ended.exists())


def _to_close() -> Select[Any]:
    """Runs that are over. Imported ones are closed by the import of their results, filed ones are confirmed."""
    return _runs(Run.ends_on, Run.taken).where(
        Run.state == RunState.PUBLISHED,
        Run.ends_on < _TODAY,
        Run.imported.is_(False),
        ~select(Filing.run_id).where(Filing.run_id == Run.id).exists(),
    )


def _at_door() -> Select[Any]:
    """Sessions at whose door an instructor asked for a place, or somebody could not show who they are."""
    asked = select(DoorRequest.session_id).where(DoorRequest.decided_at.is_(None))
    failed = select(IdentityCheck.session_id).where(
        IdentityCheck.proof == Proof.FAILED, IdentityCheck.decided_at.is_(None)
    )
    open_ones = asked.union_all(failed).subquery()
    waiting = select(open_ones.c.session_id, func.count().label("people")).group_by(open_ones.c.session_id).subquery()
    things = _things(ClassSession.id, ClassSession.starts_at, ClassSession.number, waiting.c.people)
    return things.join(ClassSession, ClassSession.run_id == Run.id).join(
        waiting, waiting.c.session_id == ClassSession.id
    )


def _asking() -> Select[Any]:
    """Runs with people who ask to be excused."""
    asked = (
        select(func.count(AbsenceRequest.id))
        .join(Enrolment, Enrolment.id == AbsenceRequest.enrolment_id)
        .where(Enrolment.run_id == Run.id, AbsenceRequest.state == RequestState.OPEN)
        .correlate(Run)
        .scalar_subquery()
    )
    with_some = select(Enrolment.run_id).join(AbsenceRequest, AbsenceRequest.enrolment_id == Enrolment.id)
    some = Run.id.in_(with_some.where(AbsenceRequest.state == RequestState.OPEN))
    return _runs(Run.starts_on, asked).where(Run.state == RunState.PUBLISHED, some)


def _appealed() -> Select[Any]:
    """Runs with scores that somebody objects to."""
    made = (
        select(func.count(Appeal.id))
        .join(Component, Component.id == Appeal.component_id)
        .where(Component.run_id == Run.id, Appeal.state == AppealState.OPEN)
        .correlate(Run)
        .scalar_subquery()
    )
    with_some = select(Component.run_id).join(Appeal, Appeal.component_id == Component.id)
    some = Run.id.in_(with_some.where(Appeal.state == AppealState.OPEN))
    return _runs(Run.ends_on, made).where(Run.state == RunState.PUBLISHED, some)


def _uncertified() -> Select[Any]:
    """Closed runs whose people lack certificates. Imported history got its own, on paper, long ago."""
    issued = select(Certificate.id).where(Certificate.enrolment_id == Enrolment.id)
    lacking = _people(Enrolment.outcome == Outcome.COMPLETED, ~issued.exists())
    return _runs(Run.ends_on, lacking).where(Run.state == RunState.CLOSED, Run.imported.is_(False), lacking > 0)


def _unreported() -> Select[Any]:
    """Closed runs without the letter of their results or the closing report, for two months after their last day."""
    wanted = (LetterKind.RESULTS, LetterKind.REPORT)
    written = [select(Letter.id).where(Letter.run_id == Run.id, Letter.kind == kind).exists() for kind in wanted]
    lacking = ~and_(*written)
    return _runs(Run.ends_on, Run.taken).where(
        Run.state == RunState.CLOSED,
        Run.imported.is_(False),
        Run.taken > 0,
        Run.ends_on >= bindparam("lately", type_=Date),
        lacking,
        ~select(Filing.run_id).where(Filing.run_id == Run.id).exists(),
    )


def _selections() -> Select[Any]:
    """Runs whose applications have closed, with people to select from."""
    people = _people(Enrolment.status.in_(SELECTABLE))
    return _runs(Run.starts_on, people).where(_closed(Mode.SELECTION), people > 0)


def _draws() -> Select[Any]:
    """Runs whose applications have closed, and whose draw is still to be held."""
    people = _people(Enrolment.status == Status.APPLIED)
    announced = select(Draw.run_id).where(Draw.run_id == Run.id, Draw.drawn_at.is_(None))
    return _runs(Run.starts_on, people).where(_closed(Mode.DRAW), announced.exists(), people > 0)


def _closed(mode: Mode) -> ColumnElement[bool]:
    """SQL: a run of this mode that takes no more applications, and has not begun."""
    closed = or_(Run.apply_until.is_(None), Run.apply_until <= _NOW)
    return and_(Run.state == RunState.PUBLISHED, Run.mode == mode, Run.starts_on > _TODAY, closed)


def _too_few() -> Select[Any]:
    """Runs that start soon with not even half of their seats taken."""
    soon = Run.starts_on.between(_TODAY, _SOON)
    return _runs(Run.starts_on, Run.taken).where(Run.state == RunState.PUBLISHED, soon, Run.taken * 2 < Run.capacity)


def _queues() -> Select[Any]:
    """Full runs ahead that people wait for."""
    queued = _people(Enrolment.status == Status.WAITLISTED)
    return _runs(Run.starts_on, queued).where(
        Run.state == RunState.PUBLISHED, Run.starts_on >= _TODAY, Run.taken >= Run.capacity, queued > 0
    )


def _confirmations() -> Select[Any]:
    """Weighty steps on runs that wait for a second person."""
    asked = and_(Confirmation.subject_id == Run.id, Confirmation.kind.in_(OF_RUNS))
    things = _things(Confirmation.id, Run.ends_on, null(), Run.taken).join(Confirmation, asked)
    return things.where(Confirmation.state == State.ASKED)


def _people(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """SQL: how many enrolments of the run meet the conditions."""
    return (
        select(func.count(Enrolment.id))
        .where(Enrolment.run_id == Run.id, *conditions)
        .correlate(Run, ClassSession)
        .scalar_subquery()
    )
