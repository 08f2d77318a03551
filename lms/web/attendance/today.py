"""What an instructor sees first."""

from __future__ import annotations

from flask import request, url_for
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import teaching
from courses.attendance.teaching import Agenda
from courses.people.actor import Actor
from courses.people.models import Role

_FROM, _OUTSIDE = "Sec-Fetch-Site", "none"


def agenda_of(db: Session, actor: Actor) -> Agenda | None:
    """An instructor's own sessions; an officer's view of all of them is the page of Teaching."""
    return teaching.agenda(db, actor.id) if Role.INSTRUCTOR in actor.roles else None


def sheet_of_now(agenda: Agenda | None) -> str | None:
    """The address of the sheet of the class that is on; of the list, where there are several to choose from."""
    on = agenda.on(clock.now()) if agenda else []
    if len(on) == 1:
        return url_for("attendance.show", session_id=on[0].id)
    return url_for("attendance.index") if on else None


def comes_from_outside() -> bool:
    """Whether somebody opens the site, by a bookmark or by typing its address: no link of ours leads here."""
    return request.headers.get(_FROM) == _OUTSIDE
