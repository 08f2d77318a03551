"""The report one asks for, and the rows behind its numbers. The address holds the whole question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy import false, literal, or_, select, true

from courses import clock
from courses.catalogue.models import Area, Course
from courses.catalogue.words import LEVELS
from courses.exchange.writing import Cell as Value
from courses.exchange.writing import Sheet
from courses.people import served
from courses.people.models import OrgUnit, Person
from courses.permissions import Permission, visible
from courses.reporting import explorer, headcounts, rows, saved
from courses.reporting.dimensions import members
from courses.reporting.explorer import Answer
from courses.reporting.measures import MEANINGS
from courses.reporting.places import Places
from courses.reporting.question import HEADCOUNTS, Measure, Question
from courses.reporting.tallies import ALL
from courses.reporting.training import KIND_NAMES
from courses.text import Text
from lms import db
from lms.auth.guard import me, permit
from lms.i18n import _, words
from lms.web.answers import key
from lms.web.files import table
from lms.web.reporting import shown
from lms.web.reporting.asking import asked, query
from lms.web.reporting.blueprint import pages
from lms.web.reporting.charts import chart
from lms.web.reporting.presets import presets
from lms.web.reporting.rowfiles import heading_of_rows, row_file
from lms.web.reporting.words import ACROSS, DIMENSIONS, OUTCOMES


@pages.get("/reports")
@permit(Permission.OVERSEE)
def explore() -> str:
    """Any report: what stands in the lines, beside it, counted how, of whom and when."""
    question = asked(request.args)
    answer = explorer.explore(db.session(), question, shown.MOST_LINES)
    return render_template(
        "reporting/explore.html",
        answer=answer,
        grid=shown.grid(answer),
        chart=chart(answer),
        choices=_choices(question),
        saved=saved.seen_by(db.session(), me().id),
        presets=presets(question.filters.last_year or clock.today().year),
        most=shown.MOST_LINES,
        **_about(question),
    )


@pages.get("/reports.<string:form>")
@permit(Permission.OVERSEE)
def explore_file(form: str) -> Response:
    """The same as CSV or workbook."""
    question = asked(request.args)
    answer = explorer.explore(db.session(), question)
    name = f"{shown.title(question)} {shown.period(question.filters)}"
    sheets = [Sheet(name, _headings(answer), _values(answer)), _about_sheet(question, name)]
    day = shown.of_day(question.filters, clock.today())
    return table(form, sheets, f"{name} ({day})", plain=f"report-{question.by}")


@pages.get("/reports/rows")
@permit(Permission.OVERSEE)
def rows_behind() -> str:
    """What stands behind a number, page by page."""
    cell = _cell()
    after = request.args.get("after", type=key)
    start = (request.args.get("name", ""), after) if after is not None else None
    found, more = rows.page(db.session(), cell, start)
    return render_template(
        "reporting/rows.html",
        cell=cell,
        rows=found,
        total=rows.total(db.session(), cell),
        following=_address(cell, found[-1]) if more else None,
        first=_address(cell) if start else None,
        heading=heading_of_rows(cell, _line_name(cell)),
        openable=_openable([row.person_id for row in found]),
        outcomes=OUTCOMES,
        back=url_for("reporting.explore") + "?" + query(cell.question),
        **_about(cell.question),
    )


@pages.get("/reports/rows.<string:form>")
@permit(Permission.OVERSEE)
def rows_file(form: str) -> Response:
    """All rows behind a number, streamed as CSV, or as workbook."""
    cell = _cell()
    return row_file(cell, form, heading_of_rows(cell, _line_name(cell)))


def _about(question: Question) -> dict[str, Any]:
    """What the page of a report and that of its rows say of it."""
    return {
        "question": question,
        "query": query(question),
        "title": shown.title(question),
        "period": shown.period(question.filters),
        "narrowed": shown.narrowed(question.filters),
        "terms": shown.terms(question.measures),
        "notes": shown.notes(question),
        "day": question.filters.as_of,
        "now": clock.now(),
    }


def _choices(question: Question) -> dict[str, Any]:
    """What can be chosen, as far as the reader may see it."""
    session = db.session()
    unit_reach = visible(me(), OrgUnit, Permission.OVERSEE)
    offered = or_(OrgUnit.open_on(clock.today()), OrgUnit.id == question.filters.unit_id)
    units = select(OrgUnit.id, OrgUnit.name, OrgUnit.depth).where(unit_reach, offered)
    units = units.where(OrgUnit.depth <= _depth(question))
    named = session.execute(_areas_and_courses()).all()
    grades, services = served.grades_and_services(session)
    return {
        "dimensions": DIMENSIONS,
        "across": ACROSS,
        "measures": [(one, MEANINGS[one].heading) for one in Measure if one not in HEADCOUNTS],
        "years": headcounts.years(session),
        "kinds": KIND_NAMES,
        "levels": LEVELS,
        "outcomes": OUTCOMES,
        "units": session.execute(units.order_by(OrgUnit.position, OrgUnit.id)).all(),
        "areas": [(row.id, row.name) for row in named if row.is_area],
        "courses": [(row.id, row.name) for row in named if not row.is_area],
        "services": services,
        "grades": grades,
    }


def _areas_and_courses() -> Any:
    """SQL: both in one statement, each in its order."""
    areas = select(Area.id, Area.name.label("name"), Area.position.label("place"), true().label("is_area"))
    courses = select(Course.id, Course.title, literal(0), false())
    return areas.union_all(courses).order_by("place", "name", "id")


def _depth(question: Question) -> int:
    """Bureaux and divisions; further down as far as one has gone already."""
    return max(2, question.filters.unit_depth)


def _cell() -> rows.Cell:
    """The number whose rows are asked for."""
    question = asked(request.args)
    measure = request.args.get("of", "")
    known = measure in set(Measure) and MEANINGS[Measure(measure)].behind is not None
    chosen = Measure(measure) if known else Measure.PLACES
    return rows.Cell(question, request.args.get("line", ALL), request.args.get("column", ALL), chosen)


def _address(cell: rows.Cell, after: Any = None) -> str:
    start = {} if after is None else {"after": after.id, "name": after.sort}
    values = {"line": cell.line or None, "column": cell.column or None, "of": cell.measure.value, **start}
    return f"{url_for('reporting.rows_behind', **values)}&{query(cell.question)}"


def _line_name(cell: rows.Cell) -> str:
    """What the line is called, '' for all together."""
    if cell.line == ALL:
        return ""
    places, by = Places(cell.question.filters), cell.question.by
    named = [one.name for one in members(db.session(), places, by, {cell.line}) if one.key == cell.line]
    return words(named[0]) if named else ""


def _openable(person_ids: Sequence[int]) -> set[int]:
    """Of these people, those whose transcript the reader may open."""
    reachable = visible(me(), Person, Permission.OVERSEE)
    return set(db.session().scalars(select(Person.id).where(Person.id.in_(person_ids), reachable)))


def _headings(answer: Answer) -> list[str]:
    first = words(DIMENSIONS[answer.question.by])
    return [first, *(shown.column_heading(column, answer.groups) for column in answer.columns)]


def _values(answer: Answer) -> Iterator[list[Value]]:
    """Every line, the total last; names deeper in the tree stand further in."""
    columns = answer.columns
    for line in (*answer.lines, answer.total):
        name = "  " * line.member.depth + words(line.member.name)
        yield [name, *(_plain(column.cell(line)) for column in columns)]


def _plain(cell: Any) -> Value:
    return words(cell) if isinstance(cell, Text) else cell


def _about_sheet(question: Question, name: str) -> Sheet:
    day = shown.of_day(question.filters, clock.today())
    said: list[tuple[str, Value]] = [(name, ""), (_("As of"), day), *shown.narrowed(question.filters)]
    said += [*shown.terms(question.measures), *((note, "") for note in shown.notes(question))]
    return Sheet(_("About these figures"), (_("Term"), _("Meaning")), said)
