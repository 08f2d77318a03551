"""Somebody new: of the own staff, or of another body."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from courses.people import keeping
from courses.people.directory import Record
from courses.people.models import Person
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, say, see_other
from lms.web.people.blueprint import pages
from lms.web.people.forms import ExternalForm, StaffForm

_EXTERNAL = "external"


@pages.get("/people/new")
@permit(Permission.MANAGE_PEOPLE)
def new() -> str:
    """An empty form, of the own staff unless `kind` says external."""
    return _page(_form(formdata=None))


@pages.post("/people/new")
@permit(Permission.MANAGE_PEOPLE)
def add() -> Answer:
    """Add them."""
    form = _form()
    if not form.validate():
        return _page(form), INVALID
    db, actor = acting()
    with again(lambda refused: _page(form, words(refused.message))):
        person = _add_external(db, actor.id, form) if _external() else _hire(db, actor.id, form)
    doors.commit()
    say(_("%(name)s is added. Make a link to set a password, and hand it over.", name=person.name))
    return see_other(url_for("people.show", person_id=person.id))


def posting_of(form: Any) -> dict[str, Any]:
    """The fields of a posting as they were sent."""
    lines = {name: form[name].data for name in ("service", "series", "grade", "post", "duty")}
    return {"unit_id": form.unit.unit.id, **lines}


def _hire(db: Any, actor_id: int, form: StaffForm) -> Person:
    known = {"name": form.name.data, "name_roman": form.name_roman.data, "mail": form.mail.data or None}
    new = Record(form.employee_no.data, known | {"appointed_on": form.day.data}, posting_of(form))
    return keeping.hire(db, actor_id, new)


def _add_external(db: Any, actor_id: int, form: ExternalForm) -> Person:
    names = ("name", "name_roman", "institution", "expires_on")
    return keeping.add_external(db, actor_id, form.mail.data, **{name: form[name].data for name in names})


def _external() -> bool:
    return request.args.get("kind") == _EXTERNAL


def _form(**options: Any) -> Any:
    return (ExternalForm if _external() else StaffForm)(**options)


def _page(form: Any, refused: str = "") -> str:
    return render_template("people/new.html", form=form, external=_external(), refused=refused)
