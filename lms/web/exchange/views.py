from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer
from werkzeug.wrappers import Response

from courses.errors import Conflict, Refused, WayOut
from courses.exchange import actions
from courses.exchange.formats import Format, kinds
from courses.exchange.models import ImportFile
from courses.exchange.preview import Preview, Source, look, original_rows, parse, template_headings
from courses.exchange.queries import last_imports
from courses.exchange.writing import Sheet
from courses.permissions import Permission
from courses.text import text
from lms import db
from lms.auth.guard import acting, permit
from lms.i18n import _, language, words
from lms.jobs.queries import in_progress
from lms.jobs.queue import anew
from lms.jobs.tasks.importing import IMPORTING, key_of
from lms.web.answers import INVALID, found, key, see_other
from lms.web.exchange.forms import ApplicationForm, UploadForm
from lms.web.exchange.words import bad_row_lines, changes, field_name
from lms.web.files import filename, table

pages = Blueprint("exchange", __name__)

SHOWN = 100
"""Rows of each list on a preview."""
MANY = 2000
"""Rows that are still imported while the person waits."""


@pages.get("/imports")
@permit(Permission.IMPORT)
def index() -> str:
    """What can be imported, in its natural order; `?kind=` chooses one."""
    return _index(UploadForm(formdata=None, kind=request.args.get("kind", ""), run=request.args.get("run", type=key)))


def _index(form: UploadForm, error: str | None = None) -> str:
    last = last_imports(db.looking())
    chosen = kinds.get(form.kind.data or "") or _next(last)
    form.kind.data = chosen.kind
    return render_template(
        "exchange/index.html",
        kinds=kinds,
        chosen=chosen,
        last=last,
        form=form,
        error=error,
        needed=lambda format_: ", ".join(words(kinds[kind].title) for kind in format_.needs),
    )


def _next(last: dict[str, Any]) -> Format:
    """The first kind that was never imported; afterwards the one that comes again and again."""
    return next(
        (format_ for kind, format_ in kinds.items() if kind not in last and format_.asks != "run"), kinds["staff"]
    )


@pages.post("/imports")
@permit(Permission.IMPORT)
def upload() -> Response | tuple[str, int]:
    """Parse the file, then keep it until it is applied."""
    form = UploadForm()
    if not form.validate():
        return _index(form), INVALID
    form.file.data.seek(0)  # it was read to its end where the database asked for all of this again
    data, name = form.file.data.read(), filename(form.file.data)
    given: dict[str, Any] = {"year": form.year.data, "effective": form.effective.data, "run_id": form.run.data}
    try:
        parse(form.kind.data, data, name, **given)
    except Refused as error:
        return _index(form, words(error.message)), INVALID
    session, actor = acting()
    file = actions.keep(session, actor.id, form.kind.data, data, name, **given)
    file_id = file.id
    db.commit()
    return see_other(url_for("exchange.show", file_id=file_id))


@pages.get("/imports/<int:file_id>")
@permit(Permission.IMPORT)
def show(file_id: int) -> str | Response:
    """The preview of a file; once it is applied, what it did; in between, how far it is."""
    file = found(select(ImportFile).where(ImportFile.id == file_id))
    if file.applied_at is not None:
        return render_template("exchange/result.html", file=file, format=kinds[file.kind])
    if job_id := in_progress(db.looking(), key_of(file_id)):
        return see_other(url_for("jobs.show", job_id=job_id))
    preview = look(db.looking(), _source(file_id)[0])
    return _preview(file, preview, ApplicationForm(formdata=None, seen=preview.digest))


def _preview(file: ImportFile, preview: Preview, form: ApplicationForm, error: str | None = None) -> str:
    return render_template(
        "exchange/show.html",
        file=file,
        preview=preview,
        plan=preview.plan,
        form=form,
        error=error,
        shown=SHOWN,
        changes=lambda entry: changes(preview, entry),
        field_name=lambda field: field_name(preview, field),
    )


@pages.post("/imports/<int:file_id>/application")
@permit(Permission.IMPORT)
def apply(file_id: int) -> Response | tuple[str, int]:
    """Do what the preview said."""
    source, _data = _source(file_id)
    db.release()
    form = ApplicationForm()
    choices = {"only_good": form.only_good.data, "retire": form.retire.data}
    large = len(source.table.rows) > MANY
    if large and not form.only_good.data and (bad := look(db.looking(), source)).bad_rows:
        file = db.looking().get_one(ImportFile, file_id)
        return _preview(file, bad, form, words(actions.BadRows(bad).message)), INVALID
    session, actor = acting()
    if large:
        return _hand_over(session, actor.id, file_id, seen=form.seen.data or "", **choices)
    try:
        actions.apply_file(session, actor.id, file_id, source, seen=form.seen.data or "", **choices)
    except actions.BadRows as error:
        db.release()
        file = db.looking().get_one(ImportFile, file_id)
        return _preview(file, error.preview, form, words(error.message)), INVALID
    db.commit()
    return see_other(url_for("exchange.show", file_id=file_id))


def _hand_over(session: Session, actor_id: int, file_id: int, **agreed: Any) -> Response:
    """A large file is imported in the background; the person is shown how far it is."""
    job_id = anew(session, IMPORTING, key=key_of(file_id), actor_id=actor_id, file_id=file_id, **agreed)
    db.commit()
    return see_other(url_for("jobs.show", job_id=job_id))


def _source(file_id: int) -> tuple[Source, bytes]:
    """A stored file, parsed; on a POST before the writing transaction opens."""
    statement = select(ImportFile).where(ImportFile.id == file_id).options(undefer(ImportFile.data))
    file = db.looking().scalar(statement)
    if file is None:
        abort(404)
    if file.data is None:
        raise Conflict(text("This file has been imported already."), way_out=WayOut("imports", text("To the imports")))
    return parse(file.kind, file.data, file.filename, file.year, file.effective_on, file.run_id), file.data


@pages.get("/imports/<int:file_id>/bad-rows.csv")
@permit(Permission.IMPORT)
def bad_rows(file_id: int) -> Response:
    """The bad rows as they stand in the file, with the reasons: to be corrected and sent again."""
    source, data = _source(file_id)
    preview = look(db.session(), source)
    fields = source.table.headings
    lines = bad_row_lines(preview, original_rows(data, source), fields)
    headings = [_("Row"), *fields.values(), _("Reason"), _("Remedy")]
    return table("csv", [Sheet(_("Bad rows"), headings, lines)], f"{source.format.kind}-bad-rows")


@pages.get("/imports/templates/<string:kind>.<string:form>")
@permit(Permission.IMPORT)
def template(kind: str, form: str) -> Response:
    """An empty file of a kind with its headings in the reader's language."""
    if kind not in kinds:
        abort(404)
    headings = template_headings(kinds[kind], language() == "ko")
    return table(form, [Sheet(words(kinds[kind].title), headings, [])], kind)
