"""Sign-ins that failed."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy import func, select

from courses.people.models import Person
from courses.permissions import Permission
from courses.text import text
from lms import db as doors
from lms.auth.failures import SignInFailure
from lms.auth.guard import permit
from lms.web.answers import here, key
from lms.web.settings.blueprint import pages

PAGE = 100
WHY = {"wrong": text("Wrong sign-in or password"), "too_many": text("Too many tries")}


@pages.get("/settings/sign-ins")
@permit(Permission.ADMINISTER)
def sign_ins() -> str:
    """The latest first; above them the addresses from which most came."""
    db, before = doors.session(), request.args.get("before", type=key)
    statement = select(SignInFailure, Person.name).outerjoin(Person, Person.id == SignInFailure.person_id)
    statement = statement.order_by(SignInFailure.id.desc()).limit(PAGE + 1)
    rows = db.execute(statement.where(SignInFailure.id < before) if before else statement).all()
    count = func.count().label("failures")
    often = select(SignInFailure.address, count).group_by(SignInFailure.address).order_by(count.desc()).limit(5)
    return render_template(
        "settings/sign_ins.html",
        rows=rows[:PAGE],
        often=[] if before else db.execute(often).all(),
        older=here(before=rows[PAGE - 1][0].id) if len(rows) > PAGE else None,
        first=here(before=None) if before else None,
        why=WHY,
    )
