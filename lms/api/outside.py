"""Learning elsewhere: one's own reports, and those that wait for their head."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from courses.hours import outside as actions
from courses.hours.models import OutsideLearning, OutsideState
from courses.hours.outside import LONGEST, Refusals, Wanted
from courses.people.actor import Actor
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.evidence import EXAMPLE, EvidenceSent, kept
from lms.api.fields import Day, Whole, Words
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import acting, me

outside = Resource("outside", text("Learning elsewhere"))


class OutsideItem(Schema):
    """A report; times in minutes. `evidence` is the name of the file that was sent with it."""

    id = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    type = fields.String(required=True)
    title = fields.String(required=True)
    provider = fields.String(required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)
    claimed_minutes = fields.Integer(required=True)
    recognised_minutes = fields.Integer(required=True, allow_none=True)
    evidence = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in OutsideState]})
    moved_at = fields.DateTime(required=True)
    reason = fields.String(required=True)


class OutsideWaitingItem(Schema):
    """A report that waits for you. `most`: minutes that can be recognised, under the cap of its type."""

    id = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    name = fields.String(required=True)
    grade = fields.String(required=True)
    unit = fields.String(required=True)
    type = fields.String(required=True)
    title = fields.String(required=True)
    provider = fields.String(required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)
    claimed = fields.Integer(required=True)
    evidence = fields.String(required=True)
    since = fields.DateTime(required=True)
    overdue = fields.Boolean(required=True, metadata={"description": "The next head above may decide too"})
    most = fields.Integer(required=True)


class OutsideWaitingList(Schema):
    items = fields.List(fields.Nested(OutsideWaitingItem), required=True)


class ReportSent(Schema):
    """What somebody learned; nothing is taken without its evidence."""

    type = Words(24, required=True, metadata={"description": "One of the types of the year's rules"})
    title = Words(200, required=True)
    provider = Words(200, required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)
    minutes = Whole(1, LONGEST, required=True)
    evidence = fields.Nested(EvidenceSent, required=True)


_LOOKED_AT = "The `moved_at` (`since`) of what was looked at; once it was changed that is a 409"


class RecognitionSent(Schema):
    seen = Words(40, load_default=None, metadata={"description": _LOOKED_AT})
    minutes = Whole(
        0, LONGEST, load_default=None, allow_none=True,
        metadata={"description": "Null: what is claimed, as far as the cap of its type goes"},
    )  # fmt: skip


class _Reason(Schema):
    reason = Words(400, required=True, metadata={"description": "The person reads it"})


class OutsideReturn(_Reason):
    seen = Words(40, load_default=None, metadata={"description": _LOOKED_AT})


class CorrectionSent(_Reason):
    minutes = Whole(0, LONGEST, required=True)


@outside.operation(
    "GET",
    "/people/me/outside-learning",
    text("What you learned elsewhere"),
    Permission.LEARN,
    page_of(OutsideItem),
    query=Paged,
)
def own(wanted: dict[str, Any]) -> Response:
    """By the last day."""
    mine = _REPORTS.where(visible(me(), OutsideLearning))
    return page(doors.session(), mine, [OutsideLearning.until_on, OutsideLearning.id], wanted, _row)


@outside.operation(
    "POST",
    "/people/me/outside-learning",
    text("Report what you learned elsewhere"),
    Permission.LEARN,
    OutsideItem,
    status=201,
    body=ReportSent,
    example={
        "type": "seminar", "title": "전자정부 국제 학술대회", "provider": "한국지역정보학회", "from_on": "2026-10-01",
        "until_on": "2026-10-02", "minutes": 360, "evidence": EXAMPLE,
    },
)  # fmt: skip
def report(sent: dict[str, Any]) -> Response:
    """It waits for your head then."""
    proof = kept(sent.pop("evidence"))
    db, actor = acting()
    one = actions.report(db, actor.id, Wanted(**sent), proof.store(db))
    body = _item(one)
    doors.commit()
    return answer(body, 201, {"Location": url_for("api-outside.show", outside_id=one.id)})


@outside.operation(
    "GET", "/outside-learning", text("Learning elsewhere that waits for you"), Permission.APPROVE, OutsideWaitingList
)
def waiting() -> Response:
    """What waits longest comes first; for officers all of it, at most 200."""
    organisation = doors.current_organisation()
    found = actions.waiting(doors.session(), me(), organisation, everything=True)
    return answer({"items": [{name: getattr(one, name) for name in OutsideWaitingItem().fields} for one in found]})


@outside.operation(
    "GET", "/outside-learning/<int:outside_id>", text("One report of learning elsewhere"), Permission.LEARN, OutsideItem
)
def show(outside_id: int) -> Response:
    """For whose it is, heads above and officers."""
    actor = me()
    reach = [visible(actor, OutsideLearning, one) for one in (Permission.LEARN, Permission.APPROVE, Permission.PLAN)]
    mine = select(OutsideLearning).where(OutsideLearning.id == outside_id, or_(*reach))
    return answer(_item(doors.session().scalar(mine) or abort(404)))


@outside.operation(
    "POST",
    "/outside-learning/<int:outside_id>/recognition",
    text("Recognise learning elsewhere"),
    Permission.APPROVE,
    OutsideItem,
    body=RecognitionSent,
    body_required=False,
    example={"minutes": 300, "seen": "2026-11-23T01:02:03.456789Z"},
)
def recognise(sent: dict[str, Any], outside_id: int) -> Response:
    """By whose turn it is, or an officer; never more than is claimed, or than the cap of its type leaves."""
    db, actor = acting()
    _near(db, actor, outside_id, Permission.APPROVE)
    _all_done(actions.recognise(db, actor.id, {outside_id: sent["minutes"]}, _looked(outside_id, sent)))
    return _kept(db, outside_id)


@outside.operation(
    "POST",
    "/outside-learning/<int:outside_id>/return",
    text("Return a report of learning elsewhere"),
    Permission.APPROVE,
    OutsideItem,
    body=OutsideReturn,
    example={"reason": "이수증에 시간이 없습니다"},
)
def return_to(sent: dict[str, Any], outside_id: int) -> Response:
    """The person corrects it and sends it again, or withdraws it."""
    db, actor = acting()
    _near(db, actor, outside_id, Permission.APPROVE)
    _all_done(actions.return_to(db, actor.id, [outside_id], sent["reason"], _looked(outside_id, sent)))
    return _kept(db, outside_id)


@outside.operation(
    "POST",
    "/outside-learning/<int:outside_id>/withdrawal",
    text("Withdraw your report"),
    Permission.LEARN,
    OutsideItem,
)
def withdraw(outside_id: int) -> Response:
    """Before anybody has recognised it."""
    db, actor = acting()
    _near(db, actor, outside_id, Permission.LEARN)
    actions.withdraw(db, actor.id, outside_id)
    return _kept(db, outside_id)


@outside.operation(
    "POST",
    "/outside-learning/<int:outside_id>/correction",
    text("Correct what was recognised"),
    Permission.PLAN,
    OutsideItem,
    body=CorrectionSent,
    example={"minutes": 240, "reason": "이수증에는 4시간입니다"},
)
def correct(sent: dict[str, Any], outside_id: int) -> Response:
    """By an officer, with a reason."""
    db, actor = acting()
    _near(db, actor, outside_id, Permission.PLAN)
    actions.correct(db, actor.id, outside_id, sent["minutes"], sent["reason"])
    return _kept(db, outside_id)


def _near(db: Session, actor: Actor, outside_id: int, permission: Permission) -> None:
    reach = OutsideLearning.id == outside_id, visible(actor, OutsideLearning, permission)
    db.scalar(select(OutsideLearning.id).where(*reach)) or abort(404)


def _looked(outside_id: int, sent: dict[str, Any]) -> dict[int, str]:
    return {outside_id: sent["seen"].replace("Z", "+00:00")} if sent["seen"] else {}


def _all_done(refused: Refusals) -> None:
    for _, reason in refused:
        raise reason


def _kept(db: Session, outside_id: int) -> Response:
    body = _item(db.get_one(OutsideLearning, outside_id))
    doors.commit()
    return answer(body)


def _row(row: Any) -> dict[str, Any]:
    return _item(row[0])


def _item(one: OutsideLearning) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in OutsideItem().fields if name not in ("evidence", "state")}
    return plain | {"evidence": one.evidence_name, "state": one.state.value}


_REPORTS: Any = select(OutsideLearning)
