"""What people thought of the demo's runs, and what they ask on the board of one that is ahead."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.board import posting
from courses.board.models import PostKind
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import Run, RunInstructor, RunState
from courses.surveys import answering, ending, queries
from courses.surveys.answering import Given
from courses.surveys.windows import Window, windows
from lms.demo.stage import Stage, Timeline

_RUNS, _BACK = 4, timedelta(days=75)
_WILLING = 0.8
_DAY = timedelta(days=1)
_SAID = (
    "실습 시간이 조금 더 길면 좋겠습니다.",
    "예제가 실제 업무와 비슷해서 바로 쓸 수 있었습니다.",
    "강의실이 조금 추웠습니다.",
    "심화 과정도 열어 주시기 바랍니다.",
)
_ASKED = (
    ("실습 파일은 어디에서 받나요?", "미리 보고 가고 싶습니다."),
    ("주차할 수 있나요?", "본관 지하가 비어 있나요?"),
)


def unfold(stage: Stage, timeline: Timeline, seed: int) -> None:
    """Answers as of the days after each run, when all else has happened; questions of this morning."""
    rng = Random(f"{seed} surveys")  # noqa: S311  # a seed, so that every demo is the same
    timeline.at(stage.now - timedelta(minutes=18), lambda db: _answer(db, stage, rng))
    timeline.at(stage.now - timedelta(minutes=17), lambda db: _discuss(db, stage))


def _answer(db: Session, stage: Stage, rng: Random) -> None:
    here = Run.imported.is_(False), Run.ends_on.between(stage.today - _BACK, stage.today)
    found = windows(db, db.scalars(select(Run.id).where(*here)).all())
    begun = sorted((one.opens, run_id) for run_id, one in found.items() if one.opens < clock.now())
    for _opens, run_id in begun[-_RUNS:]:
        _answer_one(db, stage, run_id, found[run_id], rng)


def _answer_one(db: Session, stage: Stage, run_id: int, window: Window, rng: Random) -> None:
    """Most answer within a day; the employee has not come to it yet."""
    with clock.frozen(min(window.opens + _DAY, clock.now())):
        for place in queries.to_answer(db, run_id):
            if place.person_id != stage.people.employee.id and rng.random() < _WILLING:
                answering.answer(db, db.get_one(Enrolment, place.id), _given(window, rng))
    if window.is_over:
        ending.settle(db, run_id)


def _given(window: Window, rng: Random) -> Given:
    def points() -> int:
        return rng.choices((5, 4, 3, 2), (55, 32, 10, 3))[0]

    said = rng.choice(_SAID) if rng.random() < 0.3 else ""
    return Given(points(), points(), points(), {key: points() for key in window.instructors}, said)


def _discuss(db: Session, stage: Stage) -> None:
    """On the board of the next run that the instructor teaches."""
    cleo = stage.people.instructor.id
    run = db.scalars(
        select(Run)
        .join(RunInstructor, RunInstructor.run_id == Run.id)
        .where(RunInstructor.person_id == cleo, Run.state == RunState.PUBLISHED, Run.ends_on >= stage.today)
        .order_by(Run.starts_on, Run.id)
        .limit(1)
    ).first()
    if run is None:
        return
    posting.post(db, cleo, run, PostKind.NOTICE, "실습 준비물", "- 직원증\n- 평소 쓰는 **업무 파일** 하나")
    seated = select(Enrolment.person_id).where(Enrolment.run_id == run.id, Enrolment.status == Status.ENROLLED)
    people = db.scalars(seated.order_by(Enrolment.id).limit(2)).all()
    questions = [
        posting.post(db, one, run, PostKind.QUESTION, *said) for one, said in zip(people, _ASKED, strict=False)
    ]
    if questions:
        posting.answer(db, cleo, questions[0], "첫날 아침에 이 게시판의 **자료**에 올립니다.")
