"""The officer's list of courses: searched, filtered, counted, as a page and as a file."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, render_template, request

from courses import clock
from courses.catalogue import queries
from courses.catalogue.models import Kind, Level
from courses.catalogue.queries import PAGE, Offer, Wanted
from courses.catalogue.words import KINDS, LEVELS
from courses.exchange import catalogue
from courses.exchange.writing import Sheet
from courses.permissions import Permission
from courses.scheduling.queries import runs_of
from lms import db as doors
from lms.auth.guard import permit
from lms.i18n import _, language, words
from lms.web.answers import here, is_fragment, key, page_number, selected
from lms.web.files import table
from lms.web.scheduling.blueprint import pages
from lms.web.scheduling.words import OFFERS

_LONGEST = 80


@pages.get("/operations/courses")
@permit(Permission.PLAN)
def courses() -> str:
    """The courses by kind and code; those retired only when asked for."""
    db, wanted, page = doors.session(), _wanted(), page_number()
    rows = queries.listed(db, _shown(wanted), page)
    if not rows and page > 1:
        abort(404)
    total = rows[0].total if rows else 0
    template = "scheduling/course_results.html" if is_fragment() else "scheduling/courses.html"
    return render_template(
        template,
        rows=rows,
        total=total,
        wanted=wanted,
        runs=runs_of(db, [course.id for course in rows], clock.today().year),
        year=clock.today().year,
        areas=queries.areas(db),
        kinds=KINDS,
        levels=LEVELS,
        offers=OFFERS,
        page=page,
        last=-(-total // PAGE),
        page_url=lambda number: here(page=number),
        file_url=lambda ending: here(f"/operations/courses.{ending}", page=None),
    )


@pages.get("/operations/courses.<string:form>")
@permit(Permission.PLAN)
def courses_file(form: str) -> Response:
    """All courses that the filters leave, as CSV or workbook that can be imported again."""
    db = doors.session()
    rows = queries.courses(db, _shown(_wanted()))
    runs = runs_of(db, [course.id for course in rows], clock.today().year)
    headings, cells = catalogue.lines(rows, korean=language() == "ko")
    headings += [_("State"), _("Runs in %(year)s", year=clock.today().year)]
    for course, line in zip(rows, cells, strict=True):
        line += [words(OFFERS[queries.offer_of(course)][0]), runs.get(course.id, 0)]
    title = _("Course list")
    return table(form, [Sheet(title, headings, cells)], title, plain="courses")


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        words=args.get("q", "").strip()[:_LONGEST],
        kinds=tuple(Kind(value) for value in selected(args.getlist("kind"), Kind)),
        levels=tuple(Level(value) for value in selected(args.getlist("level"), Level)),
        areas=tuple(args.getlist("area", type=key)),
        offers=tuple(Offer(value) for value in selected(args.getlist("offer"), Offer)),
    )


def _shown(wanted: Wanted) -> Wanted:
    """Without a state chosen everything but what is retired."""
    return wanted if wanted.offers else replace(wanted, offers=(Offer.OFFERED, Offer.DRAFT))
