"""Question banks of a course, and their questions."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from courses.catalogue.models import Course
from courses.content import banks as actions
from courses.content import queries
from courses.content.models import Question, QuestionBank, QuestionKind
from courses.errors import Refused
from courses.exchange import questions as file
from courses.exchange.preview import heading
from courses.exchange.reading import MAX_BYTES, BadRow
from courses.exchange.writing import Sheet
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, language, ngettext, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.content.bank_forms import CHOSEN, BankForm, QuestionForm, QuestionsFileForm, shown
from lms.web.content.blueprint import pages
from lms.web.content.words import QUESTION_KINDS
from lms.web.files import filename, table


@pages.get("/operations/courses/<int:course_id>/banks")
@permit(Permission.PLAN)
def banks(course_id: int) -> str:
    """The question banks of a course."""
    return _banks(course_id, BankForm(formdata=None))


@pages.post("/operations/courses/<int:course_id>/banks")
@permit(Permission.PLAN)
def add_bank(course_id: int) -> Answer:
    """A new bank, to be filled."""
    form = BankForm()
    if not form.validate():
        return _banks(course_id, form), INVALID
    db, actor = acting()
    course = found(select(Course).where(Course.id == course_id))
    bank_id = actions.add_bank(db, actor.id, course.id, form.title.data or "").id
    doors.commit()
    return see_other(url_for("content.bank", bank_id=bank_id))


@pages.get("/operations/banks/<int:bank_id>")
@permit(Permission.PLAN)
def bank(bank_id: int) -> str:
    """A bank with its questions."""
    return _bank(bank_id)


@pages.post("/operations/banks/<int:bank_id>")
@permit(Permission.PLAN)
def rename_bank(bank_id: int) -> Answer:
    """Call it otherwise."""
    form = BankForm()
    if not form.validate():
        return _bank(bank_id, form=form), INVALID
    db, actor = acting()
    actions.rename(db, actor.id, _one(bank_id), form.title.data or "")
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("content.bank", bank_id=bank_id))


@pages.get("/operations/banks/<int:bank_id>/questions/new")
@permit(Permission.PLAN)
def new_question(bank_id: int) -> str:
    """The empty form of the kind that `?kind=` names."""
    return _question(QuestionForm(formdata=None), _one(bank_id), _kind())


@pages.post("/operations/banks/<int:bank_id>/questions/new")
@permit(Permission.PLAN)
def add_question(bank_id: int) -> Answer:
    """Add it, and (`more`) offer the form of the next one."""
    form, kind = QuestionForm(), _kind()
    if not form.validate():
        return _question(form, _one(bank_id), kind), INVALID
    db, actor = acting()
    with again(lambda refused: _question(form, _one(bank_id), kind, refused=refused)):
        actions.add_questions(db, actor.id, _one(bank_id).id, [form.wanted(kind)])
    doors.commit()
    say(_("The question is added"))
    if "more" in request.form:
        return see_other(url_for("content.new_question", bank_id=bank_id, kind=kind.value))
    return see_other(url_for("content.bank", bank_id=bank_id))


@pages.get("/operations/questions/<int:question_id>")
@permit(Permission.PLAN)
def question(question_id: int) -> str:
    """The form of a question."""
    asked = _asked(question_id)
    return _question(QuestionForm(formdata=None, data=shown(asked)), _one(asked.bank_id), asked.kind, asked)


@pages.post("/operations/questions/<int:question_id>")
@permit(Permission.PLAN)
def change_question(question_id: int) -> Answer:
    """Change what is asked from now on; attempts keep their own."""
    form, asked = QuestionForm(), _asked(question_id)
    if not form.validate():
        return _question(form, _one(asked.bank_id), asked.kind, asked), INVALID
    db, actor = acting()
    with again(lambda refused: _again(question_id, form, refused)):
        asked = _asked(question_id)
        actions.change_question(db, actor.id, asked, form.wanted(asked.kind))
    bank_id = asked.bank_id
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("content.bank", bank_id=bank_id, _anchor=f"question-{question_id}"))


def _again(question_id: int, form: QuestionForm, refused: Refused) -> str:
    asked = _asked(question_id)
    return _question(form, _one(asked.bank_id), asked.kind, asked, refused=refused)


@pages.post("/operations/questions/<int:question_id>/retirement")
@permit(Permission.PLAN)
def retire_question(question_id: int) -> Answer:
    """Draw it no more."""
    db, actor = acting()
    asked = _asked(question_id)
    actions.retire_question(db, actor.id, asked)
    bank_id = asked.bank_id
    doors.commit()
    say(_("The question is retired"), undo=url_for("content.restore_question", question_id=question_id))
    return see_other(url_for("content.bank", bank_id=bank_id))


@pages.post("/operations/questions/<int:question_id>/return")
@permit(Permission.PLAN)
def restore_question(question_id: int) -> Answer:
    """Draw it again."""
    db, actor = acting()
    asked = _asked(question_id)
    actions.restore_question(db, actor.id, asked)
    bank_id = asked.bank_id
    doors.commit()
    say(_("The question is back"))
    return see_other(url_for("content.bank", bank_id=bank_id, _anchor=f"question-{question_id}"))


@pages.get("/operations/banks/<int:bank_id>/questions.<string:form>")
@permit(Permission.PLAN)
def questions_file(bank_id: int, form: str) -> Response:
    """All questions that are drawn, as a file that can be sent back; of an empty bank, the headings."""
    chosen, korean = _one(bank_id), language() == "ko"
    headings = [heading(column, korean) for column in file.COLUMNS]
    lines = file.rows(queries.questions(doors.session(), bank_id), korean)
    return table(form, [Sheet(chosen.title, headings, lines)], chosen.title, plain="questions")


@pages.post("/operations/banks/<int:bank_id>/questions")
@permit(Permission.PLAN)
def import_questions(bank_id: int) -> Answer:
    """Add all questions of a file, or none: bad rows are listed."""
    form = QuestionsFileForm()
    if not form.validate():
        return _bank(bank_id, file_form=form), INVALID
    form.file.data.seek(0)
    try:
        good, bad, headings = file.questions(form.file.data.read(MAX_BYTES + 1), filename(form.file.data))
    except Refused as refused:
        return _bank(bank_id, file_form=form, error=words(refused.message)), INVALID
    if bad:
        return _bank(bank_id, file_form=form, bad=bad, headings=headings), INVALID
    db, actor = acting()
    actions.add_questions(db, actor.id, _one(bank_id).id, good)
    doors.commit()
    say(ngettext("%(n)s question is added", "%(n)s questions are added", len(good)))
    return see_other(url_for("content.bank", bank_id=bank_id))


def _banks(course_id: int, form: BankForm) -> str:
    course = found(select(Course).where(Course.id == course_id))
    return render_template(
        "content/banks.html", course=course, form=form, rows=queries.banks(doors.looking(), course_id)
    )


def _bank(
    bank_id: int,
    *,
    form: BankForm | None = None,
    file_form: QuestionsFileForm | None = None,
    error: str | None = None,
    bad: list[BadRow] | None = None,
    headings: dict[str, str] | None = None,
) -> str:
    chosen = _one(bank_id)
    rows = queries.questions(doors.looking(), bank_id, retired=True)
    return render_template(
        "content/bank.html",
        bank=chosen,
        course=found(select(Course).where(Course.id == chosen.course_id)),
        rows=[row for row in rows if row.retired_at is None],
        retired=[row for row in rows if row.retired_at is not None],
        form=form or BankForm(formdata=None, data={"title": chosen.title}),
        file_form=file_form or QuestionsFileForm(formdata=None),
        error=error,
        bad=bad or [],
        headings=headings or {},
        kinds=QUESTION_KINDS,
    )


def _question(
    form: QuestionForm,
    chosen: QuestionBank,
    kind: QuestionKind,
    asked: Question | None = None,
    *,
    refused: Refused | None = None,
) -> str:
    details: dict[str, Any] = {"question": asked, "bank": chosen, "kind": kind, "kinds": QUESTION_KINDS}
    error = words(refused.message) if refused else None
    return render_template("content/question.html", form=form, error=error, chosen=kind in CHOSEN, **details)


def _one(bank_id: int) -> QuestionBank:
    return found(select(QuestionBank).where(QuestionBank.id == bank_id))


def _asked(question_id: int) -> Question:
    return found(select(Question).where(Question.id == question_id))


def _kind() -> QuestionKind:
    try:
        return QuestionKind(request.args.get("kind", ""))
    except ValueError:
        abort(404)
