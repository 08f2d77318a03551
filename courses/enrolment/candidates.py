"""Whom an officer may select for a run, with all that puts them in order, in few statements whatever their number."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Date, and_, bindparam, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, Moment, current
from courses.enrolment import quotas
from courses.enrolment.approvers import once
from courses.enrolment.models import Assignment, Enrolment, Outcome, Status
from courses.enrolment.order import Candidate
from courses.enrolment.states import UNDER_WAY
from courses.events.actions import kind_of
from courses.events.facts import Moved, SelectionMade
from courses.events.models import Event
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import Run
from courses.settings.models import Setting

SELECTABLE = (Status.APPROVED, Status.NOMINATED)


class Applied(NamedTuple):
    """Everybody whose application to a run is not decided on: those to select from, and those not approved yet."""

    candidates: list[Candidate]
    unapproved: list[Candidate]


def applied(db: Session, run: Run) -> Applied:
    """In no order yet. A division's rank that its bureau has not merged is a proposal only, and none here."""
    return _applied(db, run)[0]


_NAME = "selection_lots"


_TAKEN, _WAITED, _HAS_TO = 1, 2, 3


class _Known(NamedTuple):
    """`facts`: pairs of a person and what holds for them; `units`: on whose quota their seats count."""

    facts: set[tuple[int, int]]
    units: dict[int, int]


def _applied(db: Session, run: Run, also: int = 0) -> tuple[Applied, _Known]:
    """With what is known of them and of one person more."""
    found = once(current(db, _APPLIED, {"run_id": run.id, "today": clock.today()}))
    asked = {"run_id": run.id, "course_id": run.course_id, "starts_on": run.starts_on}
    facts = {
        (person_id, fact) for person_id, fact in current(db, _FACTS, {**asked, "today": clock.today(), "also": also})
    }
    units = quotas.units_for(db, run, [*(row.person_id for row in found), *([also] if also else [])])
    people = [
        Candidate(
            id_, person_id, name, employee_no, unit, grade, status, motive,
            rank=rank if status is Status.NOMINATED else None,
            approved_at=approved_at or applied_at,
            quota_unit_id=units.get(person_id),
            mandatory=for_all or (person_id, _HAS_TO) in facts,
            taken=(person_id, _TAKEN) in facts,
            waited=(person_id, _WAITED) in facts,
        )
        for id_, person_id, name, employee_no, unit, grade, status, motive, rank, approved_at, applied_at, for_all
        in found
    ]  # fmt: skip
    ready = [one for one in people if one.status in SELECTABLE]
    others = [one for one in people if one.status not in SELECTABLE]
    return Applied(ready, others), _Known(facts, units)


def with_newcomer(db: Session, run: Run, person_id: int, *, mandatory: bool) -> tuple[Applied, Candidate]:
    """The same with somebody who has not applied, as they would stand approved now and without a rank; `mandatory`: the
    course is for all staff.
    """
    there, known = _applied(db, run, person_id)
    return there, Candidate(
        0, person_id, "", None, "", "", Status.APPROVED, "", None, clock.now(), known.units.get(person_id),
        mandatory=mandatory or (person_id, _HAS_TO) in known.facts,
        taken=(person_id, _TAKEN) in known.facts,
        waited=(person_id, _WAITED) in known.facts,
    )  # fmt: skip


def closed_list(db: Session, run: Run) -> str:
    """The hash of who had applied when applications closed (of all who did so far, while they are open), and of the
    secret of `keep_secret`: without it whoever decides who applies could choose the lots that follow from it.

    It is read from what happened, which nobody can change afterwards, and kept with the first selection.
    """
    kept, lots = current(db, _KEPT, {"run_id": run.id}).one()
    if kept is not None:
        return str(kept["list_sha256"])
    people = current(db, _APPLICANTS, {"run_id": run.id, "until": run.apply_until or clock.now()}).scalars()
    which = (run.course_id, run.year, run.number)
    return sha256("\n".join(map(str, (*_secret(run, lots), *which, *people))).encode()).hexdigest()


