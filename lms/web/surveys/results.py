"""What came out of surveys: of a run, of a course over time, of an instructor."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses.catalogue.models import Course
from courses.errors import Refused
from courses.exchange.writing import Cell, Sheet
from courses.people.models import Person
from courses.permissions import Permission, may
from courses.scheduling.models import Run, RunInstructor, RunState
from courses.surveys import ending, queries
from courses.surveys.queries import FEWEST, Figures, RunFigures
from courses.surveys.windows import window
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import Answer, again, found, say, see_other
from lms.web.files import table
from lms.web.runs import run_for
from lms.web.surveys.blueprint import pages
from lms.web.surveys.reading import figures_for


@pages.get("/runs/<int:run_id>/survey/results")
@permit(Permission.TEACH)
def of_run(run_id: int) -> str:
    """Of one run; an instructor sees the own points, once the run is closed."""
    return _page(run_for(Permission.TEACH, run_id))


@pages.get("/runs/<int:run_id>/survey/results.<string:form>")
@permit(Permission.TEACH)
def of_run_file(run_id: int, form: str) -> Response:
    """The same as CSV or workbook: the figures, and what people wrote."""
    run = run_for(Permission.TEACH, run_id)
    figures = figures_for(run) or abort(404)
    texts = [[one] for one in queries.comments(doors.session(), run.id)]
    title = _("Survey %(course)s %(year)s-%(number)s", course=run.course.title, year=run.year, number=run.number)
    sheets = [Sheet(_("Survey"), [_("Question"), _("Points")], _lines(figures))]
    return table(form, [*sheets, Sheet(_("In their own words"), [_("In their own words")], texts)], title)


@pages.post("/runs/<int:run_id>/survey/end")
@permit(Permission.PLAN)
def end(run_id: int) -> Answer:
    """It is over now, and its figures stand."""
    db, actor = acting()
    run = run_for(Permission.PLAN, run_id)
    with again(lambda refused: _page(run_for(Permission.PLAN, run_id), refused)):
        ending.end(db, actor.id, run.id)
    doors.commit()
    say(_("The survey is over. Its figures stand from now on"))
    return see_other(url_for("surveys.of_run", run_id=run_id))


@pages.get("/surveys/courses/<int:course_id>")
@permit(Permission.PLAN)
def of_course(course_id: int) -> str:
    """Of a course over time."""
    course = _course(course_id)
    runs = queries.of_course(doors.session(), course_id)
    file = url_for("surveys.of_course_file", course_id=course_id, form="xlsx")
    return _series(course.title, runs, file)


@pages.get("/surveys/courses/<int:course_id>.<string:form>")
@permit(Permission.PLAN)
def of_course_file(course_id: int, form: str) -> Response:
    """The same as CSV or workbook."""
    course = _course(course_id)
    return _table(form, queries.of_course(doors.session(), course_id), course.title)


@pages.get("/surveys/instructors/<int:person_id>")
@permit(Permission.PLAN)
def of_instructor(person_id: int) -> str:
    """Of an instructor, over all runs."""
    person = _instructor(person_id)
    runs = queries.of_instructor(doors.session(), person_id)
    return _series(person.name, runs, url_for("surveys.of_instructor_file", person_id=person_id, form="xlsx"))


@pages.get("/surveys/instructors/<int:person_id>.<string:form>")
@permit(Permission.PLAN)
def of_instructor_file(person_id: int, form: str) -> Response:
    """The same as CSV or workbook."""
    person = _instructor(person_id)
    return _table(form, queries.of_instructor(doors.session(), person_id), person.name)


@pages.get("/teaching/surveys")
@permit(Permission.TEACH)
def mine() -> str:
    """One's own as an instructor: closed runs, and the own points alone."""
    runs = queries.of_instructor(doors.session(), me().id, closed_only=True)
    return _series(_("Your surveys"), runs, "")


def _page(run: Run, refused: Refused | None = None) -> str:
    db, officer = doors.looking(), may(me(), Permission.PLAN)
    figures, open_until = figures_for(run), window(doors.looking(), run.id)
    answered = queries.answered(db, run.id)
    return render_template(
        "surveys/of_run.html",
        run=run,
        window=open_until,
        figures=figures,
        comments=queries.comments(db, run.id) if figures else [],
        answered=answered if answered >= FEWEST else None,
        fewest=FEWEST,
        closed=run.state is RunState.CLOSED,
        officer=officer,
        refused=words(refused.message) if refused else "",
    )


def _series(title: str, runs: Sequence[RunFigures], file: str) -> str:
    return render_template(
        "surveys/series.html",
        title=title,
        runs=runs,
        whole=queries.together(runs),
        file=file,
        officer=may(me(), Permission.PLAN),
        fewest=FEWEST,
    )


def _table(form: str, runs: Sequence[RunFigures], title: str) -> Response:
    headings = [
        _("Course"), _("Run"), _("First day"), _("Asked"), _("Responses"), _("Course"), _("Instructors"),
        _("Rooms and equipment"), _("Organisation of the course"),
    ]  # fmt: skip
    rows = [[one.title, f"{one.year}-{one.number}", one.starts_on, *_cells(one.figures)] for one in runs]
    return table(form, [Sheet(_("Survey"), headings, rows)], f"{title} {_('Survey')}")


def _cells(figures: Figures) -> list[Cell]:
    teachers = None if figures.instructor is None else figures.instructor / 100
    counts: list[Cell] = [figures.places, figures.answers]
    return [*counts, figures.course / 100, teachers, figures.facilities / 100, figures.operation / 100]


def _lines(figures: Figures) -> list[list[Cell]]:
    teachers: list[list[Cell]] = [
        [_("Instructor: %(name)s", name=one.name), one.points / 100] for one in figures.instructors
    ]
    return [
        [_("Asked"), figures.places],
        [_("Responses"), figures.answers],
        [_("Course"), figures.course / 100],
        *teachers,
        [_("Rooms and equipment"), figures.facilities / 100],
        [_("Organisation of the course"), figures.operation / 100],
    ]


def _course(course_id: int) -> Course:
    return found(select(Course).where(Course.id == course_id))


def _instructor(person_id: int) -> Person:
    taught = select(RunInstructor.person_id).where(RunInstructor.person_id == person_id)
    return found(select(Person).where(Person.id == person_id, Person.id.in_(taught)))
