"""The issue register (증명서 발급대장) of the whole organisation, and the completion register (수료대장)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from courses import clock
from courses.catalogue.models import Kind
from courses.certificates import completions, searching
from courses.certificates.completions import Sought
from courses.certificates.models import CertificateState
from courses.certificates.searching import Wanted
from courses.enrolment.models import Outcome
from courses.permissions import Permission
from courses.reporting.training import KIND_NAMES
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _
from lms.web.answers import here, key, year_or_none
from lms.web.certificates import ledgers
from lms.web.certificates.blueprint import pages
from lms.web.certificates.words import DOCUMENTS, KINDS, STATES
from lms.web.files import file, table
from lms.web.reporting.words import OUTCOMES

_ANY = "any"


@pages.get("/certificates/register")
@permit(Permission.CERTIFY)
def register() -> str:
    """What was ever issued, certificates or `?what=papers`, by name, number or code; and whether a year's numbers
    are all there.
    """
    db, wanted, before = doors.session(), _wanted(), request.args.get("before", type=key)
    is_papers = request.args.get("what") == "papers"
    entries, more, total = (searching.papers if is_papers else searching.page)(db, wanted, before)
    return render_template(
        "certificates/register.html",
        entries=entries,
        total=total,
        many=searching.MANY,
        years=searching.years(db),
        account=searching.account(db, wanted.year or clock.today().year),
        first=here(before=None) if before else None,
        older=here(before=entries[-1].id) if more else None,
        asked=_asked("q", "year", "state", "what"),
        is_papers=is_papers,
        documents=DOCUMENTS,
        way=ledgers.way,
        kinds=KINDS,
        states=STATES,
    )


@pages.get("/certificates/register.<string:form>")
@permit(Permission.CERTIFY)
def whole_register(form: str) -> Response:
    """What the page lists, all of it in the order of the numbers, other documents too; as CSV, workbook or PDF."""
    db, wanted = doors.session(), _wanted()
    entries, title = searching.numbered(db, wanted), _("Issue register")
    if form != "pdf":
        return table(form, [ledgers.issue_sheet(entries)], title)
    account = searching.account(db, wanted.year) if wanted.year and wanted == Wanted(year=wanted.year) else None
    named, listed = doors.current_organisation(), list(entries)
    doors.release()  # a long register takes seconds to draw
    figures = ledgers.account_figures(account) if account else []
    return file(ledgers.issue_pdf(listed, figures, named, _year_title(wanted.year)), f"{title}.pdf", inline=True)


@pages.get("/certificates/completions")
@permit(Permission.CERTIFY)
def completion_register() -> str:
    """Who completed what."""
    db, sought, before = doors.session(), _sought(), request.args.get("before", type=key)
    lines, more = completions.page(db, sought, before)
    return render_template(
        "certificates/completions.html",
        lines=lines,
        count=completions.count(db, sought),
        years=completions.years(db),
        first=here(before=None) if before else None,
        older=here(before=lines[-1].id) if more else None,
        asked=_asked("q", "year", "kind", "outcome", "run"),
        kinds=KIND_NAMES,
        outcomes=OUTCOMES,
        states=STATES,
    )


@pages.get("/certificates/completions.<string:form>")
@permit(Permission.CERTIFY)
def completion_file(form: str) -> Response:
    """The same, all of it, by last day and run: as CSV, workbook or PDF."""
    db, sought, title = doors.session(), _sought(), _("Completion register")
    if form != "pdf":
        return table(form, [ledgers.completion_sheet(completions.everything(db, sought))], title)
    lines, count = list(completions.everything(db, sought)), completions.count(db, sought)
    named = doors.current_organisation()
    doors.release()  # a long register takes seconds to draw
    return file(ledgers.completion_pdf(lines, count, named, _year_title(sought.year)), f"{title}.pdf", inline=True)


def _year_title(year: int | None) -> str:
    return _("Year %(year)s", year=year) if year else ""


def _asked(*names: str) -> dict[str, Any]:
    return {name: request.args[name] for name in names if request.args.get(name)}


def _wanted() -> Wanted:
    state = request.args.get("state", "")
    return Wanted(
        request.args.get("q", "").strip()[:100],
        year_or_none("year"),
        CertificateState(state) if state in set(CertificateState) else None,
    )


def _sought() -> Sought:
    """Who completed, unless another outcome is asked for, or any."""
    kind, outcome = request.args.get("kind", ""), request.args.get("outcome", "")
    chosen = Outcome(outcome) if outcome in set(Outcome) else Outcome.COMPLETED
    return Sought(
        request.args.get("q", "").strip()[:100],
        year_or_none("year"),
        Kind(kind) if kind in set(Kind) else None,
        request.args.get("run", type=key),
        None if outcome == _ANY else chosen,
    )
