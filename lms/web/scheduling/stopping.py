"""Cancelling a run: who is in it is shown first, then everybody is freed in one transaction."""

from __future__ import annotations

from flask import render_template, url_for

from courses.enrolment.cancellation import alternatives, cancel_run
from courses.enrolment.models import Status
from courses.enrolment.queries import roster
from courses.permissions import Permission
from courses.scheduling import actions
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, ngettext
from lms.web.answers import INVALID, Answer, say, see_other
from lms.web.enrolment.queues import look_again
from lms.web.fields import offer
from lms.web.formats import days
from lms.web.runs import run_for
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import CancelForm


@pages.get("/operations/runs/<int:run_id>/cancellation")
@permit(Permission.PLAN)
def cancellation(run_id: int) -> str:
    """Whom it concerns, and why."""
    return _page(run_id, CancelForm(formdata=None), first=True)


@pages.post("/operations/runs/<int:run_id>/cancellation")
@permit(Permission.PLAN)
def cancel(run_id: int) -> Answer:
    """The run does not take place; whoever is in it is freed, and may have the seat they wait for elsewhere."""
    form = CancelForm()
    _offer(form, run_for(Permission.PLAN, run_id))
    if not form.validate():
        return _page(run_id, form), INVALID
    db, actor = acting()
    run = run_for(Permission.PLAN, run_id)
    title, reason = run.course.title, form.reason.data or ""
    lock_run(db, run_id)  # a draft may be published, and somebody enrol, until it is held
    freed = cancel_run(db, actor.id, run, reason) if run.state is RunState.PUBLISHED else []
    actions.cancel(db, actor.id, run, reason, instead=form.instead.data)
    doors.commit()
    look_again(freed)
    told = ngettext("%(n)s person is told", "%(n)s people are told", len(freed))
    say(
        f"{_('‘%(title)s’ is cancelled', title=title)} · {told}"
        if freed
        else _("‘%(title)s’ is cancelled", title=title)
    )
    return see_other(url_for("scheduling.show", run_id=run_id))


def _offer(form: CancelForm, run: Run) -> list[Run]:
    """What its people can be shown: other runs of the course with seats left."""
    others = alternatives(doors.looking(), run)
    offer(form.instead, [(one.id, _name(one)) for one in others], _("None"))
    return others


def _name(run: Run) -> str:
    name = f"{_('Run %(n)s', n=run.number)} · {days(run.starts_on, run.ends_on)}"
    if run.capacity is None:
        return name
    left = ngettext("%(n)s seat left", "%(n)s seats left", run.capacity - run.taken)
    return f"{name} · {left}"


def _page(run_id: int, form: CancelForm, *, first: bool = False) -> str:
    """`first`: nothing was sent yet, so that the nearest run is proposed."""
    run = run_for(Permission.PLAN, run_id)
    others = _offer(form, run)
    if first and others:
        form.instead.data = others[0].id
    people = roster(doors.looking(), run_id)
    return render_template(
        "scheduling/cancellation.html",
        run=run,
        form=form,
        seated=[row for row in people if row.status is not Status.WAITLISTED],
        waiting=[row for row in people if row.status is Status.WAITLISTED],
        others=others,
        possible=run.state in (RunState.DRAFT, RunState.PUBLISHED),
    )
