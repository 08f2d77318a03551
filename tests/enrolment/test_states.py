"""What may happen to an enrolment, both ways: the legal moves happen and are recorded, every other one is refused."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.states import TRANSITIONS, move_to, settle
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from tests import factories

LEGAL = {
    None: "applied waitlisted enrolled",
    "applied": "approved returned waitlisted enrolled not_selected withdrawn cancelled",
    "returned": "applied not_selected withdrawn cancelled",
    "approved": "nominated waitlisted enrolled not_selected withdrawn cancelled",
    "nominated": "enrolled waitlisted not_selected withdrawn cancelled",
    "waitlisted": "offered enrolled not_selected withdrawn cancelled",
    "offered": "enrolled waitlisted withdrawn cancelled",
    "enrolled": "waitlisted withdrawn cancelled",
    "not_selected": "applied waitlisted enrolled",
    "withdrawn": "applied waitlisted enrolled",
    "cancelled": "applied waitlisted enrolled",
}
PAIRS = [
    pytest.param(before, after, after in LEGAL[before].split(), id=f"{before or 'new'}-{after}")
    for before, after in itertools.product(LEGAL, Status)
]


def events(db: Session) -> list[tuple[str, dict[str, object]]]:
    return [(event.kind, event.data) for event in db.scalars(select(Event).order_by(Event.id))]


def test_the_table_knows_every_status() -> None:
    assert set(TRANSITIONS) == {None, *Status}


@pytest.mark.parametrize(("before", "after", "legal"), PAIRS)
def test_transition(db: Session, ana: Person, before: str | None, after: Status, legal: bool) -> None:
    run = factories.a_run(db)
    enrolment = Enrolment(run_id=run.id, person_id=ana.id)
    if before:
        enrolment = factories.an_enrolment(db, run, ana, status=before)
    if legal:
        move_to(db, ana.id, enrolment, after, queue_no=4, reason="why")
        assert enrolment.status is after
        number = 4 if after is Status.WAITLISTED else None
        assert enrolment.queue_no == number
        facts = {"enrolment_id": enrolment.id, "before": before or "", "after": after.value}
        assert events(db) == [("moved", {**facts, "queue_no": number, "reason": "why"})]
    else:
        with pytest.raises(Refused) as refused:
            move_to(db, ana.id, enrolment, after)
        assert refused.value.code == "illegal_transition"
        assert refused.value.way_out
        assert enrolment.status == before
        assert not events(db)


@pytest.mark.parametrize("after", [Status.WAITLISTED, Status.WITHDRAWN, Status.CANCELLED])
@pytest.mark.parametrize("outcome", Outcome)
def test_who_has_an_outcome_keeps_the_place(db: Session, ana: Person, after: Status, outcome: Outcome) -> None:
    enrolment = factories.an_enrolment(db, factories.a_run(db), ana, outcome=outcome)
    with pytest.raises(Refused) as refused:
        move_to(db, ana.id, enrolment, after)
    assert refused.value.code == "has_outcome"
    assert enrolment.status is Status.ENROLLED


def test_settling_is_one_event_and_the_same_outcome_none(db: Session, ana: Person, dan: Person) -> None:
    enrolment = factories.an_enrolment(db, factories.a_run(db), ana)
    settle(db, dan.id, enrolment, Outcome.COMPLETED)
    settle(db, dan.id, enrolment, Outcome.COMPLETED)
    assert enrolment.outcome is Outcome.COMPLETED
    assert events(db) == [("settled", {"enrolment_id": enrolment.id, "before": "", "after": "completed"})]


def test_reopening_takes_the_outcome_away(db: Session, ana: Person, dan: Person) -> None:
    enrolment = factories.an_enrolment(db, factories.a_run(db), ana, outcome=Outcome.NOT_COMPLETED)
    settle(db, dan.id, enrolment, None)
    assert enrolment.outcome is None


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.ENROLLED])
def test_only_a_seat_can_have_an_outcome(db: Session, ana: Person, dan: Person, status: Status) -> None:
    enrolment = factories.an_enrolment(db, factories.a_run(db), ana, status=status)
    with pytest.raises(Refused) as refused:
        settle(db, dan.id, enrolment, Outcome.COMPLETED)
    assert refused.value.code == "no_seat"
    assert enrolment.outcome is None
