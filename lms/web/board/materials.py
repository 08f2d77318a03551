"""Files of a run: put up by those who teach it, taken away by everybody in it."""

from __future__ import annotations

from flask import abort, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses.board import materials as actions
from courses.board.models import Material
from courses.errors import Refused
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import CONFLICT, INVALID, Answer, again, found, say, see_other
from lms.web.board.blueprint import pages
from lms.web.board.forms import MaterialForm
from lms.web.board.posts import board_page
from lms.web.board.sending import keep
from lms.web.files import from_store
from lms.web.runs import run_for


@pages.post("/runs/<int:run_id>/materials")
@permit(Permission.TEACH)
def add(run_id: int) -> Answer:
    """Put a file up."""
    run, form = run_for(Permission.TEACH, run_id), MaterialForm()
    if not form.validate():
        return board_page(run, material=form), INVALID
    try:
        file = keep(form.file.data)
    except Refused as refused:
        return board_page(run, refused, material=form), CONFLICT
    db, actor = acting()
    run = run_for(Permission.TEACH, run_id)
    with again(lambda refused: board_page(run_for(Permission.TEACH, run_id), refused, material=form)):
        actions.add(db, actor.id, run, file.store(db), form.title.data or "", everywhere=form.everywhere.data)
    doors.commit()
    say(_("The file is up"))
    return see_other(url_for("board.show", run_id=run_id))


@pages.get("/runs/<int:run_id>/materials/<int:material_id>")
@permit(Permission.DISCUSS)
def material(run_id: int, material_id: int) -> Response:
    """The file, for whoever is in the run."""
    one = _of(run_for(Permission.DISCUSS, run_id), material_id)
    return from_store(one.sha256, one.filename)


@pages.post("/runs/<int:run_id>/materials/<int:material_id>/removal")
@permit(Permission.TEACH)
def remove(run_id: int, material_id: int) -> Answer:
    """Take it off the boards it stands on."""
    db, actor = acting()
    run = run_for(Permission.TEACH, run_id)
    with again(lambda refused: board_page(run_for(Permission.TEACH, run_id), refused)):
        actions.remove(db, actor.id, run, _of(run, material_id))
    doors.commit()
    say(_("The file is removed"))
    return see_other(url_for("board.show", run_id=run_id))


def _of(run: Run, material_id: int) -> Material:
    mine = visible(me(), Material, Permission.DISCUSS)
    one = found(select(Material).where(Material.id == material_id, Material.removed_at.is_(None), mine))
    return one if one.run_id == run.id or one.course_id == run.course_id else abort(404)
