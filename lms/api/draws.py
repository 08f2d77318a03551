"""Draws: what was announced, and what was drawn."""

from __future__ import annotations

from typing import Any

from flask import abort
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.enrolment import draws as rules
from courses.people.actor import Actor
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.resource import Resource
from lms.auth.guard import acting, me

draws = Resource("draws", text("Draws"))


class DrawItem(Schema):
    """A run's draw. Until it is held only `commitment`, the hash of the secret, is known."""

    run_id = fields.Integer(required=True)
    announced_at = fields.DateTime(required=True)
    commitment = fields.String(required=True)
    drawn_at = fields.DateTime(required=True, allow_none=True)
    secret = fields.String(required=True, allow_none=True)
    list_sha256 = fields.String(required=True, allow_none=True)
    seed = fields.String(required=True, allow_none=True)
    document = fields.String(
        required=True, allow_none=True, metadata={"description": "The whole draw, as `lms draw verify` proves it"}
    )


@draws.operation("GET", "/runs/<int:run_id>/draw", text("The draw of a run"), Permission.LEARN, DrawItem)
def show(run_id: int) -> Response:
    """What was announced and, once it is held, everything."""
    return answer(_draw(doors.session(), me(), run_id, Permission.LEARN))


@draws.operation("POST", "/runs/<int:run_id>/draw", text("Hold the draw of a run"), Permission.PLAN, DrawItem)
def hold(run_id: int) -> Response:
    """Once, after applications have closed."""
    db, actor = acting()
    _draw(db, actor, run_id, Permission.PLAN)
    rules.hold(db, actor.id, run_id)
    body = _draw(db, actor, run_id, Permission.PLAN)
    doors.commit()
    return answer(body)


def _draw(db: Session, actor: Actor, run_id: int, permission: Permission) -> dict[str, Any]:
    db.scalar(select(Run.id).where(Run.id == run_id, visible(actor, Run, permission))) or abort(404)
    draw = rules.of_run(db, run_id) or abort(404)
    return {
        "run_id": run_id,
        "announced_at": draw.announced_at,
        "commitment": draw.commitment,
        "drawn_at": draw.drawn_at,
        "secret": draw.secret if draw.drawn_at else None,
        "list_sha256": draw.list_sha256,
        "seed": draw.seed,
        "document": rules.document(db, run_id),
    }
