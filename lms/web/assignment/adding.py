"""Many people put into a run: pasted, from a file, or by what they are; looked at first, then done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from courses.enrolment import adding as actions
from courses.enrolment import assignments, gathering, naming
from courses.enrolment.adding import MOST, Added
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Status
from courses.enrolment.naming import Candidate, Line
from courses.errors import Refused
from courses.exchange import nominations as files
from courses.exchange.reading import read
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Posting
from courses.permissions import Permission, may, visible
from courses.scheduling.models import Mode, Run
from courses.text import Text
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext, words
from lms.jobs.models import Job
from lms.jobs.queue import later
from lms.jobs.tasks.adding import ADDING
from lms.web.answers import CONFLICT, INVALID, Answer, key, say, see_other
from lms.web.assignment.blueprint import pages
from lms.web.assignment.forms import GroupForm
from lms.web.files import filename
from lms.web.runs import run_for

_WHY = 400


@dataclass
class Look:
    """What was understood. `people` are sure; `reasons` say who of them cannot be added, or could not.

    `open_lines` have several people to choose from, `lost` nobody. `ticked`: whom the form has chosen.
    """

    people: list[Candidate] = field(default_factory=list)
    reasons: Mapping[int, Refused] = field(default_factory=dict)
    open_lines: list[Line] = field(default_factory=list)
    lost: list[Line] = field(default_factory=list)
    ticked: set[int] = field(default_factory=set)
    done: list[tuple[Candidate, Status]] = field(default_factory=list)

    @property
    def many(self) -> bool:
        """Whether they are too many to be checked, and added, while somebody waits."""
        return len(self.people) > MOST


@pages.get("/runs/<int:run_id>/enrolments/adding")
@permit(Permission.NOMINATE)
def adding(run_id: int) -> str:
    """Whom to add. An address that asks for a group, or for those that a job left out, shows them at once."""
    run, form = open_run(run_id), _form(request.args)
    db, near = doors.looking(), near_to(me())
    if job_id := request.args.get("job", type=key):
        return _page(run, form, _look(db, run, naming.chosen(db, _left_out(db, run_id, job_id), near)))
    asks = form.validate() and not form.group().is_all
    return _page(run, form, _look(db, run, gathering.gather(db, run, form.group(), near)) if asks else None)


@pages.post("/runs/<int:run_id>/enrolments/adding")
@permit(Permission.NOMINATE)
def add(run_id: int) -> Answer:
    """Look at whom the form means; with the button for it, add those who are chosen."""
    if "add" in request.form:
        return _add(run_id)
    run, form = open_run(run_id), _form()
    if not form.validate():
        return _page(run, form), INVALID
    db, near = doors.looking(), near_to(me())
    try:
        look = _understood(db, run, form, near)
    except Refused as refused:
        return _page(run, form, fault=words(refused.message)), INVALID
    if look is None:
        return _page(
            run, form, fault=_("Paste numbers or names, choose a file, or say whom by unit and grade")
        ), INVALID
    return _page(run, form, look)


def _understood(db: Session, run: Run, form: GroupForm, near: ColumnElement[bool] | None) -> Look | None:
    pasted = form.pasted.data or ""
    if form.file.data:
        form.file.data.seek(0)
        table = read(form.file.data.read(), filename(form.file.data), files.COLUMNS)
        pasted = (
            "\n".join([pasted, *map(files.said, table.rows)])
            if pasted.strip()
            else "\n".join(map(files.said, table.rows))
        )
        lost = [Line(bad.row, bad.value, (), bad.reason) for bad in table.bad]
        return _of_lines(db, run, naming.find(db, pasted, near), lost)
    if pasted.strip():
        return _of_lines(db, run, naming.find(db, pasted, near), [])
    group = form.group()
    return None if group.is_all else _look(db, run, gathering.gather(db, run, group, near))


def _of_lines(db: Session, run: Run, lines: list[Line], lost: list[Line]) -> Look:
    look = _look(db, run, [line.person for line in lines if line.person])
    look.open_lines = [line for line in lines if line.people and not line.person]
    look.lost = lost + [line for line in lines if not line.people]
    return look


def _look(db: Session, run: Run, people: list[Candidate]) -> Look:
    """Rules are asked for as many as somebody can wait for; of more, when they are added."""
    look = Look(people)
    if not look.many:
        look.reasons = actions.check(db, run, [one.id for one in people], _route(me()), motive=_why())
    look.ticked = {one.id for one in people if one.id not in look.reasons}
    return look


def _add(run_id: int) -> Answer:
    run = open_run(run_id)
    chosen = _chosen()
    db, actor = acting()
    people = {one.id: one for one in naming.chosen(db, chosen, near_to(actor))}
    ids = [id_ for id_ in chosen if id_ in people]
    if not ids:
        return _page(run, _form(), fault=_("Choose at least one person")), INVALID
    if len(ids) > MOST:
        return _hand_over(db, actor, run_id, ids)
    why = {"motive": _why(), "reason": _why() if _route(actor) is Route.OFFICER else ""}
    added = actions.add(db, actor.id, run_id, ids, _route(actor), **why)
    doors.commit()
    return _result(run, people, added)


def _result(run: Run, people: Mapping[int, Candidate], added: Added) -> Answer:
    done = [(people[id_], status) for id_, status in added.statuses.items()]
    if added.refused:
        reasons = dict(added.refused)
        look = Look([people[id_] for id_ in reasons], reasons, ticked=set(reasons), done=done)
        return _page(open_run(run.id), _form(), look), CONFLICT
    say(ngettext("One person is added", "%(n)s people are added", len(done)))
    clerk = not may(me(), Permission.PLAN)
    if clerk:
        return see_other(url_for("nomination.show" if run.mode is Mode.SELECTION else "catalogue.show", run_id=run.id))
    return see_other(url_for("enrolment.participants", run_id=run.id))


def _hand_over(db: Session, actor: Actor, run_id: int, ids: list[int]) -> Answer:
    clerk = _route(actor) is Route.CLERK
    job_id = later(db, ADDING, actor_id=actor.id, run_id=run_id, ids=ids, clerk=clerk, why=_why())
    doors.commit()
    return see_other(url_for("jobs.show", job_id=job_id))


def _chosen() -> list[int]:
    """Ticked, chosen among namesakes, or sent as a list of many."""
    typed = request.form.getlist("person") + request.form.get("people", "").split(",")
    typed += [value for name, value in request.form.items() if name.startswith("choice-")]
    return list(dict.fromkeys(key(value) for value in typed if value.isascii() and value.isdigit() and len(value) < 19))


def _left_out(db: Session, run_id: int, job_id: int) -> list[int]:
    """Those whom one's own job could not add."""
    own = select(Job.args).where(Job.id == job_id, Job.name == ADDING, Job.actor_id == me().id)
    args = db.scalar(own)
    return actions.still_out(db, run_id, args["ids"]) if args and args["run_id"] == run_id else []


