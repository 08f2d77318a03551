"""How places are given out: the usual way, what may be chosen, until when, and that the next run keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Kind
from courses.enrolment.models import Enrolment
from courses.errors import Refused
from courses.people.models import Person
from courses.scheduling import actions, modes
from courses.scheduling.models import Mode, Run
from courses.scheduling.queries import plan_of
from tests.client import Browser
from tests.factories import a_course, a_room, a_run
from tests.scheduling.test_scheduling_pages import FIRST, form_of, plan_one

SELECTION, FIRST_COME, DRAW, ASSIGNED, OPEN = Mode


@pytest.mark.parametrize(
    ("kind", "capacity", "usual"),
    [
        ("classroom", 30, SELECTION),
        ("blended", 30, SELECTION),
        ("cyber", 500, FIRST_COME),
        ("cyber", None, OPEN),
        ("workplace", 20, FIRST_COME),
    ],
)
def test_the_usual_way_follows_the_kind(kind: str, capacity: int | None, usual: Mode) -> None:
    assert modes.usual_mode(Kind(kind), capacity) is usual
    assert modes.settled(Kind(kind), capacity, None) is usual


@pytest.mark.parametrize(
    ("capacity", "wanted", "becomes"),
    [
        (None, FIRST_COME, OPEN),
        (10, OPEN, FIRST_COME),
        (10, DRAW, DRAW),
        (None, ASSIGNED, ASSIGNED),
        (None, SELECTION, SELECTION),
    ],
)
def test_without_a_limit_first_come_is_open(capacity: int | None, wanted: Mode, becomes: Mode) -> None:
    assert modes.settled(Kind.CLASSROOM, capacity, wanted) is becomes


def test_the_way_changes_until_applications_open(db: Session, dan: Person) -> None:
    ahead = a_run(db, mode=SELECTION, apply_from=clock.now() + timedelta(hours=1))
    draft = a_run(db, mode=SELECTION, state="draft")
    for run in (ahead, draft):
        actions.change(db, dan.id, run, replace(plan_of(db, run), mode=DRAW))
        assert run.mode is DRAW
    begun = a_run(db, mode=SELECTION)
    with pytest.raises(Refused, match="fixed once applications have opened") as refused:
        actions.change(db, dan.id, begun, replace(plan_of(db, begun), mode=FIRST_COME))
    assert (refused.value.code, begun.mode) == ("mode_fixed", SELECTION)


def test_seats_given_out_at_once_may_get_a_limit_and_lose_it(db: Session, dan: Person) -> None:
    run = a_run(db, a_course(db, kind="cyber"), seats=None, mode=OPEN)
    actions.change(db, dan.id, run, replace(plan_of(db, run), capacity=10))
    assert run.mode is FIRST_COME
    actions.change(db, dan.id, run, replace(plan_of(db, run), capacity=None))
    assert run.mode is OPEN


@pytest.mark.parametrize("mode", [SELECTION, DRAW])
def test_there_is_nothing_to_select_without_a_limit(db: Session, dan: Person, mode: Mode) -> None:
    course = a_course(db, kind="cyber")
    run = a_run(db, course, mode=mode)
    with pytest.raises(Refused, match="needs a number of people"):
        actions.change(db, dan.id, run, replace(plan_of(db, run), capacity=None))
    draft = a_run(db, course, seats=None, mode=mode, state="draft")
    with pytest.raises(actions.NotReady, match="needs a number of people"):
        actions.publish(db, dan.id, draft)


def test_the_least_number_is_not_more_than_the_seats(db: Session, dan: Person) -> None:
    run = a_run(db, seats=10, mode=SELECTION, state="draft")
    with pytest.raises(Refused, match="more than can take part") as refused:
        actions.change(db, dan.id, run, replace(plan_of(db, run), minimum=11))
    assert refused.value.code == "minimum"


RULES: dict[str, Any] = {"mode": "draw", "minimum": "5", "offer_hours": "48", "quota_depth": "2"}


def kept(run: Run) -> dict[str, Any]:
    return {name: str(getattr(run, name)) for name in RULES}


def test_the_form_proposes_the_usual_way_and_keeps_what_is_chosen(client: Browser, db: Session, dan: Person) -> None:
    course = a_course(db, hours=7)
    client.sign_in(dan)
    proposed = form_of(client.get(f"/operations/runs/new?course={course.id}").text)
    assert (proposed["mode"], proposed["quota_depth"], proposed["minimum"]) == (["selection"], ["1"], [""])
    address = plan_one(client, course, **RULES).location
    run = db.scalars(select(Run).where(Run.course_id == course.id)).one()
    assert kept(run) == RULES
    page = client.get(address).text
    assert {name: form_of(page)[name][0] for name in RULES} == RULES
    client.post(address, data=form_of(page) | {"offer_hours": [""], "minimum": ["7"]})
    assert (run.offer_hours, run.minimum, run.mode) == (None, 7, DRAW)
    assert "By draw" in client.get("/operations/runs").text


def test_copies_and_the_next_run_keep_it(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    course = a_course(db, hours=7)
    client.sign_in(dan)
    rules: dict[str, Any] = RULES | {"room": str(a_room(db).id), "teachers-0": str(cleo.id)}
    address = plan_one(client, course, **rules).location
    again = FIRST + timedelta(days=28)
    client.post(f"{address}/copies?first={again}&count=1&every=1&unit=week", data={"day": again.isoformat()})
    first, copy = db.scalars(select(Run).where(Run.course_id == course.id).order_by(Run.id))
    assert kept(copy) == kept(first) == RULES
    proposed = form_of(client.get(f"/operations/runs/new?course={course.id}").text)
    assert {name: proposed[name][0] for name in RULES} == RULES


def test_once_applications_have_opened_the_page_says_the_way_and_offers_no_other(
    client: Browser, db: Session, dan: Person, ana: Person
) -> None:
    run = a_run(db, mode=SELECTION)
    db.add(Enrolment(run_id=run.id, person_id=ana.id, status="applied", applied_at=clock.now(), moved_at=clock.now()))
    db.commit()
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}"
    page = client.get(address).text
    assert "Fixed, since applications have opened" in page
    fields = form_of(page)
    assert "mode" not in fields
    client.post(address, data=fields | {"minimum": ["3"]})
    assert (run.mode, run.minimum) == (SELECTION, 3)
    refused = client.post(address, 409, data=form_of(client.get(address).text) | {"mode": ["draw"]}).text
    assert "How places are given out is fixed" in refused
    assert run.mode is SELECTION


def test_what_is_no_way_is_said(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    course = a_course(db)
    assert "How places are given out" in plan_one(client, course, 422, mode="auction").text
    assert "Enter a number from 1" in plan_one(client, course, 422, offer_hours="0").text


@pytest.mark.parametrize("mode", [SELECTION, DRAW])
def test_who_selects_or_draws_needs_an_end_of_applications(db: Session, dan: Person, mode: Mode) -> None:
    run = a_run(db, mode=mode)
    with pytest.raises(Refused) as refused:
        actions.change(db, dan.id, run, replace(plan_of(db, run), apply_until=None))
    assert refused.value.code == "window"
