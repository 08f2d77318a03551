from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from courses.attendance import actions, queries, teaching
from courses.attendance.actions import Saved
from courses.attendance.marks import MarkInput
from courses.attendance.models import AttendanceMark, Ground
from courses.attendance.rules import refusal
from courses.db import KEY, rows
from courses.enrolment.models import Enrolment
from courses.people.models import Person, Role
from courses.permissions import Permission, visible
from courses.scheduling.models import ClassSession, Run
from courses.text import Text, text
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, found, json_body, say, see_other
from lms.web.attendance import forms
from lms.web.formats import clock

pages = Blueprint("attendance", __name__)

MARKS: dict[AttendanceMark, Text] = {
    AttendanceMark.PRESENT: text("Present"),
    AttendanceMark.LATE: text("Late"),
    AttendanceMark.LEFT_EARLY: text("Left early"),
    AttendanceMark.STEPPED_OUT: text("Stepped out"),
    AttendanceMark.ABSENT: text("Absent"),
    AttendanceMark.EXCUSED: text("Excused"),
}
GROUNDS: dict[Ground, Text] = {
    Ground.OFFICIAL_LEAVE: text("Official leave"),
    Ground.LEAVE: text("Leave"),
    Ground.DUTY: text("On duty"),
}
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
    return render_template(
        "attendance/index.html",
        agenda=teaching.agenda(db, whose),
        runs=teaching.runs_to_score(db, whose),
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
    db, actor = acting()
    session = _session(session_id)
    saved = actions.mark(db, actor.id, session_id, sheet.marks, sheet.seen)
    told = _news(db, saved)
    marks = [row.mark for row in queries.roster(db, session)]
    doors.commit()
    if request.is_json:
        return jsonify(_answer(saved, told, queries.tally(marks)))
    for sentence in [_("Saved at %(time)s", time=clock(saved.at)), *told]:
        say(sentence)
    return see_other(url_for("attendance.show", session_id=session_id))


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


def _answer(saved: Saved, told: list[str], tally: dict[str, int]) -> dict[str, object]:
    foreign = {str(change.enrolment_id): str(change.mark) for change in saved.foreign}
    return {
        "at": saved.at.isoformat(),
        "marks": {str(key): str(mark) for key, mark in saved.marks.items()},
        "foreign": foreign,
        "gone": saved.gone,
        "told": told,
        "tally": tally,
    }


def _news(db: Session, saved: Saved) -> list[str]:
    """Sentences about what others did meanwhile."""
    concerned = {change.enrolment_id for change in saved.foreign} | set(saved.gone)
    names = _names(db, concerned) if concerned else {}
    told = [
        _(
            "%(name)s: %(by)s set “%(mark)s” at %(time)s",
            name=names[change.enrolment_id],
            by=change.by,
            mark=in_words(change.mark),
            time=clock(change.at),
        )
        if change.by and change.at
        else _("%(name)s: meanwhile set to “%(mark)s”", name=names[change.enrolment_id], mark=in_words(change.mark))
        for change in saved.foreign
    ]
    left = [names[key] for key in saved.gone if key in names]
    return told + ([_("No longer enrolled, not saved: %(names)s", names=", ".join(left))] if left else [])


def _names(db: Session, enrolment_ids: set[int]) -> dict[int, str]:
    named = select(Enrolment.id, Person.name).join(Person, Person.id == Enrolment.person_id)
    found = db.execute(named.where(Enrolment.id.in_(enrolment_ids)))
    return {row.id: row.name for row in found}


@pages.app_template_filter()
def in_words(mark: MarkInput) -> str:
    """'Late 20 min', 'Excused (duty)', 'Not marked'."""
    if mark.mark is None:
        return _("Not marked")
    name = words(MARKS[mark.mark])
    if mark.minutes is not None:
        return _("%(mark)s %(n)s min", mark=name, n=mark.minutes)
    return f"{name} ({words(GROUNDS[mark.ground])})" if mark.ground else name
