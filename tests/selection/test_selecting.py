"""Selecting, letting wait and declining: by the list, under the quotas, before the list freezes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment import actions, allotment, candidates, selection
from courses.enrolment.models import Assignment, Enrolment, Renewal, Status
from courses.enrolment.order import Criterion
from courses.errors import Refused
from courses.events.actions import kind_of
from courses.events.facts import SelectionMade
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.enrolment.scenes import bureaus, require_sound, statuses
from tests.selection.scenes import a_closed_selection, nominees


@pytest.fixture
def run(db: Session) -> Run:
    return a_closed_selection(db, seats=3)


def ids(rows: list[Enrolment]) -> list[int]:
    return [one.id for one in rows]


def listed(db: Session, run: Run) -> list[int]:
    return [one.candidate.id for one in selection.proposal(db, run).people]


def person_of(db: Session, one: Enrolment) -> Person:
    return db.get_one(Person, one.person_id)


def codes(refused: list[tuple[int, Refused]]) -> dict[int, str]:
    return {id_: reason.code for id_, reason in refused}


def a_unit_with(db: Session, run: Run, name: str, *ranks: int | None) -> list[Enrolment]:
    return nominees(db, run, factories.a_unit(db, name), ranks)


def quotas_of(db: Session, run: Run, *wanted: tuple[int, int | None]) -> None:
    units = bureaus(db, *(f"{letter}국" for letter in "가나다"[: len(wanted)]))
    allotment.set_quotas(db, None, run, {unit.id: pair for unit, pair in zip(units, wanted, strict=True)})
    db.commit()


def test_ranks_go_before_all_else_and_who_has_none_comes_last(db: Session, run: Run) -> None:
    one, two, other = a_unit_with(db, run, "총무과", 1, 2, None)
    first, second = a_unit_with(db, run, "재무과", 1, 2)
    assert listed(db, run) == ids([one, first, two, second, other])


def test_a_divisions_rank_that_is_not_merged_yet_is_none(db: Session, run: Run) -> None:
    (plain,) = a_unit_with(db, run, "총무과", None)
    (proposed,) = a_unit_with(db, run, "재무과", None)
    proposed.rank = 1
    proposed.approved_at = clock.now()
    db.commit()
    assert listed(db, run) == ids([plain, proposed])


def test_within_a_rank_who_never_took_it_and_who_waited_come_first(db: Session, run: Run) -> None:
    rows = [a_unit_with(db, run, name, 1)[0] for name in ("가과", "나과", "다과", "라과")]
    before = factories.a_run(db, db.get_one(Course, run.course_id), starts_in=-60, state="closed")
    factories.an_enrolment(db, before, person_of(db, rows[0]), outcome="completed")
    factories.an_enrolment(db, before, person_of(db, rows[1]), outcome="not_registered")  # so they did not take it
    factories.an_enrolment(db, before, person_of(db, rows[2]), status="not_selected")
    found = selection.proposal(db, run).people
    assert [one.candidate.id for one in found] == ids([rows[2], rows[1], rows[3], rows[0]])
    assert [one.criterion for one in found] == [
        Criterion.WAITED, Criterion.APPROVED, Criterion.NEVER_TAKEN, Criterion.LAST,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({}, 1),
        ({"grade": "7급"}, 1),
        ({"grade": "9급"}, 0),
        ({"ended": True}, 0),
        ({"elsewhere": True}, 0),
    ],
)
def test_who_has_to_take_it_comes_first(db: Session, run: Run, fields: dict[str, object], first: int) -> None:
    rows = [a_unit_with(db, run, name, 1)[0] for name in ("가과", "나과")]
    unit = factories.a_unit(db, "다과" if "elsewhere" in fields else "나과")
    other = Assignment(
        course_id=run.course_id,
        unit_id=unit.id,
        grade=str(fields.get("grade", "")),
        due_on=clock.today(),
        renewal=Renewal.ONCE,
        created_at=clock.now(),
        ended_on=clock.today() if "ended" in fields else None,
    )
    db.add(other)
    db.commit()
    assert listed(db, run)[0] == rows[first].id


def test_a_bureaus_assignment_counts_for_its_divisions(db: Session, run: Run) -> None:
    plain, own = a_unit_with(db, run, "가과", 1)[0], nominees(db, run, factories.a_unit(db, "나과", "복지국"), [1])[0]
    bureau = bureaus(db, "복지국")[0]
    db.add(Assignment(course_id=run.course_id, unit_id=bureau.id, due_on=clock.today(), created_at=clock.now()))
    db.commit()
    assert listed(db, run) == ids([own, plain])


def test_those_without_an_approval_stand_apart(db: Session, run: Run) -> None:
    unit = factories.a_unit(db)
    for status in ("applied", "returned", "withdrawn", "waitlisted"):
        factories.an_enrolment(db, run, factories.a_person(db, status, unit=unit), status=status)
    found = selection.proposal(db, run)
    assert found.people == []
    assert [one.name for one in found.unapproved] == ["applied", "returned"]


def test_selecting_gives_seats_and_says_so(db: Session, run: Run, dan: Person) -> None:
    rows = a_unit_with(db, run, "총무과", 1, 2, 3)
    assert selection.select(db, dan.id, run.id, ids(rows)) == []
    assert statuses(rows) == "eee"
    require_sound(db, run.id)
    made = db.scalars(select(Event).where(Event.kind == kind_of(SelectionMade))).one()
    assert (made.actor_id, made.data["selected"]) == (dan.id, 3)


def test_too_many_are_told_and_the_list_decides_not_the_order_given(db: Session, run: Run) -> None:
    rows = a_unit_with(db, run, "총무과", 1, 2, 3, 4)
    refused = selection.select(db, None, run.id, ids(rows)[::-1])
    assert codes(refused) == {rows[3].id: "full"}
    assert [one.status for one in rows[2:]] == [Status.ENROLLED, Status.NOMINATED]


def test_quotas_hold_and_are_named(db: Session, run: Run) -> None:
    quotas_of(db, run, (0, 1), (2, None))
    one, two = bureaus(db, "가국", "나국")
    mine = nominees(db, run, factories.a_unit(db, "가국 1과", one.name), [1, 2])
    third = nominees(db, run, factories.a_unit(db, "라국 1과", "라국"), [1])
    assert codes(selection.select(db, None, run.id, ids(mine + third))) == {mine[1].id: "cap", third[0].id: "floors"}
    theirs = nominees(db, run, factories.a_unit(db, "나국 1과", two.name), [1, 2])
    assert selection.select(db, None, run.id, ids(theirs)) == []
    require_sound(db, run.id)


def test_what_is_proposed_is_what_happens(db: Session, run: Run) -> None:
    quotas_of(db, run, (0, 1), (1, 2))
    rows = [
        one
        for name, ranks in (("가국", [1, 2, 3]), ("나국", [1, 2]), ("라국", [1]))
        for one in nominees(db, run, factories.a_unit(db, f"{name} 1과", name), ranks)
    ]
    proposed = selection.proposal(db, run).seated()
    assert selection.select(db, None, run.id, proposed) == []
    assert selection.wait(db, None, run.id, [id_ for id_ in ids(rows) if id_ not in proposed]) == []
    assert {one.id for one in rows if one.status is Status.ENROLLED} == set(proposed)
    require_sound(db, run.id)


def test_a_clash_meanwhile_leaves_that_one_undecided(db: Session, run: Run) -> None:
    rows = a_unit_with(db, run, "총무과", 1, 2)
    factories.an_enrolment(db, factories.a_run(db, starts_in=30), person_of(db, rows[0]))
    assert codes(selection.select(db, None, run.id, ids(rows))) == {rows[0].id: "clash"}
    assert [one.status for one in rows] == [Status.NOMINATED, Status.ENROLLED]


def test_the_others_wait_in_the_order_of_the_list_and_move_up(db: Session, run: Run) -> None:
    rows = a_unit_with(db, run, "총무과", 1, 2, 3, 4, 5, 6)
    selection.select(db, None, run.id, ids(rows[:3]))
    assert selection.wait(db, None, run.id, ids([rows[5], rows[3], rows[4]])) == []
    assert [one.queue_no for one in rows[3:]] == [1, 2, 3]
    actions.withdraw(db, rows[0].person_id, rows[0].id)
    assert statuses(rows) == "xeeeww"
    require_sound(db, run.id)


def test_nobody_waits_for_a_seat_that_is_free_for_them(db: Session, run: Run) -> None:
    rows = a_unit_with(db, run, "총무과", 1, 2)
    clash = factories.a_run(db, starts_in=30)
    factories.an_enrolment(db, clash, person_of(db, rows[1]))
    assert codes(selection.wait(db, None, run.id, ids(rows))) == {rows[0].id: "seat_free"}
    assert rows[1].status is Status.WAITLISTED
    require_sound(db, run.id)


def test_declining_needs_a_reason_that_is_kept(db: Session, run: Run, dan: Person) -> None:
    rows = a_unit_with(db, run, "총무과", 1, None)
    factories.an_enrolment(db, run, dan, status="applied")
    with pytest.raises(Refused, match="Give a reason"):
        selection.decline(db, dan.id, run.id, ids(rows), "  ")
    everybody = list(db.scalars(select(Enrolment.id).where(Enrolment.run_id == run.id)))
    assert selection.decline(db, dan.id, run.id, everybody, "정원 초과") == []
    assert {one.status for one in rows} == {Status.NOT_SELECTED}
    reasons = db.scalars(select(Event.data).where(Event.kind == "moved"))
    assert [data["reason"] for data in reasons] == ["정원 초과"] * 3


def test_who_is_decided_on_stays_so(db: Session, run: Run) -> None:
    rows = a_unit_with(db, run, "총무과", 1, 2, 3)
    stranger = factories.an_enrolment(db, a_closed_selection(db), factories.a_person(db, "남"), status="nominated")
    applied = factories.an_enrolment(db, run, factories.a_person(db, "북"), status="applied")
    selection.select(db, None, run.id, ids(rows[:1]))
    actions.withdraw(db, rows[1].person_id, rows[1].id)
    asked = [*ids(rows), stranger.id, applied.id, 999_999]
    expected = {rows[0].id: "decided", rows[1].id: "decided", stranger.id: "not_listed", 999_999: "not_listed"}
    assert codes(selection.select(db, None, run.id, asked)) == {**expected, applied.id: "unapproved"}
    assert codes(selection.decline(db, None, run.id, ids(rows[:1]), "정원 초과")) == {rows[0].id: "decided"}


def test_only_between_the_end_of_applications_and_the_freeze(db: Session, run: Run) -> None:
    rows = a_unit_with(db, run, "총무과", 1, 2)
    run.apply_until = clock.now() + timedelta(days=1)
    db.commit()
    for act in (selection.select, selection.wait):
        with pytest.raises(Refused) as early:
            act(db, None, run.id, ids(rows))
        assert early.value.code == "too_early"
    frozen = a_closed_selection(db, starts_in=9)
    (late,) = a_unit_with(db, frozen, "재무과", 1)
    with pytest.raises(Refused) as after:
        selection.select(db, None, frozen.id, [late.id])
    assert after.value.code == "frozen"
    assert selection.decline(db, None, frozen.id, [late.id], "기한 경과") == []


def test_where_applications_close_after_the_freeze_one_selects_until_the_start(db: Session) -> None:
    run = a_closed_selection(db, starts_in=9)
    run.apply_until = clock.start_of(run.starts_on) - timedelta(days=9, minutes=1)  # the day before today
    (one,) = a_unit_with(db, run, "총무과", 1)
    assert selection.select(db, None, run.id, [one.id]) == []


def test_other_modes_select_nobody(db: Session) -> None:
    run = factories.a_run(db, starts_in=30)
    (one,) = a_unit_with(db, run, "총무과", 1)
    with pytest.raises(Refused) as refused:
        selection.select(db, None, run.id, [one.id])
    assert refused.value.code == "not_selection"


def test_the_seed_is_that_of_who_had_applied_in_time(db: Session, run: Run, ana: Person, eve: Person) -> None:
    run.apply_until = None
    db.commit()
    actions.enrol(db, ana.id, run.id, ana.id)
    open_ = candidates.closed_list(db, run)
    actions.enrol(db, eve.id, run.id, eve.id)
    closed = candidates.closed_list(db, run)
    assert open_ != closed
    actions.withdraw(db, eve.id, db.scalars(select(Enrolment.id).where(Enrolment.person_id == eve.id)).one())
    assert candidates.closed_list(db, run) == closed
    rows = a_unit_with(db, run, "총무과", 1)
    selection.select(db, None, run.id, ids(rows))
    late = factories.a_person(db, "늦은 사람")
    actions.enrol(db, late.id, run.id, late.id)
    assert candidates.closed_list(db, run) == closed


def test_other_quotas_are_tried_without_setting_them(db: Session, run: Run) -> None:
    one, two = bureaus(db, "가국", "나국")
    mine = nominees(db, run, factories.a_unit(db, "가국 1과", one.name), [1, 1, 1])
    theirs = nominees(db, run, factories.a_unit(db, "나국 1과", two.name), [2])
    assert selection.proposal(db, run).seated() == ids(mine)
    held, _seated = allotment.standing_under(db, run, {two.id: (1, None)})
    assert selection.proposal(db, run).under(run, held).seated() == ids([*mine[:2], *theirs])
    assert selection.proposal(db, run).seated() == ids(mine)
    with pytest.raises(Refused, match="Quotas hold 9 seats"):
        allotment.standing_under(db, run, {two.id: (9, None)})
