from __future__ import annotations

from flask import Blueprint, render_template, url_for
from sqlalchemy import exists, select
from werkzeug.wrappers import Response

from courses.people import keeping
from courses.people.actions import grant_role
from courses.people.guests import Access, guests, invite
from courses.people.models import Person, Role, RoleGrant
from courses.permissions import Permission
from courses.text import Text, text
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.people.forms import ExternalForm

pages = Blueprint("guests", __name__)

ACCESS: dict[Access, tuple[Text, str]] = {
    Access.OPEN: (text("Can sign in"), "ok"),
    Access.INVITED: (text("Invited"), "info"),
    Access.LAPSED: (text("The invitation has lapsed"), "warn"),
    Access.NEVER: (text("Not invited yet"), ""),
}


@pages.get("/operations/guests")
@permit(Permission.PLAN)
def index() -> str:
    """Instructors of other bodies, whether they can come in, and the form to invite another one."""
    return _page(ExternalForm(formdata=None))


@pages.post("/operations/guests")
@permit(Permission.PLAN)
def add() -> Answer:
    """Add an instructor, and mail the invitation."""
    form = ExternalForm()
    if not form.validate():
        return _page(form), INVALID
    db, actor = acting()
    names = ("name", "name_roman", "institution", "expires_on")
    with again(lambda refused: _page(form, words(refused.message))):
        person = keeping.add_external(db, actor.id, form.mail.data, **{name: form[name].data for name in names})
        grant_role(db, actor.id, person, Role.INSTRUCTOR)
        invite(db, actor.id, person)
    doors.commit()
    say(_("%(name)s is added, and the invitation goes out now", name=person.name))
    return see_other(url_for("guests.index"))


@pages.post("/people/<int:person_id>/invitation")
@permit(Permission.PLAN)
def send(person_id: int) -> Response:
    """Mail a new link; the former one holds no longer."""
    db, actor = acting()
    teaches = exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.INSTRUCTOR)
    person = found(select(Person).where(Person.id == person_id, Person.employee_no.is_(None), teaches))
    invite(db, actor.id, person)
    doors.commit()
    say(_("The invitation of %(name)s goes out now; former links no longer hold", name=person.name))
    return see_other(url_for("guests.index"))


def _page(form: ExternalForm, refused: str = "") -> str:
    people = guests(doors.looking())
    return render_template("guests/index.html", people=people, form=form, refused=refused, access=ACCESS)
