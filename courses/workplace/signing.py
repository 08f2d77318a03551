"""What coaches and trainees say of the skills on a run's checklist: signed, confirmed, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, rows
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused, WayOut, require_reason
from courses.events.actions import record
from courses.events.facts import SkillConfirmed, SkillSigned, SkillUnsigned
from courses.people.models import Person
from courses.scheduling.locks import lock_people, lock_run
from courses.scheduling.models import Run, RunInstructor, RunState
from courses.text import text
from courses.workplace.models import Coaching, Skill, SkillSign
from courses.workplace.queries import OF_RUN, checklist


def sign(db: Session, actor_id: int, enrolment_id: int, skill_id: int) -> SkillSign:
    """The coach has seen it. Nothing happens when it is signed already.

    Raises `Refused` for who is not the trainee's coach today, and once the run is closed.
    """
    enrolment, title = _held(db, enrolment_id, skill_id)
    _require_coach(db, actor_id, enrolment)
    known = db.get(SkillSign, (enrolment_id, skill_id))
    if known:
        return known
    signature = SkillSign(enrolment_id=enrolment_id, skill_id=skill_id, coach_id=actor_id, signed_at=clock.now())
    db.add(signature)
    db.flush()
    record(db, actor_id, SkillSigned(enrolment.run_id, enrolment.person_id, enrolment_id, skill_id, title))
    return signature


def confirm(db: Session, actor_id: int, enrolment_id: int, skill_id: int) -> None:
    """The trainee says so as well. Raises `Refused` for another one, and for what nobody has signed."""
    enrolment, _title = _held(db, enrolment_id, skill_id)
    if enrolment.person_id != actor_id:
        raise Refused(text("Only the trainee confirms it"), code="trainee")
    signature = db.get(SkillSign, (enrolment_id, skill_id))
    if signature is None:
        raise Refused(text("This is no longer signed: ask your coach"), code="unsigned", way_out=_skills())
    if signature.confirmed_at is None:
        signature.confirmed_at = clock.now()
        db.flush()
        record(db, actor_id, SkillConfirmed(enrolment.run_id, actor_id, enrolment_id, skill_id))


def take_back(db: Session, actor_id: int, enrolment_id: int, skill_id: int, reason: str) -> None:
    """The coach of today, or who signed it, takes a signature back, confirmed or not; the reason is kept.

    Raises `Refused` without a reason, and for anybody else.
    """
    enrolment, _title = _held(db, enrolment_id, skill_id)
    signature = db.get(SkillSign, (enrolment_id, skill_id))
    if signature is None:
        return
    if signature.coach_id != actor_id:
        _require_coach(db, actor_id, enrolment)
    reason = require_reason(reason, text("Give a reason: it is kept"), way_out=_skills())
    db.delete(signature)
    db.flush()
    record(db, actor_id, SkillUnsigned(enrolment.run_id, enrolment.person_id, enrolment_id, skill_id, reason))


def _held(db: Session, enrolment_id: int, skill_id: int) -> tuple[Enrolment, str]:
    """The enrolment with its run held, and the skill's words: one of those of the run."""
    enrolment = db.get_one(Enrolment, enrolment_id)
    lock_people(db, [enrolment.person_id])
    run = lock_run(db, enrolment.run_id)
    db.refresh(enrolment)
    if run.state is not RunState.PUBLISHED:
        raise Refused(text("This run is closed: its list stays as it is"), code="closed", way_out=_skills())
    if enrolment.status is not Status.ENROLLED:
        raise Refused(text("This person is not in the run any more"), code="gone", way_out=_skills())
    titles = {one.id: one.title for one in checklist(db, run.id)}
    if skill_id not in titles:
        raise Refused(text("This skill is not on the run's checklist"), code="skill", way_out=_skills())
    return enrolment, titles[skill_id]


def _require_coach(db: Session, actor_id: int, enrolment: Enrolment) -> None:
    mine = select(Enrolment.id).join(Run, Run.id == Enrolment.run_id)
    if db.scalar(mine.where(Enrolment.id == enrolment.id, coached_by(actor_id))) is None:
        raise Refused(text("Only the trainee's own coach signs"), code="coach", way_out=_skills())


def coached_by(person_id: int) -> ColumnElement[bool]:
    """SQL: whose signature counts for an enrolment today: the named coach's, else that of who trains the run."""
    named = select(Coaching.coach_id).where(Coaching.person_id == Enrolment.person_id, coached_on())
    trains = select(RunInstructor.person_id).where(
        RunInstructor.run_id == Enrolment.run_id, RunInstructor.person_id == person_id
    )
    by_role = and_(~named.exists(), trains.exists())
    return and_(Enrolment.person_id != person_id, or_(named.where(Coaching.coach_id == person_id).exists(), by_role))


def coached_on(day: Any = None) -> ColumnElement[bool]:
    """SQL: a coaching is in force on a day (usually today)."""
    day = day or clock.today()
    return and_(Coaching.from_on <= day, or_(Coaching.until_on.is_(None), Coaching.until_on >= day))


def to_sign(db: Session, person_id: int) -> Sequence[Row[Any]]:
    """The checklists of everybody whom the person coaches, in open runs."""
    return rows(db, _SIGNS.where(Run.state == RunState.PUBLISHED, coached_by(person_id))).all()


def own(db: Session, person_id: int) -> Sequence[Row[Any]]:
    """The checklists of the person's own runs."""
    return rows(db, _SIGNS.where(Enrolment.person_id == person_id)).all()


def of_run(db: Session, run_id: int) -> Sequence[Row[Any]]:
    """The checklist of everybody in a run."""
    return rows(db, _SIGNS.where(Run.id == run_id)).all()


def of_enrolment(db: Session, enrolment_id: int) -> Sequence[Row[Any]]:
    """The checklist of one person in one run."""
    return rows(db, _SIGNS.where(Enrolment.id == enrolment_id)).all()


def waiting(db: Session, person_id: int) -> int:
    """How many signatures wait for the person to confirm them."""
    return int(rows(db, _WAITING, {"person": person_id}).scalar_one())


def _skills() -> WayOut:
    return WayOut("skills", text("See the skills"))


_WAITING = (
    select(func.count())
    .select_from(SkillSign)
    .join(Enrolment)
    .join(Run, Run.id == Enrolment.run_id)
    .where(
        Enrolment.person_id == bindparam("person", type_=KEY),
        SkillSign.confirmed_at.is_(None),
        Run.state == RunState.PUBLISHED,
    )
)
_coach = aliased(Person)
_SIGNS: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.id.label("enrolment_id"), Run.id.label("run_id"), Run.state, Course.title, Run.number, Run.starts_on,
        Person.id.label("person_id"), Person.name, Skill.id.label("skill_id"), Skill.title.label("skill"),
        SkillSign.signed_at, SkillSign.confirmed_at, _coach.name.label("coach"),
    )
    .join_from(Enrolment, Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(Person, Person.id == Enrolment.person_id)
    .join(Skill, OF_RUN)
    .outerjoin(SkillSign, and_(SkillSign.enrolment_id == Enrolment.id, SkillSign.skill_id == Skill.id))
    .outerjoin(_coach, _coach.id == SkillSign.coach_id)
    .where(Enrolment.status == Status.ENROLLED, Run.state.in_((RunState.PUBLISHED, RunState.CLOSED)))
    .order_by(Run.starts_on.desc(), Run.id, Person.name, Enrolment.id, Skill.position, Skill.id)
)  # fmt: skip
"""A row for each person and skill."""
