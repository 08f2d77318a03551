"""The board of a run, and each notice or question with its answers."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import select

from courses.board import posting, queries
from courses.board.models import Post, PostKind
from courses.content import markdown
from courses.errors import Refused
from courses.people.models import Person
from courses.permissions import Permission, visible
from courses.scheduling.models import Run, RunState
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, here, key, page_number, say, see_other
from lms.web.board.blueprint import pages
from lms.web.board.forms import AnswerForm, HidingForm, MaterialForm, PostForm
from lms.web.board.words import KINDS
from lms.web.runs import run_for

_WRITABLE = (RunState.DRAFT, RunState.PUBLISHED)


@pages.get("/runs/<int:run_id>/board")
@permit(Permission.DISCUSS)
def show(run_id: int) -> str:
    """Files, notices and questions, the latest first."""
    return board_page(run_for(Permission.DISCUSS, run_id))


@pages.post("/runs/<int:run_id>/board")
@permit(Permission.DISCUSS)
def write(run_id: int) -> Answer:
    """Put up a notice, which those do who teach the run, or ask a question."""
    form = PostForm()
    kind = PostKind.NOTICE if request.form.get("kind") == PostKind.NOTICE else PostKind.QUESTION
    if not form.validate():
        return board_page(run_for(Permission.DISCUSS, run_id), post=form, kind=kind), INVALID
    db, actor = acting()
    run = run_for(Permission.TEACH if kind is PostKind.NOTICE else Permission.DISCUSS, run_id)
    with again(lambda refused: board_page(run_for(Permission.DISCUSS, run_id), refused, post=form, kind=kind)):
        made = posting.post(db, actor.id, run, kind, form.title.data or "", form.body.data or "")
    doors.commit()
    say(_("The notice is up. Everybody in the run is told") if kind is PostKind.NOTICE else _("Your question is asked"))
    return see_other(url_for("board.thread", post_id=made.id))


@pages.get("/board/<int:post_id>")
@permit(Permission.DISCUSS)
def thread(post_id: int) -> Answer:
    """A notice, or a question with its answers; an answer leads to its question."""
    post = _post(post_id)
    if post.question_id:
        return see_other(url_for("board.thread", post_id=post.question_id))
    return _thread(post)


@pages.post("/board/<int:post_id>/answers")
@permit(Permission.DISCUSS)
def answer(post_id: int) -> Answer:
    """Answer a question."""
    form = AnswerForm()
    if not form.validate():
        return _thread(_question(post_id), form=form), INVALID
    db, actor = acting()
    with again(lambda refused: _thread(_question(post_id), refused, form)):
        made = posting.answer(db, actor.id, _question(post_id), form.body.data or "")
    doors.commit()
    say(_("Your answer stands on the board"))
    last = queries.pages_of_answers(doors.looking(), post_id)
    return see_other(url_for("board.thread", post_id=post_id, page=last if last > 1 else None, _anchor=f"p{made.id}"))


@pages.get("/board/<int:post_id>/text")
@permit(Permission.DISCUSS)
def text_of(post_id: int) -> str:
    """One's own post, to be written anew."""
    post = _own(post_id)
    return _editor(post, _form_of(post)(formdata=None, obj=post))


@pages.post("/board/<int:post_id>/text")
@permit(Permission.DISCUSS)
def change(post_id: int) -> Answer:
    """Write it anew; what it said is kept."""
    form = _form_of(_own(post_id))()
    if not form.validate():
        return _editor(_own(post_id), form), INVALID
    db, actor = acting()
    post = _own(post_id)
    with again(lambda refused: _editor(_own(post_id), form, refused)):
        posting.edit(db, actor.id, post, form.title.data or "" if "title" in form else "", form.body.data or "")
    doors.commit()
    say(_("It is changed. What it said before is kept"))
    return see_other(url_for("board.thread", post_id=post.question_id or post_id))


