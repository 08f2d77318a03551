"""Another policy pack for a run: choose, see who flips, say why."""

from __future__ import annotations

from flask import abort, render_template, request, url_for

from courses.completion import pinning
from courses.completion.policy import Policy, titled
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


@pages.get("/runs/<int:run_id>/policy")
@permit(Permission.CLOSE)
def other_rules(run_id: int) -> str:
    """The packs there are; with `?pin=plain 1` who would flip."""
    return _page(run_id, ReasonForm(), _asked(request.args.get("pin")))


@pages.post("/runs/<int:run_id>/policy")
@permit(Permission.CLOSE)
def pin(run_id: int) -> Answer:
    """Pin it, at once or once a second person confirms."""
    form, wanted = ReasonForm(), request.form.get("pin", "")
    if not form.validate():
        return _page(run_id, form, _asked(wanted)), INVALID
    db, actor = acting()
    run = run_for(Permission.CLOSE, run_id)
    done = pinning.pin(db, actor.id, run, wanted, form.reason.data or "", seen=request.form.get("seen"))
    doors.commit()
    if done.state is State.ASKED:
        say(_("A second person has to confirm it"))
        return see_other(url_for("confirming.show", confirmation_id=done.id))
    say(_("The run goes by other rules now"))
    return see_other(url_for("completion.show", run_id=run_id))


def _asked(pin: str | None) -> Policy | None:
    if not pin:
        return None
    return titled(pin) or abort(404)


def _page(run_id: int, form: ReasonForm, chosen: Policy | None) -> str:
    db = doors.looking()
    run = run_for(Permission.CLOSE, run_id)
    refused = pinning.refusal(run)
    flips = pinning.turned(db, run, chosen) if chosen and not refused else None
    return render_template(
        "completion/pinning.html",
        run=run,
        form=form,
        refused=refused.message if refused else None,
        choices=pinning.choices(run),
        chosen=chosen,
        flips=flips,
        seen=pinning.fingerprint(flips) if flips else "",
        outcomes=OUTCOMES,
        second=organisation(db).second_person,
        asked=waiting(db, pinning.PINNING, run.id),
    )
