"""The organisation's names, pictures and habits."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from flask import abort, render_template, url_for
from werkzeug.wrappers import Response

from courses import clock
from courses.permissions import Permission
from courses.settings.organisation import Organisation, asset, change_organisation, organisation, store_asset
from lms import db as doors
from lms.auth.guard import acting, permit, public
from lms.i18n import _
from lms.web.answers import INVALID, Answer, say, see_other
from lms.web.settings.blueprint import pages
from lms.web.settings.forms import OrganisationForm, picture

_PICTURES = ("logo", "seal")
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@pages.get("/settings/organisation")
@permit(Permission.ADMINISTER)
def edit() -> str:
    """The form."""
    present = organisation(doors.session())
    return _page(OrganisationForm(obj=present), present)


@pages.post("/settings/organisation")
@permit(Permission.ADMINISTER)
def change() -> Answer:
    """Keep them. What was issued before stays as it was."""
    form = OrganisationForm()
    if not form.validate():
        return _page(form, organisation(doors.looking())), INVALID
    db, actor = acting()
    wanted: dict[str, Any] = {one.name: form[one.name].data for one in fields(Organisation) if one.name in form}
    for name in _PICTURES:
        if form[f"{name}_file"].data:
            wanted[name] = store_asset(db, picture(form[f"{name}_file"]), "image/png")
    change_organisation(db, actor.id, replace(organisation(db), **wanted))
    doors.commit()
    say(_("The settings are saved"))
    return see_other(url_for("settings.edit"))


@pages.get("/settings/seal.png")
@permit(Permission.ADMINISTER)
def seal() -> Response:
    """The seal as it is printed."""
    return _picture(organisation(doors.session()).seal, {})


@pages.get("/logo/<string:digest>.png")
@public
def logo(digest: str) -> Response:
    """The organisation's logo; another one has another address."""
    known = doors.current_organisation().logo
    return _picture(known if digest == known else "", _FOR_EVER)


def _picture(sha256: str, headers: dict[str, str]) -> Response:
    data = asset(doors.looking(), sha256)
    return Response(data, headers=headers, mimetype="image/png") if data else abort(404)


def _page(form: OrganisationForm, present: Organisation) -> str:
    example = present.number_pattern.format(year=clock.today().year, sequence=123)
    return render_template("settings/organisation.html", form=form, present=present, example=example)
