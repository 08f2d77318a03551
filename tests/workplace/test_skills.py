from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from courses import clock
from courses.completion.actions import close
from courses.enrolment.models import Enrolment
from courses.errors import Refused
from courses.events.actions import kind_of
from courses.events.facts import SkillUnsigned
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Run
from courses.workplace import coaching, signing
from courses.workplace.models import Coaching, SkillSign
from courses.workplace.queries import checklist, unsigned
from courses.workplace.skills import checklist_of, set_checklist
from lms import filing as ledger
from tests import factories
from tests.workplace.scenes import Department, a_department, filed

LINES = ["주소록을 합친다", "편지 병합을 미리 본다", "봉투를 인쇄한다"]


@pytest.fixture
def here(db: Session, dan: Person) -> Department:
    """The department with a checklist and a run of it."""
    here = a_department(db)
    set_checklist(db, dan.id, here.course, LINES)
    return here


@pytest.fixture
def enrolment(db: Session, here: Department) -> Enrolment:
    """Of the first trainee, in a run that the trainer gives."""
    filed(db, here)
    return db.scalars(select(Enrolment).where(Enrolment.person_id == here.staff[0].id)).one()


def test_a_run_keeps_the_checklist_it_was_published_with(
    db: Session, here: Department, enrolment: Enrolment, dan: Person
) -> None:
    """Later ones have the new one."""
    with clock.frozen(clock.now() + timedelta(hours=1)):
        set_checklist(db, dan.id, here.course, [LINES[1], "전자결재로 보낸다"])
        assert [one.title for one in checklist(db, enrolment.run_id)] == LINES
        wanted = here.wanted(day=here.yesterday - timedelta(days=1))
        later = ledger.file(db, here.clerk.id, here.unit, here.course, wanted)
        assert [one.title for one in checklist(db, later.run_id)] == [LINES[1], "전자결재로 보낸다"]


def test_other_words_are_the_same_skill(db: Session, here: Department, dan: Person) -> None:
    """One line for one: in the order in which they stood."""
    before = checklist_of(db, here.course.id)
    after = set_checklist(db, dan.id, here.course, [LINES[0], "편지 병합 결과를 확인한다", LINES[2]])
    assert [one.first_id or one.id for one in after] == [one.id for one in before]
    assert [one.id for one in after][::2] == [one.id for one in before][::2]


@pytest.mark.parametrize(
    ("code", "lines"),
    [("twice", ["가", "나", "가"]), ("long", ["가" * 201]), ("many", [str(n) for n in range(41)])],
)
def test_a_checklist_has_its_limits(db: Session, here: Department, dan: Person, code: str, lines: list[str]) -> None:
    """Each is told."""
    with pytest.raises(Refused) as refused:
        set_checklist(db, dan.id, here.course, lines)
    assert refused.value.code == code


def test_signed_and_confirmed_is_done(db: Session, here: Department, enrolment: Enrolment) -> None:
    """A signature alone is not."""
    skills = [one.id for one in checklist_of(db, here.course.id)]
    assert unsigned(db, enrolment.run_id)[enrolment.id] == LINES
    for skill_id in skills[:2]:
        signing.sign(db, here.trainer.id, enrolment.id, skill_id)
    signing.confirm(db, here.staff[0].id, enrolment.id, skills[0])
    assert unsigned(db, enrolment.run_id)[enrolment.id] == LINES[1:]
    assert signing.waiting(db, here.staff[0].id) == 1


def test_a_run_without_a_checklist_has_nothing_to_sign(db: Session) -> None:
    """For the verdict that is no rule at all."""
    run = factories.a_run(db, factories.a_course(db, kind="workplace"))
    assert unsigned(db, run.id) == {}


def test_the_named_coach_signs_and_nobody_else(
    db: Session, here: Department, enrolment: Enrolment, eve: Person
) -> None:
    """Once one is named, the trainer no longer."""
    skill = checklist_of(db, here.course.id)[0].id
    coach = factories.a_person(db, "지도관", unit=here.unit)
    coaching.name_coach(db, here.clerk.id, here.staff[0], coach, clock.today())
    for other in (here.trainer, eve, here.staff[0], here.clerk):
        with pytest.raises(Refused) as refused:
            signing.sign(db, other.id, enrolment.id, skill)
        assert refused.value.code == "coach"
    signing.sign(db, coach.id, enrolment.id, skill)
    assert db.get_one(SkillSign, (enrolment.id, skill)).coach_id == coach.id
    with pytest.raises(Refused):
        signing.confirm(db, coach.id, enrolment.id, skill)


