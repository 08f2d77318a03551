"""A session is moved: over a free slot, or to any other day, time and room. Or somebody else teaches it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for

from courses import clock
from courses.enrolment import rescheduling
from courses.errors import Conflict, Refused
from courses.permissions import Permission
from courses.scheduling import holidays, moving, queries
from courses.scheduling.models import Room
from courses.scheduling.plan import SessionPlan
from courses.text import text
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _
from lms.web.answers import CONFLICT, INVALID, Answer, say, see_other
from lms.web.fields import offer
from lms.web.formats import moment
from lms.web.scheduling import offering
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.forms import problems
from lms.web.scheduling.session_forms import MoveForm, SubstituteForm
from lms.web.scheduling.sessions import Planned, changed, linked, planned


@pages.get("/sessions/<int:session_id>/move")
@permit(Permission.PLAN)
def move(session_id: int) -> str:
    """The session, the nearest free slots, and what else can be done about it."""
    return _page(planned(session_id))


@pages.post("/sessions/<int:session_id>/move")
@permit(Permission.PLAN)
def move_session(session_id: int) -> Answer:
    """Move it. The fields may stand in the address, which is how a toast takes it back."""
    form = MoveForm(request.values)
    offer(form.room, _named(queries.rooms(doors.looking())), _("Later"))
    if not form.validate():
        return _page(planned(session_id), form), INVALID
    starts_at, anyway = _start(form), bool(form.anyway.data)
    was: list[SessionPlan] = []

    def change(db: Any, actor_id: int, one: Planned) -> tuple[list[int], list[int]]:
        was.append(one.session)
        _require_unmoved(one, form.was.data or "")
        if not anyway:
            holidays.require_working_days(db, moving.with_session(one.plan, _wanted(form, one.session)), one.plan)
        held = [one.session.id or 0] if one.marked else []
        return rescheduling.move(db, actor_id, one.run, session_id, starts_at, form.room.data, held=held)

    refused = changed(session_id, change, room_id=form.room.data)
    if refused:
        return _page(planned(session_id), form, refused), CONFLICT
    say(_("The session is moved to %(when)s", when=moment(starts_at)), undo=_undo(was[-1], starts_at))
    return see_other(url_for("scheduling.move", session_id=session_id))


@pages.post("/sessions/<int:session_id>/substitution")
@permit(Permission.PLAN)
def substitute(session_id: int) -> Answer:
    """Let somebody else teach it, or all of its run."""
    before, form = planned(session_id), SubstituteForm()
    people = _people(before)
    _offer_people(form, before, people)
    valid = form.validate()
    for field in (form.gone, form.instead):
        if not field.data:
            field.errors = [_("Choose an instructor")]
    if not valid or form.errors:
        return _page(before, substitution=form), INVALID
    gone, instead = form.gone.data, form.instead.data
    only = None if form.whole.data else session_id

    def change(db: Any, actor_id: int, one: Planned) -> tuple[list[int], list[int]]:
        return rescheduling.substitute(db, actor_id, one.run, gone, instead, only)

    refused = changed(session_id, change, person_id=instead)
    if refused:
        return _page(planned(session_id), refused=refused, substitution=form), CONFLICT
    say(_("%(name)s teaches it now", name=dict(people)[instead].partition(" · ")[0]))
    return see_other(url_for("scheduling.move", session_id=session_id))


def _page(
    one: Planned,
    form: MoveForm | None = None,
    refused: Refused | None = None,
    substitution: SubstituteForm | None = None,
) -> str:
    rooms, people = queries.rooms(doors.looking(), [one.session.room_id or 0]), _people(one)
    form = form or _filled(one.session)
    offer(form.room, _named(rooms), _("Later"))
    substitution = substitution or SubstituteForm(formdata=None)
    _offer_people(substitution, one, people)
    named = dict(people)
    return render_template(
        "scheduling/moving.html",
        one=one,
        form=form,
        substitution=substitution,
        problems=problems(form) + problems(substitution),
        refusals=linked(refused) if refused else [],
        offers=_offers(one, form, rooms) if one.can_change else [],
        place=next((room.name for room in rooms if room.id == one.session.room_id), one.plan.venue),
        teachers=[named[id_].partition(" · ")[0] for id_ in moving.teachers_of(one.plan, one.session) if id_ in named],
        seats=one.run.taken,
    )


def _offers(one: Planned, form: MoveForm, rooms: Sequence[Room]) -> list[offering.Choice]:
    """Around where it is to go, with everybody who has a seat free."""
    db = doors.looking()
    known = form.day.data and form.begins.data
    plan = moving.with_session(one.plan, _wanted(form, one.session)).settled() if known else one.plan
    number = next(n for n, session in enumerate(plan.sessions, 1) if session.id == one.session.id)
    away = rescheduling.away(db, one.run, clock.now())
    return offering.choices(db, plan, [number], one.run.id, away, rooms=rooms)


def _wanted(form: MoveForm, session: SessionPlan) -> SessionPlan:
    room = form.room.data if form.room.data and form.room.data > 0 else None
    return replace(moving.shifted(session, _start(form)), room_id=room)


def _start(form: MoveForm) -> datetime:
    return clock.at(form.day.data, form.begins.data)


def _filled(session: SessionPlan) -> MoveForm:
    begins = clock.local(session.starts_at)
    data = {
        "day": begins.date(),
        "begins": begins.time(),
        "room": session.room_id,
        "was": session.starts_at.isoformat(),
    }
    return MoveForm(formdata=None, data=data)


def _undo(was: SessionPlan, now_at: datetime) -> str | None:
    """The address that moves it back, where it has not been over by then."""
    if was.starts_at <= clock.now() < now_at:
        return None
    begins = clock.local(was.starts_at)
    return url_for(
        "scheduling.move_session",
        session_id=was.id,
        day=f"{begins:%Y-%m-%d}",
        begins=f"{begins:%H:%M}",
        room=was.room_id,
        was=now_at.isoformat(),
        anyway="y",
    )


def _require_unmoved(one: Planned, seen: str) -> None:
    if seen and seen != one.session.starts_at.isoformat():
        message = text("Somebody else moved this session meanwhile. Nothing was saved: look at where it is now")
        raise Conflict(message, code="overtaken")


def _named(rooms: Sequence[Room]) -> list[tuple[int, str]]:
    return [(room.id, f"{room.name} ({room.seats})") for room in rooms]


def _people(one: Planned) -> list[tuple[int, str]]:
    everybody = queries.instructors(doors.looking(), one.plan.instructor_ids)
    return [(person.id, f"{person.name} · {person.of}" if person.of else person.name) for person in everybody]


def _offer_people(form: SubstituteForm, one: Planned, people: Sequence[tuple[int, str]]) -> None:
    teaching = moving.teachers_of(one.plan, one.session)
    offer(form.gone, [(id_, name) for id_, name in people if id_ in teaching], "–")
    offer(form.instead, [(id_, name) for id_, name in people if id_ not in teaching], "–")
    if len(teaching) == 1 and not form.gone.data:
        form.gone.data = teaching[0]
