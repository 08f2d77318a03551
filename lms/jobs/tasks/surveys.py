"""Boards and surveys: who is told, and surveys that open and are over."""

from __future__ import annotations

from courses.notices import board
from courses.surveys import ending
from lms.jobs.handlers import handler
from lms.jobs.tasks.notices import send_all, teller
from lms.jobs.work import Work

tell_posts = teller("tell_posts", board.of_posts)
tell_surveys = teller("tell_surveys", board.of_surveys)


@handler("survey")
def survey(work: Work) -> None:
    """Every morning: open the surveys of runs that are over, forget who answered those that are, and remind."""
    with work.database.look() as db:
        opening, over = ending.to_open(db), ending.to_settle(db)
    for run_id in opening:
        with work.begin() as db:
            ending.open_survey(db, run_id)
    for run_id in over:
        with work.begin() as db:
            ending.settle(db, run_id)
    send_all(work, board.of_unanswered)
