"""Seats held for units: at least the floor, at most the cap, and what is left for everybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, allotment, quotas, rescheduling
from courses.enrolment.cancellation import cancel_run
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.quotas import Standing
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import Mode, Run
from courses.scheduling.queries import plan_of
from tests import factories
from tests.enrolment.scenes import bureaus, require_sound, staff_of, statuses, taken


def come(db: Session, run: Run, people: list[Person]) -> list[Enrolment]:
    found = [actions.enrol(db, person.id, run.id, person.id) for person in people]
    require_sound(db, run.id)
    return found


def kinds(db: Session, kind: str) -> list[Event]:
    return list(db.scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))


def test_a_cap_is_the_most_a_unit_has_and_others_go_on(db: Session, dan: Person) -> None:
    one, other = bureaus(db, "가국", "나국")
    run = factories.a_run(db, seats=5)
    allotment.set_quotas(db, dan.id, run, {one.id: (0, 2)})
    assert statuses(come(db, run, staff_of(db, one, 3))) == "eew"
    assert statuses(come(db, run, staff_of(db, other, 3))) == "eee"
    assert (run.taken, taken(db, run)) == (5, {one.id: 2})


def test_a_floor_is_kept_for_its_unit(db: Session, dan: Person) -> None:
    one, other = bureaus(db, "가국", "나국")
    run = factories.a_run(db, seats=3)
    allotment.set_quotas(db, dan.id, run, {one.id: (2, None)})
    assert statuses(come(db, run, staff_of(db, other, 2))) == "ew"
    assert statuses(come(db, run, staff_of(db, one, 3))) == "eew"
    assert taken(db, run) == {one.id: 2}


def test_who_serves_nowhere_uses_what_no_floor_holds(db: Session, dan: Person) -> None:
    (one,) = bureaus(db, "가국")
    run = factories.a_run(db, seats=2)
    allotment.set_quotas(db, dan.id, run, {one.id: (1, 1)})
    guests = [factories.a_person(db, f"손님{n}", external=True) for n in range(2)]
    places = [actions.enrol(db, dan.id, run.id, guest.id) for guest in guests]
    assert statuses(places) == "ew"
    require_sound(db, run.id)


def test_a_seat_given_up_goes_back_to_its_unit(db: Session, dan: Person) -> None:
    """Whose quota is full is passed over, and that is written down; who comes later may go before them."""
    one, other = bureaus(db, "가국", "나국")
    run = factories.a_run(db, seats=2)
    allotment.set_quotas(db, dan.id, run, {one.id: (0, 1)})
    mine, theirs = staff_of(db, one, 2), staff_of(db, other, 2)
    a, b, c, d = come(db, run, [mine[0], theirs[0], mine[1], theirs[1]])
    assert statuses([a, b, c, d]) == "eeww"
    actions.withdraw(db, b.person_id, b.id)
    assert statuses([a, b, c, d]) == "exwe"
    (passed,) = kinds(db, "passed_over")
    assert (passed.person_id, passed.data["reason"], passed.data["queue_no"]) == (c.person_id, "quota", 1)
    actions.withdraw(db, a.person_id, a.id)
    assert statuses([a, b, c, d]) == "xxee"
    require_sound(db, run.id)


def test_quotas_set_later_count_who_is_there(db: Session, dan: Person) -> None:
    one, other = bureaus(db, "가국", "나국")
    run = factories.a_run(db, seats=4)
    places = come(db, run, [*staff_of(db, one, 2), *staff_of(db, other, 1)])
    allotment.set_quotas(db, dan.id, run, {one.id: (1, 2)})
    assert taken(db, run) == {one.id: 2}
    assert [place.quota_unit_id for place in places] == [one.id, one.id, None]
    (fact,) = kinds(db, "quotas_set")
    assert (fact.data["before"], fact.data["after"]) == ({}, {str(one.id): [1, 2]})
    allotment.set_quotas(db, dan.id, run, {one.id: (1, 2)})
    assert len(kinds(db, "quotas_set")) == 1
    allotment.set_quotas(db, dan.id, run, {})
    assert taken(db, run) == {}
    assert {place.quota_unit_id for place in places} == {None}
    require_sound(db, run.id)


def test_a_raised_cap_promotes_who_waits(db: Session, dan: Person) -> None:
    (one,) = bureaus(db, "가국")
    run = factories.a_run(db, seats=3)
    allotment.set_quotas(db, dan.id, run, {one.id: (0, 1)})
    places = come(db, run, staff_of(db, one, 3))
    assert allotment.set_quotas(db, dan.id, run, {one.id: (0, 2)}) == [places[1]]
    assert statuses(places) == "eew"


def test_the_unit_is_that_of_the_day_and_stays(db: Session, dan: Person) -> None:
    one, other = bureaus(db, "가국", "나국")
    run = factories.a_run(db, seats=3)
    allotment.set_quotas(db, dan.id, run, {one.id: (1, 1), other.id: (0, 1)})
    (person,) = staff_of(db, one, 1)
    (seat,) = come(db, run, [person])
    posting = db.scalars(select(Posting).where(Posting.person_id == person.id)).one()
    division = db.scalars(select(OrgUnit).where(OrgUnit.parent_id == other.id)).one()
    posting.unit_id = division.id
    db.flush()
    assert quotas.unit_for(db, run, person.id) == other.id
    assert (seat.quota_unit_id, taken(db, run)) == (one.id, {one.id: 1, other.id: 0})
    actions.withdraw(db, person.id, seat.id)
    assert taken(db, run) == {one.id: 0, other.id: 0}
    again = actions.enrol(db, person.id, run.id, person.id)
    assert again.quota_unit_id == other.id
    require_sound(db, run.id)


def test_the_level_is_a_setting_of_the_run(db: Session, ana: Person) -> None:
    team = factories.a_team(db, "교육팀", "총무과")
    member = factories.a_person(db, "팀원", unit=team)
    division, bureau = db.get_one(OrgUnit, team.parent_id), db.scalars(select(OrgUnit).filter_by(name="행정국")).one()
    run = factories.a_run(db)
    for depth, expected in ((1, bureau.id), (2, division.id), (3, team.id)):
        run.quota_depth = depth
        assert quotas.unit_for(db, run, member.id) == expected
    assert quotas.unit_for(db, run, ana.id) == division.id  # serves above that level


class TestWhatCannotBeSet:
    @pytest.mark.parametrize(
        ("wanted", "code"),
        [
            ((2, 1), "quota_order"),
            ((-1, None), "quota_order"),
            ((4, None), "quota_sum"),
            ((0, 1), "quota_taken"),
            ((3, 3), None),
        ],
    )
    def test_sums_and_what_is_taken(
        self, db: Session, dan: Person, wanted: tuple[int, int | None], code: str | None
    ) -> None:
        (one,) = bureaus(db, "가국")
        run = factories.a_run(db, seats=3)
        come(db, run, staff_of(db, one, 2))
        assert self.refused(db, dan, run, {one.id: wanted}) == code
        require_sound(db, run.id)

    def test_no_more_than_is_free(self, db: Session, dan: Person) -> None:
        one, other = bureaus(db, "가국", "나국")
        run = factories.a_run(db, seats=3)
        come(db, run, staff_of(db, other, 2))
        assert self.refused(db, dan, run, {one.id: (2, None)}) == "quota_room"
        assert self.refused(db, dan, run, {one.id: (1, None)}) is None

    def test_units_of_another_level(self, db: Session, dan: Person) -> None:
        division = factories.a_unit(db, "총무과")
        run = factories.a_run(db)
        assert self.refused(db, dan, run, {division.id: (1, None)}) == "quota_level"
        assert self.refused(db, dan, run, {0: (1, None)}) == "quota_level"

    def test_a_closed_run(self, db: Session, dan: Person) -> None:
        assert self.refused(db, dan, factories.a_run(db, state="closed"), {}) == "closed"

    @staticmethod
    def refused(db: Session, dan: Person, run: Run, wanted: dict[int, Any]) -> str | None:
        try:
            with db.begin_nested():
                allotment.set_quotas(db, dan.id, run, wanted)
        except Refused as refusal:
            return refusal.code if refusal.way_out else "no way out"
        return None


class TestFewerSeats:
    def test_who_came_last_beyond_the_floors_goes_first(self, db: Session, dan: Person) -> None:
        one, other = bureaus(db, "가국", "나국")
        run = factories.a_run(db, seats=6)
        allotment.set_quotas(db, dan.id, run, {one.id: (2, None)})
        early = come(db, run, staff_of(db, other, 3))
        late = come(db, run, staff_of(db, one, 3))
        losing = allotment.losing_seats(db, run, 3)
        assert losing == [late[2], early[2], early[1]]
        assert allotment.change_capacity(db, dan.id, run, 3) == losing
        assert statuses([*early, *late]) == "ewweew"
        require_sound(db, run.id)

    def test_what_is_held_and_not_taken_stays_held(self, db: Session, dan: Person) -> None:
        one, other = bureaus(db, "가국", "나국")
        run = factories.a_run(db, seats=5)
        allotment.set_quotas(db, dan.id, run, {one.id: (2, None)})
        places = come(db, run, staff_of(db, other, 3))
        assert allotment.change_capacity(db, dan.id, run, 4) == [places[2]]
        require_sound(db, run.id)

    def test_never_fewer_than_the_floors(self, db: Session, dan: Person) -> None:
        (one,) = bureaus(db, "가국")
        run = factories.a_run(db, seats=5)
        allotment.set_quotas(db, dan.id, run, {one.id: (3, None)})
        with pytest.raises(Refused) as refused:
            allotment.change_capacity(db, dan.id, run, 2)
        assert refused.value.code == "quota_sum"


class TestRelease:
    def test_two_weeks_before_the_start_nothing_is_held_any_more(self, db: Session, dan: Person) -> None:
        one, other = bureaus(db, "가국", "나국")
        run = factories.a_run(db, seats=2, starts_in=15)
        allotment.set_quotas(db, dan.id, run, {one.id: (2, 2)})
        places = come(db, run, staff_of(db, other, 3))
        assert statuses(places) == "www"
        assert allotment.releasable(db) == []
        with clock.frozen(clock.now() + timedelta(days=1)):
            assert allotment.releasable(db) == [run.id]
            assert allotment.release(db, None, run.id) == places[:2]
            assert allotment.release(db, None, run.id) == []
            assert allotment.releasable(db) == []
        assert statuses(places) == "eew"
        assert kinds(db, "quotas_set")[-1].data["after"] == {str(one.id): [0, 2]}
        require_sound(db, run.id)


HELD = st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4), st.integers(0, 4)), max_size=4)


@given(HELD, st.none() | st.integers(1, 20), st.integers(0, 3), st.integers(-1, 4))
def test_a_seat_that_fits_breaks_nothing(
    limits: list[tuple[int, int | None, int]], capacity: int | None, others: int, own: int
) -> None:
    """Where all floors can be met, one more that fits leaves it so, and whose floor is not met fits."""
    held = [
        Standing(n, "", min(floor, floor if cap is None else cap), cap, count if cap is None else min(cap, count))
        for n, (floor, cap, count) in enumerate(limits)
    ]
    seats = sum(one.taken for one in held) + others
    sound = capacity is None or seats + sum(one.unmet for one in held) <= capacity
    mine = next((one for one in held if one.unit_id == own), None)
    if not sound:
        return
    if quotas.fits(held, own, capacity, seats):
        after = [one._replace(taken=one.taken + 1) if one is mine else one for one in held]
        assert mine is None or mine.cap is None or mine.taken < mine.cap
        assert capacity is None or seats + 1 + sum(one.unmet for one in after) <= capacity
    else:
        assert mine is None or mine.unmet == 0


def test_the_run_itself_says_the_level_is_fixed_while_seats_are_held(db: Session, dan: Person) -> None:
    (one,) = bureaus(db, "가국")
    run = factories.a_run(db, seats=5)
    allotment.set_quotas(db, dan.id, run, {one.id: (3, None)})
    with pytest.raises(Refused) as refused:
        rescheduling.reschedule(db, dan.id, run, replace(plan_of(db, run), quota_depth=2))
    assert refused.value.code == "quota_level"
    assert db.get_one(Run, run.id).quota_depth == 1
    assert db.scalars(select(Enrolment.status)).all() == []


def test_a_cancelled_run_gives_everything_back(db: Session, dan: Person) -> None:
    (one,) = bureaus(db, "가국")
    run = factories.a_run(db, seats=2)
    allotment.set_quotas(db, dan.id, run, {one.id: (1, 2)})
    places = come(db, run, staff_of(db, one, 3))
    cancel_run(db, dan.id, run, "강사 사정")
    assert {place.status for place in places} == {Status.CANCELLED}
    assert (run.taken, taken(db, run)) == (0, {one.id: 0})


def test_the_way_in_is_fixed_once_applications_have_opened(db: Session, dan: Person) -> None:
    run = factories.a_run(db, seats=5)
    ahead = factories.a_run(db, seats=5, starts_in=20, apply_from=clock.now() + timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        rescheduling.reschedule(db, dan.id, run, replace(plan_of(db, run), mode=Mode.DRAW))
    assert refused.value.code == "mode_fixed"
    rescheduling.reschedule(db, dan.id, ahead, replace(plan_of(db, ahead), mode=Mode.DRAW))
    assert ahead.mode is Mode.DRAW


def test_the_way_in_is_fixed_for_who_has_applied_though_applications_open_later(db: Session, dan: Person) -> None:
    run = factories.a_run(db, seats=5, starts_in=30, mode=Mode.SELECTION)
    come(db, run, [factories.a_person(db)])
    later = replace(plan_of(db, run), apply_from=clock.now() + timedelta(hours=1))
    rescheduling.reschedule(db, dan.id, run, later)
    with pytest.raises(Refused) as refused, db.begin_nested():
        rescheduling.reschedule(db, dan.id, run, replace(later, mode=Mode.DRAW))
    assert refused.value.code == "mode_fixed"
    assert db.get_one(Run, run.id).mode is Mode.SELECTION
