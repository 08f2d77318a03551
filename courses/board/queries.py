"""What a board shows, and which questions wait for an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from courses import paging
from courses.board.models import Material, Post, PostKind
from courses.catalogue.models import Course
from courses.db import KEY, rows
from courses.files.models import StoredFile
from courses.people.models import Person
from courses.scheduling.models import Run, RunInstructor, RunState

_ANSWERS = 50


def threads(
    db: Session, run_id: int, before: int | None = None, *, open_only: bool = False
) -> tuple[Sequence[Row[Any]], bool]:
    """Notices and questions of a run, the latest first: the page below the id `before`, and whether there are more.

    Columns: id, kind, title, author_id, author, created_at, edited_at, hidden_at, reason, answers (how many are
    shown), is_open (a shown question that nobody but its author has answered).
    """
    return paging.page(db, _OPEN_THREADS if open_only else _THREADS, before, {"run": run_id})


def answers(db: Session, question_id: int, page: int = 1) -> Sequence[Row[Any]]:
    """Answers to a question, the first first, fifty a page: id, author_id, author, body, created_at, edited_at,
    hidden_at, reason."""
    values = {"question": question_id, "most": _ANSWERS, "skip": (page - 1) * _ANSWERS}
    return rows(db, _ANSWERED, values).all()


def pages_of_answers(db: Session, question_id: int) -> int:
    """How many pages they fill, at least 1."""
    count = db.scalar(select(func.count()).select_from(Post).where(Post.question_id == question_id)) or 0
    return max(1, -(-count // _ANSWERS))


def materials(db: Session, run: Run) -> Sequence[Row[Any]]:
    """Files of a run and of its course, by title: id, title, filename, course_id (None: of the run), added_at, size."""
    return rows(db, _MATERIALS, {"run": run.id, "course": run.course_id}).all()


def open_questions(db: Session, run_ids: Collection[int]) -> dict[int, int]:
    """Run id → how many of its questions nobody has answered; runs without any are left out. Closed ones have none."""
    found = db.execute(
        select(Post.run_id, func.count())
        .join(Run, Run.id == Post.run_id)
        .where(Post.run_id.in_(run_ids), Run.state == RunState.PUBLISHED, _is_open())
        .group_by(Post.run_id)
    )
    return {row[0]: row[1] for row in found}


def waiting(db: Session, person_id: int | None, most: int = 20) -> Sequence[Row[Any]]:
    """Open questions in the runs that somebody teaches (None: in all), the oldest first.

    Columns: id, title, created_at, run_id, course, number.
    """
    statement = _WAITING if person_id is None else _WAITING.where(Run.id.in_(_taught(person_id)))
    return rows(db, statement.limit(most)).all()


def _taught(person_id: int) -> Any:
    return select(RunInstructor.run_id).where(RunInstructor.person_id == person_id)


_Answer = aliased(Post)
_shown = (_Answer.question_id == Post.id, _Answer.hidden_at.is_(None))


def _is_open() -> ColumnElement[bool]:
    """SQL: a question in sight that nobody else has answered."""
    by_others = select(_Answer.id).where(*_shown, _Answer.author_id != Post.author_id).exists()
    return and_(Post.kind == PostKind.QUESTION, Post.hidden_at.is_(None), ~by_others)


# Built once: that costs more than running them.

_answers = select(func.count()).select_from(_Answer).where(*_shown).scalar_subquery()
_run = bindparam("run", type_=KEY)
_LISTED: Select[*tuple[Any, ...]] = (
    select(
        Post.id, Post.kind, Post.title, Post.author_id, Person.name.label("author"), Post.created_at, Post.edited_at,
        Post.hidden_at, Post.reason, _answers.label("answers"), case((_is_open(), 1), else_=0).label("is_open"),
    )
    .join(Person, Person.id == Post.author_id)
    .where(Post.run_id == _run, Post.kind != PostKind.ANSWER)
)  # fmt: skip
_THREADS = paging.latest(_LISTED, Post.id)
_OPEN_THREADS = paging.latest(_LISTED, Post.id, _is_open())
_ANSWERED: Select[*tuple[Any, ...]] = (
    select(
        Post.id, Post.author_id, Person.name.label("author"), Post.body, Post.created_at, Post.edited_at,
        Post.hidden_at, Post.reason,
    )
    .join(Person, Person.id == Post.author_id)
    .where(Post.question_id == bindparam("question", type_=KEY))
    .order_by(Post.id)
    .limit(bindparam("most", type_=Integer))
    .offset(bindparam("skip", type_=Integer))
)  # fmt: skip
_MATERIALS: Select[*tuple[Any, ...]] = (
    select(
        Material.id, Material.title, Material.filename, Material.course_id, Material.added_at, StoredFile.size,
        StoredFile.media_type,
    )
    .join(StoredFile, StoredFile.sha256 == Material.sha256)
    .where(
        or_(Material.run_id == _run, Material.course_id == bindparam("course", type_=KEY)),
        Material.removed_at.is_(None),
    )
    .order_by(Material.title, Material.id)
)  # fmt: skip
_WAITING: Select[*tuple[Any, ...]] = (
    select(Post.id, Post.title, Post.created_at, Post.run_id, Course.title.label("course"), Run.number)
    .join(Run, Run.id == Post.run_id)
    .join(Course, Course.id == Run.course_id)
    .where(Run.state == RunState.PUBLISHED, _is_open())
    .order_by(Post.id)
)
