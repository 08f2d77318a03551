from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from courses.content.progress import of_person
from courses.enrolment import actions, agenda, queries, waitlist
from courses.enrolment.models import Enrolment, Status
from courses.people.queries import by_key
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _
from lms.web.answers import INVALID, Answer, back_to, found, here, is_fragment, page_number, say, see_other
from lms.web.catalogue.pieces import PAGE, ROW, piece
from lms.web.enrolment.forms import AddForm
from lms.web.enrolment.learning import entries_of
from lms.web.enrolment.queues import look_again
from lms.web.runs import run_for

pages = Blueprint("enrolment", __name__)

_MINE = "mine"


@pages.post("/runs/<int:run_id>/enrolments")
@permit(Permission.LEARN)
def enrol(run_id: int) -> Answer:
    """Take a seat, or a place in the queue. Answered with the run's card as it stands now."""
    db, actor = acting()
    run = found(select(Run).options(joinedload(Run.course)).where(Run.id == run_id, visible(actor, Run)))
    title = run.course.title  # the action reads the run again, without its course
    enrolment = actions.enrol(db, actor.id, run_id, actor.id)
    seated = enrolment.status is Status.ENROLLED
    can_undo = actions.may_withdraw(run, enrolment.status)
    place = 0 if seated else waitlist.position(db, enrolment)
    undo = _withdrawal_url(enrolment.id) if can_undo else None
    doors.commit()
    said = _("Enrolled in ‘%(title)s’", title=title)
    if not seated:
        said = _("‘%(title)s’ is full. You are number %(n)s in the queue", title=title, n=place)
    return _answer(run_id, said, undo)


@pages.post("/enrolments/<int:enrolment_id>/withdrawal")
@permit(Permission.LEARN)
def withdraw(enrolment_id: int) -> Answer:
    """Give up one's own seat or place, or, as an officer and with a reason, another's."""
    db, actor = acting()
    reach = or_(visible(actor, Enrolment), visible(actor, Enrolment, Permission.PLAN))
    enrolment = found(
        select(Enrolment)
        .options(joinedload(Enrolment.run).joinedload(Run.course), joinedload(Enrolment.person))
        .where(Enrolment.id == enrolment_id, reach)
    )
    run_id, title, person = enrolment.run_id, enrolment.run.course.title, enrolment.person
    person_id, name = person.id, person.name
    actions.withdraw(db, actor.id, enrolment_id, reason=request.form.get("reason", "")[:400])
    doors.commit()
    look_again([person_id])
    if person_id != actor.id:
        say(_("%(name)s is withdrawn", name=name))
        return see_other(url_for("enrolment.participants", run_id=run_id))
    undo = url_for("enrolment.enrol", run_id=run_id, part=_part())
    return _answer(run_id, _("Withdrawn from ‘%(title)s’", title=title), undo)


@pages.get("/my-learning")
@permit(Permission.LEARN)
def mine() -> str:
    """What I am enrolled in, wait for and have behind me."""
    db, actor = doors.session(), me()
    ahead, past = entries_of(queries.learning(db, actor.id), of_person(db, actor.id))
    return render_template(
        "enrolment/mine.html", ahead=ahead, past=past, coming=next(iter(agenda.meetings(db, actor.id, limit=1)), None)
    )


@pages.get("/runs/<int:run_id>/enrolments")
@permit(Permission.PLAN)
def participants(run_id: int) -> str:
    """Who has a seat and who waits, for the officer who adds and withdraws people."""
    return _participants(run_id, AddForm())


@pages.post("/runs/<int:run_id>/roster")
@permit(Permission.PLAN)
def add(run_id: int) -> Answer:
    """Enrol somebody else, also outside the window."""
    form = AddForm()
    if not form.validate():
        return _participants(run_id, form), INVALID
    db, actor = acting()
    run = found(select(Run).where(Run.id == run_id, visible(actor, Run, Permission.PLAN)))
    person = by_key(db, form.person.data or "")
    if person is None:
        form.person.errors = [_("Nobody has this employee number or e-mail")]
        return _participants(run_id, form), INVALID
    name, enrolment = person.name, actions.enrol(db, actor.id, run.id, person.id)
    seated = enrolment.status is Status.ENROLLED
    doors.commit()
    say(_("%(name)s is enrolled", name=name) if seated else _("%(name)s waits in the queue", name=name))
    return see_other(url_for("enrolment.participants", run_id=run_id))


def _participants(run_id: int, form: AddForm) -> str:
    run = run_for(Permission.PLAN, run_id)
    db, page = doors.looking(), page_number()
    seated, waiting = queries.seated_and_waiting(db, run_id)
    people, skipped = queries.participants(db, run_id, page), queries.PAGE * (page - 1)
    here_seated = max(0, min(len(people), seated - skipped))
    return render_template(
        "enrolment/participants.html",
        run=run,
        form=form,
        seated=seated,
        waiting=waiting,
        sitting=list(enumerate(people[:here_seated], skipped + 1)),
        queueing=list(enumerate(people[here_seated:], max(0, skipped - seated) + 1)),
        page=page,
        last=-(-(seated + waiting) // queries.PAGE),
        page_url=lambda number: here(page=number),
    )


def _answer(run_id: int, said: str, undo: str | None) -> Answer:
    """The card for htmx; else back to where the button was, which says it on the next page."""
    part = _part()
    if is_fragment() and part in {ROW, PAGE}:
        return piece(me(), run_id, part, said, undo)
    say(said, undo=undo)
    return see_other(_back(run_id, part))


def _back(run_id: int, part: str) -> str:
    """The page of the button: the list with its filters, my learning, or the run."""
    if part == _MINE:
        return url_for("enrolment.mine")
    if part == ROW:
        came = urlsplit(request.referrer or "")
        listed = f"{came.path}?{came.query}" if came.path == url_for("catalogue.index") else None
        return back_to(listed, url_for("catalogue.index")).rstrip("?") + f"#run-{run_id}"
    return url_for("catalogue.show", run_id=run_id)


def _part() -> str:
    """Which piece of which page the button stood in."""
    part = request.args.get("part", PAGE)
    return part if part in {ROW, PAGE, _MINE} else PAGE


def _withdrawal_url(enrolment_id: int) -> str:
    return url_for("enrolment.withdraw", enrolment_id=enrolment_id, part=_part())
