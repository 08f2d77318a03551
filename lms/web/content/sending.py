"""The file of a lesson and its captions, sent by the officer."""

from __future__ import annotations

from typing import Any

from flask import url_for

from courses.content import authoring, media
from courses.content.models import Lesson
from courses.errors import Refused
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, say, see_other
from lms.web.content.authoring import edit_page, one
from lms.web.content.blueprint import pages
from lms.web.content.forms import CaptionsForm, FileForm, LessonForm, seconds, shown
from lms.web.content.uploads import upload, upload_captions
from lms.web.files import filename


@pages.post("/operations/lessons/<int:lesson_id>/file")
@permit(Permission.PLAN)
def attach(lesson_id: int) -> Answer:
    """Keep a file, and make it the lesson's."""
    lesson = one(lesson_id)
    form = FileForm()
    if lesson.kind not in media.TAKEN or not form.validate():
        return edit_page(lesson, _unchanged(lesson), file_form=form), INVALID
    kind = lesson.kind
    doors.release()  # keeping a film takes its time
    with again(lambda refused: _as_kept(lesson_id, refused, file_form=form)):
        sent = upload(kind, form.file.data)
        db, actor = acting()
        name = filename(form.file.data)
        authoring.attach(db, actor.id, one(lesson_id), sent.store(db), name, seconds(form.length.data))
    doors.commit()
    say(_("The file is kept"))
    return see_other(url_for("content.lesson_form", lesson_id=lesson_id, _anchor="file-card"))


@pages.post("/operations/lessons/<int:lesson_id>/captions")
@permit(Permission.PLAN)
def caption(lesson_id: int) -> Answer:
    """Check the captions line by line, and keep them."""
    form = CaptionsForm()
    if not form.validate():
        lesson = one(lesson_id)
        return edit_page(lesson, _unchanged(lesson), captions_form=form), INVALID
    with again(lambda refused: _as_kept(lesson_id, refused, captions_form=form)):
        sent = upload_captions(form)
        db, actor = acting()
        authoring.caption(db, actor.id, one(lesson_id), sent.store(db), form.language.data or "ko")
    doors.commit()
    say(_("The captions are kept"))
    return see_other(url_for("content.lesson_form", lesson_id=lesson_id, _anchor="captions-card"))


@pages.post("/operations/lessons/<int:lesson_id>/captions/removal")
@permit(Permission.PLAN)
def remove_captions(lesson_id: int) -> Answer:
    """A film without captions."""
    db, actor = acting()
    lesson = one(lesson_id)
    authoring.caption(db, actor.id, lesson, None, lesson.captions_language)
    doors.commit()
    say(_("The captions are removed"))
    return see_other(url_for("content.lesson_form", lesson_id=lesson_id, _anchor="captions-card"))


def _as_kept(lesson_id: int, refused: Refused, **sent: Any) -> str:
    lesson = one(lesson_id)
    return edit_page(lesson, _unchanged(lesson), words(refused.message), **sent)


def _unchanged(lesson: Lesson) -> LessonForm:
    return LessonForm(formdata=None, data=shown(lesson, authoring.mark(lesson)))
