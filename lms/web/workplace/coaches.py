"""Who coaches whom in a department."""

from __future__ import annotations

from flask import render_template, url_for
from sqlalchemy import select

from courses.people.models import OrgUnit, Person
from courses.people.queries import serving
from courses.permissions import Permission
from courses.workplace import coaching as actions
from courses.workplace.models import Coaching
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.workplace import units
from lms.web.workplace.blueprint import pages
from lms.web.workplace.forms import CoachForm


@pages.get("/workplace/coaches")
@permit(Permission.NOMINATE)
def coaches() -> str:
    """Those who have a coach, or need one."""
    own = units.own_units(Permission.NOMINATE)
    unit = units.asked_unit(Permission.NOMINATE, own)
    if unit is None:
        return render_template("workplace/choose.html", departments=units.departments(), page="workplace.coaches")
    return _page(unit, CoachForm(formdata=None))


@pages.post("/workplace/units/<int:unit_id>/coaches")
@permit(Permission.NOMINATE)
def name_coach(unit_id: int) -> Answer:
    """Name a coach for somebody of the department."""
    unit = units.within_reach(Permission.NOMINATE, unit_id)
    form = CoachForm()
    form.person.unit_id = form.coach.unit_id = unit.id
    if not form.validate():
        return _page(unit, form), INVALID
    assert form.person.person
    assert form.coach.person
    assert form.from_on.data
    trainee_id, coach_id = form.person.person.id, form.coach.person.id

    def page(refused: str) -> str:
        return _page(units.within_reach(Permission.NOMINATE, unit_id), form, refused)

    db, actor = acting()
    unit = units.within_reach(Permission.NOMINATE, unit_id)
    trainee = found(select(Person).where(Person.id == trainee_id, Person.id.in_(serving(unit.id))))
    with again(lambda refused: page(words(refused.message))):
        coach = db.get_one(Person, coach_id)
        actions.name_coach(db, actor.id, trainee, coach, form.from_on.data)
    said = _("%(coach)s coaches %(name)s", coach=coach.name, name=trainee.name)
    doors.commit()
    say(said)
    return see_other(url_for("workplace.coaches", unit=unit_id))


@pages.post("/workplace/units/<int:unit_id>/coaches/<int:coaching_id>/end")
@permit(Permission.NOMINATE)
def end_coaching(unit_id: int, coaching_id: int) -> Answer:
    """No longer, from today on."""
    db, actor = acting()
    unit = units.within_reach(Permission.NOMINATE, unit_id)
    here = (Coaching.id == coaching_id, Coaching.person_id.in_(serving(unit.id)))
    actions.end_coaching(db, actor.id, found(select(Coaching).where(*here)))
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("workplace.coaches", unit=unit_id))


def _page(unit: OrgUnit, form: CoachForm, refused: str = "") -> str:
    return render_template(
        "workplace/coaches.html",
        unit=unit,
        own=units.own_units(Permission.NOMINATE),
        rows=actions.of_unit(doors.looking(), unit.id),
        form=form,
        staff=units.staff(unit),
        refused=refused,
    )
