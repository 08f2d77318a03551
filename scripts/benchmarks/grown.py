"""An organisation with years of history (`lms demo load`), and who looks at what in it."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.certificates.models import Certificate
from courses.content.models import Lesson
from courses.enrolment.models import Enrolment, Status
from courses.events.models import Event
from courses.people.models import Person, Posting, Role, RoleGrant
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
from lms.api import tokens
from lms.api.models import ApiToken
from lms.cli.demo import is_empty, is_interrupted, load_into
from lms.demo.size import Size
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
        db.commit()
        staff = db.scalar(select(func.count()).where(Person.employee_no.is_not(None))) or 0
        return Grown(stage, staff, clock.today().year - 1, _ids(db, stage.people))


def _people(db: Session) -> dict[str, Person]:
    """Who looks: those who have most to see, as far as a role has several holders."""
    learning = select(Enrolment.person_id).join(Run).where(Run.state == RunState.PUBLISHED)
    teaching = select(RunInstructor.person_id).join(Run).where(Run.state == RunState.PUBLISHED)
    heads = select(RoleGrant.person_id).where(RoleGrant.role == Role.HEAD)
    serving = select(Posting.person_id)
    return {
        "employee": _most(db, learning.where(Enrolment.person_id.in_(serving)), Enrolment.person_id),
        "teacher": _most(db, teaching, RunInstructor.person_id),
        "head": _most(db, heads, RoleGrant.person_id),
        **{
            role.value: _most(db, select(RoleGrant.person_id).where(RoleGrant.role == role), RoleGrant.person_id)
            for role in (Role.OFFICER, Role.ADMINISTRATOR)
        },
    }


def _most(db: Session, found: Select[Any], by: Any) -> Person:
    """Who is found most often."""
    return db.get_one(Person, db.scalars(found.group_by(by).order_by(func.count().desc(), by).limit(1)).one())


def _token(db: Session, person_id: int) -> str:
    db.execute(delete(ApiToken).where(ApiToken.person_id == person_id, ApiToken.name == _TOKEN))
    return tokens.make(db, None, person_id, _TOKEN)[1]


def _ids(db: Session, people: dict[str, Person]) -> dict[str, int]:
    """The largest of their kind, so that no page is measured half empty. `old_run`: a full class of years ago."""
    seated = Enrolment.status == Status.ENROLLED
    attended = (
        select(ClassSession.id)
        .join(Run, Run.id == ClassSession.run_id)
        .join(RunInstructor, RunInstructor.run_id == Run.id)
        .where(Run.state == RunState.PUBLISHED, RunInstructor.person_id == people["teacher"].id)
        .where(ClassSession.starts_at < clock.now())
    )
    taken = select(Run.id).join(Run.course).order_by(Run.taken.desc(), Run.id)
    learned = (
        select(Run.id)
        .join(Run.course)
        .where(Run.state == RunState.PUBLISHED, Run.course_id.in_(select(Lesson.course_id)), Run.taken > 0)
        .where(Course.kind == Kind.CYBER)
        .order_by(Run.taken.desc(), Run.id)
    )
    certified = select(Certificate.run_id).group_by(Certificate.run_id).order_by(func.count().desc())
    eventful = select(Event.run_id).where(Event.run_id.is_not(None)).group_by(Event.run_id)
    most = select(Enrolment.person_id).where(seated).group_by(Enrolment.person_id).order_by(func.count().desc())
    found = {
        "session": attended.order_by(Run.taken.desc(), ClassSession.id),
        "run": taken.where(Run.state == RunState.PUBLISHED),
        "old_run": taken.where(Run.imported, Course.kind == Kind.CLASSROOM),
        "large_run": taken.where(Run.imported),
        "cyber_run": learned,
        "cyber_course": learned.with_only_columns(Run.course_id),
        "certified_run": certified,
        "eventful_run": eventful.order_by(func.count().desc()),
        "person": most,
        "unit": select(Posting.unit_id).group_by(Posting.unit_id).order_by(func.count().desc(), Posting.unit_id),
    }
    return {name: db.scalars(statement.limit(1)).one() for name, statement in found.items()}