def open_run(run_id: int) -> Run:
    """The run, with its course; drafts are an officer's."""
    return run_for(Permission.PLAN if may(me(), Permission.PLAN) else Permission.LEARN, run_id)


def _route(actor: Actor) -> Route:
    return Route.OFFICER if may(actor, Permission.PLAN) else Route.CLERK


def near_to(actor: Actor) -> ColumnElement[bool] | None:
    """Officers add anybody, others those of their own units and below."""
    if may(actor, Permission.PLAN):
        return None
    return Posting.unit_id.in_(select(OrgUnit.id).where(visible(actor, OrgUnit, Permission.NOMINATE)))


def _why() -> str:
    return request.form.get("why", "").strip()[:_WHY]


def _form(asked: Any = None) -> GroupForm:
    db = doors.looking()
    late = [(one.assignment.id, one.title) for one in assignments.listed(db) if one.assignment.ended_on is None]
    given: dict[str, Any] = {} if asked is None else {"formdata": asked, "meta": {"csrf": False}}
    return GroupForm(assignments=late, **given)


def _page(run: Run, form: GroupForm, look: Look | None = None, fault: str = "") -> str:
    return render_template(
        "assignment/adding.html",
        run=run,
        form=form,
        look=look,
        fault=fault,
        said=_said(look.reasons) if look else {},
        why=_why(),
        clerk=_route(me()) is Route.CLERK,
        most=MOST,
    )


def _said(reasons: Mapping[int, Refused]) -> dict[int, Text]:
    return {id_: refused.message for id_, refused in reasons.items()}
