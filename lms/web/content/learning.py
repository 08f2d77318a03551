"""The learner's side: the way through a course, its lessons, and what is marked as read."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses import clock
from courses.content import attempts, markdown, playing, progress, quizzes
from courses.content.gates import Season
from courses.content.models import TIMED, LessonKind
from courses.content.progress import Step, Way
from courses.enrolment.models import Enrolment, Status
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.config import config
from lms.i18n import _
from lms.web.answers import Answer, found, say, see_other
from lms.web.content.blueprint import pages
from lms.web.content.words import LESSON_KINDS

_LATER = 5
"""Seconds between two reports of a player."""


@pages.get("/enrolments/<int:enrolment_id>/lessons")
@permit(Permission.LEARN)
def learn(enrolment_id: int) -> str:
    """All lessons with their states, and where to go on."""
    enrolment = taken(enrolment_id)
    mine = progress.way(doors.session(), enrolment, enrolment.run)
    return render_template(
        "content/learn.html", enrolment=enrolment, run=enrolment.run, way=mine, shut=progress.shut, kinds=LESSON_KINDS
    )


@pages.get("/enrolments/<int:enrolment_id>/lessons/<int:lesson_id>")
@permit(Permission.LEARN)
def learn_lesson(enrolment_id: int, lesson_id: int) -> str:
    """One lesson: to be read, played, or answered."""
    enrolment = taken(enrolment_id)
    mine = progress.way(doors.session(), enrolment, enrolment.run)
    step = progress.look(mine, enrolment.run, lesson_id)
    if step.lesson.kind is LessonKind.QUIZ:
        return quiz_page(enrolment, mine, step)
    return render_template(
        "content/learn_lesson.html",
        **frame(enrolment, mine, step),
        timed=step.lesson.kind in TIMED,
        at=playing.resume(step.lesson, step.row),
        reach=playing.reach(step.lesson, step.row),
        every=_LATER,
        pace=f"{config().playback_percent / 100:g}",
        least=config().reading_seconds,
        stamp=_stamps().dumps([enrolment.id, lesson_id, clock.now().isoformat()]),
    )


@pages.post("/enrolments/<int:enrolment_id>/lessons/<int:lesson_id>/reading")
@permit(Permission.LEARN)
def read(enrolment_id: int, lesson_id: int) -> Answer:
    """Mark as read what is read, and go on."""
    db, actor = acting()
    enrolment, run = taken_now(enrolment_id)
    opened_at = _opened_at(enrolment.id, lesson_id)
    progress.read(db, actor.id, enrolment, run, lesson_id, opened_at=opened_at, least=config().reading_seconds)
    following = progress.way(db, enrolment, run).next
    doors.commit()
    if following is None:
        say(_("All lessons that are open are learnt"))
        return see_other(url_for("content.learn", enrolment_id=enrolment_id))
    say(_("Saved. The next lesson: %(title)s", title=following.lesson.title))
    return see_other(url_for("content.learn_lesson", enrolment_id=enrolment_id, lesson_id=following.lesson.id))


def quiz_page(enrolment: Enrolment, mine: Way, step: Step) -> str:
    """A quiz before and between its attempts, or the attempt that is going on."""
    tried, now = attempts.attempts_of(doors.looking(), enrolment.id, step.lesson.id), clock.now()
    going = next((one for one in tried if quizzes.reached(one, step.lesson, now) is None), None)
    return render_template(
        "content/quiz.html",
        **frame(enrolment, mine, step),
        going=going if mine.season is Season.ON else None,
        until=quizzes.deadline(going, step.lesson) if going else None,
        tried=[(one, got) for one in tried if (got := quizzes.reached(one, step.lesson, now)) is not None],
        best=attempts.best(tried, step.lesson, now),
        left=attempts.left(tried, step.lesson),
    )


def frame(enrolment: Enrolment, mine: Way, step: Step) -> dict[str, object]:
    """What all pages of a lesson are given."""
    place = mine.steps.index(step)
    return {
        "enrolment": enrolment,
        "run": enrolment.run,
        "way": mine,
        "step": step,
        "lesson": step.lesson,
        "live": mine.season is Season.ON,
        "before": mine.steps[place - 1] if place else None,
        "after": mine.steps[place + 1] if place + 1 < len(mine.steps) else None,
        "html": markdown.html(step.lesson.body, lambda sha256: url_for("content.picture", digest=sha256)),
        "kinds": LESSON_KINDS,
    }


def taken(enrolment_id: int) -> Enrolment:
    """The reader's own enrolment, with its run and course; 404 where there is no place (any more)."""
    return found(
        select(Enrolment)
        .options(joinedload(Enrolment.run).joinedload(Run.course))
        .where(Enrolment.id == enrolment_id, Enrolment.status == Status.ENROLLED, visible(me(), Enrolment))
    )


def taken_now(enrolment_id: int) -> tuple[Enrolment, Run]:
    """The same inside a writing transaction."""
    enrolment = taken(enrolment_id)
    return enrolment, enrolment.run


def _opened_at(enrolment_id: int, lesson_id: int) -> datetime:
    """When the page was opened whose button was pressed; now, when nobody can say."""
    try:
        for_enrolment, for_lesson, at = _stamps().loads(request.form.get("stamp", ""))
    except (BadData, ValueError, TypeError):
        return clock.now()
    return datetime.fromisoformat(at) if (for_enrolment, for_lesson) == (enrolment_id, lesson_id) else clock.now()


def _stamps() -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt="lesson opened")
