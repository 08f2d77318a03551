"""One person, and the link to set a password."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from sqlalchemy import select

from courses import clock
from courses.people import queries
from courses.people.models import Leave, Person
from courses.people.words import LEAVE_NAMES, ROLE_NAMES
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import permit
from lms.auth.passwords import LINK_DAYS, link_token
from lms.web.answers import found
from lms.web.people.blueprint import pages
from lms.web.people.forms import RoleForm


@pages.get("/people/<int:person_id>")
@permit(Permission.MANAGE_PEOPLE)
def show(person_id: int) -> str:
    """One person: postings, leaves, roles."""
    return person_page(one(person_id), RoleForm(formdata=None))


@pages.post("/people/<int:person_id>/password-link")
@permit(Permission.MANAGE_PEOPLE)
def password_link(person_id: int) -> str:
    """Show a link to set a password, for handing over. The password in force stays until the link is used."""
    person = one(person_id)
    address = current_app.extensions["config"].public_url + url_for(
        "auth.new_password", token=link_token(person.id, person.session_key)
    )
    return render_template("people/password_link.html", person=person, address=address, days=LINK_DAYS)


def one(person_id: int) -> Person:
    """The person; 404 when there is none."""
    return found(select(Person).where(Person.id == person_id))


def person_page(person: Person, form: RoleForm) -> str:
    """The page of a person, with the form to give a role as it was sent."""
    db = doors.looking()
    leaves = queries.leaves(db, person.id)
    return render_template(
        "people/show.html",
        person=person,
        form=form,
        postings=queries.postings(db, person.id),
        leaves=leaves,
        away=away_today(leaves),
        expired=bool(person.expires_on and person.expires_on < clock.today()),
        grants=queries.grants(db, person.id),
        roles=ROLE_NAMES,
        kinds=LEAVE_NAMES,
    )


def away_today(leaves: list[Leave]) -> Leave | None:
    """The leave that is not over, the latest first."""
    today = clock.today()
    return next((one for one in leaves if one.until_on is None or one.until_on >= today), None)
