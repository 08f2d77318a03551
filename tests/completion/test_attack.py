"""What nobody expects: packs made of anything, days at the edge, runs that are opened again."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.completion import policy, reopening
from courses.completion.actions import close
from courses.enrolment.models import Enrolment
from courses.hours import progress, queries
from courses.people.models import Leave, LeaveKind, Person, Posting
from courses.reporting import summing
from courses.reporting.explorer import explore
from courses.reporting.question import Dimension, Filters, Measure, Question
from courses.reporting.tallies import ALL
from courses.scheduling.models import Run
from courses.settings.organisation import Organisation, change_organisation
from tests import factories
from tests.client import Browser
from tests.completion.scenes import a_past_run, mark
from tests.content.scenes import a_bank, a_lesson

PLAIN = (policy.FOLDER / "plain.toml").read_bytes()


@pytest.mark.once
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN + b"\x00",
        PLAIN.decode().encode("utf-16"),
        b"a=" + b"[" * 5_000 + b"]" * 5_000,
        b".".join([b"a"] * 5_000) + b"=1",
        PLAIN.replace(b"version = 1", b"version = " + b"9" * 5_000),
        PLAIN.replace(b"version = 1", b"version = [1]"),
        PLAIN.replace(b"[site.attendance]", b"[[site.attendance]]"),
        b"site = 1\n" + PLAIN,
    ],
    ids=["empty", "mark", "nul", "utf-16", "nested", "dotted", "huge", "list", "tables", "twice"],
)
def test_whatever_a_pack_is_made_of_its_mistake_is_told(content: bytes) -> None:
    with pytest.raises(policy.PolicyError, match=r"made\.toml, line "):
        policy.parse(content, "made.toml")


@pytest.mark.once
def test_a_pack_with_anything_changed_is_read_or_refused() -> None:
    """Never broken by."""
    pick, told = random.Random(11), 0
    for _ in range(150):
        content = bytearray(PLAIN)
        for _ in range(pick.randint(1, 3)):
            at = pick.randrange(len(content))
            content[at : at + pick.randint(0, 30)] = bytes(pick.randrange(256) for _ in range(pick.randint(0, 4)))
        try:
            policy.parse(bytes(content), "made.toml")
        except policy.PolicyError as error:
            told += error.line > 0
    assert told > 50


def test_who_moves_on_the_last_day_counts_for_the_new_department(db: Session, ana: Person, dan: Person) -> None:
    """And who moves the day after for the old one."""
    run, new = a_past_run(db), factories.a_unit(db, "재무과", "재무국")
    moved = _moved_on(db, run, new.id, run.ends_on)
    stayed = _moved_on(db, run, new.id, run.ends_on + timedelta(days=1))
    for one in (moved, stayed):
        mark(db, one, dan)
    close(db, dan.id, run)
    assert moved.unit_id == new.id
    assert stayed.unit_id == factories.a_unit(db).id


def _moved_on(db: Session, run: Run, unit_id: int, day: date) -> Enrolment:
    """The place of somebody who is posted elsewhere from this day on."""
    person = factories.a_person(db, f"이동{day.day}", unit=factories.a_unit(db))
    before = db.scalars(select(Posting).where(Posting.person_id == person.id)).one()
    before.until_on = day - timedelta(days=1)
    db.add(Posting(person_id=person.id, unit_id=unit_id, from_on=day, grade=before.grade))
    db.commit()
    return factories.an_enrolment(db, run, person)


def test_half_a_year_of_leave_takes_half_of_the_target(db: Session, ana: Person) -> None:
    """Also in two leaves that overlap, and in one that began the year before; everywhere the same."""
    change_organisation(db, None, Organisation(target_hours=40))
    year = clock.today().year
    for first, last in ((date(year - 1, 11, 1), date(year, 4, 30)), (date(year, 4, 1), date(year, 6, 30))):
        db.add(Leave(person_id=ana.id, kind=LeaveKind.PARENTAL, from_on=first, until_on=last))
    db.commit()
    days, away = (date(year, 12, 31) - date(year - 1, 12, 31)).days, (date(year, 6, 30) - date(year - 1, 12, 31)).days
    stands = queries.standing(db, ana.id, year)
    assert (stands.away, stands.due) == (away, 2400 * (days - away) // days)
    assert queries.account(db, ana.id, year).standing == stands
    (member,) = [one for one in progress.members(db, year) if one.person_id == ana.id]
    assert member.standing == stands


def test_reports_and_hours_agree_before_while_and_after_a_run_is_open_again(
    db: Session, ana: Person, eve: Person, dan: Person
) -> None:
    run = a_past_run(db)
    first, second = factories.an_enrolment(db, run, ana), factories.an_enrolment(db, run, eve)
    mark(db, first, dan)
    mark(db, second, dan)
    change_organisation(db, None, Organisation(second_person=False))
    found = []
    for step in (lambda: close(db, dan.id, run), lambda: reopening.reopen(db, dan.id, run, "출석 정정"), lambda: None):
        step()
        db.commit()
        found.append(_agreed(db, run, ana, eve))
    close(db, dan.id, run)
    assert found == [2, 0, 0]
    assert _agreed(db, run, ana, eve) == 2


def _agreed(db: Session, run: Run, *people: Person) -> int:
    """How many courses' hours are recognised, by the ledger as by the report, from places as from what is summed up."""
    asked = Question(Dimension.KIND, measures=(Measure.RECOGNISED,), filters=Filters(run.year, run.year))
    ledger = sum(queries.standing(db, one.id, run.year).recognised for one in people)
    from_places = explore(db, asked).total.at(ALL).recognised
    for year in summing.stale(db):
        summing.keep(db, year, summing.made(db, year))
    assert ledger == from_places == explore(db, asked).total.at(ALL).recognised
    return ledger // db.get_one(Course, run.course_id).minutes


def test_no_score_is_entered_beside_quizzes_that_are_all_of_it(
    client: Browser, db: Session, ana: Person, dan: Person
) -> None:
    """It would not count, and nobody would hear of that."""
    course = factories.a_course(db, "인터넷 윤리", kind="cyber", scored=True)
    bank = a_bank(db, course)
    quiz = a_lesson(db, course, "quiz", "평가", bank_id=bank.id, weight=100)
    run = factories.a_run(db, course, starts_in=0, days=5)
    place = factories.an_enrolment(db, run, ana)
    client.sign_in(dan)
    assert "quizzes of this course make all" in client.get(f"/runs/{run.id}/scores").text
    client.post(f"/runs/{run.id}/scores", 409, data={f"points0-{place.id}": "80", f"was0-{place.id}": ""})
    client.post(f"/runs/{run.id}/components", 409, data={"name0": "실기", "weight0": "100"})
    quiz.weight = 40
    db.commit()
    client.post(f"/runs/{run.id}/components", data={"name0": "실기", "weight0": "100"})
