from __future__ import annotations

from flask import Blueprint, abort, current_app, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.errors import Refused
from courses.people import queries
from courses.people.actions import grant_role, take_role
from courses.people.models import OrgUnit, Person, Role
from courses.people.words import LEAVE_NAMES, ROLE_NAMES
from courses.permissions import Permission
from courses.text import text
from lms import db
from lms.auth.guard import acting, permit
from lms.auth.passwords import LINK_DAYS, link_token
from lms.i18n import _, words
from lms.web.answers import INVALID, found, key, page_number, say, see_other
from lms.web.people.forms import RoleForm

pages = Blueprint("people", __name__)

_OF_A_UNIT = {Role.HEAD, Role.CLERK}


@pages.get("/people")
@permit(Permission.MANAGE_PEOPLE)
def index() -> str:
    """Search people."""
    role = request.args.get("role", "")
    rows, more = queries.search(
        db.session(),
        request.args.get("q", ""),
        role=Role(role) if role in set(Role) else None,
        page=page_number(),
    )
    return render_template("people/index.html", rows=rows, more=more, page=page_number(), roles=ROLE_NAMES)


@pages.get("/people/<int:person_id>")
@permit(Permission.MANAGE_PEOPLE)
def show(person_id: int) -> str:
    """One person: postings, leaves, roles."""
    return _page(found(select(Person).where(Person.id == person_id)), RoleForm())


@pages.post("/people/<int:person_id>/roles")
@permit(Permission.MANAGE_PEOPLE)
def grant(person_id: int) -> Response | tuple[str, int]:
    """Give a role."""
    form = RoleForm()
    session, actor = acting()
    person = found(select(Person).where(Person.id == person_id))
    if not form.validate():
        return _page(person, form), INVALID
    role = Role(form.role.data)
    grant_role(session, actor.id, person, role, _unit_id(session, role, form.unit.data or ""))
    db.commit()
    say(_("%(name)s now has the role: %(role)s", name=person.name, role=words(ROLE_NAMES[role])))
    return see_other(url_for("people.show", person_id=person_id))


@pages.post("/people/<int:person_id>/roles/<string:role>/removal")
@permit(Permission.MANAGE_PEOPLE)
def take(person_id: int, role: str) -> Response:
    """Take a role back. The last administrator stays one, or nobody could give the role again."""
    if role not in set(Role):
        abort(404)
    session, actor = acting()
    person = found(select(Person).where(Person.id == person_id))
    if role == Role.ADMINISTRATOR and person.id == actor.id:
        raise Refused(text("You cannot take the administrator's role from yourself. Ask another administrator"))
    take_role(session, actor.id, person, Role(role), request.form.get("unit", type=key))
    db.commit()
    return see_other(url_for("people.show", person_id=person_id))


@pages.post("/people/<int:person_id>/password-link")
@permit(Permission.MANAGE_PEOPLE)
def password_link(person_id: int) -> str:
    """Show a link to set a password, for handing over. The password in force stays until the link is used."""
    person = found(select(Person).where(Person.id == person_id))
    address = current_app.extensions["config"].public_url + url_for(
        "auth.new_password", token=link_token(person.id, person.session_key)
    )
    return render_template("people/password_link.html", person=person, address=address, days=LINK_DAYS)


def _page(person: Person, form: RoleForm) -> str:
    session = db.session()
    return render_template(
        "people/show.html",
        person=person,
        form=form,
        postings=queries.postings(session, person.id),
        leaves=queries.leaves(session, person.id),
        grants=queries.grants(session, person.id),
        roles=ROLE_NAMES,
        kinds=LEAVE_NAMES,
    )


def _unit_id(session: Session, role: Role, code: str) -> int | None:
    if role not in _OF_A_UNIT:
        return None
    unit_id = session.scalar(select(OrgUnit.id).where(OrgUnit.code == code.strip()))
    if unit_id is None:
        raise Refused(text("There is no unit with the code “%(code)s”. Look it up in the organisation file", code=code))
    return unit_id
