from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy import select

from courses.enrolment import actions, collecting, nominations
from courses.enrolment.eligibility import Route
from courses.enrolment.freezing import freezes_at
from courses.enrolment.nominations import RANKABLE, Applicant
from courses.people.models import OrgUnit
from courses.people.queries import by_key, serves_in
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import INVALID, Answer, found, key, say, see_other
from lms.web.nomination.forms import ApplicantForm
from lms.web.nomination.order import MOVE, BadNumber, read
from lms.web.runs import run_for

pages = Blueprint("nomination", __name__)


@pages.get("/nominations")
@permit(Permission.NOMINATE)
def index() -> str:
    """Runs for which my departments have applicants to approve or to rank."""
    db, actor = doors.session(), me()
    return render_template("nomination/index.html", tasks=collecting.tasks(db, actor, doors.current_organisation()))


@pages.get("/runs/<int:run_id>/nominations")
@permit(Permission.NOMINATE)
def show(run_id: int) -> str:
    """The applicants of a unit in order; without a unit those of the only one, or a choice of units."""
    db, actor = doors.session(), me()
    run = run_for(Permission.LEARN, run_id)
    if "unit" in request.args:
        return _ranking(run, _unit())
    units = collecting.of_run(db, actor, run_id, doors.current_organisation())
    if len(units) == 1:
        return _ranking(run, db.get_one(OrgUnit, units[0].unit_id))
    return render_template("nomination/units.html", run=run, tasks=units)


@pages.post("/runs/<int:run_id>/nominations")
@permit(Permission.NOMINATE)
def rank(run_id: int) -> Answer:
    """Nominate the unit's applicants in the order of their numbers. The up and down buttons only change the numbers."""
    db, actor = acting()
    run, unit = run_for(Permission.LEARN, run_id), _unit()
    people = nominations.applicants(db, run_id, unit, doors.current_organisation().ranking_depth)
    try:
        order = read(request.form, [one.id for one in people if one.status in RANKABLE])
    except BadNumber as error:
        return _ranking(run, unit, fault=_("‘%(typed)s’ is no rank. Write whole numbers from 1", typed=error)), INVALID
    if MOVE in request.form:
        return _ranking(run, unit, order=order)
    nominations.rank(db, actor.id, run_id, unit.id, order)
    doors.commit()
    say(_("%(n)s nominated in this order", n=len(order)))
    return see_other(url_for("nomination.show", run_id=run_id, unit=unit.id))


@pages.post("/runs/<int:run_id>/nominations/applicants")
@permit(Permission.NOMINATE)
def add(run_id: int) -> Answer:
    """Apply for a colleague of the unit."""
    form = ApplicantForm()
    db, actor = acting()
    run, unit = run_for(Permission.LEARN, run_id), _unit()
    if not form.validate():
        return _ranking(run, unit, form=form), INVALID
    person = by_key(db, form.person.data or "")
    if person is None or not serves_in(db, person.id, unit.id):
        form.person.errors = [_("Nobody with this number serves in the unit")]
        return _ranking(run, unit, form=form), INVALID
    name = person.name
    actions.enrol(db, actor.id, run_id, person.id, motive=form.motive.data or "", route=Route.CLERK)
    doors.commit()
    say(_("An application was made for %(name)s", name=name))
    return see_other(url_for("nomination.show", run_id=run_id, unit=unit.id))


def _unit() -> OrgUnit:
    unit_id = request.args.get("unit", type=key)
    if unit_id is None:
        abort(404)
    return found(select(OrgUnit).where(OrgUnit.id == unit_id, visible(me(), OrgUnit, Permission.NOMINATE)))


def _ranking(
    run: Run, unit: OrgUnit, *, form: ApplicantForm | None = None, order: list[int] | None = None, fault: str = ""
) -> str:
    rules = doors.current_organisation()
    people = nominations.applicants(doors.looking(), run.id, unit, rules.ranking_depth)
    ranked, numbers = _numbered([one for one in people if one.status in RANKABLE], unit, order)
    return render_template(
        "nomination/show.html",
        run=run,
        unit=unit,
        form=form or ApplicantForm(formdata=None),
        fault=fault,
        unsaved=order is not None,
        ranked=ranked,
        numbers=numbers,
        missing=[one for one in people if one.status not in RANKABLE],
        open=nominations.is_open(run, rules),
        ends=freezes_at(run, rules),
        final=unit.depth <= rules.ranking_depth,
    )


def _numbered(
    people: list[Applicant], unit: OrgUnit, order: list[int] | None
) -> tuple[list[Applicant], dict[int, int]]:
    """The applicants with the numbers that their fields show: those of the form, else the ranks or the proposal."""
    if order is None:
        return people, {one.id: number for number, one in enumerate(people, 1)}
    numbers = {id_: number for number, id_ in enumerate(order, 1)}
    return sorted(people, key=lambda one: numbers.get(one.id, len(people) + 1)), numbers
