"""What stands on the checklists of runs, and what of it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from courses.db import KEY
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import Run
from courses.workplace.models import Skill, SkillSign


def checklist(db: Session, run_id: int) -> Sequence[Row[Any]]:
    """The skills (id, title) of a run: those its course had when it was published, else those it has now."""
    return db.execute(_OF_RUN, {"run_id": run_id}).all()


def unsigned(db: Session, run_id: int) -> dict[int, list[str]]:
    """For each enrolled person (by enrolment) the skills not yet signed and confirmed, in order.

    Empty where the course has no checklist. Two statements.
    """
    skills = checklist(db, run_id)
    if not skills:
        return {}
    done = _done(db, run_id)
    return {key: [one.title for one in skills if one.id not in mine] for key, mine in done.items()}


def _done(db: Session, run_id: int) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for enrolment_id, skill_id in db.execute(_DONE, {"run_id": run_id}):
        mine = found.setdefault(enrolment_id, set())
        if skill_id is not None:
            mine.add(skill_id)
    return found


# Built once: that costs more than running them.

_RUN = bindparam("run_id", type_=KEY)
_STANDS = or_(Skill.removed_at.is_(None), Skill.removed_at > func.coalesce(Run.published_at, Skill.added_at))
OF_RUN = and_(
    Skill.course_id == Run.course_id,
    Skill.added_at <= func.coalesce(Run.published_at, Skill.added_at),
    or_(Run.published_at.is_not(None), Skill.removed_at.is_(None)),
    _STANDS,
)
"""SQL: a skill is one of the run's."""
_OF_RUN: Select[*tuple[Any, ...]] = (
    select(Skill.id, Skill.title).join_from(Run, Skill, OF_RUN).where(Run.id == _RUN).order_by(Skill.position, Skill.id)
)
_DONE: Select[*tuple[Any, ...]] = (
    select(Enrolment.id, SkillSign.skill_id)
    .outerjoin(SkillSign, and_(SkillSign.enrolment_id == Enrolment.id, SkillSign.confirmed_at.is_not(None)))
    .where(Enrolment.run_id == _RUN, Enrolment.status == Status.ENROLLED)
    .order_by(Enrolment.id)
)
