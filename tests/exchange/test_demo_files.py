"""The seven files of the demo organisation, through preview and application."""

from __future__ import annotations

import pytest
from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.completion.models import ImportedResult, Judgement
from courses.enrolment.models import Enrolment, Outcome
from courses.events.models import Event
from courses.exchange.formats import kinds
from courses.exchange.textfiles import decode, rows
from courses.exchange.writing import Sheet, xlsx_bytes
from courses.people.models import Leave, OrgUnit, Person, Posting, Role, RoleGrant
from courses.scheduling.models import Run, RunState
from tests.exchange.files import demo, look_at, take_in

FILES = {
    "organisation": ("organisation", 461),
    "staff": ("staff", 12_000),
    "rooms": ("rooms", 8),
    "instructors": ("instructors", 60),
    "catalogue": ("catalogue", 80),
    "runs": ("runs-2003", 289),
    "evidence": ("evidence-2003", 10_617),
}


@pytest.fixture
def imported(db: Session) -> Session:
    """All seven files are in."""
    for kind, (name, count) in FILES.items():
        found = look_at(db, kind, demo(name), year=2003)
        assert (len(found.plan.added), found.plan.changed, found.plan.same, found.bad) == (count, [], 0, [])
        assert take_in(db, kind, demo(name), year=2003).added == count
    return db


def test_the_kinds_are_in_the_order_in_which_they_build_on_each_other() -> None:
    assert [kind for kind, known in kinds.items() if known.asks != "run"] == list(FILES)  # nominations are of one run
    order = list(kinds)
    assert all(order.index(needed) < order.index(kind) for kind in kinds for needed in kinds[kind].needs)


def test_everything_arrives_and_nothing_changes_the_second_time(imported: Session) -> None:
    db = imported
    completed = (
        select(Course.kind, func.count())
        .join(Run, Run.course_id == Course.id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .where(Enrolment.outcome == Outcome.COMPLETED)
    )
    by_kind = {kind.value: count for kind, count in db.execute(completed.group_by(Course.kind))}
    assert by_kind == {"classroom": 4500, "cyber": 3620, "workplace": 1890}
    persons = select(func.count(distinct(Enrolment.person_id))).where(Enrolment.outcome == Outcome.COMPLETED)
    assert db.scalar(persons) == 6_731

    counts = {model: db.scalar(select(func.count()).select_from(model)) for model in COUNTED}
    assert counts == COUNTED
    assert set(db.execute(select(Run.state, Run.imported, Run.policy))) == {(RunState.CLOSED, True, "plain 1")}
    enrolled = select(func.count()).where(Enrolment.run_id == Run.id).scalar_subquery()
    assert not db.scalars(select(Run.id).where(Run.taken != enrolled)).all()
    assert not db.scalars(select(Enrolment.id).where(Enrolment.unit_id.is_(None))).all()
    settled = select(func.count()).where(Event.kind == "settled")
    assert db.scalar(settled) == 10_617
    assert db.scalar(select(func.count()).where(Event.kind == "imported")) == 7

    for kind, (name, count) in FILES.items():
        again = take_in(db, kind, demo(name), year=2003)
        assert (again.added, again.changed, again.same, again.left_out) == (0, 0, count, 0)
    assert {model: db.scalar(select(func.count()).select_from(model)) for model in COUNTED} == COUNTED
    assert db.scalar(settled) == 10_617


COUNTED = {
    OrgUnit: 461,
    Person: 12_020,
    Posting: 12_000,
    Leave: 128,
    RoleGrant: 460 + 111 + 60,
    Enrolment: 10_617,
    ImportedResult: 10_617,
    Judgement: 10_617,
}


def test_units_stand_in_the_tree_with_path_and_bureau(db: Session) -> None:
    take_in(db, "organisation", demo("organisation"))
    team = db.scalars(select(OrgUnit).where(OrgUnit.code == "1000250")).one()
    bureau = db.get_one(OrgUnit, team.bureau_id)
    assert (team.path, team.depth, bureau.name) == ("정보화기획단 전산정보관리소 관리과", 3, "정보화기획단")
    city = db.scalars(select(OrgUnit).where(OrgUnit.depth == 0)).one()
    assert (city.path, city.bureau_id, bureau.bureau_id) == ("한빛시", None, bureau.id)


def test_heads_and_clerks_come_from_post_and_duty(db: Session) -> None:
    take_in(db, "organisation", demo("organisation"))
    take_in(db, "staff", demo("staff"))
    held = dict(db.execute(select(RoleGrant.role, func.count()).group_by(RoleGrant.role)).all())
    assert held == {Role.HEAD: 460, Role.CLERK: 111}
    depths = select(RoleGrant.role, OrgUnit.depth).join(OrgUnit, OrgUnit.id == RoleGrant.unit_id).distinct()
    assert {depth for role, depth in db.execute(depths) if role is Role.CLERK} == {2}
    assert set(db.scalars(select(RoleGrant.origin))) == {"hr"}
    assert not db.scalars(select(Person.id).where(Person.password_hash.is_not(None))).all()
    assert len(set(db.scalars(select(Person.session_key)))) == 12_000


def test_a_workbook_says_the_same_as_the_text_file(db: Session) -> None:
    for kind, (name, count) in FILES.items():
        if kind not in ("staff", "evidence"):
            data = as_workbook(demo(name))
            assert len(look_at(db, kind, data).plan.added) == count
            take_in(db, kind, demo(name))
            if kind == "organisation":
                take_in(db, "staff", demo("staff"))
            assert look_at(db, kind, data).plan.same == count


def as_workbook(data: bytes) -> bytes:
    lines = list(rows(decode(data, "demo.csv")[0], len))
    return xlsx_bytes([Sheet("표", lines[0], lines[1:])])
