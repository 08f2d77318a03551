"""A session is cancelled while its run goes on: how many hours are left and who is told is shown first."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from courses.enrolment import rescheduling
from courses.errors import Refused
from courses.permissions import Permission
from courses.scheduling import moving
from lms.auth.guard import permit
from lms.i18n import _
from lms.web.answers import CONFLICT, Answer, say, see_other
from lms.web.formats import moment
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.session_forms import LeaveOutForm
from lms.web.scheduling.sessions import Planned, changed, linked, planned


@pages.get("/sessions/<int:session_id>/cancellation")
@permit(Permission.PLAN)
def session_cancellation(session_id: int) -> str:
    """What is left of the run without it, and who is told."""
    return _page(planned(session_id), LeaveOutForm(formdata=None))


@pages.post("/sessions/<int:session_id>/cancellation")
@permit(Permission.PLAN)
def cancel_session(session_id: int) -> Answer:
    """Take it out of the run; its room and instructors are free again."""
    form, one = LeaveOutForm(), planned(session_id)
    run_id, when, agreed = one.run.id, moment(one.session.starts_at), bool(form.agreed.data)

    def change(db: Any, actor_id: int, now: Planned) -> tuple[list[int], list[int]]:
        held = [session_id] if now.marked else []
        return rescheduling.leave_out(db, actor_id, now.run, session_id, agreed=agreed, held=held)

    refused = changed(session_id, change)
    if refused:
        return _page(planned(session_id), form, refused), CONFLICT
    say(_("The session of %(when)s is cancelled", when=when))
    return see_other(url_for("scheduling.show", run_id=run_id))


def _page(one: Planned, form: LeaveOutForm, refused: Refused | None = None) -> str:
    left = moving.minutes_of(moving.without_session(one.plan, one.session.id or 0))
    return render_template(
        "scheduling/moving_cancellation.html",
        one=one,
        form=form,
        left=left,
        short=left < one.run.course.minutes,
        only=len(one.plan.sessions) == 1,
        seats=one.run.taken,
        refusals=linked(refused) if refused else [],
    )
