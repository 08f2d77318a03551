"""The seats of a run: what applying would come to, how many there are, who comes for whom, and how it once stood."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses import clock
from courses.enrolment import allotment, replacing
from courses.enrolment.allocation import Share
from courses.enrolment.answer import Grounds, SeatAnswer, Then, grounds
from courses.enrolment.answer import answer as what_comes
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.replay import Place, replay
from courses.hours.queries import outlook
from courses.people.models import Person
from courses.people.queries import by_key
from courses.permissions import Permission, visible
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run
from courses.text import text
from lms import db as doors
from lms.api.answers import answer, invalid, require_match
from lms.api.enrolments import EnrolmentItem, item_of
from lms.api.fields import Moment, Several, Whole, Words
from lms.api.resource import Resource
from lms.auth.guard import acting, me
from lms.i18n import _
from lms.web.enrolment.queues import look_again

seats = Resource("seats", text("Seats"))
_MOST_SEATS = 9999


class Why(Schema):
    code = fields.String(required=True)
    detail = fields.String(required=True)


class CutOffItem(Schema):
    """The last run of the course: of those who applied so many had a seat, down to this rank or lot."""

    applied = fields.Integer(required=True)
    seated = fields.Integer(required=True)
    rank = fields.Integer(required=True, allow_none=True)
    lot = fields.Integer(required=True, allow_none=True)


class BasisItem(Schema):
    mandatory = fields.Boolean(required=True)
    taken = fields.Boolean(required=True, metadata={"description": "Took the course before"})
    waited = fields.Boolean(required=True, metadata={"description": "An earlier run had no seat"})


class PresentItem(Schema):
    """One's place in the list as it stands, approved and without a rank."""

    place = fields.Integer(required=True)
    people = fields.Integer(required=True)
    share = fields.Enum(Share, by_value=True, required=True)
    unapproved = fields.Integer(required=True)


class EntrantsItem(Schema):
    people = fields.Integer(required=True, metadata={"description": "With oneself"})
    sure = fields.Boolean(required=True, metadata={"description": "Whatever the lots, there is a seat"})


class HoursItem(Schema):
    """Minutes that count in the run's year, without this run and with it, and those that are due (0: no target)."""

    year = fields.Integer(required=True)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)
    due = fields.Integer(required=True)


class SeatAnswerItem(Schema):
    """What applying now would come to, and on what a place then depends; what the mode does not have is null."""

    mode = fields.Enum(Mode, by_value=True, required=True)
    then = fields.Enum(Then, by_value=True, required=True)
    refused = fields.Nested(Why, required=True, allow_none=True)
    retake = fields.Boolean(required=True, metadata={"description": "A motive is needed: it was completed before"})
    position = fields.Integer(required=True, allow_none=True, metadata={"description": "In the queue, from 1"})
    left = fields.Integer(required=True, allow_none=True, metadata={"description": "Seats; null: any number"})
    left_for_unit = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, metadata={"description": "For which seats are held; else empty"})
    approver = fields.String(required=True, allow_none=True, metadata={"description": "The unit whose head decides"})
    cut_off = fields.Nested(CutOffItem, required=True, allow_none=True)
    basis = fields.Nested(BasisItem, required=True, allow_none=True)
    present = fields.Nested(PresentItem, required=True, allow_none=True)
    entrants = fields.Nested(EntrantsItem, required=True, allow_none=True)
    hours = fields.Nested(HoursItem, required=True)


class LosingItem(Schema):
    enrolment_id = fields.Integer(required=True)
    name = fields.String(required=True)
    status = fields.Enum(Status, by_value=True, required=True)


class CapacityItem(Schema):
    """`losing`: whom so many seats would move to the queue, who came last first."""

    capacity = fields.Integer(required=True, allow_none=True, metadata={"description": "null: no limit"})
    taken = fields.Integer(required=True)
    losing = fields.List(fields.Nested(LosingItem), required=True)


class CapacityAsked(Schema):
    capacity = Whole(1, _MOST_SEATS, metadata={"description": "To look at; else as it is"})


class CapacityWanted(Schema):
    capacity = Whole(1, _MOST_SEATS, required=True)
    losing = Several(
        Whole(), load_default=(), metadata={"description": "The enrolments one saw would lose their seats"}
    )


class Substitute(Schema):
    employee_no = Words(254, required=True, metadata={"description": "Who comes instead; an e-mail for other bodies"})
    reason = Words(400, required=True)


class PlaceItem(Schema):
    enrolment_id = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    queue_no = fields.Integer(required=True, allow_none=True)
    since = fields.DateTime(required=True)


class PictureItem(Schema):
    """A run at a moment: seats by who came first, the queue by who is next, and applications nobody decided on."""

    at = fields.DateTime(required=True)
    capacity = fields.Integer(required=True, allow_none=True)
    seated = fields.List(fields.Nested(PlaceItem), required=True)
    queue = fields.List(fields.Nested(PlaceItem), required=True)
    applications = fields.List(fields.Nested(PlaceItem), required=True)


class AsOf(Schema):
    at = Moment(metadata={"description": "Else now"})


