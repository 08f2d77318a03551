"""What became of an enrolment, and how a run stood at a moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.db import KEY, rows
from courses.enrolment.history import changes
from courses.enrolment.models import Enrolment
from courses.enrolment.replay import Picture, Place, neighbours, replay
from courses.people.models import OrgUnit, Person
from courses.permissions import Permission, may, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import me, permit
from lms.web.answers import found
from lms.web.enrolment.learning import STATES
from lms.web.runs import run_for

pages = Blueprint("history", __name__)

SHOWN = 200
"""People of a list; a course for everybody has thousands."""
READERS = (Permission.LEARN, Permission.NOMINATE, Permission.PLAN)
"""As whom one may read a history: the person, the head or clerk of the unit or one above, a training officer."""
_YEARS = range(1900, 3000)
_MINUTE = "%Y-%m-%dT%H:%M"
"""As a browser's field for a moment has it."""


@pages.get("/enrolments/<int:enrolment_id>")
@permit(Permission.LEARN)
def show(enrolment_id: int) -> str:
    """Every change, the first one first: for the person, those who decide for their department, officers."""
    db, actor = doors.session(), me()
    reach = or_(*(visible(actor, Enrolment, one) for one in READERS))
    enrolment = found(_WHOLE.where(Enrolment.id == enrolment_id, reach))
    return render_template(
        "history/show.html",
        enrolment=enrolment,
        run=enrolment.run,
        person=enrolment.person,
        own=enrolment.person_id == actor.id,
        changes=changes(db, enrolment_id),
        states=STATES,
        in_queue=may(actor, Permission.PLAN) or enrolment.person_id == actor.id,
    )


@pages.get("/runs/<int:run_id>/queue")
@permit(Permission.LEARN)
def queue(run_id: int) -> str:
    """Seats and queue as they stood at a moment (`?at=`, else now): all of it for officers, for others their place."""
    at = _moment() or clock.now()
    if not may(me(), Permission.PLAN):
        return _own(run_id, at)
    db, run = doors.session(), run_for(Permission.PLAN, run_id)
    picture = replay(db, run_id, at)
    before, after = neighbours(db, run_id, at)
    lists = {"queue": picture.queue, "seated": picture.seated, "applications": picture.applications}
    shown = [one for places in lists.values() for one in places[:SHOWN]]
    return render_template(
        "history/queue.html",
        run=run,
        at=at,
        minute=clock.local(at).strftime(_MINUTE),
        picture=picture,
        lists={name: (len(places), places[:SHOWN]) for name, places in lists.items()},
        names=_names(db, _PEOPLE, {one.person_id for one in shown}),
        units=_names(db, _UNITS, picture.quotas),
        before=before,
        after=after if after and after <= clock.now() else None,
        states=STATES,
    )


def _own(run_id: int, at: datetime) -> str:
    """What an applicant may know: their own place."""
    own = select(Enrolment.id).where(Enrolment.run_id == run_id, visible(me(), Enrolment))
    enrolment_id, run = found(own), run_for(Permission.LEARN, run_id)
    picture = replay(doors.session(), run_id, at)
    place: Place | None = picture.places.get(enrolment_id)
    return render_template(
        "history/place.html",
        run=run,
        at=at,
        minute=clock.local(at).strftime(_MINUTE),
        enrolment_id=enrolment_id,
        place=place,
        position=picture.position(enrolment_id),
        counts=_counts(picture),
        states=STATES,
    )


def _counts(picture: Picture) -> dict[str, int | None]:
    return {"seated": len(picture.seated), "waiting": len(picture.queue), "capacity": picture.capacity}


def _moment() -> datetime | None:
    """The moment in the address (2026-11-23T09:00, on the office's clock where it names no zone); None for none."""
    typed = request.args.get("at", "")
    if not typed:
        return None
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        abort(404)
    if at.year not in _YEARS:
        abort(404)
    return at if at.tzinfo else clock.at(at.date(), at.time())


def _names(db: Session, statement: Any, ids: Collection[int]) -> dict[int, str]:
    return {row.id: row.name for row in rows(db, statement, {"ids": list(ids)})} if ids else {}


_ids = bindparam("ids", type_=KEY, expanding=True)
_PEOPLE = select(Person.id, Person.name).where(Person.id.in_(_ids))
_UNITS = select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(_ids))
_WHOLE = select(Enrolment).options(joinedload(Enrolment.run).joinedload(Run.course), joinedload(Enrolment.person))
