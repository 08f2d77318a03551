"""What is done with certificates beside issuing them: a template being written, and one's own shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.certificates.designing import Design, begin
from courses.certificates.models import Certificate
from courses.certificates.queries import in_force
from courses.certificates.sharing import share
from courses.certificates.wording import BUILT_IN
from lms.demo.stage import Stage, Timeline

_SHARED_FOR = 30
"""Days."""


def unfold(stage: Stage, timeline: Timeline) -> None:
    """Each on its day."""
    timeline.at(stage.now - timedelta(days=12), partial(_design, stage.people.officer.id))
    timeline.at(stage.now - timedelta(days=2), partial(_share, stage.people.employee.id))


def _design(officer_id: int, db: Session) -> None:
    begin(db, officer_id, Design("국문·영문 수료증", replace(BUILT_IN["plain-both-1"], kind="completed")))


def _share(employee_id: int, db: Session) -> None:
    of_them = select(Certificate).where(Certificate.person_id == employee_id, in_force())
    if own := db.scalars(of_them.order_by(Certificate.id).limit(1)).first():
        share(db, employee_id, own, _SHARED_FOR)
