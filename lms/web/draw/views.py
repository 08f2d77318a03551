from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, url_for
from sqlalchemy import select

from courses.enrolment import draws
from courses.enrolment.lots import lots_in, size
from courses.enrolment.models import Draw, Enrolment
from courses.permissions import Permission, may
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import Answer, here, page_number, say, see_other
from lms.web.runs import run_for

pages = Blueprint("draw", __name__)

PAGE = 200
"""Lots on a page at once."""


@pages.get("/runs/<int:run_id>/draw")
@permit(Permission.LEARN)
def show(run_id: int) -> str:
    """What was announced, and what was drawn: anybody may look at it."""
    db, actor = doors.session(), me()
    run, draw = _drawn(run_id)
    content, page = draws.document(db, run_id), page_number()
    total = size(content) if content else 0
    own = db.scalar(select(Enrolment.lot).where(Enrolment.run_id == run_id, Enrolment.person_id == actor.id))
    officer = may(actor, Permission.PLAN)
    return render_template(
        "draw/show.html",
        run=run,
        draw=draw,
        officer=officer,
        closed=draws.closed_to(run, draw) if officer and draw.drawn_at is None else None,
        lots=lots_in(content, (page - 1) * PAGE + 1, PAGE) if content else [],
        total=total,
        mine=lots_in(content, own, 1)[0] if content and own else None,
        page=page,
        last=max(1, -(-total // PAGE)),
        page_url=lambda number: here(page=number),
    )


@pages.get("/runs/<int:run_id>/draw.json")
@permit(Permission.LEARN)
def document(run_id: int) -> Response:
    """The draw to take along, for `lms draw verify`; 404 until it is held."""
    _drawn(run_id)
    content = draws.document(doors.session(), run_id)
    if content is None:
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="draw-{run_id}.json"'}
    return Response(content, mimetype="application/json", headers=headers)


@pages.post("/runs/<int:run_id>/draw")
@permit(Permission.PLAN)
def hold(run_id: int) -> Answer:
    """Draw the places."""
    db, actor = acting()
    run_for(Permission.PLAN, run_id)
    draws.hold(db, actor.id, run_id)
    doors.commit()
    say(_("The draw is held"))
    return see_other(url_for("draw.show", run_id=run_id))


def _drawn(run_id: int) -> tuple[Run, Draw]:
    run = run_for(Permission.LEARN, run_id)
    draw = draws.of_run(doors.session(), run_id)
    if draw is None:
        abort(404)
    return run, draw