@pages.post("/board/<int:post_id>/hiding")
@permit(Permission.TEACH)
def hide(post_id: int) -> Answer:
    """Out of sight, with a reason; for those who teach the run."""
    form = HidingForm()
    top = _post(post_id).question_id or post_id
    if not form.validate():
        return _thread(_post(top), hiding=form, hidden_id=post_id), INVALID
    db, actor = acting()
    post = _post(post_id)
    run_for(Permission.TEACH, post.run_id)
    with again(lambda refused: _thread(_post(top), refused, hiding=form, hidden_id=post_id)):
        posting.hide(db, actor.id, post, form.reason.data or "")
    doors.commit()
    say(_("The post is hidden. The reason stands in its place"))
    return see_other(url_for("board.thread", post_id=top))


def board_page(
    run: Run,
    refused: Refused | None = None,
    *,
    post: PostForm | None = None,
    kind: PostKind | None = None,
    material: MaterialForm | None = None,
) -> str:
    """The board, with the form that is shown again, if any: `post` of this `kind`, or `material`."""
    db, before, open_only = doors.looking(), request.args.get("before", type=key), "open" in request.args
    threads, more = queries.threads(db, run.id, before, open_only=open_only)
    return render_template(
        "board/show.html",
        run=run,
        threads=threads,
        waiting=queries.open_questions(db, [run.id]).get(run.id, 0),
        open_only=open_only,
        first=here(before=None) if before else None,
        older=here(before=threads[-1].id) if more else None,
        materials=queries.materials(db, run),
        writable=run.state in _WRITABLE,
        teaches=_teaches(run.id),
        post=post or PostForm(formdata=None),
        kind=kind,
        material=material or MaterialForm(formdata=None),
        sending=material is not None,
        kinds=KINDS,
        refused=words(refused.message) if refused else "",
    )


def _thread(
    post: Post,
    refused: Refused | None = None,
    form: AnswerForm | None = None,
    *,
    hiding: HidingForm | None = None,
    hidden_id: int | None = None,
) -> str:
    db, page, run = doors.looking(), page_number(), run_for(Permission.DISCUSS, post.run_id)
    last = queries.pages_of_answers(db, post.id)
    return render_template(
        "board/thread.html",
        run=run,
        post=post,
        author=db.scalar(select(Person.name).where(Person.id == post.author_id)),
        answers=queries.answers(db, post.id, min(page, last)),
        page=min(page, last),
        last=last,
        address=lambda number: here(page=number),
        writable=run.state in _WRITABLE,
        teaches=_teaches(run.id),
        form=form or AnswerForm(formdata=None),
        hiding=hiding or HidingForm(formdata=None),
        hidden_id=hidden_id,
        html=_html,
        refused=words(refused.message) if refused else "",
    )


def _editor(post: Post, form: FlaskForm, refused: Refused | None = None) -> str:
    run = run_for(Permission.DISCUSS, post.run_id)
    said = words(refused.message) if refused else ""
    return render_template("board/text.html", run=run, post=post, form=form, refused=said)


def _html(body: str) -> Markup:
    safe = markdown.html(body, lambda sha256: url_for("content.picture", digest=sha256))
    return Markup(safe)  # noqa: S704  # cleaned by nh3


def _teaches(run_id: int) -> bool:
    """Whether the person keeps order on this board."""
    here_ = select(Run.id).where(Run.id == run_id, visible(me(), Run, Permission.TEACH))
    return doors.looking().scalar(here_) is not None


def _post(post_id: int, *more: Any) -> Post:
    return found(select(Post).where(Post.id == post_id, visible(me(), Post, Permission.DISCUSS), *more))


def _question(post_id: int) -> Post:
    return _post(post_id, Post.kind == PostKind.QUESTION)


def _own(post_id: int) -> Post:
    return _post(post_id, Post.author_id == me().id)


def _form_of(post: Post) -> type[AnswerForm]:
    return AnswerForm if post.kind is PostKind.ANSWER else PostForm
