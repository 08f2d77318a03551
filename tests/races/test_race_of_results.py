"""Results that several people settle at the same moment: each is settled once, by what was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment import appeals, publishing
from courses.assessment.actions import divide, score
from courses.assessment.models import Appeal, Component
from courses.assessment.parts import Part
from courses.attendance import excusing, identity
from courses.attendance.models import AbsenceRequest, Attendance, AttendanceMark, Ground, IdentityCheck, RequestState
from courses.completion import pinning, reopening
from courses.completion.actions import close
from courses.completion.models import FormerJudgement, Judgement
from courses.confirming.actions import confirm
from courses.confirming.models import Confirmation, State
from courses.enrolment.models import Enrolment, Outcome
from courses.events.models import Event
from courses.files.actions import SentFile, stored
from courses.hours import outside
from courses.hours.models import OutsideLearning
from courses.hours.outside import Wanted
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run, RunState
from courses.settings.organisation import change_organisation, organisation
from courses.workplace import coaching, signing
from courses.workplace.models import Coaching, Filing, SkillSign
from courses.workplace.skills import checklist_of, set_checklist
from lms import filing as ledger
from lms.db import Database
from tests import factories
from tests.certificates.scenes import URL
from tests.completion.scenes import a_past_run, mark
from tests.completion.scenes import score as scored
from tests.races.together import at_once
from tests.workplace.scenes import a_department, filed

pytestmark = pytest.mark.race
AT_ONCE = 6


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """To set the scene, and to look at it afterwards; everything in it is committed."""
    with Session(database.engine, expire_on_commit=False) as session:
        yield session


def officers(db: Session, count: int = AT_ONCE) -> list[int]:
    return [factories.a_person(db, f"담당{n}", roles=["officer"]).id for n in range(count)]


def race(database: Database, db: Session, people: int, work: Callable[[Session, int], object]) -> list[str]:
    """`at_once`, with the scene set: on SQLite an open transaction would hold everybody up."""
    db.commit()
    return at_once(database, people, work)


def count(db: Session, what: type[object], *conditions: object) -> int:
    return db.scalar(select(func.count()).select_from(what).where(*conditions)) or 0  # type: ignore[arg-type]  # SQL


def an_attended_run(db: Session, officer: int, people: int = 3, **fields: object) -> tuple[Run, list[Enrolment]]:
    run = a_past_run(db, **fields)
    by = db.get_one(Person, officer)
    seats = [factories.an_enrolment(db, run, factories.a_person(db, f"수강{n}")) for n in range(people)]
    for seat in seats:
        mark(db, seat, by)
    return run, seats


def of_kind(db: Session, *kinds: str) -> Counter[str]:
    return Counter(db.scalars(select(Event.kind).where(Event.kind.in_(kinds))))


def test_officers_close_reopen_and_change_the_rules_at_once(database: Database, db: Session) -> None:
    """Whoever comes first: at the end the run is what its last step made it, with a verdict for everybody or nobody."""
    dan = officers(db)
    run, seats = an_attended_run(db, dan[0])

    def act(own: Session, n: int) -> None:
        mine = own.get_one(Run, run.id)
        if n % 3 == 0:
            close(own, dan[n], mine)
        elif n % 3 == 1:
            reopening.reopen(own, dan[n], mine, "점수가 틀렸습니다")
        else:
            pinning.pin(own, dan[n], mine, "kr-local-2008 1", "새 기준")

    told = race(database, db, AT_ONCE, act)
    assert set(told) <= {"done", "closing", "not_closed", "closed", "policy"}
    happened = of_kind(db, "run_closed", "run_reopened", "policy_pinned")
    db.expire_all()
    is_closed = db.get_one(Run, run.id).state is RunState.CLOSED
    assert happened["run_closed"] - happened["run_reopened"] == int(is_closed)
    assert count(db, Judgement) == (len(seats) if is_closed else 0)
    assert count(db, FormerJudgement) == happened["run_reopened"] * len(seats)
    assert count(db, Enrolment, Enrolment.outcome.is_not(None)) == count(db, Judgement)
    assert told.count("done") == happened.total() == count(db, Confirmation) + happened["run_closed"]


def test_a_step_is_confirmed_or_declined_once(database: Database, db: Session) -> None:
    dan = officers(db, AT_ONCE + 1)
    change_organisation(db, dan[0], replace(organisation(db), second_person=True))
    run, _ = an_attended_run(db, dan[0])
    close(db, dan[0], run)
    asked = reopening.reopen(db, dan[0], run, "점수가 틀렸습니다")
    db.commit()
    told = race(database, db, AT_ONCE, lambda own, n: confirm(own, dan[n + 1], asked.id))
    assert sorted(told) == ["decided"] * (AT_ONCE - 1) + ["done"]
    db.expire_all()
    assert (asked.state, db.get_one(Run, run.id).state) == (State.CONFIRMED, RunState.PUBLISHED)
    assert of_kind(db, "step_confirmed", "run_reopened") == {"step_confirmed": 1, "run_reopened": 1}


def test_a_part_is_published_before_closing_or_closing_waits_for_it(database: Database, db: Session) -> None:
    """Never a closed run with a draft."""
    dan = officers(db, 2)
    run, seats = an_attended_run(db, dan[0], scored=True)
    (part,) = divide(db, dan[0], run.id, [Part("평가", 100)])
    score(db, dan[0], run.id, part.id, {seat.id: 9000 for seat in seats})
    publishing.publish(db, dan[0], run.id, part.id)
    db.commit()

    def act(own: Session, n: int) -> None:
        if n:
            publishing.take_back(own, dan[n], run.id, part.id, "다시 채점")
        else:
            close(own, dan[n], own.get_one(Run, run.id))

    told = race(database, db, 2, act)
    db.expire_all()
    draft = db.get_one(Component, part.id).published_at is None
    assert (told, draft) in ((["done", "closed"], False), (["closing", "done"], True))


def test_an_appeal_is_answered_once(database: Database, db: Session) -> None:
    teachers = [factories.a_person(db, f"강사{n}", roles=["instructor"]).id for n in range(AT_ONCE)]
    run, seats = an_attended_run(db, teachers[0], scored=True)
    scored(db, run, db.get_one(Person, teachers[0]), {seats[0]: 5900})
    part = db.scalars(select(Component.id).where(Component.run_id == run.id)).one()
    made = appeals.appeal(db, seats[0].person_id, seats[0].id, part, "다시 봐 주십시오")
    db.commit()
    told = race(database, db, AT_ONCE, lambda own, n: appeals.answer(own, teachers[n], made.id, "봄", 6000 + n))
    assert sorted(told) == ["answered"] * (AT_ONCE - 1) + ["done"]
    db.expire_all()
    assert db.get_one(Appeal, made.id).answered_points == 6000 + told.index("done")
    assert of_kind(db, "appeal_answered", "scored") == {"appeal_answered": 1, "scored": 1}


def test_an_excuse_comes_before_closing_or_closing_waits_for_it(database: Database, db: Session) -> None:
    dan = officers(db, 2)
    run, seats = an_attended_run(db, dan[0])
    session_id = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).one()
    row = db.get_one(Attendance, (session_id, seats[0].id))
    row.mark = AttendanceMark.ABSENT
    asked = excusing.ask(db, seats[0].person_id, seats[0].id, [session_id], Ground.DUTY, "총무과-12")
    db.commit()

    def act(own: Session, n: int) -> None:
        if n:
            for _, refused in excusing.approve(own, dan[n], [asked.id]):
                raise refused
        else:
            close(own, dan[n], own.get_one(Run, run.id), anyway=True)

    told = race(database, db, 2, act)
    db.expire_all()
    approved = db.get_one(AbsenceRequest, asked.id).state is RequestState.APPROVED
    judged = db.get_one(Judgement, seats[0].id).facts["sessions"][0]["mark"]
    assert (told, approved, judged) in ((["done", "closed"], False, "absent"), (["done", "done"], True, "excused"))


def test_who_is_expelled_while_the_run_is_closed_is_expelled_or_judged(database: Database, db: Session) -> None:
    dan = officers(db, 2)
    run, seats = an_attended_run(db, dan[0])
    session_id = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).one()
    failed = identity.fail(db, dan[0], session_id, seats[0].id, "다른 사람")
    db.commit()

    def act(own: Session, n: int) -> None:
        if n:
            identity.decide(own, dan[n], failed.id, expel=True, reason="대리출석")
        else:
            close(own, dan[n], own.get_one(Run, run.id))

    told = race(database, db, 2, act)
    db.expire_all()
    outcome, expelled = db.get_one(Enrolment, seats[0].id).outcome, db.get_one(IdentityCheck, failed.id).expelled
    after = (told, outcome, expelled)
    assert after in ((["done", "done"], Outcome.EXPELLED, True), (["done", "closed"], Outcome.COMPLETED, None))
    assert (db.get(Judgement, seats[0].id) is None) == (outcome is Outcome.EXPELLED)


def test_a_filing_is_confirmed_as_it_was_looked_at_or_not_at_all(database: Database, db: Session) -> None:
    here, dan = a_department(db), officers(db, 1)[0]
    run_id = filed(db, here).run_id
    seen = ledger.fingerprint(db, run_id)

    def act(own: Session, n: int) -> None:
        filing = own.get_one(Filing, run_id)
        if n:
            ledger.confirm(own, dan, filing, URL, seen=seen)
        else:
            ledger.correct(own, here.clerk.id, filing, here.wanted(here.staff[0]))

    told = race(database, db, 2, act)
    db.expire_all()
    run = db.get_one(Run, run_id)
    after = (told, run.state, run.taken)
    assert after in (
        (["done", "changed"], RunState.PUBLISHED, 1),
        (["confirmed", "done"], RunState.CLOSED, len(here.staff)),
    )


def test_the_cap_holds_when_several_reports_are_recognised_at_once(database: Database, db: Session) -> None:
    """Ten hours of reading count: heads and officers recognise six reports of three hours, one each, twice each."""
    unit = factories.a_unit(db, "총무과")
    ana = factories.a_person(db, "김아나", unit=unit).id
    deciding = [
        *officers(db, AT_ONCE),
        *(factories.a_person(db, f"과장{n}", unit=unit, roles=["head"]).id for n in range(6)),
    ]
    stored(db, "a" * 64, 6, "application/pdf")
    today = clock.today()
    books = [Wanted("reading", f"책 {n}", "출판사", today, today, 180) for n in range(AT_ONCE)]
    ids = [outside.report(db, ana, book, SentFile("a" * 64, "책.pdf")).id for book in books]
    db.commit()

    def act(own: Session, n: int) -> None:
        for _, refused in outside.recognise(own, deciding[n], {ids[n % AT_ONCE]: None}):
            raise refused

    told = race(database, db, 2 * AT_ONCE, act)
    assert set(told) <= {"done", "decided", "cap"}
    minutes = db.scalars(select(OutsideLearning.recognised_minutes).where(OutsideLearning.recognised_minutes > 0)).all()
    assert sorted(one or 0 for one in minutes) == [60, 180, 180, 180]
    assert told.count("done") == len(minutes) == of_kind(db, "outside_moved")["outside_moved"] - AT_ONCE


def test_a_skill_is_signed_confirmed_and_taken_back_at_once(database: Database, db: Session) -> None:
    here, dan = a_department(db), officers(db, 1)[0]
    set_checklist(db, dan, here.course, ["편지 병합"])
    run_id = filed(db, here).run_id
    seat = db.scalars(select(Enrolment).where(Enrolment.person_id == here.staff[0].id)).one()
    (skill,) = checklist_of(db, here.course.id)

    def act(own: Session, n: int) -> None:
        if n % 3 == 0:
            signing.sign(own, here.trainer.id, seat.id, skill.id)
        elif n % 3 == 1:
            signing.take_back(own, here.trainer.id, seat.id, skill.id, "다른 사람")
        else:
            signing.confirm(own, seat.person_id, seat.id, skill.id)

    assert set(race(database, db, AT_ONCE, act)) <= {"done", "unsigned"}
    happened = of_kind(db, "skill_signed", "skill_unsigned")
    assert happened["skill_signed"] - happened["skill_unsigned"] == count(db, SkillSign)
    assert run_id


def test_somebody_has_one_coach_whoever_is_named_at_once(database: Database, db: Session) -> None:
    here = a_department(db)
    new, coaches = here.staff[0], [here.trainer, here.clerk, *here.staff[1:]]

    def act(own: Session, n: int) -> None:
        trainee, coach = (own.get_one(Person, one.id) for one in (new, coaches[n]))
        coaching.name_coach(own, here.clerk.id, trainee, coach, clock.today())

    assert race(database, db, len(coaches), act) == ["done"] * len(coaches)
    (left,) = db.scalars(select(Coaching)).all()

    def end(own: Session, _n: int) -> None:
        if found := own.get(Coaching, left.id):  # a page would not find it any more
            coaching.end_coaching(own, here.clerk.id, found)

    assert set(race(database, db, 3, end)) <= {"done", "over"}
    assert (count(db, Coaching), of_kind(db, "coaching_ended")) == (0, {"coaching_ended": 1})
