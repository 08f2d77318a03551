from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from courses import clock
from courses.attendance import paper, queries
from courses.attendance.models import AttendanceMark, SheetScan
from courses.attendance.queries import SheetRow
from courses.errors import Refused
from courses.permissions import Permission, visible
from courses.printing import sheets
from courses.printing.sheets import Heading, Signer
from courses.scheduling.models import ClassSession, Run
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, language, words
from lms.web import evidence, files
from lms.web.answers import INVALID, Answer, found, say, see_other
from lms.web.attendance.words import in_words
from lms.web.fields import ReasonForm
from lms.web.formats import span
from lms.web.paper.forms import ScanForm

pages = Blueprint("paper", __name__)


@pages.get("/sessions/<int:session_id>/paper")
@permit(Permission.TEACH)
def show(session_id: int) -> str:
    """What can be printed for a session, and the signed sheets that came back."""
    return _page(_session(session_id), ScanForm(formdata=None, sheet=request.args.get("sheet", "")))


@pages.get("/sheets/<string:code>")
@permit(Permission.TEACH)
def sheet(code: str) -> Response:
    """Where the code of a sheet leads."""
    return see_other(_address(code))


@pages.get("/sheets")
@permit(Permission.TEACH)
def typed() -> Response:
    """The same for a code that was typed."""
    return see_other(_address(request.args.get("code", "")))


def _address(code: str) -> str:
    read = paper.read_code(code)
    if read is None:
        abort(404)
    _session(read[0])
    return url_for("paper.show", session_id=read[0], sheet=code.strip())


@pages.get("/sessions/<int:session_id>/sign-in-sheet.pdf")
@permit(Permission.TEACH)
def sign_in_sheet(session_id: int) -> Response:
    """Thirty people a page, to be signed."""
    session, people = _with_people(session_id)
    numbers = range(1, sheets.pages_of(len(people)) + 1)
    codes = [paper.sheet_code(session_id, number) for number in numbers]
    public = current_app.extensions["config"].public_url
    links = [(code, f"{public}{url_for('paper.sheet', code=code)}") for code in codes]
    return _file(sheets.sign_in_sheet(_heading(session), people, codes=links, **_around()), _("Sign-in sheet"))


@pages.get("/sessions/<int:session_id>/absentees.pdf")
@permit(Permission.TEACH)
def absentees(session_id: int) -> Response:
    """Who was not there, or not all the time, as it is marked now."""
    session = _session(session_id)
    rows = queries.roster(doors.session(), session)
    away = [_signer(row) for row in rows if row.mark.mark not in (AttendanceMark.PRESENT, None)]
    unmarked = sum(row.mark.mark is None for row in rows)
    return _file(sheets.absentees(_heading(session), away, unmarked=unmarked, **_around()), _("Absentee list"))


@pages.get("/sessions/<int:session_id>/name-plates.pdf")
@permit(Permission.TEACH)
def name_plates(session_id: int) -> Response:
    """Two tents a page."""
    _of, people = _with_people(session_id)
    if not people:
        abort(404)
    return _file(sheets.name_plates(people, **_around()), _("Name plates"))


@pages.get("/sessions/<int:session_id>/room-notice.pdf")
@permit(Permission.TEACH)
def room_notice(session_id: int) -> Response:
    """For the door."""
    return _file(sheets.room_notice(_heading(_session(session_id)), **_around()), _("Room notice"))


@pages.post("/sessions/<int:session_id>/scans")
@permit(Permission.TEACH)
def keep(session_id: int) -> Answer:
    """Keep a signed sheet, scanned or photographed, as evidence."""
    form = ScanForm()
    session = _session(session_id)
    if not form.validate():
        return _page(session, form), INVALID
    doors.release()
    try:
        kept = evidence.keep(form.file.data)
    except Refused as refused:
        form.file.errors = (words(refused.message),)
        return _page(_session(session_id), form), INVALID
    db, actor = acting()
    kept.store(db)
    read = paper.read_code(form.sheet.data or "")
    page = read[1] if read and read[0] == session_id else None
    paper.keep_scan(db, actor.id, _session(session_id), kept.sha256, kept.name, page)
    doors.commit()
    say(_("%(file)s is kept with the session", file=kept.name))
    return see_other(url_for("paper.show", session_id=session_id))


@pages.get("/sessions/<int:session_id>/scans/<int:scan_id>")
@permit(Permission.TEACH)
def scan(session_id: int, scan_id: int) -> Response:
    """One of them. Pictures are shown, a PDF is saved."""
    one = _scan(_session(session_id), scan_id)
    return files.from_store(one.sha256, one.name)


@pages.post("/sessions/<int:session_id>/scans/<int:scan_id>/removal")
@permit(Permission.TEACH)
def remove(session_id: int, scan_id: int) -> Answer:
    """Take one out, with a reason; it stays in the list, and who removed it."""
    form = ReasonForm()
    if not form.validate():
        return _page(_session(session_id), ScanForm(formdata=None), (scan_id, form)), INVALID
    db, actor = acting()
    session = _session(session_id)
    paper.remove_scan(db, actor.id, session, _scan(session, scan_id), form.reason.data or "")
    doors.commit()
    say(_("The sheet no longer counts as evidence"))
    return see_other(url_for("paper.show", session_id=session_id))


def _page(session: ClassSession, form: ScanForm, removal: tuple[int, ReasonForm] | None = None) -> str:
    db = doors.looking()
    return render_template(
        "paper/show.html",
        session=session,
        run=session.run,
        scans=paper.scans(db, session.id),
        people=len(queries.roster(db, session)),
        form=form,
        removal=removal,
    )


def _session(session_id: int) -> ClassSession:
    """One that the person teaches; 404 for others."""
    mine = select(ClassSession).where(ClassSession.id == session_id, visible(me(), ClassSession, Permission.TEACH))
    return found(mine.options(joinedload(ClassSession.run).joinedload(Run.course), joinedload(ClassSession.room)))


def _scan(session: ClassSession, scan_id: int) -> SheetScan:
    return found(select(SheetScan).where(SheetScan.id == scan_id, SheetScan.session_id == session.id))


def _with_people(session_id: int) -> tuple[ClassSession, list[Signer]]:
    session = _session(session_id)
    return session, [_signer(row) for row in queries.roster(doors.session(), session)]


def _signer(row: SheetRow) -> Signer:
    return Signer(row.number, row.name, row.unit.rpartition(" > ")[2], in_words(row.mark) if row.mark.mark else "")


def _heading(session: ClassSession) -> Heading:
    run = session.run
    about = " · ".join([_("Run %(n)s", n=run.number), _("session %(n)s", n=session.number)])
    place = session.room.name if session.room else run.place
    return Heading(run.course.title, about, span(session.starts_at, session.ends_at), place, run.teachers)


def _around() -> dict[str, Any]:
    """Whose paper it is, of today, in the language spoken."""
    ours, korean = doors.current_organisation(), language() == "ko"
    name = ours.name if korean else ours.name_en
    return {"organisation": name, "day": clock.today(), "language": language(), "words": words}


def _file(content: bytes, name: str) -> Response:
    return files.file(content, f"{name}.pdf", plain="session.pdf", inline=True)
