"""An organisation with years of history (`lms demo load`), and who looks at what in it."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment
from courses.enrolment.states import UNDER_WAY
from courses.people.models import OrgUnit, Person, Posting, Role, RoleGrant
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
from lms.api import tokens
from lms.api.models import ApiToken
from lms.cli.demo import is_empty, is_interrupted, load_into
from lms.demo.size import Size
from scripts.benchmarks.largest import largest
from scripts.benchmarks.stage import Stage

_TOKEN = "bench"  # its name, which is no secret


@dataclass(frozen=True)
class Grown:
    """`people`: how many staff; `year`: its last one; `ids`: things that pages show, by name."""

    stage: Stage
    people: int
    year: int
    ids: dict[str, int]


def grown(home: Path, people: int, years: int) -> Grown:
    """The organisation in this folder; loaded first where there is none."""
    stage = Stage.opened(home)
    if is_empty(stage.database) or is_interrupted(stage.database):
        with redirect_stdout(sys.stderr):  # results alone are printed
            load_into(stage.config, stage.database, Size(people, years))
    with Session(stage.database.engine, expire_on_commit=False) as db:
        stage.people = _people(db)
        stage.token = _token(db, stage.people["employee"].id)
        staff = db.scalar(select(func.count()).where(Person.employee_no.is_not(None))) or 0
        ids = largest(db, stage.people)
        db.commit()
        return Grown(stage, staff, clock.today().year - 1, ids)


def _people(db: Session) -> dict[str, Person]:
    """Who looks: those who have most to see, as far as a role has several holders."""
    learning = select(Enrolment.person_id).join(Run).where(Run.state == RunState.PUBLISHED)
    begun = select(ClassSession.id).where(ClassSession.run_id == Run.id, ClassSession.starts_at < clock.now()).exists()
    teaching = select(RunInstructor.person_id).join(Run).where(Run.state == RunState.PUBLISHED, begun)
    serving = select(Posting.person_id)
    return {
        "employee": _most(db, learning.where(Enrolment.person_id.in_(serving)), Enrolment.person_id),
        "teacher": _most(db, teaching, RunInstructor.person_id),
        **{role.value: _most(db, _of_applicants(role), RoleGrant.person_id) for role in (Role.HEAD, Role.CLERK)},
        **{
            role.value: _most(db, select(RoleGrant.person_id).where(RoleGrant.role == role), RoleGrant.person_id)
            for role in (Role.OFFICER, Role.ADMINISTRATOR)
        },
    }


def _of_applicants(role: Role) -> Select[Any]:
    """SQL: who holds this role in a unit, once for each application of its people or of those in the units below."""
    here = or_(OrgUnit.id == RoleGrant.unit_id, OrgUnit.parent_id == RoleGrant.unit_id)
    return (
        select(RoleGrant.person_id)
        .join(OrgUnit, here)
        .join(Posting, and_(Posting.unit_id == OrgUnit.id, Posting.on(clock.today())))
        .join(Enrolment, and_(Enrolment.person_id == Posting.person_id, Enrolment.status.in_(UNDER_WAY)))
        .where(RoleGrant.role == role)
    )


def _most(db: Session, found: Select[Any], by: Any) -> Person:
    """Who is found most often."""
    return db.get_one(Person, db.scalars(found.group_by(by).order_by(func.count().desc(), by).limit(1)).one())


def _token(db: Session, person_id: int) -> str:
    db.execute(delete(ApiToken).where(ApiToken.person_id == person_id, ApiToken.name == _TOKEN))
    return tokens.make(db, None, person_id, _TOKEN)[1]
