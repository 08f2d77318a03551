"""Cancelling a run: who is in it is shown first, then everybody is freed in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from courses.enrolment import waitlist
from courses.enrolment.cancellation import cancel_run
from courses.enrolment.models import Status
from courses.enrolment.queries import roster
from courses.permissions import Permission, visible
from courses.scheduling import actions
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, me, permit, persistently
from lms.i18n import _
from lms.web.answers import found, say, see_other
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import CancelForm

Answer = str | Response | tuple[str, int]

_INVALID = 422


@pages.get("/operations/runs/<int:run_id>/cancellation")
@permit(Permission.PLAN)
def cancellation(run_id: int) -> str:
    """Whom it concerns, and why."""
    return _page(run_id, CancelForm())


@pages.post("/operations/runs/<int:run_id>/cancellation")
@permit(Permission.PLAN)
def cancel(run_id: int) -> Answer:
    """The run does not take place; whoever is in it is freed, and may have the seat they wait for elsewhere."""
    form = CancelForm()
    if not form.validate():
        return _page(run_id, form), _INVALID
    db, actor = acting()
    run = _run(run_id)
    title, reason = run.course.title, form.reason.data or ""
    freed = cancel_run(db, actor.id, run, reason) if run.state is RunState.PUBLISHED else []
    actions.cancel(db, actor.id, run, reason)
    doors.commit()
    look_again(freed)
    say(_("‘%(title)s’ is cancelled", title=title))
    return see_other(url_for("scheduling.show", run_id=run_id))


def look_again(person_ids: Sequence[int]) -> None:
    """The queues elsewhere of people who lost a seat, in a transaction of its own.

    What was done stands already: when the database is too busy, this is left to the next seat that comes free.
    """

    def work() -> None:
        waitlist.reconsider(doors.session(), None, person_ids)
        doors.commit()

    if not person_ids:
        return
    try:
        persistently(work)
    except ServiceUnavailable:
        current_app.logger.warning("queues of %s people were not looked at again", len(person_ids))


def _page(run_id: int, form: CancelForm) -> str:
    run = _run(run_id)
    people = roster(doors.session(), run_id)
    return render_template(
        "scheduling/cancellation.html",
        run=run,
        form=form,
        seated=[row for row in people if row.status is not Status.WAITLISTED],
        waiting=[row for row in people if row.status is Status.WAITLISTED],
        possible=run.state in (RunState.DRAFT, RunState.PUBLISHED),
    )


def _run(run_id: int) -> Run:
    reach = visible(me(), Run, Permission.PLAN)
    return found(select(Run).options(joinedload(Run.course)).where(Run.id == run_id, reach))
