from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from courses.assessment.queries import waiting_appeals
from courses.attendance import actions, queries, teaching
from courses.attendance.rules import refusal
from courses.board import queries as board
from courses.clock import now
from courses.db import KEY, rows
from courses.people.models import Role
from courses.permissions import Permission, visible
from courses.scheduling.models import ClassSession, Run
from lms import db as doors
from lms import paths
from lms.auth.guard import acting, me, permit, public
from lms.i18n import _
from lms.web.answers import INVALID, found, json_body, say, see_other
from lms.web.attendance import forms, news
from lms.web.attendance.words import GROUNDS, MARKS, in_words
from lms.web.formats import clock

pages = Blueprint("attendance", __name__)
pages.add_app_template_filter(in_words)

TONES = {"present": "ok", "absent": "bad", "excused": "info", "": ""}


@pages.get("/teaching")
@permit(Permission.TEACH)
def index() -> str | Response:
    """The session that is on, opened by itself; else (or with `?list=1`) what there is to teach."""
    db, actor = doors.session(), me()
    if "list" not in request.args and (now := teaching.current(db, actor.id)):
        return see_other(url_for("attendance.show", session_id=now))
    everybody = Role.OFFICER in actor.roles
    whose = None if everybody else actor.id
    runs = teaching.runs_to_score(db, whose)
    return render_template(
        "attendance/index.html",
        agenda=teaching.agenda(db, whose),
        runs=runs,
        appeals=waiting_appeals(db, [run.id for run in runs]),
        questions=board.waiting(db, whose),
        everybody=everybody,
    )


@pages.get("/sessions/<int:session_id>/attendance")
@permit(Permission.TEACH)
def show(session_id: int) -> str:
    """The sheet."""
    db = doors.session()
    session = _session(session_id)
    people = queries.roster(db, session)
    return render_template(
        "attendance/show.html",
        session=session,
        run=session.run,
        rows=people,
        tally=queries.tally([row.mark for row in people]),
        around=_around(db, session),
        refused=refusal(session.run.state, session.starts_at),
        usual=queries.usual_minutes(db),
        longest=queries.scheduled_minutes(db, session_id),
        marks=MARKS,
        grounds=GROUNDS,
        tones=TONES,
    )


@pages.post("/sessions/<int:session_id>/attendance")
@permit(Permission.TEACH)
def save(session_id: int) -> Response | tuple[Response, int]:
    """Write marks: JSON is answered with JSON, a form by the page again."""
    try:
        sheet = forms.from_json(json_body()) if request.is_json else forms.from_form(request.form)
    except forms.Unreadable as error:
        if request.is_json:
            return jsonify(error=str(error)), INVALID
        abort(400)
    came = now()
    db, actor = acting()  # may wait for others who write: what was marked before theirs stays earlier
    session = _session(session_id)
    saved = actions.mark(db, actor.id, session_id, sheet.marks, sheet.seen, sheet.ages, came=came)
    told = news.of(db, saved)
    marks = [row.mark for row in queries.roster(db, session)]
    doors.commit()
    if request.is_json:
        return jsonify(news.answer(saved, told) | {"tally": queries.tally(marks)})
    for sentence in [_("Saved at %(time)s", time=clock(saved.at)), *told.sentences]:
        say(sentence)
    return see_other(url_for("attendance.show", session_id=session_id))


@pages.get("/sessions/<int:session_id>/attendance/marks")
@permit(Permission.TEACH)
def marks(session_id: int) -> Response:
    """The marks as they stand, for a sheet that stays open while others mark too."""
    return jsonify(news.standing(queries.marks_now(doors.session(), _session(session_id)), me().id))


@pages.get("/service-worker.js")
@public
def service_worker() -> Response:
    """What opens sheets without a network. At the root, since it may serve what lies below its own address only."""
    worker = (paths.STATIC / "js" / "service-worker.js").read_bytes()
    return Response(worker, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@dataclass(frozen=True)
class Around:
    """The sessions before and after this one (ids), and how many there are."""

    before: int | None
    after: int | None
    count: int


def _session(session_id: int) -> ClassSession:
    mine = visible(me(), ClassSession, Permission.TEACH)
    return found(_SESSION.where(mine), {"session_id": session_id})


def _around(db: Session, session: ClassSession) -> Around:
    ids = [None, *rows(db, _OF_RUN, {"run_id": session.run_id}).scalars(), None]
    here = ids.index(session.id)
    return Around(ids[here - 1], ids[here + 1], len(ids) - 2)


# Built once: that costs more than running them.

_SESSION = (
    select(ClassSession)
    .where(ClassSession.id == bindparam("session_id", type_=KEY))
    .options(joinedload(ClassSession.run).joinedload(Run.course), joinedload(ClassSession.room))
)
_OF_RUN = (
    select(ClassSession.id).where(ClassSession.run_id == bindparam("run_id", type_=KEY)).order_by(ClassSession.number)
)
