"""Which unit a page of workplace training is about."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from sqlalchemy import ColumnElement, Row, and_, or_, select

from courses import clock
from courses.enrolment import naming
from courses.people.models import OrgUnit, Person, Posting, Role
from courses.people.queries import serving
from courses.permissions import Permission, visible
from courses.workplace.models import Filing
from lms import db as doors
from lms.auth.guard import me
from lms.web.answers import found, key


def own_units(permission: Permission) -> Sequence[Row[int, str, str, str]]:
    """The units (id, name, code, path) for which the person holds a role, in official order; an officer's are none."""
    actor = me()
    own: ColumnElement[bool] = OrgUnit.id.in_([unit_id for role, unit_id in actor.units if role is not Role.TRAINER])
    if Role.TRAINER in actor.roles:
        serves = select(Posting.unit_id).where(Posting.person_id == actor.id, Posting.on(clock.today()))
        own = or_(own, and_(OrgUnit.id.in_(serves), visible(actor, OrgUnit, permission)))
    columns = (OrgUnit.id, OrgUnit.name, OrgUnit.code, OrgUnit.path)
    here = (own, OrgUnit.open_on(clock.today()))
    return doors.looking().execute(select(*columns).where(*here).order_by(OrgUnit.position, OrgUnit.id)).all()


def asked_unit(permission: Permission, own: Sequence[Row[int, str, str, str]]) -> OrgUnit | None:
    """The unit that the address asks for by id, else the first own one; None for an officer who has not chosen.

    404 for one out of reach.
    """
    unit_id = request.args.get("unit", type=key) or (own[0].id if own else None)
    if unit_id is None:
        return None
    if unit_id in {one.id for one in own}:
        return doors.looking().get_one(OrgUnit, unit_id)
    return found(select(OrgUnit).where(OrgUnit.id == unit_id, visible(me(), OrgUnit, permission)))


def within_reach(permission: Permission, unit_id: int) -> OrgUnit:
    """A unit for a change, read in the session that is open; 404 for one out of reach."""
    return found(select(OrgUnit).where(OrgUnit.id == unit_id, visible(me(), OrgUnit, permission)))


def departments() -> Sequence[Row[int, str]]:
    """Every open department (id, path), for officers to choose from."""
    every = select(OrgUnit.id, OrgUnit.path).where(OrgUnit.depth == 2, OrgUnit.open_on(clock.today()))
    return doors.looking().execute(every.order_by(OrgUnit.position, OrgUnit.id)).all()


def filed(run_id: int) -> Filing:
    """A filing within reach; 404 for others."""
    return found(select(Filing).where(Filing.run_id == run_id, visible(me(), Filing, Permission.FILE)))


_MOST_OFFERED = 300


def staff(unit: OrgUnit) -> list[str]:
    """Who serves in a unit or below, to be chosen while typing: '김아나 (200000001)'."""
    here = naming.people(doors.looking(), [Person.id.in_(serving(unit.id))], None, _MOST_OFFERED)
    return [f"{one.name} ({one.employee_no})" for one in here if one.employee_no]
