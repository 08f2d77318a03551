"""What changes of a person: name and mail, posting, leave."""

from __future__ import annotations

from typing import Any

from courses.people import keeping, queries
from courses.people.models import LeaveKind, Person
from courses.people.units import shown_as
from courses.permissions import Permission
from courses.scheduling.summary import refresh_renamed
from lms import db as doors
from lms.auth.guard import permit
from lms.web.answers import Answer
from lms.web.people.adding import posting_of
from lms.web.people.blueprint import pages
from lms.web.people.forms import DayForm, ExternalForm, LeaveForm, PersonForm, PostingForm
from lms.web.people.showing import one
from lms.web.people.steps import Step, step_page, taken

_POSTED = ("service", "series", "grade", "post", "duty")


@pages.get("/people/<int:person_id>/edit")
@permit(Permission.MANAGE_PEOPLE)
def edit(person_id: int) -> str:
    """Name, mail, and what else is known."""
    person = one(person_id)
    return step_page(person, Step.EDIT, _details(person)(formdata=None, obj=person))


@pages.post("/people/<int:person_id>/edit")
@permit(Permission.MANAGE_PEOPLE)
def save(person_id: int) -> Answer:
    """Keep it; runs ahead are taught under the new name."""

    def change(db: Any, actor_id: int, person: Person, form: Any) -> None:
        values = {name: value for name, value in form.data.items() if name != "csrf_token"}
        if keeping.edit(db, actor_id, person, values | {"mail": values["mail"] or None}):
            refresh_renamed(db)

    return taken(person_id, Step.EDIT, _details(one(person_id))(), change)


@pages.get("/people/<int:person_id>/posting")
@permit(Permission.MANAGE_PEOPLE)
def posting(person_id: int) -> str:
    """The next posting, filled with the last one."""
    person = one(person_id)
    last = next(iter(queries.postings(doors.looking(), person_id)), None)
    values = {"unit": shown_as(last), **{name: getattr(last, name) for name in _POSTED}} if last else {}
    return step_page(person, Step.POSTING, PostingForm(formdata=None, data=values))


@pages.post("/people/<int:person_id>/posting")
@permit(Permission.MANAGE_PEOPLE)
def post(person_id: int) -> Answer:
    """Post the person; whoever had left is back."""

    def change(db: Any, actor_id: int, person: Person, form: Any) -> None:
        keeping.post(db, actor_id, person, form.day.data, posting_of(form))

    return taken(person_id, Step.POSTING, PostingForm(), change)


@pages.get("/people/<int:person_id>/leave")
@permit(Permission.MANAGE_PEOPLE)
def leave(person_id: int) -> str:
    """Off on leave."""
    return step_page(one(person_id), Step.LEAVE, LeaveForm(formdata=None))


@pages.post("/people/<int:person_id>/leave")
@permit(Permission.MANAGE_PEOPLE)
def send_away(person_id: int) -> Answer:
    """From that day on."""

    def change(db: Any, actor_id: int, person: Person, form: Any) -> None:
        keeping.send_away(db, actor_id, person, form.day.data, LeaveKind(form.kind.data))

    return taken(person_id, Step.LEAVE, LeaveForm(), change)


@pages.get("/people/<int:person_id>/return")
@permit(Permission.MANAGE_PEOPLE)
def back(person_id: int) -> str:
    """Back from leave."""
    return step_page(one(person_id), Step.RETURN, DayForm(formdata=None))


@pages.post("/people/<int:person_id>/return")
@permit(Permission.MANAGE_PEOPLE)
def welcome_back(person_id: int) -> Answer:
    """That day is the first one at work."""

    def change(db: Any, actor_id: int, person: Person, form: Any) -> None:
        keeping.welcome_back(db, actor_id, person, form.day.data)

    return taken(person_id, Step.RETURN, DayForm(), change)


def _details(person: Person) -> Any:
    return PersonForm if person.employee_no else ExternalForm
