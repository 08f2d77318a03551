"""Skills: signed by the coach and confirmed by the trainee, each with one tap."""

from __future__ import annotations

from flask import render_template, request, url_for
from sqlalchemy import select

from courses.enrolment.models import Enrolment
from courses.errors import Refused
from courses.permissions import Permission, visible
from courses.workplace import signing as actions
from courses.workplace.sheets import sheets
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import Answer, again, back_to, found, say, see_other
from lms.web.runs import run_for
from lms.web.workplace.blueprint import pages


@pages.get("/skills")
@permit(Permission.LEARN)
def skills() -> str:
    """What I sign as a coach, and what is signed for me."""
    return _page()


@pages.get("/runs/<int:run_id>/skills")
@permit(Permission.TEACH)
def of_run(run_id: int) -> str:
    """Everybody's skills in a run."""
    run = run_for(Permission.TEACH, run_id)
    return render_template("workplace/of_run.html", run=run, sheets=sheets(actions.of_run(doors.session(), run_id)))


@pages.post("/enrolments/<int:enrolment_id>/skills/<int:skill_id>/signature")
@permit(Permission.LEARN)
def sign(enrolment_id: int, skill_id: int) -> Answer:
    """The coach has seen it."""
    db, actor = acting()
    with again(_page):
        actions.sign(db, actor.id, _coached(actor.id, enrolment_id), skill_id)
    doors.commit()
    return _back(enrolment_id)


@pages.post("/enrolments/<int:enrolment_id>/skills/<int:skill_id>/confirmation")
@permit(Permission.LEARN)
def confirm_skill(enrolment_id: int, skill_id: int) -> Answer:
    """The trainee says so as well."""
    db, actor = acting()
    own = found(select(Enrolment.id).where(Enrolment.id == enrolment_id, visible(actor, Enrolment)))
    with again(_page):
        actions.confirm(db, actor.id, own, skill_id)
    doors.commit()
    return _back(enrolment_id)


@pages.post("/enrolments/<int:enrolment_id>/skills/<int:skill_id>/removal")
@permit(Permission.LEARN)
def take_back(enrolment_id: int, skill_id: int) -> Answer:
    """A signature is taken back, with a reason."""
    db, actor = acting()
    with again(_page):
        reason = request.form.get("reason", "")
        actions.take_back(db, actor.id, _coached(actor.id, enrolment_id), skill_id, reason)
    doors.commit()
    say(_("The signature is taken back"))
    return _back(enrolment_id)


def _coached(person_id: int, enrolment_id: int) -> int:
    """An enrolment whose skills the person signs today; 404 for others."""
    mine = select(Enrolment.id).where(Enrolment.id == enrolment_id, actions.coached_by(person_id))
    return found(mine)


def _back(enrolment_id: int) -> Answer:
    return see_other(back_to(request.form.get("back"), url_for("workplace.skills", _anchor=f"e{enrolment_id}")))


def _page(refused: Refused | None = None) -> str:
    db, actor = doors.looking(), me()
    return render_template(
        "workplace/skills.html",
        mine=sheets(actions.own(db, actor.id)),
        coached=sheets(actions.to_sign(db, actor.id)),
        refused=words(refused.message) if refused else "",
    )
