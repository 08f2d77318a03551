"""A bureau with divisions whose clerks rank."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from courses.settings.organisation import change_organisation, organisation
from tests import factories
from tests.approval import scenes


def ranked_by(db: Session, depth: int) -> None:
    """Units of this level rank."""
    change_organisation(db, None, replace(organisation(db), ranking_depth=depth))
    db.commit()


def a_clerk(db: Session, unit: OrgUnit, name: str = "서무") -> Person:
    """Keeps the unit."""
    return factories.a_person(db, name, unit=unit, roles=["clerk"])


def approved(db: Session, run: Run, unit: OrgUnit, *names: str) -> list[Enrolment]:
    """People of a unit whose applications were approved in this order."""
    people = [factories.a_person(db, name, unit=unit) for name in names]
    found = [scenes.an_application(db, run, person, status="approved") for person in people]
    for number, one in enumerate(found):
        one.approved_at = one.moved_at.replace(microsecond=number)
    db.commit()
    return found


def bureau(db: Session, name: str = "행정국") -> OrgUnit:
    """The one above the divisions of `factories.a_unit`."""
    return db.scalars(select(OrgUnit).where(OrgUnit.name == name, OrgUnit.depth == 1)).one()
