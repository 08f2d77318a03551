"""Everybody of a run by how they stand, for the officer who adds, withdraws and replaces people."""

from __future__ import annotations

from flask import render_template, request, url_for
from sqlalchemy import select

from courses.enrolment import actions, queries, replacing
from courses.enrolment.models import Status
from courses.enrolment.states import ENDED, SEATED, UNDER_WAY
from courses.people.queries import by_key
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, found, here, page_number, say, see_other
from lms.web.enrolment.blueprint import pages
from lms.web.enrolment.forms import AddForm, SeatsForm
from lms.web.enrolment.learning import STATES
from lms.web.formats import number
from lms.web.runs import run_for

GROUPS = {
    "": (text("Enrolled and waiting"), (*SEATED, Status.WAITLISTED)),
    "applications": (text("Applications under way"), UNDER_WAY),
    "ended": (text("Not selected and withdrawn"), ENDED),
}
"""Which statuses are listed together."""


@pages.get("/runs/<int:run_id>/enrolments")
@permit(Permission.PLAN)
def participants(run_id: int) -> str:
    """Who has a seat and who waits; `show` asks for applications, or for those that have ended."""
    return show(run_id, AddForm())


@pages.post("/runs/<int:run_id>/roster")
@permit(Permission.PLAN)
def add(run_id: int) -> Answer:
    """Enrol somebody else, also outside the window."""
    form = AddForm()
    if not form.validate():
        return show(run_id, form), INVALID
    db, actor = acting()
    run = found(select(Run).where(Run.id == run_id, visible(actor, Run, Permission.PLAN)))
    person = by_key(db, form.person.data or "")
    if person is None:
        form.person.errors = [_("Nobody has this employee number or e-mail")]
        return show(run_id, form), INVALID
    name = person.name
    enrolment = actions.enrol(db, actor.id, run.id, person.id, reason=form.reason.data or "")
    seated = enrolment.status is Status.ENROLLED
    doors.commit()
    say(_("%(name)s is enrolled", name=name) if seated else _("%(name)s waits in the queue", name=name))
    return see_other(url_for("enrolment.participants", run_id=run_id))


def show(run_id: int, form: AddForm, seats: SeatsForm | None = None) -> str:
    """The page, with what was entered."""
    run = run_for(Permission.PLAN, run_id)
    db, page, group = doors.looking(), page_number(), request.args.get("show", "")
    group = group if group in GROUPS else ""
    counts = queries.by_status(db, run_id)
    sizes = {name: sum(counts.get(status, 0) for status in statuses) for name, (_label, statuses) in GROUPS.items()}
    seated = sum(counts.get(status, 0) for status in SEATED)
    people = queries.participants(db, run_id, page, GROUPS[group][1])
    skipped = queries.PAGE * (page - 1)
    here_seated = max(0, min(len(people), seated - skipped)) if not group else 0
    return render_template(
        "enrolment/participants.html",
        run=run,
        form=form,
        seats=seats or SeatsForm(formdata=None, data={"capacity": run.capacity}),
        group=group,
        groups=_tabs(run_id, sizes, group),
        seated=seated,
        waiting=counts.get(Status.WAITLISTED, 0),
        sitting=list(enumerate(people[:here_seated], skipped + 1)),
        queueing=list(enumerate(people[here_seated:], max(0, skipped - seated) + 1)) if not group else [],
        others=list(enumerate(people, skipped + 1)) if group else [],
        states=STATES,
        replaceable=replacing.may_replace(db, run),
        page=page,
        last=-(-sizes[group] // queries.PAGE),
        page_url=lambda number: here(page=number),
    )


def _tabs(run_id: int, sizes: dict[str, int], shown: str) -> list[tuple[str, str, bool]]:
    """The groups in which there is somebody, each with its address and whether it is the one that is shown."""
    return [
        (
            f"{words(GROUPS[name][0])} {number(size)}",
            url_for("enrolment.participants", run_id=run_id, show=name or None),
            name == shown,
        )
        for name, size in sizes.items()
        if size or name in ("", shown)
    ]
