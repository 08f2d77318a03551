"""Who stands in for the head of a unit: named, and ended early."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from courses.people.deputies import end_deputy, name_deputy
from courses.people.models import Deputy, Person
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.units.blueprint import pages
from lms.web.units.forms import DeputyForm
from lms.web.units.showing import unit_for, unit_page


@pages.post("/units/<int:unit_id>/deputies")
@permit(Permission.HEAD_UNIT)
def name(unit_id: int) -> Answer:
    """Let somebody stand in on some days."""
    form = DeputyForm()
    form.person.unit_id = unit_for(unit_id).id
    if not form.validate():
        return unit_page(unit_for(unit_id), form), INVALID
    chosen = form.person.person.id if form.person.person else 0
    db, actor = acting()
    unit, person = unit_for(unit_id), found(select(Person).where(Person.id == chosen))
    days = form.from_on.data, form.until_on.data
    with again(lambda refused: unit_page(unit_for(unit_id), form, words(refused.message))):
        name_deputy(db, actor.id, unit, person, *days, form.reason.data or "")
    doors.commit()
    say(_("%(name)s stands in for the head of %(unit)s", name=person.name, unit=unit.name))
    return see_other(url_for("units.show", unit_id=unit_id))


@pages.post("/units/<int:unit_id>/deputies/<int:deputy_id>/end")
@permit(Permission.HEAD_UNIT)
def end(unit_id: int, deputy_id: int) -> Answer:
    """No longer, from now on."""
    db, actor = acting()
    unit = unit_for(unit_id)
    end_deputy(db, actor.id, found(select(Deputy).where(Deputy.id == deputy_id, Deputy.unit_id == unit.id)))
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("units.show", unit_id=unit_id))
