"""The tree, and one unit of it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import reckoned
from courses.paging import PAGE
from courses.people import tree
from courses.people.deputies import deputies
from courses.people.models import OrgUnit
from courses.people.tree import Line
from courses.permissions import Permission, may, visible
from lms import db as doors
from lms.auth.guard import me, permit
from lms.web.answers import found, here, is_fragment, key, page_number
from lms.web.units.blueprint import pages
from lms.web.units.forms import DeputyForm

_LONGEST = 80


@pages.get("/units")
@permit(Permission.HEAD_UNIT)
def index() -> str:
    """The organisation in official order, opened as far as asked for; heads see the units they head."""
    if not may(me(), Permission.MANAGE_PEOPLE):
        return _own()
    db, query = doors.session(), request.args.get("q", "").strip()[:_LONGEST]
    closed = request.args.get("closed") == "y"
    opened = request.args.get("open", type=key)
    if query:
        (lines, total), page, last = tree.found(db, query, closed=closed), 1, 1
    else:
        lines, total = tree.opened(db, opened, closed=closed), 0
        last = -(-len(lines) // PAGE) or 1
        page = min(page_number(), last) if "page" in request.args else _page_of(lines, opened)
        lines = lines[(page - 1) * PAGE : page * PAGE]
    _complete(db, lines)
    return render_template(
        "units/results.html" if is_fragment() else "units/index.html",
        lines=lines,
        total=total,
        query=query,
        closed=closed,
        page=page,
        last=last,
        page_url=lambda number: here(page=number),
        today=clock.today(),
    )


@pages.get("/units/<int:unit_id>")
@permit(Permission.HEAD_UNIT)
def show(unit_id: int) -> str:
    """Who is in it, what is below, who stands in for the head."""
    return unit_page(unit_for(unit_id), DeputyForm(formdata=None))


def unit_for(unit_id: int) -> OrgUnit:
    """A unit that the person heads or looks after; 404 for others."""
    return found(select(OrgUnit).where(OrgUnit.id == unit_id, visible(me(), OrgUnit, Permission.HEAD_UNIT)))


def unit_page(unit: OrgUnit, form: Any, refused: str = "") -> str:
    """The page of a unit, with the form to name a deputy as it was sent."""
    db = doors.looking()
    line, below, above = tree.around(db, unit.id)
    _complete(db, [line, *below])
    return render_template(
        "units/show.html",
        unit=unit,
        line=line,
        below=below,
        above=above,
        deputies=deputies(db, unit.id),
        form=form,
        refused=refused,
        today=clock.today(),
    )


def _page_of(lines: list[Line], unit_id: int | None) -> int:
    """Where a unit stands that was opened; the first page where none was."""
    return 1 + next((place for place, line in enumerate(lines) if line.unit.id == unit_id), 0) // PAGE


def _own() -> str:
    db = doors.session()
    mine = db.scalars(select(OrgUnit.id).where(visible(me(), OrgUnit, Permission.HEAD_UNIT))).all()
    lines = tree.some(db, mine)
    _complete(db, lines)
    return render_template("units/own.html", lines=lines, today=clock.today())


def _complete(db: Session, lines: list[Line]) -> None:
    tree.count(db, lines, kept=reckoned.is_right(db))
    tree.with_heads(db, lines)
