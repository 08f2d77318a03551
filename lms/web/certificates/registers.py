"""The issue register of the whole organisation."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from courses.certificates import searching
from courses.certificates.models import CertificateState
from courses.certificates.searching import Wanted
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _
from lms.web.answers import here, key, year_or_none
from lms.web.certificates.blueprint import pages
from lms.web.certificates.reading import register_sheet
from lms.web.certificates.words import KINDS, STATES
from lms.web.files import table


@pages.get("/certificates/register")
@permit(Permission.CERTIFY)
def register() -> str:
    """Every certificate ever issued, by name, number or code."""
    db, wanted, before = doors.session(), _wanted(), request.args.get("before", type=key)
    entries, more, total = searching.page(db, wanted, before)
    asked: dict[str, Any] = {name: request.args[name] for name in ("q", "year", "state") if request.args.get(name)}
    return render_template(
        "certificates/register.html",
        entries=entries,
        total=total,
        many=searching.MANY,
        years=searching.years(db),
        first=here(before=None) if before else None,
        older=here(before=entries[-1].id) if more else None,
        asked=asked,
        kinds=KINDS,
        states=STATES,
    )


@pages.get("/certificates/register.<string:form>")
@permit(Permission.CERTIFY)
def whole_register(form: str) -> Response:
    """What the page lists, all of it, as CSV or workbook."""
    return table(form, [register_sheet(searching.everything(doors.session(), _wanted()))], _("Issue register"))


def _wanted() -> Wanted:
    state = request.args.get("state", "")
    return Wanted(
        request.args.get("q", "").strip()[:100],
        year_or_none("year"),
        CertificateState(state) if state in set(CertificateState) else None,
    )