def test_a_signature_is_taken_back_with_a_reason(db: Session, here: Department, enrolment: Enrolment) -> None:
    """Confirmed or not; the reason is kept, and it can be signed again."""
    skill = checklist_of(db, here.course.id)[0].id
    signing.sign(db, here.trainer.id, enrolment.id, skill)
    signing.confirm(db, here.staff[0].id, enrolment.id, skill)
    with pytest.raises(Refused) as refused:
        signing.take_back(db, here.trainer.id, enrolment.id, skill, " ")
    assert refused.value.code == "reason_needed"
    signing.take_back(db, here.trainer.id, enrolment.id, skill, "다른 사람과 바뀜")
    assert db.get(SkillSign, (enrolment.id, skill)) is None
    told = db.scalars(select(Event).where(Event.kind == kind_of(SkillUnsigned))).one()
    assert told.data["reason"] == "다른 사람과 바뀜"
    signing.sign(db, here.trainer.id, enrolment.id, skill)


def test_what_is_taken_back_cannot_be_confirmed(db: Session, here: Department, enrolment: Enrolment) -> None:
    """The page may still show it."""
    skill = checklist_of(db, here.course.id)[0].id
    with pytest.raises(Refused) as refused:
        signing.confirm(db, here.staff[0].id, enrolment.id, skill)
    assert refused.value.code == "unsigned"


def test_a_closed_run_stays_as_it_is(db: Session, here: Department, enrolment: Enrolment, dan: Person) -> None:
    """Nobody signs after the verdict."""
    skill = checklist_of(db, here.course.id)[0].id
    close(db, dan.id, db.get_one(Run, enrolment.run_id), anyway=True)
    with pytest.raises(Refused) as refused:
        signing.sign(db, here.trainer.id, enrolment.id, skill)
    assert refused.value.code == "closed"


def test_there_is_one_coach_at_a_time(db: Session, here: Department) -> None:
    """Naming another one ends the coaching the day before; for the same day it takes its place."""
    trainee, (first, second) = here.staff[0], here.staff[1:]
    today = clock.today()
    coaching.name_coach(db, here.clerk.id, trainee, first, today - timedelta(days=30))
    coaching.name_coach(db, here.clerk.id, trainee, second, today)
    coaching.name_coach(db, here.clerk.id, trainee, here.trainer, today)
    known = db.scalars(select(Coaching).order_by(Coaching.from_on)).all()
    assert [(one.coach_id, one.until_on) for one in known] == [
        (first.id, today - timedelta(days=1)),
        (here.trainer.id, None),
    ]
    with pytest.raises(Refused) as refused:
        coaching.name_coach(db, here.clerk.id, trainee, first, today - timedelta(days=3))
    assert refused.value.code == "later"


def test_a_probationer_without_a_coach_comes_first(db: Session, here: Department) -> None:
    """Who is new needs one; who has been here for long is not listed."""
    new = factories.a_person(db, "하새내", unit=here.unit)
    new.appointed_on = clock.today() - timedelta(days=20)
    db.commit()
    coaching.name_coach(db, here.clerk.id, here.staff[0], here.trainer, clock.today())
    rows = coaching.of_unit(db, here.unit.id)
    assert [(row.name, bool(row.probation), row.coach) for row in rows] == [
        ("하새내", True, None),
        ("가나다", False, "강사인"),
    ]


def test_coaching_ends_today(db: Session, here: Department) -> None:
    """What began today never was."""
    coaching.name_coach(db, here.clerk.id, here.staff[0], here.trainer, clock.today())
    old = coaching.name_coach(db, here.clerk.id, here.staff[1], here.trainer, clock.today() - timedelta(days=9))
    for one in db.scalars(select(Coaching)).all():
        coaching.end_coaching(db, here.clerk.id, one)
    left = db.scalars(select(Coaching)).all()
    assert [(one.id, one.until_on) for one in left] == [(old.id, clock.today() - timedelta(days=1))]


def test_a_coaching_that_somebody_else_has_ended_is_over(db: Session, here: Department) -> None:
    """Two clerks press the button at once; what began today is gone with the first."""
    one = coaching.name_coach(db, here.clerk.id, here.staff[0], here.trainer, clock.today())
    db.commit()
    db.execute(delete(Coaching).execution_options(synchronize_session=False))
    with pytest.raises(Refused) as refused:
        coaching.end_coaching(db, here.clerk.id, one)
    assert refused.value.code == "over"


def test_nobody_coaches_themselves_or_after_leaving(db: Session, here: Department) -> None:
    """Each refused with its reason."""
    gone = factories.a_person(db, "떠난이", unit=here.unit, left_on=clock.today())
    for coach, code in ((here.staff[0], "oneself"), (gone, "gone")):
        with pytest.raises(Refused) as refused:
            coaching.name_coach(db, here.clerk.id, here.staff[0], coach, clock.today())
        assert refused.value.code == code
