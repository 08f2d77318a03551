"""Who leaves the organisation; and who of another body comes again."""

from __future__ import annotations

from typing import Any

from flask import url_for

from courses.enrolment.leaving import withdraw_leavers
from courses.people import keeping
from courses.people.models import Person
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import Answer, say, see_other
from lms.web.people.blueprint import pages
from lms.web.people.forms import DayForm
from lms.web.people.showing import one
from lms.web.people.steps import Step, step_page, taken


@pages.get("/people/<int:person_id>/leaving")
@permit(Permission.MANAGE_PEOPLE)
def leaving(person_id: int) -> str:
    """From when on?"""
    return step_page(one(person_id), Step.LEAVING, DayForm(formdata=None))


@pages.post("/people/<int:person_id>/leaving")
@permit(Permission.MANAGE_PEOPLE)
def retire(person_id: int) -> Answer:
    """The person takes part no longer, and others get the seats ahead."""

    def change(db: Any, actor_id: int, person: Person, form: Any) -> None:
        keeping.retire(db, actor_id, person, form.day.data)
        withdraw_leavers(db, actor_id)

    return taken(person_id, Step.LEAVING, DayForm(), change)


@pages.post("/people/<int:person_id>/coming-back")
@permit(Permission.MANAGE_PEOPLE)
def take_back(person_id: int) -> Answer:
    """Somebody of another body takes part again; the own staff is posted instead."""
    db, actor = acting()
    person = one(person_id)
    keeping.take_back(db, actor.id, person)
    doors.commit()
    say(_("%(name)s takes part again", name=person.name))
    return see_other(url_for("people.show", person_id=person_id))
