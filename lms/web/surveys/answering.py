"""The survey as it is answered, by whoever had a place in the run."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.surveys import answering
from courses.surveys.queries import pending
from courses.surveys.windows import Window, window
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.runs import run_for
from lms.web.surveys.blueprint import pages
from lms.web.surveys.forms import given, survey_form


@pages.get("/runs/<int:run_id>/survey")
@permit(Permission.LEARN)
def show(run_id: int) -> str:
    """The survey, or why there is none to answer."""
    _enrolment(run_id)
    return _page(run_for(Permission.DISCUSS, run_id))


@pages.post("/runs/<int:run_id>/survey")
@permit(Permission.LEARN)
def answer(run_id: int) -> Answer:
    """Answer it, once."""
    _enrolment(run_id)
    asked = _instructors(doors.looking(), window(doors.looking(), run_id))
    form = survey_form(asked)
    if not form.validate():
        return _page(run_for(Permission.DISCUSS, run_id), form), INVALID
    db, _actor = acting()
    with again(lambda refused: _page(run_for(Permission.DISCUSS, run_id), refused=refused)):
        answering.answer(db, _enrolment(run_id), given(form, asked))
    doors.commit()
    say(_("Thank you. Nobody can see which answer is yours"))
    return see_other(url_for("enrolment.mine"))


def _page(run: Run, form: Any = None, refused: Refused | None = None) -> str:
    db, found_ = doors.looking(), window(doors.looking(), run.id)
    asked = _instructors(db, found_)
    enrolment = _enrolment(run.id)
    return render_template(
        "surveys/show.html",
        run=run,
        window=found_,
        waits=enrolment.id in pending(db, [enrolment.id]),
        form=form or survey_form(asked, formdata=None),
        rows=["course", *(f"instructor_{key}" for key, _name in asked), "facilities", "operation"],
        refused=words(refused.message) if refused else "",
    )


def _enrolment(run_id: int) -> Enrolment:
    """One's own place; 404 without one."""
    own = Enrolment.run_id == run_id, Enrolment.status == Status.ENROLLED, visible(me(), Enrolment)
    return found(select(Enrolment).where(*own))


def _instructors(db: Session, of: Window | None) -> list[tuple[int, str]]:
    """Those who are asked about, in order."""
    ids = of.instructors if of else ()
    names = {row[0]: row[1] for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
    return [(key, names[key]) for key in ids]
