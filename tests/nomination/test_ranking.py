"""A unit ranks, a bureau merges, who may, until when, and what each refusal says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.nominations import applicants, rank
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from tests import factories
from tests.approval.scenes import a_deputy, a_selection, an_application, transfer
from tests.nomination.scenes import a_clerk, approved, bureau, ranked_by

NAMES = ("가", "나", "다")


def refused(db: Session, person: Person, run: Run, unit: OrgUnit, rows: list[Enrolment]) -> str:
    with pytest.raises(Refused) as no:
        rank(db, person.id, run.id, unit.id, [row.id for row in rows])
    return no.value.code


def ranks(rows: list[Enrolment]) -> list[tuple[int | None, str]]:
    return [(row.rank, row.status.value) for row in rows]


def told(db: Session) -> list[dict[str, list[int | None]]]:
    return list(db.scalars(select(Event.data["ranks"]).where(Event.kind == "ranked").order_by(Event.id)))


def test_the_clerk_nominates_in_order(db: Session, run: Run, unit: OrgUnit, clerk: Person) -> None:
    first, second, third = approved(db, run, unit, *NAMES)
    rank(db, clerk.id, run.id, unit.id, [third.id, first.id])
    assert ranks([third, first, second]) == [(1, "nominated"), (2, "nominated"), (None, "approved")]
    assert {first.ranked_unit_id, third.ranked_unit_id} == {unit.id}
    assert told(db) == [{str(third.id): [None, 1], str(first.id): [None, 2]}]


def test_ranking_again_keeps_them_nominated_and_writes_down_what_differs(
    db: Session, run: Run, unit: OrgUnit, clerk: Person
) -> None:
    first, second, third = approved(db, run, unit, *NAMES)
    rank(db, clerk.id, run.id, unit.id, [first.id, second.id])
    rank(db, clerk.id, run.id, unit.id, [first.id, third.id, second.id])
    assert ranks([first, second, third]) == [(1, "nominated"), (3, "nominated"), (2, "nominated")]
    assert told(db)[1] == {str(third.id): [None, 2], str(second.id): [2, 3]}
    rank(db, clerk.id, run.id, unit.id, [first.id, third.id, second.id])
    assert len(told(db)) == 2


def test_who_is_nominated_cannot_be_left_out(db: Session, run: Run, unit: OrgUnit, clerk: Person) -> None:
    rows = approved(db, run, unit, *NAMES)
    rank(db, clerk.id, run.id, unit.id, [row.id for row in rows])
    assert refused(db, clerk, run, unit, rows[:2]) == "left_out"


def test_only_approved_ones_of_the_unit_once_each(db: Session, run: Run, unit: OrgUnit, clerk: Person) -> None:
    (own,) = approved(db, run, unit, "가")
    (other,) = approved(db, run, factories.a_unit(db, "재무과"), "나")
    waiting = an_application(db, run, factories.a_person(db, "다", unit=unit))
    for rows in ([own, other], [own, own], [own, waiting]):
        assert refused(db, clerk, run, unit, rows) == "changed"
    assert own.status is Status.APPROVED


def test_who_may_rank(db: Session, run: Run, unit: OrgUnit, ben: Person, dan: Person, eve: Person) -> None:
    rows = approved(db, run, unit, *NAMES)
    other_clerk = a_clerk(db, factories.a_unit(db, "재무과", "재무국"))
    below = a_clerk(db, factories.a_team(db, "총무팀", "총무과"))
    for person in (eve, other_clerk, below):
        assert refused(db, person, run, unit, rows) == "not_yours"
    for person in (a_clerk(db, unit), ben, a_clerk(db, bureau(db)), dan):
        rank(db, person.id, run.id, unit.id, [row.id for row in rows])
    a_deputy(db, unit, eve, clock.today(), clock.today())
    rank(db, eve.id, run.id, unit.id, [row.id for row in rows])
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert refused(db, eve, run, unit, rows) == "not_yours"


def test_a_frozen_list_stays(db: Session, run: Run, unit: OrgUnit, clerk: Person, dan: Person) -> None:
    rows = approved(db, run, unit, *NAMES)
    with clock.frozen(clock.start_of(run.starts_on - timedelta(days=10)) - timedelta(minutes=1)):
        rank(db, clerk.id, run.id, unit.id, [row.id for row in rows])
    with clock.frozen(clock.start_of(run.starts_on - timedelta(days=10))):
        assert refused(db, clerk, run, unit, rows) == "frozen"
        assert refused(db, dan, run, unit, rows) == "frozen"


def test_as_long_as_applications_are_open_they_can_be_ranked(db: Session, unit: OrgUnit, clerk: Person) -> None:
    run = a_selection(db, starts_in=6)
    rows = approved(db, run, unit, *NAMES)
    rank(db, clerk.id, run.id, unit.id, [row.id for row in rows])
    with clock.frozen(clock.now() + timedelta(days=5, minutes=1)):
        assert refused(db, clerk, run, unit, rows) == "frozen"


@pytest.mark.parametrize("fields", [{"mode": "first_come"}, {"mode": "selection", "state": "closed"}])
def test_other_runs_have_no_nominations(db: Session, unit: OrgUnit, clerk: Person, fields: dict[str, str]) -> None:
    run = factories.a_run(db, starts_in=30, **fields)
    assert refused(db, clerk, run, unit, approved(db, run, unit, "가")) in {"not_selection", "frozen"}


def test_after_a_transfer_the_nominee_stays_with_the_unit_that_ranked(
    db: Session, run: Run, unit: OrgUnit, clerk: Person
) -> None:
    first, second, third = approved(db, run, unit, *NAMES)
    rank(db, clerk.id, run.id, unit.id, [first.id, second.id])
    other = factories.a_unit(db, "재무과")
    for one in (first, third):
        transfer(db, db.get_one(Person, one.person_id), other)
    assert [one.id for one in applicants(db, run.id, unit, 2)] == [first.id, second.id]
    assert [one.id for one in applicants(db, run.id, other, 2)] == [third.id]


class TestWhereBureauxRank:
    """Divisions put theirs in order first; the coordinating division merges."""

    @pytest.fixture(autouse=True)
    def setting(self, db: Session, unit: OrgUnit) -> None:
        ranked_by(db, 1)

    def test_a_division_s_order_is_a_proposal(self, db: Session, run: Run, unit: OrgUnit, clerk: Person) -> None:
        rows = approved(db, run, unit, *NAMES)
        rank(db, clerk.id, run.id, unit.id, [row.id for row in rows])
        assert ranks(rows) == [(1, "approved"), (2, "approved"), (3, "approved")]

    def test_who_is_left_out_of_it_later_has_no_rank_any_more(
        self, db: Session, run: Run, unit: OrgUnit, clerk: Person
    ) -> None:
        first, second, third = rows = approved(db, run, unit, *NAMES)
        rank(db, clerk.id, run.id, unit.id, [row.id for row in rows])
        rank(db, clerk.id, run.id, unit.id, [third.id, second.id])
        assert [(row.rank, row.ranked_unit_id) for row in rows] == [(None, None), (2, unit.id), (1, unit.id)]
        assert told(db)[1] == {str(third.id): [3, 1], str(first.id): [1, None]}

    def test_all_first_ones_are_proposed_before_any_second_one(
        self, db: Session, run: Run, unit: OrgUnit, clerk: Person
    ) -> None:
        second_unit, third_unit = factories.a_unit(db, "자치행정과"), factories.a_unit(db, "시민봉사과")
        one = approved(db, run, unit, "가1", "가2")
        two = approved(db, run, second_unit, "나1", "나2", "나3")
        late = approved(db, run, third_unit, "다")
        rank(db, clerk.id, run.id, unit.id, [row.id for row in one])
        rank(db, a_clerk(db, second_unit).id, run.id, second_unit.id, [row.id for row in two])
        proposed = applicants(db, run.id, bureau(db), 1)
        assert [row.name for row in proposed] == ["가1", "나1", "가2", "나2", "나3", "다"]
        rank(db, clerk.id, run.id, bureau(db).id, [row.id for row in proposed])
        assert ranks(late) == [(6, "nominated")]
        assert {row.ranked_unit_id for row in (*one, *two, *late)} == {bureau(db).id}
        assert refused(db, clerk, run, unit, one) == "merged"
        assert [row.name for row in applicants(db, run.id, unit, 1)] == ["가1", "가2"]

    def test_only_the_coordinating_division_merges(self, db: Session, run: Run, unit: OrgUnit, clerk: Person) -> None:
        other = a_clerk(db, factories.a_unit(db, "자치행정과"))
        rows = approved(db, run, unit, *NAMES)
        assert refused(db, other, run, bureau(db), rows) == "not_yours"
        rank(db, clerk.id, run.id, bureau(db).id, [row.id for row in rows])
        unit.closed_on = clock.today()
        db.commit()
        rank(db, other.id, run.id, bureau(db).id, [row.id for row in rows])

    def test_teams_do_not_rank(self, db: Session, run: Run, unit: OrgUnit, dan: Person) -> None:
        assert refused(db, dan, run, factories.a_team(db, "총무팀", "총무과"), []) == "wrong_level"


def test_where_teams_rank_a_division_ranks_its_own_people_alone(
    db: Session, run: Run, unit: OrgUnit, clerk: Person
) -> None:
    ranked_by(db, 3)
    team = factories.a_team(db, "총무팀", "총무과")
    (above,), (within,) = approved(db, run, unit, "가"), approved(db, run, team, "나")
    assert [row.id for row in applicants(db, run.id, unit, 3)] == [above.id]
    assert refused(db, clerk, run, unit, [above, within]) == "changed"
    rank(db, clerk.id, run.id, team.id, [within.id])
    assert (within.rank, within.ranked_unit_id) == (1, team.id)
