"""The officer's lessons of a course: listed, ordered, written."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select

from courses.catalogue.models import LEARNT_ONLINE, Course
from courses.content import authoring, markdown, media, queries, readiness
from courses.content.models import TIMED, Lesson, LessonKind
from courses.errors import Conflict
from courses.permissions import Permission, visible
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, is_fragment, say, see_other
from lms.web.content.blueprint import pages
from lms.web.content.forms import CaptionsForm, FileForm, LessonForm, shown
from lms.web.content.uploads import kept_captions, with_picture
from lms.web.content.words import LESSON_KINDS

_MINUTES = {LessonKind.QUIZ: 20, LessonKind.DOCUMENT: 15}
_USUAL_MINUTES = 10


@pages.get("/operations/courses/<int:course_id>/lessons")
@permit(Permission.TEACH)
def lessons(course_id: int) -> str:
    """The lessons of a course; who teaches it may look at them."""
    course = found(select(Course).where(Course.id == course_id, visible(me(), Course, Permission.TEACH)))
    return _list(course)


@pages.get("/operations/courses/<int:course_id>/lessons/new")
@permit(Permission.PLAN)
def new_lesson(course_id: int) -> str:
    """The empty form of the kind that `?kind=` names."""
    course, kind = _course(course_id), _kind()
    form = LessonForm(formdata=None, data={"minutes": _MINUTES.get(kind, _USUAL_MINUTES)})
    return _new(_offer(form, course.id, kind), course, kind)


@pages.post("/operations/courses/<int:course_id>/lessons/new")
@permit(Permission.PLAN)
def add_lesson(course_id: int) -> Answer:
    """Add it behind the others, and go on to its page, where files are sent."""
    course, kind = _course(course_id), _kind()
    form = _offer(LessonForm(), course.id, kind)
    if not form.validate():
        return _new(form, course, kind), INVALID
    if _only_looks():
        return _new(form, course, kind, looks=True)
    with again(lambda refused: _new(form, _course(course_id), kind, words(refused.message))):
        plan, picture = with_picture(form)
        db, actor = acting()
        lesson = authoring.add(db, actor.id, course_id, kind, plan)
        picture.store(db)
    lesson_id = lesson.id
    doors.commit()
    say(_("‘%(title)s’ is added", title=plan.title))
    return see_other(url_for("content.lesson_form", lesson_id=lesson_id))


@pages.get("/operations/lessons/<int:lesson_id>")
@permit(Permission.PLAN)
def lesson_form(lesson_id: int) -> str:
    """The form of a lesson, with its file and captions."""
    lesson = one(lesson_id)
    form = LessonForm(formdata=None, data=shown(lesson, authoring.mark(lesson)))
    return edit_page(lesson, form)


@pages.post("/operations/lessons/<int:lesson_id>")
@permit(Permission.PLAN)
def change_lesson(lesson_id: int) -> Answer:
    """Save it, or (`look`) show how its words look without saving."""
    lesson = one(lesson_id)
    form = _offer(LessonForm(), lesson.course_id, lesson.kind)
    if not form.validate():
        return edit_page(lesson, form), INVALID
    if _only_looks():
        return edit_page(lesson, form, looks=True)
    with again(
        lambda refused: edit_page(one(lesson_id), form, words(refused.message), stale=isinstance(refused, Conflict))
    ):
        plan, picture = with_picture(form)
        db, actor = acting()
        authoring.change(db, actor.id, one(lesson_id), plan, seen=form.seen.data)
        picture.store(db)
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("content.lesson_form", lesson_id=lesson_id))


@pages.post("/operations/lessons/<int:lesson_id>/position")
@permit(Permission.PLAN)
def move_lesson(lesson_id: int) -> Answer:
    """Put it one place up or down."""
    db, actor = acting()
    lesson = one(lesson_id)
    course_id, step = lesson.course_id, -1 if request.form.get("step") == "up" else 1
    authoring.move(db, actor.id, lesson, step)
    doors.commit()
    if is_fragment():
        return _list(_course(course_id))
    return see_other(url_for("content.lessons", course_id=course_id, _anchor=f"lesson-{lesson_id}"))


@pages.post("/operations/lessons/<int:lesson_id>/copy")
@permit(Permission.PLAN)
def duplicate_lesson(lesson_id: int) -> Answer:
    """The same lesson once more, to be changed."""
    db, actor = acting()
    lesson = one(lesson_id)
    copy_id = authoring.duplicate(db, actor.id, lesson, _("%(title)s (copy)", title=lesson.title)).id
    doors.commit()
    say(_("The copy stands behind the others"))
    return see_other(url_for("content.lesson_form", lesson_id=copy_id))


@pages.post("/operations/lessons/<int:lesson_id>/retirement")
@permit(Permission.PLAN)
def retire_lesson(lesson_id: int) -> Answer:
    """Take it out of the course."""
    db, actor = acting()
    lesson = one(lesson_id)
    authoring.retire(db, actor.id, lesson)
    course_id, title = lesson.course_id, lesson.title
    doors.commit()
    say(_("‘%(title)s’ is retired", title=title), undo=url_for("content.restore_lesson", lesson_id=lesson_id))
    return see_other(url_for("content.lessons", course_id=course_id))


@pages.post("/operations/lessons/<int:lesson_id>/return")
@permit(Permission.PLAN)
def restore_lesson(lesson_id: int) -> Answer:
    """Take it back, behind the others."""
    db, actor = acting()
    lesson = one(lesson_id)
    authoring.restore(db, actor.id, lesson)
    course_id, title = lesson.course_id, lesson.title
    doors.commit()
    say(_("‘%(title)s’ is back, behind the others", title=title))
    return see_other(url_for("content.lessons", course_id=course_id, _anchor=f"lesson-{lesson_id}"))


@pages.post("/operations/lessons/words")
@permit(Permission.PLAN)
def look_at_words() -> str:
    """How the words of a lesson look: the piece of the page that shows them, while somebody writes."""
    return render_template(
        "content/lesson_edit_look.html", html=_html(request.form.get("body", "")[: markdown.LONGEST])
    )


@pages.get("/operations/lessons/<int:lesson_id>/preview")
@permit(Permission.TEACH)
def preview_lesson(lesson_id: int) -> str:
    """The lesson as those see it who learn; nothing is recorded."""
    lesson = found(select(Lesson).where(Lesson.id == lesson_id, visible(me(), Lesson)))
    db = doors.looking()
    questions = queries.questions(db, lesson.bank_id) if lesson.bank_id else []
    order = queries.lessons(db, lesson.course_id)
    return render_template(
        "content/lessons_preview.html",
        lesson=lesson,
        order=order,
        html=_html(lesson.body),
        questions=questions,
        kinds=LESSON_KINDS,
        **_file(lesson),
    )


def one(lesson_id: int) -> Lesson:
    """The lesson an officer writes; 404 when there is none."""
    return found(select(Lesson).where(Lesson.id == lesson_id))


def edit_page(
    lesson: Lesson,
    form: LessonForm,
    error: str | None = None,
    *,
    file_form: FileForm | None = None,
    captions_form: CaptionsForm | None = None,
    looks: bool = False,
    stale: bool = False,
) -> str:
    """The page of a lesson with one of its forms as it was sent. `stale`: it has been changed meanwhile."""
    course = found(select(Course).where(Course.id == lesson.course_id))
    captions = captions_form or CaptionsForm(formdata=None, data=kept_captions(lesson))
    return render_template(
        "content/lesson_edit.html",
        lesson=lesson,
        course=course,
        form=_offer(form, course.id, lesson.kind),
        error=error,
        stale=stale,
        file_form=file_form or FileForm(formdata=None, data={"length": _length(lesson.seconds)}),
        captions_form=captions,
        html=_html(form.body.data or ""),
        looks=looks,
        kinds=LESSON_KINDS,
        **_file(lesson),
    )


def _file(lesson: Lesson) -> dict[str, Any]:
    has = lesson.kind in media.TAKEN
    return {
        "timed": lesson.kind in TIMED,
        "takes_file": has,
        "formats": media.formats(lesson.kind) if has else None,
        "limit": media.limit(lesson.kind) if has else 0,
        "accepts": ",".join(media.TAKEN.get(lesson.kind, ())),
        "length": _length(lesson.seconds),
    }


def _length(seconds: int | None) -> str:
    return f"{seconds // 60}:{seconds % 60:02}" if seconds else ""


def _course(course_id: int) -> Course:
    return found(select(Course).where(Course.id == course_id))


def _kind() -> LessonKind:
    try:
        return LessonKind(request.args.get("kind", ""))
    except ValueError:
        abort(404)


def _only_looks() -> bool:
    return "look" in request.form


def _offer(form: LessonForm, course_id: int, kind: LessonKind) -> LessonForm:
    banks = [(bank.id, f"{bank.title} ({bank.questions})") for bank in queries.banks(doors.looking(), course_id)]
    return form.for_kind(kind, banks)


def _html(body: str) -> str:
    return markdown.html(body, lambda sha256: url_for("content.picture", digest=sha256))


def _new(form: LessonForm, course: Course, kind: LessonKind, error: str | None = None, *, looks: bool = False) -> str:
    return render_template(
        "content/lessons_new.html",
        form=form,
        course=course,
        kind=kind,
        kinds=LESSON_KINDS,
        error=error,
        html=_html(form.body.data or ""),
        looks=looks,
    )


def _list(course: Course) -> str:
    db = doors.looking()
    every = queries.lessons(db, course.id, retired=True)
    rows = [lesson for lesson in every if lesson.retired_at is None]
    template = "content/lessons_rows.html" if is_fragment() else "content/lessons.html"
    return render_template(
        template,
        course=course,
        cyber=course.kind in LEARNT_ONLINE,
        rows=rows,
        retired=every[len(rows) :],
        missing=readiness.missing(db, course, rows),
        kinds=LESSON_KINDS,
    )
