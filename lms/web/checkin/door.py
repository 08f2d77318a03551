"""At the door: who somebody is, and who comes without a place or in a colleague's stead."""

from __future__ import annotations

from flask import abort, render_template, url_for
from sqlalchemy import select

from courses.attendance import door as at_door
from courses.attendance import identity, queries
from courses.attendance.models import Proof
from courses.attendance.queries import SheetRow
from courses.attendance.rules import refusal
from courses.enrolment.models import Enrolment
from courses.people.queries import by_key
from courses.permissions import Permission, may
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, say, see_other
from lms.web.checkin.blueprint import pages, taught_session
from lms.web.checkin.forms import PROOFS, IdentityForm, PlaceForm
from lms.web.enrolment.queues import look_again


@pages.get("/sessions/<int:session_id>/door")
@permit(Permission.TEACH)
def door(session_id: int) -> str:
    """Everybody on the sheet with the last look at who they are; places that were asked for."""
    return _door(session_id, PlaceForm(formdata=None))


@pages.post("/sessions/<int:session_id>/door")
@permit(Permission.TEACH)
def ask(session_id: int) -> Answer:
    """A place for somebody: an officer gives it, an instructor asks for it."""
    form = PlaceForm()
    if not form.validate():
        return _door(session_id, form), INVALID
    db, actor = acting()
    taught_session(session_id)
    decides, person = may(actor, Permission.PLAN), by_key(db, form.person.data or "")
    if person is None:
        form.person.errors = [_("Nobody has this employee number or e-mail")]
        return _door(session_id, form), INVALID
    name, instead, reason = person.name, form.instead, form.reason.data or ""
    leaving = db.scalars(select(Enrolment.person_id).where(Enrolment.id == instead)).all()
    with again(lambda refused: _door(session_id, form, words(refused.message))):
        if decides:
            at_door.admit(db, actor.id, session_id, person.id, reason, instead_of=instead)
            said = _("%(name)s has a place now", name=name)
        else:
            at_door.ask(db, actor.id, session_id, person.id, reason, instead_of=instead)
            said = _("Asked for %(name)s: a training officer answers", name=name)
    doors.commit()
    look_again(leaving if decides else [])
    say(said)
    return see_other(url_for("checkin.door", session_id=session_id))


@pages.get("/sessions/<int:session_id>/door/<int:enrolment_id>")
@permit(Permission.TEACH)
def person(session_id: int, enrolment_id: int) -> str:
    """How one person shows who they are."""
    return _person(session_id, enrolment_id, IdentityForm(formdata=None))


@pages.post("/sessions/<int:session_id>/door/<int:enrolment_id>")
@permit(Permission.TEACH)
def check(session_id: int, enrolment_id: int) -> Answer:
    """Write down that they did, or could not."""
    form = IdentityForm()
    if not form.validate():
        return _person(session_id, enrolment_id, form), INVALID
    _db, actor = acting()
    taught_session(session_id)
    name = _on_sheet(session_id, enrolment_id).name
    with again(lambda refused: _person(session_id, enrolment_id, form, words(refused.message))):
        proof = _checked(actor.id, session_id, enrolment_id, form)
    doors.commit()
    failed = _("Written down. The training officers are told, and decide")
    say(failed if proof is Proof.FAILED else _("%(name)s: identity confirmed", name=name))
    return see_other(url_for("checkin.door", session_id=session_id))


def _checked(actor_id: int, session_id: int, enrolment_id: int, form: IdentityForm) -> Proof:
    db, proof = doors.session(), Proof(form.proof.data)
    if proof is Proof.CARD:
        identity.by_card(db, actor_id, session_id, enrolment_id, form.digits.data or "")
    elif proof is Proof.COLLEAGUE:
        identity.by_colleague(db, actor_id, session_id, enrolment_id, form.colleague_id)
    else:
        identity.fail(db, actor_id, session_id, enrolment_id, form.note.data or "")
    return proof


def _door(session_id: int, form: PlaceForm, error: str | None = None) -> str:
    db, session = doors.looking(), taught_session(session_id)
    people = queries.roster(db, session)
    form.instead_of.choices = [("", _("Nobody: a new place")), *((str(row.enrolment_id), row.name) for row in people)]
    return render_template(
        "checkin/door.html",
        session=session,
        run=session.run,
        rows=people,
        checks=identity.last_checks(db, session_id),
        requests=at_door.requests(db, session.run_id),
        refused=refusal(session.run.state, session.starts_at),
        decides=may(me(), Permission.PLAN),
        proofs=PROOFS,
        form=form,
        error=error,
    )


def _person(session_id: int, enrolment_id: int, form: IdentityForm, error: str | None = None) -> str:
    session = taught_session(session_id)
    row = _on_sheet(session_id, enrolment_id)
    others = [one for one in queries.roster(doors.looking(), session) if one.enrolment_id != enrolment_id]
    form.colleague.choices = [("", _("Choose a colleague")), *((str(one.enrolment_id), one.name) for one in others)]
    return render_template("checkin/person.html", session=session, run=session.run, row=row, form=form, error=error)


def _on_sheet(session_id: int, enrolment_id: int) -> SheetRow:
    people = queries.roster(doors.looking(), taught_session(session_id))
    return next((row for row in people if row.enrolment_id == enrolment_id), None) or abort(404)
