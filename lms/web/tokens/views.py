from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from courses import clock
from courses.permissions import Permission
from lms import db as doors
from lms.api import tokens
from lms.api.models import ApiToken
from lms.api.places import PREFIX
from lms.api.problems import KINDS
from lms.api.register import described
from lms.auth.guard import acting, me, permit, public
from lms.config import config
from lms.i18n import _
from lms.web.answers import INVALID, found, say, see_other
from lms.web.tokens.forms import TokenForm
from lms.web.tokens.guide import operations

pages = Blueprint("tokens", __name__)


@pages.get("/my-settings/tokens")
@permit(Permission.LEARN)
def index() -> str:
    """One's own tokens, and the form for another."""
    return _page(TokenForm())


@pages.post("/my-settings/tokens")
@permit(Permission.LEARN)
def make() -> Response | tuple[str, int]:
    """Make a token; its secret is on this answer and nowhere else."""
    form = TokenForm()
    if not form.validate():
        return _page(form), INVALID
    db, actor = acting()
    token, secret = tokens.make(db, actor.id, actor.id, form.name.data or "", int(form.days.data))
    doors.commit()
    answer = make_response(render_template("tokens/made.html", made=token, secret=secret, address=_address()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/my-settings/tokens/<int:token_id>/revocation")
@permit(Permission.LEARN)
def revoke(token_id: int) -> Answer:
    """From now on it opens nothing."""
    db, actor = acting()
    token = found(select(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == actor.id))
    tokens.revoke(db, actor.id, token)
    name = token.name
    doors.commit()
    say(_("The token ‘%(name)s’ is revoked", name=name))
    return see_other(url_for("tokens.index"))


@pages.get("/api")
@public
def guide() -> str:
    """What the API can do, for whoever writes a program against it."""
    return render_template(
        "tokens/guide.html",
        words=operations(described(current_app)),
        problems=KINDS,
        address=_address(),
        prefix=PREFIX,
    )


def _page(form: TokenForm) -> str:
    mine = tokens.of_person(doors.looking(), me().id)
    return render_template("tokens/index.html", form=form, tokens=mine, today=clock.today())


def _address() -> str:
    """The API's, as programs elsewhere reach it."""
    return config().public_url + PREFIX
