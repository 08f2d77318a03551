"""Questions kept under a name: saved, renamed, shared, deleted."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request, url_for
from sqlalchemy import Select, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from courses.permissions import Permission
from courses.reporting import saved
from courses.reporting.models import LONGEST_QUERY, SavedReport
from lms import db
from lms.auth.guard import acting, permit
from lms.i18n import _
from lms.web.answers import found, say, see_other
from lms.web.reporting.asking import asked, query
from lms.web.reporting.blueprint import pages


@pages.post("/reports/saved")
@permit(Permission.OVERSEE)
def keep() -> Response:
    """Keep the report under a name."""
    session, actor = acting()
    kept = saved.keep(session, actor.id, request.form.get("name", ""), _asked(), shared="shared" in request.form)
    db.commit()
    say(_("Saved as “%(name)s”", name=kept.name))
    return see_other(f"{url_for('reporting.explore')}?{kept.query}")


@pages.post("/reports/saved/<int:saved_id>/name")
@permit(Permission.OVERSEE)
def rename(saved_id: int) -> Response:
    """Call it something else, share it or no longer."""
    session, actor = acting()
    kept = found(_own(saved_id, actor.id))
    saved.rename(session, actor.id, kept, request.form.get("name", ""), shared="shared" in request.form)
    db.commit()
    return see_other(f"{url_for('reporting.explore')}?{kept.query}")


@pages.post("/reports/saved/<int:saved_id>/removal")
@permit(Permission.OVERSEE)
def remove(saved_id: int) -> Response:
    """Keep it no longer; it can be kept again."""
    session, actor = acting()
    kept = found(_own(saved_id, actor.id))
    address, name = f"{url_for('reporting.explore')}?{kept.query}", kept.name
    saved.delete(session, actor.id, kept)
    db.commit()
    say(_("“%(name)s” is no longer kept", name=name))
    return see_other(address)


def _asked() -> str:
    """The question as this site writes it: whatever else was sent does not get into an address."""
    sent = request.form.get("query", "")[: 2 * LONGEST_QUERY]
    return query(asked(MultiDict(parse_qsl(sent))))


def _own(saved_id: int, person_id: int) -> Select[SavedReport]:
    return select(SavedReport).where(SavedReport.id == saved_id, SavedReport.owner_id == person_id)
