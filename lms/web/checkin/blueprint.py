from __future__ import annotations

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.permissions import Permission, visible
from courses.scheduling.models import ClassSession, Run
from lms.auth.guard import me
from lms.web.answers import found

pages = Blueprint("checkin", __name__)


def taught_session(session_id: int) -> ClassSession:
    """The session with its run, course and room, if the person may take its attendance; else 404."""
    mine = visible(me(), ClassSession, Permission.TEACH)
    with_names = joinedload(ClassSession.run).joinedload(Run.course), joinedload(ClassSession.room)
    return found(select(ClassSession).where(ClassSession.id == session_id, mine).options(*with_names))
