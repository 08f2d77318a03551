"""Whether somebody enters the scores of a run, or people earn all of them in its quizzes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.assessment import actions
from courses.catalogue.models import LEARNT_ONLINE, Course
from courses.content.models import LessonKind
from courses.content.queries import lessons
from courses.errors import Refused, WayOut
from courses.scheduling.models import Run, RunState
from courses.text import text

_ALL = 100


def refusal(db: Session, run: Run, course: Course, *states: RunState) -> Refused | None:
    """Why nobody can enter scores now; None when one can. Beside quizzes that are all of the score none would count."""
    if refused := actions.refusal(run, course, *states):
        return refused
    if course.kind not in LEARNT_ONLINE:
        return None
    quizzes = [lesson for lesson in lessons(db, course.id) if lesson.kind is LessonKind.QUIZ]
    if sum(lesson.weight for lesson in quizzes) != _ALL:
        return None
    way_out = WayOut("run", text("Look at the run"), run.id)
    said = text("The quizzes of this course make all of its score: nothing is entered by hand")
    return Refused(said, code="quizzes", way_out=way_out)


def require(db: Session, run: Run, course: Course, *states: RunState) -> None:
    """Raises `Refused` where nobody enters scores."""
    if refused := refusal(db, run, course, *states):
        raise refused
