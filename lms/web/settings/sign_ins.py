"""Sign-ins that failed."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy import desc, func, select

from courses.db import rows
from courses.paging import latest, page
from courses.people.models import Person
from courses.permissions import Permission
from courses.text import text
from lms import db as doors
from lms.auth.failures import SignInFailure
from lms.auth.guard import permit
from lms.web.answers import here, key
from lms.web.settings.blueprint import pages

WHY = {"wrong": text("Wrong sign-in or password"), "too_many": text("Too many tries")}


@pages.get("/settings/sign-ins")
@permit(Permission.ADMINISTER)
def sign_ins() -> str:
    """The latest first; above them the addresses from which most came."""
    db, before = doors.session(), request.args.get("before", type=key)
    failures, more = page(db, _FAILURES, before)
    return render_template(
        "settings/sign_ins.html",
        rows=failures,
        often=[] if before else rows(db, _OFTEN).all(),
        older=here(before=failures[-1].id) if more else None,
        first=here(before=None) if before else None,
        why=WHY,
    )


_FAILURES = latest(
    select(
        SignInFailure.id, SignInFailure.at, SignInFailure.address, SignInFailure.why, SignInFailure.person_id,
        Person.name,
    ).outerjoin(Person, Person.id == SignInFailure.person_id),
    SignInFailure.id,
)  # fmt: skip
_OFTEN = (
    select(SignInFailure.address, func.count().label("failures"))
    .group_by(SignInFailure.address)
    .order_by(desc("failures"))
    .limit(5)
)
