from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, render_template, request, url_for
from flask import session as cookie
from flask_login import login_user, logout_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses import clock
from courses.people import guests
from courses.people.actions import set_password
from courses.people.actor import Actor, load_actor
from courses.people.models import Person
from courses.people.preferences import preference
from courses.permissions import Permission
from lms import db, throttle
from lms.auth import passwords
from lms.auth.failures import note_failure
from lms.auth.guard import acting, me, permit, public
from lms.auth.users import User, remember_language, remember_theme
from lms.i18n import LANGUAGES, _
from lms.web.answers import INVALID, back_to, say, see_other
from lms.web.attendance.today import agenda_of, sheet_of_now
from lms.web.auth.forms import PasswordForm, SignInForm

pages = Blueprint("auth", __name__)

_TRIES = {"times": 10, "minutes": 15}
_TRIES_OF_AN_ADDRESS = {"times": 300, "minutes": 15}  # a whole office behind one address
_LOGIN, _ADDRESS = "sign-in", "sign-in-address"


@pages.get("/sign-in")
@public
def sign_in() -> str:
    """The form."""
    return render_template("auth/sign_in.html", form=SignInForm(next=request.args.get("next")))


@pages.post("/sign-in")
@public
def sign_in_post() -> Response | tuple[str, int]:
    """Check the password: counted before, slow, outside any transaction."""
    form = SignInForm()
    if not form.validate():
        return render_template("auth/sign_in.html", form=form), INVALID
    typed = (form.login.data or "").strip()
    login = typed.lower()
    address = request.remote_addr or ""
    # The address first: once it has had enough, it neither fills the table nor locks others out.
    if not (throttle.allowed(_ADDRESS, address, **_TRIES_OF_AN_ADDRESS) and throttle.allowed(_LOGIN, login, **_TRIES)):
        note_failure(typed, address, "too_many")
        error = _("Too many tries. Wait 15 minutes and try again")
        return render_template("auth/sign_in.html", form=form, error=error), 429
    user = _user(typed, form.password.data or "")
    if user is None:
        note_failure(typed, address, "wrong")
        return render_template("auth/sign_in.html", form=form, error=_("The sign-in or the password is wrong")), INVALID
    throttle.forget(_LOGIN, login)
    chosen = cookie.get("language")
    cookie.clear()
    login_user(user)
    remember_language(chosen or user.actor.language)
    theme = preference(db.looking(), user.actor.id).theme
    answer = see_other(_first_screen(form.next.data, user.actor))
    return remember_theme(answer, theme) if theme else answer


def _first_screen(wanted: str | None, actor: Actor) -> str:
    """Where one wanted to go; else home, or for who teaches at this moment the sheet of it."""
    home = url_for("home.index")
    there = back_to(wanted, home)
    return (sheet_of_now(agenda_of(db.looking(), actor)) if there == home else None) or there


def _user(typed: str, password: str) -> User | None:
    """The person by employee number or mail; the password is verified after the reading transaction ended."""
    named = select(Person.id, Person.password_hash).where(Person.signs_in_as(typed), Person.active_on(clock.today()))
    found = db.looking().execute(named).all()
    db.release()
    person_id, stored = found[0] if len(found) == 1 else (0, None)
    if not passwords.matches(stored, password):
        return None
    actor = load_actor(db.looking(), person_id)
    return User(actor) if actor else None


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    """Forget this browser's sign-in, and what the browser kept for it."""
    logout_user()
    answer = see_other(url_for("auth.sign_in"))
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@pages.post("/language")
@public
def language() -> Response:
    """Choose the language of this browser."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        remember_language(chosen)
    return see_other(back_to(request.form.get("back"), url_for("home.index")))


@pages.get("/password/<string:token>")
@public
def new_password(token: str) -> str:
    """The form behind an invitation or reset link."""
    _invited(token)
    return render_template("auth/password.html", form=PasswordForm(), old=False)


@pages.post("/password/<string:token>")
@public
def new_password_post(token: str) -> Response | tuple[str, int]:
    """Set the password; the link is used up by it."""
    form = PasswordForm()
    if not form.validate():
        return render_template("auth/password.html", form=form, old=False), INVALID
    hashed = passwords.hash_password(form.password.data or "")
    person = _invited(token)
    set_password(db.session(), person.id, person, hashed, how="link")
    db.commit()
    say(_("Your password is set. Sign in with it"))
    return see_other(url_for("auth.sign_in"))


def _invited(token: str) -> Person:
    """Whose link to set a password, or whose invitation, it is; 404 when it holds no longer."""
    person = None
    if link := passwords.read_token(token):
        mine = (Person.id == link[0], Person.session_key == link[1], Person.active_on(clock.today()))
        person = db.session().scalar(select(Person).where(*mine))
    elif invitation := passwords.read_invitation(token):
        person = guests.invited(db.session(), *invitation)
    if person is None:
        abort(404)
    return person


@pages.get("/password")
@permit(Permission.LEARN)
def password() -> str:
    """The form to change one's own password."""
    return render_template("auth/password.html", form=PasswordForm(), old=True)


@pages.post("/password")
@permit(Permission.LEARN)
def password_post() -> Response | tuple[str, int]:
    """Change one's own password: the present one is asked for."""
    form = PasswordForm()
    right = form.validate() and _knows_own_password(request.form.get("old", ""))
    if not right:
        error = None if form.errors else _("The present password is wrong")
        return render_template("auth/password.html", form=form, old=True, error=error), INVALID
    hashed = passwords.hash_password(form.password.data or "")
    session, actor = acting()
    person = session.get_one(Person, actor.id)
    set_password(session, actor.id, person, hashed, how="self")
    login_user(User(replace(actor, session_key=person.session_key)))
    db.commit()
    say(_("Your password is changed. Other devices are signed out"))
    return see_other(url_for("home.index"))


def _knows_own_password(password: str) -> bool:
    stored = db.looking().scalar(select(Person.password_hash).where(Person.id == me().id))
    db.release()
    return passwords.matches(stored, password)
