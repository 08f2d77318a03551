from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for
from sqlalchemy import select

from courses.enrolment import draws
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
    lots = _lots(draws.document(db, run_id)) if draw.drawn_at else []
    own = select(Enrolment.id).where(Enrolment.run_id == run_id, Enrolment.person_id == actor.id)
    mine = db.scalar(own)
    page, last = page_number(), max(1, -(-len(lots) // PAGE))
    officer = may(actor, Permission.PLAN)
    return render_template(
        "draw/show.html",
        run=run,
        draw=draw,
        officer=officer,
        closed=draws.closed_to(run, draw) if officer and draw.drawn_at is None else None,
        lots=lots[(page - 1) * PAGE : page * PAGE],
        total=len(lots),
        mine=next((lot for lot in lots if lot["entry"] == mine), None),
        page=page,
        last=last,
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


def _lots(content: str | None) -> list[dict[str, Any]]:
    """The published lots in their order, each with the masked number of its entry."""
    rows = json.loads(content or "[]")
    who = {row["entry"]: row["who"] for row in rows if row["what"] == "entrant"}
    return [{**row, "who": who[row["entry"]]} for row in rows if row["what"] == "lot"]
