"""What players say: they begin, and report what was played."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify
from werkzeug.wrappers import Response

from courses.content import playing
from courses.content.playing import Stand
from courses.content.watching import FULL
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.config import config
from lms.i18n import _
from lms.web.answers import INVALID, json_body
from lms.web.content.blueprint import pages
from lms.web.content.learning import taken_now
from lms.web.formats import clock, points

_MOST_PARTS = 200
_LONGEST = 1_000_000
"""Seconds."""


@pages.post("/enrolments/<int:enrolment_id>/lessons/<int:lesson_id>/playing")
@permit(Permission.LEARN)
def play(enrolment_id: int, lesson_id: int) -> Response:
    """Begin here; whatever this person plays elsewhere ends with its next report."""
    db, _actor = acting()
    stand = playing.play(db, *taken_now(enrolment_id), lesson_id)
    doors.commit()
    return _told(stand)


@pages.post("/enrolments/<int:enrolment_id>/lessons/<int:lesson_id>/reports")
@permit(Permission.LEARN)
def report(enrolment_id: int, lesson_id: int) -> Response:
    """What was played since: `{token, parts: [[from, to], …], at}` in whole seconds."""
    said = json_body()
    if not _is_report(said):
        abort(INVALID)
    db, _actor = acting()
    enrolment, run = taken_now(enrolment_id)
    stand = playing.report(
        db,
        enrolment,
        run,
        lesson_id,
        token=said["token"],
        parts=said["parts"],
        at=said["at"],
        percent=config().playback_percent,
    )
    doors.commit()
    return _told(stand)


def _is_report(said: Any) -> bool:
    if not isinstance(said, dict) or not isinstance(said.get("token"), str):
        return False
    parts = said.get("parts")
    return (
        _is_second(said.get("at"))
        and isinstance(parts, list)
        and len(parts) <= _MOST_PARTS
        and all(isinstance(part, list) and len(part) == 2 and all(map(_is_second, part)) for part in parts)
    )


def _is_second(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LONGEST


def _told(stand: Stand) -> Response:
    return jsonify(
        token=stand.token,
        at=stand.at,
        reach=stand.reach,
        progress=points(stand.progress),
        done=stand.progress >= FULL,
        saved=clock(stand.saved_at),
        ended=stand.ended and _("‘%(title)s’ has stopped: no two courses are played at once", title=stand.ended),
    )
