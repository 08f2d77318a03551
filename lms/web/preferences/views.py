from __future__ import annotations

from flask import Blueprint, render_template, url_for

from courses.people.preferences import prefer, preference
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.auth.users import remember_language, remember_theme
from lms.i18n import _
from lms.web.answers import INVALID, Answer, say, see_other
from lms.web.preferences.forms import PreferenceForm

pages = Blueprint("preferences", __name__)


@pages.get("/my-settings")
@permit(Permission.LEARN)
def index() -> str:
    """The form."""
    return _page(PreferenceForm(obj=preference(doors.session(), me().id)))


@pages.post("/my-settings")
@permit(Permission.LEARN)
def choose() -> Answer:
    """From now on, here and wherever the person signs in next."""
    form = PreferenceForm()
    if not form.validate():
        return _page(form), INVALID
    db, actor = acting()
    language, theme = form.language.data, form.theme.data or ""
    prefer(db, actor.id, actor.id, language=language, theme=theme)
    doors.commit()
    remember_language(language)
    say(_("Saved"))
    return remember_theme(see_other(url_for("preferences.index")), theme)


def _page(form: PreferenceForm) -> str:
    return render_template("preferences/index.html", form=form)
