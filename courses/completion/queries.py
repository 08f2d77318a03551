"""What closing a run would come to, what it came to, and how one person stands."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Date, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.models import Appeal, AppealState, Component
from courses.attendance.models import AbsenceRequest, RequestState
from courses.catalogue.models import Course
from courses.completion.facts import Facts
from courses.completion.gather import gather, policy_of
from courses.completion.missing import Missing, missing_of, waiting_in
from courses.completion.models import Judgement
from courses.completion.policy import Policy
from courses.completion.rules import Check, Finding, verdict
from courses.db import KEY
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import ClassSession, Run, RunState


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who has a place in a run, with unit, grade and service as of its last day (where they are known)."""

    enrolment_id: int
    person_id: int
    name: str
    employee_no: str
    unit_id: int | None
    unit: str
    grade: str
    service: str
    settled: Outcome | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A member with the outcome and every reason for it. `facts` are what the reasons speak of."""

    member: Member
    outcome: str
    facts: Facts
    reasons: tuple[Check, ...]

    @property
    def short(self) -> tuple[Check, ...]:
        """The reasons that keep the person from completing; all of them once completed."""
        return tuple(check for check in self.reasons if not check.passed) or self.reasons


@dataclass(frozen=True)
class Preview:
    """What closing would come to now; of a closed run what it came to. `waiting` still wait for a place."""

    people: list[Judged]
    missing: list[Missing]
    over: bool
    waiting: int
    policy: str

    @property
    def undecided(self) -> list[Judged]:
        """Those of whom something is not known yet."""
        return [person for person in self.people if person.outcome == Finding.UNDECIDED]

    @property
    def counts(self) -> Counter[str]:
        """How many of each outcome."""
        return Counter(person.outcome for person in self.people)

    @property
    def fingerprint(self) -> str:
        """Differs as soon as one outcome or the rules do: what somebody has looked at is what gets closed."""
        lines = sorted(f"{person.member.enrolment_id} {person.outcome}" for person in self.people)
        return hashlib.sha256("\n".join([self.policy, *lines]).encode()).hexdigest()[:16]


def preview(db: Session, run: Run) -> Preview:
    """The verdict of everybody enrolled, in official order; of a closed run what was stored. Some ten statements."""
    course = db.get_one(Course, run.course_id)
    policy = policy_of(run, course)
    found = members(db, run)
    if run.state == RunState.CLOSED:
        return Preview(_stored(db, run, found), [], True, 0, policy.pin)
    evidence = gather(db, run, course, [member.enrolment_id for member in found])
    standing = db.execute(_STANDING, {"run": run.id}).one()
    people = [_judge(policy, member, evidence.facts[member.enrolment_id]) for member in found]
    undecided = [(one.member.name, one.facts, one.reasons) for one in people if one.outcome == Finding.UNDECIDED]
    return Preview(
        people,
        missing_of(evidence.sessions, undecided, evidence.quizzes)
        + waiting_in(evidence.drafts, standing.appeals, standing.absences),
        _is_over(run, standing.ends_at),
        standing.waiting,
        policy.pin,
    )


def card(db: Session, enrolment: Enrolment, run: Run, course: Course, *, published: bool = False) -> Judged:
    """How one person stands: the stored verdict, else what it would be today.

    `published`: by the points that the person may know, without drafts.
    """
    one = _MEMBERS.where(Enrolment.id == enrolment.id)
    member = _member(db.execute(one, {"run": run.id, "day": run.ends_on}).all()[-1])
    if stored := db.get(Judgement, enrolment.id):
        return _judged(member, stored)
    facts = gather(db, run, course, [enrolment.id], published=published).facts[enrolment.id]
    return _judge(policy_of(run, course), member, facts)


def _judge(policy: Policy, member: Member, facts: Facts) -> Judged:
    ruling = verdict(policy, facts)
    return Judged(member, str(member.settled or ruling.outcome), facts, ruling.reasons)


def is_over(db: Session, run: Run) -> bool:
    """Whether the last session has ended; of a run without sessions, whether its last day has passed."""
    return _is_over(run, db.scalar(select(func.max(ClassSession.ends_at)).where(ClassSession.run_id == run.id)))


def _is_over(run: Run, last: datetime | None) -> bool:
    return bool(last <= clock.now() if last else run.ends_on < clock.today())


def members(db: Session, run: Run) -> list[Member]:
    """Everybody who has a place, in official order of the units, then by name; those without a unit last."""
    found = db.execute(_IN_ORDER, {"run": run.id, "day": run.ends_on})
    return list({row.enrolment_id: _member(row) for row in found}.values())


def _member(row: Row[Any]) -> Member:
    return Member(
        row.enrolment_id,
        row.person_id,
        row.name,
        row.employee_no or "",
        row.unit_id,
        row.path or row.institution,
        row.grade or "",
        row.service or "",
        row.settled,
    )


def _stored(db: Session, run: Run, found: Sequence[Member]) -> list[Judged]:
    """What a closed run came to. Whoever has no stored verdict (expelled before) stands there without reasons."""
    stored = {row.enrolment_id: row for row in db.execute(_JUDGED, {"run": run.id})}
    return [_judged(member, stored.get(member.enrolment_id)) for member in found]


def _judged(member: Member, stored: Judgement | Row[Any] | None) -> Judged:
    outcome = str(member.settled or (stored.outcome if stored else Finding.UNDECIDED))
    if stored is None:
        return Judged(member, outcome, Facts("", scored=False), ())
    reasons = tuple(Check.from_json(check) for check in stored.reasons)
    return Judged(member, outcome, Facts.from_json(stored.facts), reasons)


# Built once: that costs more than running them.

_RUN = bindparam("run", type_=KEY)
_MEMBERS: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.id.label("enrolment_id"), Enrolment.person_id, Enrolment.outcome.label("settled"),
        Person.name, Person.employee_no, Person.institution,
        OrgUnit.id.label("unit_id"), OrgUnit.path, Posting.grade, Posting.service,
    )
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(bindparam("day", type_=Date))))
    .outerjoin(OrgUnit, OrgUnit.id == func.coalesce(Enrolment.unit_id, Posting.unit_id))
    .where(Enrolment.run_id == _RUN, Enrolment.status == Status.ENROLLED)
)  # fmt: skip
_IN_ORDER = _MEMBERS.order_by(OrgUnit.position.is_(None), OrgUnit.position, Person.name, Enrolment.id, Posting.from_on)
_JUDGED = (
    select(Judgement.enrolment_id, Judgement.outcome, Judgement.facts, Judgement.reasons)
    .join(Enrolment, Enrolment.id == Judgement.enrolment_id)
    .where(Enrolment.run_id == _RUN)
)
_STANDING: Select[*tuple[Any, ...]] = select(
    select(func.max(ClassSession.ends_at)).where(ClassSession.run_id == _RUN).scalar_subquery().label("ends_at"),
    select(func.count(Enrolment.id))
    .where(Enrolment.run_id == _RUN, Enrolment.status == Status.WAITLISTED)
    .scalar_subquery()
    .label("waiting"),
    select(func.count(Appeal.id))
    .join(Component, Component.id == Appeal.component_id)
    .where(Component.run_id == _RUN, Appeal.state == AppealState.OPEN)
    .scalar_subquery()
    .label("appeals"),
    select(func.count(AbsenceRequest.id))
    .join(Enrolment, Enrolment.id == AbsenceRequest.enrolment_id)
    .where(Enrolment.run_id == _RUN, AbsenceRequest.state == RequestState.OPEN)
    .scalar_subquery()
    .label("absences"),
)
