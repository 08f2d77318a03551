"""What the last audit of enrolments found, and a button for another one."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, url_for
from werkzeug.wrappers import Response

from courses.enrolment import audit
from courses.enrolment.findings import Finding
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.jobs.queue import later
from lms.jobs.tasks.auditing import AUDITING
from lms.web.answers import see_other
from lms.web.settings.blueprint import pages


@pages.get("/settings/enrolments")
@permit(Permission.ADMINISTER)
def enrolments() -> str:
    """Everything that does not hold, as of the last audit."""
    last = audit.last(doors.session())
    return render_template(
        "settings/enrolments.html",
        last=last,
        at=datetime.fromisoformat(last["at"]) if last else None,
        findings=[Finding.from_json(one) for one in last["findings"]] if last else [],
    )


@pages.post("/settings/enrolments")
@permit(Permission.ADMINISTER)
def audit_now() -> Response:
    """Audit everything, in the background."""
    db, actor = acting()
    job_id = later(db, AUDITING, actor_id=actor.id)
    doors.commit()
    return see_other(url_for("jobs.show", job_id=job_id))
