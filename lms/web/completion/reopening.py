"""Reopening a closed run: what it undoes, and why."""

from __future__ import annotations

from flask import render_template, url_for

from courses.certificates.queries import valid_of_run
from courses.completion import reopening
from courses.confirming.actions import waiting
from courses.confirming.models import State
from courses.permissions import Permission
from courses.settings.organisation import organisation
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import INVALID, Answer, say, see_other
from lms.web.completion.blueprint import pages
from lms.web.completion.words import OUTCOMES
from lms.web.fields import ReasonForm
from lms.web.runs import run_for


@pages.get("/runs/<int:run_id>/reopening")
@permit(Permission.CLOSE)
def reopening_page(run_id: int) -> str:
    """The verdicts that are taken back, and the certificates that stay."""
    return _page(run_id, ReasonForm())


@pages.post("/runs/<int:run_id>/reopening")
@permit(Permission.CLOSE)
def reopen(run_id: int) -> Answer:
    """Take them back, at once or once a second person confirms."""
    form = ReasonForm()
    if not form.validate():
        return _page(run_id, form), INVALID
    db, actor = acting()
    done = reopening.reopen(db, actor.id, run_for(Permission.CLOSE, run_id), form.reason.data or "")
    doors.commit()
    if done.state is State.ASKED:
        say(_("A second person has to confirm it"))
        return see_other(url_for("confirming.show", confirmation_id=done.id))
    say(_("The run is open again"))
    return see_other(url_for("completion.show", run_id=run_id))


def _page(run_id: int, form: ReasonForm) -> str:
    db = doors.looking()
    run = run_for(Permission.CLOSE, run_id)
    refused = reopening.refusal(run)
    return render_template(
        "completion/reopening.html",
        run=run,
        form=form,
        refused=refused.message if refused else None,
        people=[] if refused else reopening.undone(db, run),
        certificates=[] if refused else db.scalars(valid_of_run(run.id)).all(),
        outcomes=OUTCOMES,
        second=organisation(db).second_person,
        asked=waiting(db, reopening.REOPENING, run.id),
    )