@seats.operation(
    "GET", "/runs/<int:run_id>/answer", text("What applying would come to"), Permission.LEARN, SeatAnswerItem
)
def show(run_id: int) -> Response:
    """By the same rules as applying itself, for the token's person."""
    db, actor = doors.session(), me()
    run = db.scalar(select(Run).where(Run.id == run_id, visible(actor, Run))) or abort(404)
    return answer(
        _answered(what_comes(db, run, actor.id))
        | _grounded(grounds(db, run, actor.id))
        | {"hours": outlook(db, run, actor.id)._asdict()}
    )


@seats.operation(
    "GET",
    "/runs/<int:run_id>/capacity",
    text("How many seats a run has, and whom fewer would touch"),
    Permission.PLAN,
    CapacityItem,
    query=CapacityAsked,
    says=[409],
)
def capacity(asked: dict[str, Any], run_id: int) -> Response:
    """Nothing changes by looking."""
    db = doors.session()
    return answer(_seats(db, _run(run_id), asked.get("capacity")))


@seats.operation(
    "PUT",
    "/runs/<int:run_id>/capacity",
    text("Set how many seats a run has"),
    Permission.PLAN,
    CapacityItem,
    body=CapacityWanted,
    example={"capacity": 25, "losing": []},
)
def change_capacity(wanted: dict[str, Any], run_id: int) -> Response:
    """More seats go to who waits. Refused when anybody would lose a seat who is not named in `losing`."""
    db, actor = acting()
    run = locks.lock_run(db, _run(run_id).id)
    require_match(_seats(db, run))
    moved = allotment.change_capacity(db, actor.id, run, wanted["capacity"])
    unseen = [one.person.name for one in moved if one.id not in wanted["losing"]]
    if unseen:
        raise allotment.WouldUnseat(unseen)
    people, body = [one.person_id for one in moved], _seats(db, run)
    doors.commit()
    look_again(people)
    return answer(body)


@seats.operation(
    "POST",
    "/enrolments/<int:enrolment_id>/replacement",
    text("Let somebody come instead of another"),
    Permission.PLAN,
    EnrolmentItem,
    status=201,
    body=Substitute,
    example={"employee_no": "20030001", "reason": "출장"},
)
def replace(wanted: dict[str, Any], enrolment_id: int) -> Response:
    """On a list that is frozen. Who leaves is withdrawn; answered with the place of who comes."""
    db, actor = acting()
    reach = visible(actor, Enrolment, Permission.PLAN)
    leaving = db.scalar(select(Enrolment).where(Enrolment.id == enrolment_id, reach)) or abort(404)
    person = by_key(db, wanted["employee_no"])
    if person is None:
        invalid(employee_no=_("Nobody has this employee number or e-mail"))
    left = leaving.person_id
    coming = replacing.replace(db, actor.id, enrolment_id, person.id, wanted["reason"]).id
    body = item_of(db, coming)
    doors.commit()
    look_again([left])
    return answer(body, 201, {"Location": url_for("api-enrolments.show", enrolment_id=coming)})


@seats.operation(
    "GET",
    "/runs/<int:run_id>/queue",
    text("Seats and queue as of a moment"),
    Permission.PLAN,
    PictureItem,
    query=AsOf,
)
def queue(asked: dict[str, Any], run_id: int) -> Response:
    """Told from what was written down, whatever happened since."""
    at = asked.get("at") or clock.now()
    picture = replay(doors.session(), _run(run_id).id, at)
    lists = {"seated": picture.seated, "queue": picture.queue, "applications": picture.applications}
    found = {name: [_place(one) for one in places] for name, places in lists.items()}
    return answer({"at": at, "capacity": picture.capacity, **found})


def _run(run_id: int) -> Run:
    reach = visible(me(), Run, Permission.PLAN)
    return doors.session().scalar(select(Run).where(Run.id == run_id, reach)) or abort(404)


def _answered(one: SeatAnswer) -> dict[str, Any]:
    refused = {"code": one.refused.code, "detail": one.refused.message} if one.refused else None
    return {
        "mode": one.mode,
        "then": one.then,
        "refused": refused,
        "retake": one.retake,
        "position": one.place,
        "left": one.seats.run,
        "left_for_unit": one.seats.own,
        "unit": one.seats.unit,
    }


def _grounded(why: Grounds) -> dict[str, Any]:
    parts = {"cut_off": why.cut_off, "basis": why.basis, "present": why.present, "entrants": why.entrants}
    return {name: part._asdict() if part else None for name, part in parts.items()} | {"approver": why.approver}


def _seats(db: Session, run: Run, wanted: int | None = None) -> dict[str, Any]:
    losing = allotment.losing_seats(db, run, wanted) if wanted else []
    people = dict(
        db.execute(select(Person.id, Person.name).where(Person.id.in_([one.person_id for one in losing]))).all()
    )
    return {
        "capacity": run.capacity,
        "taken": run.taken,
        "losing": [{"enrolment_id": one.id, "name": people[one.person_id], "status": one.status} for one in losing],
    }


def _place(one: Place) -> dict[str, Any]:
    return one._asdict()
