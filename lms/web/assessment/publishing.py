"""Parts of a score published, and taken back."""

from __future__ import annotations

from flask import request, url_for
from sqlalchemy import select

from courses.assessment import publishing
from courses.assessment.models import Component
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import Answer, again, found, say, see_other
from lms.web.assessment.blueprint import pages
from lms.web.assessment.sheet import page
from lms.web.runs import run_for


@pages.post("/components/<int:component_id>/publication")
@permit(Permission.TEACH)
def publish(component_id: int) -> Answer:
    """Everybody with points sees them from now on."""
    db, actor = acting()
    run_id = _run_of(component_id)
    with again(lambda refused: page(run_for(Permission.TEACH, run_id), error=words(refused.message))):
        publishing.publish(db, actor.id, run_id, component_id)
    doors.commit()
    say(_("Published. Everybody with points is told"))
    return see_other(url_for("assessment.show", run_id=run_id))


@pages.post("/components/<int:component_id>/draft")
@permit(Permission.TEACH)
def take_back(component_id: int) -> Answer:
    """A draft again, with a reason that its people read."""
    db, actor = acting()
    run_id = _run_of(component_id)
    with again(lambda refused: page(run_for(Permission.TEACH, run_id), error=words(refused.message))):
        publishing.take_back(db, actor.id, run_id, component_id, request.form.get("reason", ""))
    doors.commit()
    say(_("Taken back. Its scores can be changed, and nobody sees them meanwhile"))
    return see_other(url_for("assessment.show", run_id=run_id))


def _run_of(component_id: int) -> int:
    """404 where the person does not teach the run."""
    taught = select(Run.id).join(Component, Component.run_id == Run.id).where(Component.id == component_id)
    return found(taught.where(visible(me(), Run, Permission.TEACH)))
