"""The order of candidates, and who of them gets a seat: properties of any list under any quotas."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.enrolment.allocation import Allocation, Share, allocate
from courses.enrolment.order import Candidate, Criterion, ranked
from courses.enrolment.quotas import Standing
from tests.selection.scenes import APPROVED_AT, a_candidate

pytestmark = pytest.mark.once

UNITS = (1, 2, 3)
SEED = "0" * 64


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    units = draw(st.lists(st.sampled_from([*UNITS, None]), max_size=24))
    return [
        a_candidate(
            id_,
            quota_unit_id=unit,
            rank=draw(st.sampled_from([1, 2, 3, None])),
            mandatory=draw(st.booleans()),
            taken=draw(st.booleans()),
            waited=draw(st.booleans()),
            approved_at=APPROVED_AT + timedelta(seconds=draw(st.integers(0, 200))),
        )
        for id_, unit in enumerate(units, 1)
    ]


@st.composite
def quotas_and_capacity(draw: st.DrawFn) -> tuple[list[Standing], int]:
    """Sound ones: what is held and taken is no more than there are seats."""
    held = []
    for unit_id in draw(st.lists(st.sampled_from(UNITS), unique=True)):
        floor = draw(st.integers(0, 4))
        cap = draw(st.one_of(st.none(), st.integers(max(floor, 1), 8)))
        taken = draw(st.integers(0, min(2, cap or 2)))
        held.append(Standing(unit_id, "", floor, cap, taken))
    least = sum(max(one.floor, one.taken) for one in held)
    return held, draw(st.integers(max(least, 1), least + 12))


def started(held: list[Standing]) -> int:
    return sum(one.taken for one in held)


def given_out(people: list[Candidate], held: list[Standing], capacity: int) -> Allocation:
    return allocate(ranked(people, SEED), held, capacity, started(held))


@given(candidates(), st.randoms())
def test_the_same_people_and_seed_are_the_same_list(people: list[Candidate], random: object) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # what `randoms` draws is untyped
    assert ranked(shuffled, SEED) == ranked(people, SEED)


@given(candidates())
def test_no_rank_2_comes_before_a_rank_1_and_no_nominee_after_others(people: list[Candidate]) -> None:
    ranks = [one.candidate.rank or 99 for one in ranked(people, SEED)]
    assert ranks == sorted(ranks)


@given(candidates())
def test_the_reason_is_where_two_differ_first(people: list[Candidate]) -> None:
    in_order = ranked(people, SEED)
    assert [one.place for one in in_order] == list(range(1, len(people) + 1))
    for one, following in pairwise(in_order):
        mine, theirs = one.candidate, following.candidate
        differ = {
            Criterion.RANK: mine.rank != theirs.rank,
            Criterion.MANDATORY: mine.mandatory and not theirs.mandatory,
            Criterion.NEVER_TAKEN: not mine.taken and theirs.taken,
            Criterion.WAITED: mine.waited and not theirs.waited,
            Criterion.APPROVED: mine.approved_at < theirs.approved_at,
            Criterion.LOT: True,
        }
        assert differ[one.criterion]
        weightier = list(Criterion)[: list(Criterion).index(one.criterion)]
        assert not any(differ[criterion] for criterion in weightier if criterion is not Criterion.APPROVED)
    assert [one.criterion for one in in_order[-1:]] == [Criterion.LAST] * bool(people)


@pytest.mark.parametrize(
    ("better", "criterion", "says"),
    [
        ({"rank": 1}, Criterion.RANK, "Department’s rank 1"),
        ({"mandatory": True}, Criterion.MANDATORY, "Mandatory for this person"),
        ({"taken": False}, Criterion.NEVER_TAKEN, "Has never taken the course"),
        ({"waited": True}, Criterion.WAITED, "Waited for an earlier run"),
        ({"approved_at": APPROVED_AT - timedelta(minutes=1)}, Criterion.APPROVED, "Approved earlier"),
    ],
)
def test_each_criterion_says_so(better: dict[str, object], criterion: Criterion, says: str) -> None:
    plain = {"rank": 2, "taken": True}
    first, last = ranked([a_candidate(1, **plain), a_candidate(2, **{**plain, **better})], SEED)
    assert (first.candidate.id, first.criterion) == (2, criterion)
    assert str(first.because).startswith(says)
    assert str(last.because) == "Last of the list"


def test_seconds_decide_nothing_and_the_seed_does() -> None:
    people = [a_candidate(n, approved_at=APPROVED_AT + timedelta(seconds=n)) for n in range(1, 31)]
    one, other = ([entry.candidate.id for entry in ranked(people, seed)] for seed in ("a", "b"))
    assert one != other
    assert {entry.criterion for entry in ranked(people, "a")[:-1]} == {Criterion.LOT}


@given(candidates(), quotas_and_capacity())
def test_never_above_capacity_or_cap(people: list[Candidate], seats: tuple[list[Standing], int]) -> None:
    held, capacity = seats
    allocation = given_out(people, held, capacity)
    units = Counter(one.quota_unit_id for one in people if allocation.shares[one.id] is Share.SEAT)
    assert allocation.taken == started(held) + units.total() <= capacity
    for one in held:
        assert one.cap is None or one.taken + units[one.unit_id] <= one.cap
    assert [one.taken for one in allocation.held] == [one.taken + units[one.unit_id] for one in held]


@given(candidates(), quotas_and_capacity())
def test_floors_are_met_as_far_as_anybody_applies(people: list[Candidate], seats: tuple[list[Standing], int]) -> None:
    held, capacity = seats
    allocation = given_out(people, held, capacity)
    applied = Counter(one.quota_unit_id for one in people)
    for before, after in zip(held, allocation.held, strict=True):
        assert after.taken >= min(before.floor, before.taken + applied[before.unit_id])


@given(candidates(), quotas_and_capacity())
def test_who_has_none_is_told_why(people: list[Candidate], seats: tuple[list[Standing], int]) -> None:
    held, capacity = seats
    allocation = given_out(people, held, capacity)
    by_unit = {one.unit_id: one for one in allocation.held}
    for person in people:
        own = by_unit.get(person.quota_unit_id or 0)
        match allocation.shares[person.id]:
            case Share.FULL:
                assert allocation.taken == capacity
            case Share.CAP:
                assert own is not None
                assert own.taken == own.cap
            case Share.FLOORS:
                others = sum(one.unmet for one in allocation.held if one is not own)
                assert allocation.taken + others >= capacity


@given(candidates(), quotas_and_capacity(), st.integers(1, 5))
def test_more_seats_take_none_away(people: list[Candidate], seats: tuple[list[Standing], int], more: int) -> None:
    held, capacity = seats
    before, after = given_out(people, held, capacity), given_out(people, held, capacity + more)
    assert set(before.seated()) <= set(after.seated())


@given(candidates(), quotas_and_capacity())
def test_within_a_unit_nobody_is_passed_over(people: list[Candidate], seats: tuple[list[Standing], int]) -> None:
    shares = given_out(people, *seats).shares
    for unit in (*UNITS, None):
        own = [
            shares[one.candidate.id] is Share.SEAT
            for one in ranked(people, SEED)
            if one.candidate.quota_unit_id == unit
        ]
        assert own == sorted(own, reverse=True)


@given(candidates(), st.integers(1, 30))
def test_without_quotas_the_first_get_the_seats(people: list[Candidate], capacity: int) -> None:
    in_order = [one.candidate.id for one in ranked(people, SEED)]
    assert given_out(people, [], capacity).seated() == in_order[:capacity]
