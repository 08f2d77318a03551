"""Announcing and holding a draw: once, after applications have closed, and what it says is what became of them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, allotment, answer, audit, draws, lots
from courses.enrolment.answer import Then
from courses.enrolment.models import Draw, Enrolment, Status
from courses.errors import Refused
from courses.events.actions import kind_of
from courses.events.facts import DrawAnnounced, DrawHeld
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run
from tests import factories
from tests.draw.scenes import a_draw_run, close, entrants
from tests.enrolment.scenes import bureaus, require_sound, staff_of, statuses


@pytest.fixture
def run(db: Session) -> Run:
    return a_draw_run(db)


def drawn(db: Session, run: Run) -> list[tuple[int, str, str]]:
    """(entry, place, why) of each lot in its order, once the document has been proved."""
    content = draws.document(db, run.id) or ""
    assert lots.verify(content.encode()) == []
    return [(row["entry"], row["place"], row["why"]) for row in json.loads(content) if row["what"] == "lot"]


def test_only_a_published_draw_is_announced_and_once(db: Session, run: Run) -> None:
    first = draws.of_run(db, run.id)
    assert first is not None
    assert first.commitment == lots.hashed(first.secret)
    draws.announce(db, None, run)
    for other in (factories.a_run(db, mode=Mode.DRAW, state="draft"), factories.a_run(db)):
        draws.announce(db, None, other)
    assert [one.run_id for one in db.scalars(select(Draw))] == [run.id]
    assert [data["commitment"] for data in db.scalars(select(Event.data).where(Event.kind == kind_of(DrawAnnounced)))]
    assert first.secret not in str(db.scalars(select(Event.data)).all())


def test_every_secret_is_another_one(db: Session, run: Run) -> None:
    other = a_draw_run(db)
    assert len({draws.of_run(db, one.id).secret for one in (run, other)}) == 2  # type: ignore[union-attr]  # both are


def test_seats_and_queue_go_down_the_lots(db: Session, run: Run, dan: Person) -> None:
    rows = entrants(db, run, 5)
    close(db, run)
    draws.hold(db, dan.id, run.id)
    db.commit()
    by_lot = sorted(rows, key=lambda one: one.lot or 0)
    assert [one.lot for one in by_lot] == [1, 2, 3, 4, 5]
    assert statuses(by_lot) == "eewww"
    assert [one.queue_no for one in by_lot[2:]] == [1, 2, 3]
    places = ["seat", "seat", "waiting", "waiting", "waiting"]
    assert drawn(db, run) == [(one.id, place, "") for one, place in zip(by_lot, places, strict=True)]
    require_sound(db, run.id)
    held = db.scalars(select(Event).where(Event.kind == kind_of(DrawHeld))).one()
    assert (held.actor_id, held.data["entrants"]) == (dan.id, 5)


def test_it_is_held_once(db: Session, run: Run) -> None:
    entrants(db, run, 3)
    close(db, run)
    draws.hold(db, None, run.id)
    document = draws.document(db, run.id)
    with pytest.raises(Refused) as again:
        draws.hold(db, None, run.id)
    assert again.value.code == "drawn"
    assert draws.document(db, run.id) == document


def test_not_before_applications_close_and_not_after_the_start(db: Session, run: Run) -> None:
    with pytest.raises(Refused) as early:
        draws.hold(db, None, run.id)
    begun = a_draw_run(db, starts_in=0)
    with pytest.raises(Refused) as late:
        draws.hold(db, None, begun.id)
    elsewhere = factories.a_run(db)
    with pytest.raises(Refused) as other:
        draws.hold(db, None, elsewhere.id)
    assert [one.value.code for one in (early, late, other)] == ["too_early", "begun", "not_drawn"]


def test_nobody_at_all(db: Session, run: Run) -> None:
    close(db, run)
    draws.hold(db, None, run.id)
    assert drawn(db, run) == []


def test_who_withdraws_after_the_close_still_draws_a_lot(db: Session, run: Run) -> None:
    """Else whoever knows the secret could shape the list, and with it the seed."""
    rows = entrants(db, run, 4)
    actions.withdraw(db, rows[0].person_id, rows[0].id)
    close(db, run)
    actions.withdraw(db, rows[1].person_id, rows[1].id)
    draws.hold(db, None, run.id)
    found = {entry: (place, why) for entry, place, why in drawn(db, run)}
    assert set(found) == {one.id for one in rows[1:]}
    assert found[rows[1].id] == ("out", "withdrawn")
    assert statuses(rows) in ("xxeew", "xxee")


def test_an_officers_late_entrant_is_not_in_it(db: Session, run: Run, dan: Person, ana: Person) -> None:
    rows = entrants(db, run, 3)
    close(db, run)
    late = actions.enrol(db, dan.id, run.id, ana.id)
    draws.hold(db, dan.id, run.id)
    assert late.id not in {entry for entry, _, _ in drawn(db, run)}
    assert sorted(statuses(rows)) == ["e", "w", "w"]
    require_sound(db, run.id)


def test_who_has_a_clash_meanwhile_waits_and_says_why(db: Session, run: Run, ana: Person, eve: Person) -> None:
    rows = entrants(db, run, [ana, eve])
    factories.an_enrolment(db, factories.a_run(db, starts_in=30), ana)
    close(db, run)
    draws.hold(db, None, run.id)
    assert {entry: (place, why) for entry, place, why in drawn(db, run)} == {
        rows[0].id: ("waiting", "clash"),
        rows[1].id: ("seat", ""),
    }
    require_sound(db, run.id)


def test_quotas_hold_in_a_draw(db: Session) -> None:
    run = a_draw_run(db, seats=4)
    one, two = bureaus(db, "가국", "나국")
    allotment.set_quotas(db, None, run, {one.id: (0, 1), two.id: (2, None)})
    rows = entrants(db, run, [*staff_of(db, one, 4), *staff_of(db, two, 3)])
    close(db, run)
    draws.hold(db, None, run.id)
    assert statuses(rows[:4]).count("e") == 1
    assert statuses(rows[4:]) == "eee"
    assert {why for _, place, why in drawn(db, run) if place == "waiting"} <= {"cap", ""}
    require_sound(db, run.id)


def test_another_list_or_secret_is_another_order(db: Session) -> None:
    orders = set()
    for n in range(4):
        run = a_draw_run(db, starts_in=30 + 10 * n)
        rows = entrants(db, run, 6)
        close(db, run)
        draws.hold(db, None, run.id)
        first = min(one.id for one in rows)
        orders.add(tuple(entry - first for entry, _, _ in drawn(db, run)))
    assert len(orders) > 1


def test_the_document_stays_when_people_change(db: Session, run: Run) -> None:
    rows = entrants(db, run, 3)
    close(db, run)
    draws.hold(db, None, run.id)
    before = draws.document(db, run.id)
    db.get_one(Person, rows[0].person_id).employee_no = "9999"
    for one in rows:
        if db.get_one(Enrolment, one.id).status is Status.WAITLISTED:
            actions.withdraw(db, one.person_id, one.id)
    db.commit()
    assert draws.document(db, run.id) == before


def test_who_applies_after_the_draw_has_a_seat_or_waits(db: Session, run: Run, ana: Person, ben: Person) -> None:
    """Applications were opened again, for the seats that are left."""
    entrants(db, run, 1)
    close(db, run)
    draws.hold(db, None, run.id)
    run.apply_until = clock.now() + timedelta(days=1)
    db.commit()
    assert [answer.answer(db, run, one.id).then for one in (ana, ben)] == [Then.SEAT, Then.SEAT]
    assert actions.enrol(db, ana.id, run.id, ana.id).status is Status.ENROLLED
    assert answer.answer(db, run, ben.id).then is Then.QUEUE
    assert actions.enrol(db, ben.id, run.id, ben.id).status is Status.WAITLISTED
    require_sound(db, run.id)


@pytest.mark.parametrize(("seats", "expected"), [(2, "ew"), (3, "ee")])
def test_who_applied_after_a_close_that_was_moved_comes_last(db: Session, seats: int, expected: str) -> None:
    run = a_draw_run(db, seats=seats)
    first = entrants(db, run, 1)
    early, late = entrants(db, run, 2)
    run.apply_until = early.applied_at
    db.commit()
    draws.hold(db, None, run.id)
    db.commit()
    assert [entry for entry, _, _ in drawn(db, run)] == [one.id for one in first]
    assert statuses([early, late]) == expected
    assert (early.lot, late.lot) == (None, None)
    require_sound(db, run.id)
    assert not list(audit.findings(db))


def test_an_application_that_has_to_wait_for_the_draw_is_too_late(
    db: Session, run: Run, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began in time; while it waited for the run, applications closed."""

    def held(db: Session, run_id: int) -> Run:
        close(db, run)
        return run

    monkeypatch.setattr(locks, "share_run", held)
    with pytest.raises(Refused) as refused:
        actions.enrol(db, ana.id, run.id, ana.id)
    assert refused.value.code == "too_late"
