"""What every change of a person does: one form, refused or kept, back to the person's page."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask import render_template, url_for

from courses.people.models import Person
from courses.text import Text, text
from lms import db as doors
from lms.auth.guard import acting
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, say, see_other
from lms.web.people.showing import one

Change = Callable[[Any, int, Person, Any], object]
"""What is done: with the session, the id of who acts, the person and the form."""


class Step(StrEnum):
    """A change that has a form of its own."""

    EDIT = "edit"
    POSTING = "posting"
    LEAVE = "leave"
    RETURN = "return"
    LEAVING = "leaving"


_TITLES: dict[Step, Text] = {
    Step.EDIT: text("Name and e-mail"),
    Step.POSTING: text("New posting"),
    Step.LEAVE: text("Goes on leave"),
    Step.RETURN: text("Back from leave"),
    Step.LEAVING: text("Leaves the organisation"),
}
_NOTES: dict[Step, Text] = {
    Step.POSTING: text(
        "The posting before it ends on the day before. Roles that follow from post and duty change now."
    ),
    Step.LEAVE: text("The posting stays. It ends with the first day back at work."),
    Step.LEAVING: text(
        "Sign-ins, posting and the roles of the posting end now; seats in runs ahead are given to others. "
        "What was learned here stays."
    ),
}


def step_page(person: Person, step: Step, form: Any, refused: str = "") -> str:
    """The form of a step."""
    return render_template(
        "people/step.html",
        person=person,
        form=form,
        title=words(_TITLES[step]),
        note=words(_NOTES[step]) if step in _NOTES else "",
        refused=refused,
        danger=step is Step.LEAVING,
    )


def taken(person_id: int, step: Step, form: Any, change: Change) -> Answer:
    """Do what was sent, or show the form again with the reason."""
    if not form.validate():
        return step_page(one(person_id), step, form), INVALID
    db, actor = acting()
    with again(lambda refused: step_page(one(person_id), step, form, words(refused.message))):
        change(db, actor.id, one(person_id), form)
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("people.show", person_id=person_id))