def keep_secret(db: Session, since: datetime | None, secret: str = "") -> None:
    """Draw the secret that is mixed into the lots of all runs published `since` then (None: now): once, before anybody
    applies, and shown to nobody. A demo, which is to be the same every time, names its own.
    """
    if db.get(Setting, _NAME) is None:
        kept = {"secret": secret or secrets.token_hex(32), "since": (since or clock.now()).isoformat()}
        db.add(Setting(name=_NAME, value=kept))
        db.flush()


def _secret(run: Run, lots: dict[str, str] | None) -> list[str]:
    """What a run published before there was one has to do without."""
    since = datetime.fromisoformat(lots["since"]) if lots else None
    return [lots["secret"]] if lots and since and run.published_at and run.published_at >= since else []


_run_id, _course_id = bindparam("run_id", type_=KEY), bindparam("course_id", type_=KEY)
_today = bindparam("today", type_=Date)
_APPLIED = (
    select(
        Enrolment.id, Enrolment.person_id, Person.name, Person.employee_no,
        func.coalesce(OrgUnit.path, "").label("unit"), func.coalesce(Posting.grade, "").label("grade"),
        Enrolment.status, Enrolment.motive, Enrolment.rank, Enrolment.approved_at, Enrolment.applied_at,
        Course.mandatory,
    )
    .join(Person, Person.id == Enrolment.person_id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(_today)))
    .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(Enrolment.run_id == _run_id, Enrolment.status.in_(UNDER_WAY))
    .order_by(OrgUnit.position.is_(None), OrgUnit.position, Enrolment.id, Posting.from_on.desc())
)  # fmt: skip
_APPLICANTS = (
    select(Event.person_id)
    .where(Event.run_id == _run_id, Event.at < bindparam("until", type_=Moment))
    .where(func.coalesce(Event.kind, "") == kind_of(Moved))  # hides it from an index, which reads all years' moves
    .distinct()
    .order_by(Event.person_id)
)
_first = (
    select(Event.data).where(Event.run_id == _run_id, Event.kind == kind_of(SelectionMade)).order_by(Event.id).limit(1)
)
_KEPT = select(_first.scalar_subquery(), select(Setting.value).where(Setting.name == _NAME).scalar_subquery())
"""SQL: what the first selection kept, and the secret of `keep_secret`."""

_here, _other = aliased(Enrolment), aliased(Run)
_people = union_all(
    select(_here.person_id).where(_here.run_id == _run_id, _here.status.in_(UNDER_WAY)),
    select(bindparam("also", type_=KEY)),
)
_EARLIER = (
    select(Enrolment.person_id, case((Enrolment.outcome.is_(None), _WAITED), else_=_TAKEN))
    .join(_other, _other.id == Enrolment.run_id)
    .where(
        Enrolment.person_id.in_(_people),
        _other.course_id == _course_id,
        _other.id != _run_id,
        or_(
            and_(Enrolment.outcome.is_not(None), Enrolment.outcome != Outcome.NOT_REGISTERED),
            and_(
                Enrolment.status.in_((Status.WAITLISTED, Status.NOT_SELECTED)),
                _other.starts_on < bindparam("starts_on", type_=Date),
            ),
        ),
    )
)

_holds = and_(Assignment.course_id == _course_id, or_(Assignment.ended_on.is_(None), Assignment.ended_on > _today))
_within = select(Assignment.id, Assignment.unit_id).where(_holds, Assignment.unit_id.is_not(None))
_tree = _within.cte("assigned_units", recursive=True)
_tree = _tree.union(
    select(_tree.c.id, OrgUnit.id).select_from(OrgUnit).join(_tree, OrgUnit.parent_id == _tree.c.unit_id)
)
_MANDATORY = (
    select(Posting.person_id, literal(_HAS_TO))
    .join(Assignment, _holds)
    .where(
        Posting.person_id.in_(_people),
        Posting.on(_today),
        or_(
            Assignment.unit_id.is_(None),
            select(_tree.c.id).where(_tree.c.id == Assignment.id, _tree.c.unit_id == Posting.unit_id).exists(),
        ),
        Assignment.grade.in_(("", Posting.grade)),
        Assignment.service.in_(("", Posting.service)),
    )
)
"""SQL: who of them and `:also` has to take the course, by what is assigned to their unit, grade or service."""
_FACTS = union_all(_EARLIER, _MANDATORY)
"""SQL: with what became of them in other runs of the course."""
