"""The words of notices, and which of them go as a text message, too."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for

from courses.errors import Refused
from courses.notices import texts, wordings
from courses.notices.models import NoticeKind
from courses.notices.words import lines
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import LANGUAGES, _, speaking, words
from lms.letters import Said, worded
from lms.web.answers import INVALID, Answer, is_fragment, say, see_other, selected
from lms.web.notices.blueprint import pages
from lms.web.notices.forms import WordingForm
from lms.web.notices.words import KINDS


@pages.get("/settings/wordings")
@permit(Permission.ADMINISTER)
def wordings_index() -> str:
    """Every kind of notice: in whose words, and by which way."""
    db = doors.session()
    return render_template(
        "notices/wordings.html",
        kinds=KINDS,
        editable=wordings.KINDS,
        own=wordings.own(db),
        texted=texts.text_kinds(db),
        languages=LANGUAGES,
    )


@pages.post("/settings/wordings")
@permit(Permission.ADMINISTER)
def choose_texts() -> Answer:
    """Which kinds go as a text message, too."""
    db, actor = acting()
    kinds = selected(request.form.getlist("text"), NoticeKind)
    texts.choose_text_kinds(db, actor.id, [NoticeKind(kind) for kind in kinds])
    doors.commit()
    say(_("Saved"))
    return see_other(url_for("notices.wordings_index"))


@pages.get("/settings/wordings/<string:kind>/<string:code>")
@permit(Permission.ADMINISTER)
def wording(kind: str, code: str) -> str:
    """The words of a kind of notice in a language, to be changed."""
    named = _known(kind, code)
    own = wordings.own(doors.session()).get((named, code))
    usual = _usual(named, code)
    form = WordingForm(None, subject=own.subject if own else usual.subject, body=own.body if own else usual.lines[0])
    return _page(named, code, form, own=own is not None)


@pages.post("/settings/wordings/<string:kind>/<string:code>")
@permit(Permission.ADMINISTER)
def change_wording(kind: str, code: str) -> Answer:
    """Keep them, or show what is wrong; for htmx, and when asked, only a look at them."""
    named, form = _known(kind, code), WordingForm()
    good = form.validate()
    if is_fragment():
        return render_template("notices/wording_look.html", code=code, **_look(named, code, form))
    error = _fault(named, code, form) if good else None
    if not good or error or "preview" in request.form:
        page = _page(named, code, form, own=True, error=error)
        return (page, INVALID) if error or not good else page
    db, actor = acting()
    wordings.word(db, actor.id, named, code, form.subject.data or "", form.body.data or "")
    doors.commit()
    say(_("Saved"))
    return see_other(url_for("notices.wordings_index"))


@pages.post("/settings/wordings/<string:kind>/<string:code>/removal")
@permit(Permission.ADMINISTER)
def reset_wording(kind: str, code: str) -> Answer:
    """Back to the usual words."""
    named = _known(kind, code)
    db, actor = acting()
    wordings.reset(db, actor.id, named, code)
    doors.commit()
    say(_("The usual words are used again"))
    return see_other(url_for("notices.wordings_index"))


def _known(kind: str, code: str) -> NoticeKind:
    if kind not in set(wordings.KINDS) or code not in LANGUAGES:
        abort(404)
    return NoticeKind(kind)


def _usual(kind: NoticeKind, code: str) -> Said:
    subject, body = wordings.usual(kind, code)
    with speaking(code):
        return Said(words(subject), [body])


def _fault(kind: NoticeKind, code: str, form: WordingForm) -> str | None:
    try:
        wordings.check(kind, code, form.subject.data or "", form.body.data or "")
    except Refused as error:
        return words(error.message)
    return None


def _page(kind: NoticeKind, code: str, form: WordingForm, *, own: bool, error: str | None = None) -> str:
    names = {
        (wordings.PLACEHOLDERS[one][0] if code == "ko" else one): wordings.PLACEHOLDERS[one][1]
        for one in wordings.placeholders(kind)
    }
    return render_template(
        "notices/wording.html",
        kind=kind,
        code=code,
        name=KINDS[kind],
        language=LANGUAGES[code],
        form=form,
        error=error,
        own=own,
        names=names,
        **_look(kind, code, form),
    )


def _look(kind: NoticeKind, code: str, form: WordingForm) -> dict[str, Any]:
    """The notice as it reads, of a made-up run; or why it cannot be one."""
    fault = _fault(kind, code, form)
    if fault:
        return {"fault": fault, "said": None, "message": ""}
    named, facts = doors.current_organisation(), wordings.example(kind)
    with speaking(code):
        usual = [words(line) for line in lines(kind, facts)]
        said = worded(form.subject.data or "", form.body.data or "", facts, usual, me().name, named)
        message = texts.fitted(named.name if code == "ko" else named.name_en, said.subject, said.lines)
    return {"fault": None, "said": said, "message": message, "size": texts.size(message)}
