"""The log of the printed seal's use (관인인쇄용지 관리대장)."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from courses import clock
from courses.certificates import registers
from courses.certificates.models import SealKind
from courses.permissions import Permission
from courses.text import text
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, here, key, say, see_other, year_or_none
from lms.web.certificates import ledgers
from lms.web.certificates.blueprint import pages
from lms.web.certificates.words import SEALS
from lms.web.fields import a_day, a_line, a_number, choices, lazy
from lms.web.files import file, table


class SealForm(FlaskForm):
    """One line of the log."""

    kind = SelectField(lazy(text("What happened")), choices=choices(dict(SEALS)), default=SealKind.RECEIVED.value)
    sheets = a_number(lazy(text("Sheets")), 0, registers.MOST, InputRequired(lazy(text("Enter a whole number"))))
    day = a_day(lazy(text("Date")), InputRequired(lazy(text("Enter a day, such as 2026-12-07"))))
    purpose = a_line(lazy(text("What it is for")), needed=text("Say what for: it stays in the log"))


@pages.get("/certificates/seal")
@permit(Permission.CERTIFY)
def seal_log() -> str:
    """What was received, used and spoilt, and how many sheets are left."""
    return _page(SealForm(formdata=None, day=clock.today()))


@pages.post("/certificates/seal")
@permit(Permission.CERTIFY)
def log_seal() -> Answer:
    """One line more. None is ever changed: a mistake is put right by a count of the stock."""
    form = SealForm()
    if not form.validate():
        return _page(form), INVALID
    kind, sheets = SealKind(form.kind.data), form.sheets.data or 0
    db, actor = acting()
    with again(lambda refused: _page(form, words(refused.message))):
        registers.log_seal(db, actor.id, kind, sheets, form.purpose.data or "", day=form.day.data)
    doors.commit()
    say(_("It is written down"))
    return see_other(url_for("certificates.seal_log"))


@pages.get("/certificates/seal.<string:form>")
@permit(Permission.CERTIFY)
def seal_file(form: str) -> Response:
    """The log of a year as CSV, workbook or PDF."""
    db, year = doors.session(), year_or_none("year") or clock.today().year
    lines, title = registers.seal_log(db, year), _("Seal log")
    if form != "pdf":
        return table(form, [ledgers.seal_sheet(lines)], f"{title} {year}")
    subtitle = _("Year %(year)s", year=year)
    content = ledgers.seal_pdf(lines, registers.left(db), doors.current_organisation(), subtitle)
    return file(content, f"{title} {year}.pdf", inline=True)


def _page(form: SealForm, error: str | None = None) -> str:
    db, before = doors.looking(), request.args.get("before", type=key)
    lines, more = registers.seal_page(db, before)
    return render_template(
        "certificates/seal.html",
        form=form,
        error=error,
        lines=lines,
        left=registers.left(db),
        first=here(before=None) if before else None,
        older=here(before=lines[-1].id) if more else None,
        names=SEALS,
        year=clock.today().year,
    )
