"""A board with a question, and a survey that is over: for tests that look at all pages."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.board import materials, posting
from courses.board.models import PostKind
from courses.files.actions import SentFile, stored
from courses.people.models import Person
from courses.scheduling.models import Run, RunState
from courses.surveys import answering
from tests.surveys.scenes import a_run_that_is_over, let_it_end

_SHA256 = "cd" * 32
_TITLE = "전자정부 표준프레임워크 실습 자료와 공간정보시스템 예제 데이터는 어디에서 내려받을 수 있습니까"


def discussed(db: Session, people: dict[str, Person], run: Run) -> dict[str, object]:
    """On the board of a run a notice, questions, an answer and a file; ids of Ana's question and of the file."""
    ana, cleo = people["ana"].id, people["cleo"].id
    posting.post(db, cleo, run, PostKind.NOTICE, "노트북을 가져오세요", "- 충전기\n- 마우스")
    question = posting.post(db, ana, run, PostKind.QUESTION, _TITLE, "# 3장\n\n`교재`에는 없습니다.")
    posting.answer(db, cleo, question, "공용 폴더에 있습니다.")
    hidden = posting.post(db, ana, run, PostKind.QUESTION, "점심", "메뉴가 무엇인가요")
    posting.hide(db, cleo, hidden, "과정과 관계없는 글")
    posting.post(db, people["long"].id, run, PostKind.QUESTION, "주차장", "지하에 세울 수 있나요?")
    stored(db, _SHA256, 2_400_000, "application/pdf")
    sent = SentFile(_SHA256, "교재.pdf")
    file = materials.add(db, cleo, run, sent, "전자정부 실습 교재 2026년 개정판", everywhere=True)
    db.commit()
    db.refresh(run, ["course"])
    return {"board_run_id": run.id, "post_id": question.id, "material_id": file.id}


def surveyed(db: Session, people: dict[str, Person], asked: Run) -> dict[str, object]:
    """A closed run of Cleo's whose survey is over, with figures; and `asked`, whose survey is open."""
    here = a_run_that_is_over(db, teachers=[people["cleo"]], ago=5)
    for place in here.places:
        answering.answer(db, place, here.says(4, "실습 시간이 더 길면 좋겠습니다."))
    let_it_end(db, here)
    here.run.state = RunState.CLOSED
    db.commit()
    return {"surveyed_id": here.run.id, "asked_run_id": asked.id}
