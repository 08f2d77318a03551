"""Targets by grade, and what the employee's department learned elsewhere: recognised, returned, waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.approvers import Approvers, deciders
from courses.files.actions import SentFile, stored
from courses.hours import outside
from courses.hours.outside import Wanted
from courses.hours.rules import Rules, change_rules
from courses.people.models import Posting
from lms.demo.stage import Stage, Timeline
from lms.files import Files

EVIDENCE = Path(__file__).parent / "data/outside-evidence.pdf"
_NAME = "이수증.pdf"
_RULES = Rules(40, {"4급": 20, "5급": 30, "9급": 50}, {"reading": 10, "seminar": 20})
_SET = timedelta(days=170)
"""So long ago the targets and caps were set, for the year of that day and all after it."""
_DAY = timedelta(days=1)
_NO_HOURS = "이수증에 교육시간이 없습니다. 시간이 적힌 이수증을 다시 올려 주시기 바랍니다."


@dataclass(frozen=True)
class Learned:
    """By whom (0: the employee, else that one of the department's own people), how many days ago, for how long.

    Recognised after so many days, `recognised` hours of it; or `returned`; else it waits for the head.
    """

    who: int
    ago: int
    type: str
    title: str
    provider: str
    hours: int
    recognised: int = 0
    returned: bool = False


LEARNED = (
    Learned(0, 96, "seminar", "전자정부 국제 학술대회", "한국지역정보학회", 7, recognised=7),
    Learned(0, 61, "reading", "데이터로 일하는 법", "시립도서관", 12, recognised=10),
    Learned(1, 40, "qualification", "빅데이터분석기사 필기", "한국데이터산업진흥원", 16, recognised=16),
    Learned(0, 12, "course", "공공데이터 개방 실무", "지방자치인재개발원", 14),
    Learned(2, 13, "seminar", "지역정보화 담당자 연수회", "한국지역정보개발원", 6),
    Learned(3, 11, "university", "통계학 개론", "방송통신대학교", 45),
    Learned(1, 6, "seminar", "개인정보 보호 토론회", "개인정보 보호 협회", 3, returned=True),
    Learned(2, 10, "reading", "쉽게 쓰는 공문서", "시립도서관", 4),
)


def keep_evidence(files: Files) -> None:
    """What they show, in the file store."""
    with EVIDENCE.open("rb") as stream:
        files.keep(stream)


def unfold(stage: Stage, timeline: Timeline) -> None:
    """Put all of it on the timeline."""
    timeline.at(stage.now - _SET, lambda db: _set_rules(db, stage))
    for one in LEARNED:
        reported = stage.now - one.ago * _DAY
        made: list[int] = []
        timeline.at(reported, _reporting(stage, one, made))
        if one.recognised or one.returned:
            timeline.at(reported + 2 * _DAY, _decision(one, made))


def _set_rules(db: Session, stage: Stage) -> None:
    change_rules(db, stage.people.officer.id, clock.today().year, _RULES)


def _reporting(stage: Stage, one: Learned, made: list[int]) -> Callable[[Session], None]:
    def report(db: Session) -> None:
        day = clock.today() - 2 * _DAY
        wanted = Wanted(one.type, one.title, one.provider, day - _DAY, day, one.hours * 60)
        made.append(outside.report(db, _person(db, stage, one.who), wanted, _evidence(db)).id)

    return report


def _decision(one: Learned, made: list[int]) -> Callable[[Session], None]:
    def decide(db: Session) -> None:
        head_id = min(outside.turns(db, made)[made[0]])
        if one.returned:
            refused = outside.return_to(db, head_id, made, _NO_HOURS)
        else:
            refused = outside.recognise(db, head_id, {made[0]: one.recognised * 60})
        for _, reason in refused:
            raise reason

    return decide


def _person(db: Session, stage: Stage, who: int) -> int:
    """The employee, or one of those on whom the head who signs in decides, at the latest when the one below is slow."""
    if not who:
        return stage.people.employee.id
    serving = select(Posting.person_id, Posting.unit_id).where(Posting.on(clock.today()))
    found = db.execute(serving.where(Posting.person_id.in_(stage.department)).order_by(Posting.person_id)).all()
    approvers, head_id = Approvers(db, {row.unit_id for row in found}), stage.people.head.id
    mine = [row for row in found if head_id in deciders(approvers.steps(row.unit_id, row.person_id), overdue=True)]
    chosen: int = mine[who].person_id
    return chosen


def _evidence(db: Session) -> SentFile:
    content = EVIDENCE.read_bytes()
    file = stored(db, sha256(content).hexdigest(), len(content), "application/pdf")
    return SentFile(file.sha256, _NAME)
