"""Roles: who may what, given and taken back."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from sqlalchemy import select

from courses.errors import Refused
from courses.people import queries
from courses.people.actions import grant_role, take_role
from courses.people.models import OrgUnit, Role
from courses.people.words import ROLE_NAMES
from courses.permissions import HELD_BY, Permission
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, found, key, say, see_other
from lms.web.people.blueprint import pages
from lms.web.people.forms import RoleForm
from lms.web.people.showing import one, person_page
from lms.web.people.words import MAY

_OF_A_UNIT = {Role.HEAD, Role.CLERK, Role.TRAINER}


@pages.get("/people/roles")
@permit(Permission.MANAGE_PEOPLE)
def roles() -> str:
    """Who may what, and how many hold each role."""
    may = [(MAY[permission], HELD_BY[permission]) for permission in Permission]
    return render_template("people/roles.html", may=may, roles=ROLE_NAMES, holders=queries.holders(doors.session()))


@pages.post("/people/<int:person_id>/roles")
@permit(Permission.MANAGE_PEOPLE)
def grant(person_id: int) -> Answer:
    """Give a role."""
    form = RoleForm()
    if not form.validate():
        return person_page(one(person_id), form), INVALID
    role = Role(form.role.data)
    unit_id = form.unit.unit.id if form.unit.unit and role in _OF_A_UNIT else None
    db, actor = acting()
    person = one(person_id)
    if role in _OF_A_UNIT:
        found(select(OrgUnit.id).where(OrgUnit.id == unit_id))
    grant_role(db, actor.id, person, role, unit_id)
    doors.commit()
    say(_("%(name)s now has the role: %(role)s", name=person.name, role=words(ROLE_NAMES[role])))
    return see_other(url_for("people.show", person_id=person_id))


@pages.post("/people/<int:person_id>/roles/<string:role>/removal")
@permit(Permission.MANAGE_PEOPLE)
def take(person_id: int, role: str) -> Answer:
    """Take a role back. The last administrator stays one, or nobody could give the role again."""
    if role not in set(Role):
        abort(404)
    db, actor = acting()
    person = one(person_id)
    if role == Role.ADMINISTRATOR and person.id == actor.id:
        raise Refused(text("You cannot take the administrator's role from yourself. Ask another administrator"))
    take_role(db, actor.id, person, Role(role), request.form.get("unit", type=key))
    doors.commit()
    return see_other(url_for("people.show", person_id=person_id))
