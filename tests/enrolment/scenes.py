"""Usual situations of enrolment."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import eligibility, queries, quotas
from courses.enrolment.models import Enrolment, Quota, Status
from courses.enrolment.states import SEATED
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run, RunState
from tests import factories


def bureaus(db: Session, *names: str) -> list[OrgUnit]:
    """A bureau of each name with one division, `…과`."""
    found = []
    for name in names:
        division = factories.a_unit(db, f"{name} 1과", name)
        found.append(db.get_one(OrgUnit, division.parent_id))
    return found


def staff_of(db: Session, bureau: OrgUnit, count: int) -> list[Person]:
    """So many people of a bureau's division."""
    division = db.scalars(select(OrgUnit).where(OrgUnit.parent_id == bureau.id)).one()
    return [factories.a_person(db, f"{bureau.name}{n}", unit=division) for n in range(count)]


def statuses(places: Sequence[Enrolment]) -> str:
    """Their statuses by first letters: e(nrolled), w(aitlisted), o(ffered); x: no longer there."""
    return "".join(
        "x" if one.status in (Status.WITHDRAWN, Status.CANCELLED, Status.NOT_SELECTED) else one.status[0]
        for one in places
    )


def require_sound(db: Session, run_id: int, *, unseen: Collection[int] = ()) -> None:
    """What holds of a run whatever happens: counts are rows, nothing is exceeded, nobody waits for a free seat.

    `unseen`: persons whose obstacle may have gone since anybody looked; they alone may still wait.
    """
    run = db.get_one(Run, run_id, populate_existing=True)
    rows = db.scalars(
        select(Enrolment).where(Enrolment.run_id == run_id), execution_options={"populate_existing": True}
    )
    places = rows.all()
    seated = [one for one in places if one.status in SEATED]
    waiting = [one for one in places if one.status is Status.WAITLISTED]
    assert run.taken == len(seated)
    assert run.capacity is None or run.taken <= run.capacity
    numbers = [one.queue_no for one in waiting]
    assert None not in numbers
    assert len(set(numbers)) == len(numbers)
    assert all((one.offered_until is not None) == (one.status is Status.OFFERED) for one in places)
    assert all(one.quota_unit_id is None for one in places if one not in seated)
    held = quotas.standing(db, run_id)
    for one in held:
        assert one.taken == sum(place.quota_unit_id == one.unit_id for place in seated)
        assert one.cap is None or one.taken <= one.cap
    assert {place.quota_unit_id for place in seated} <= {None, *(one.unit_id for one in held)}
    assert run.capacity is None or run.taken + sum(one.unmet for one in held) <= run.capacity
    if run.state is RunState.PUBLISHED:
        for one in waiting:
            if one.person_id not in unseen:
                require_nothing_free(db, run, one)
    else:
        assert not waiting or run.state is not RunState.CANCELLED


def require_nothing_free(db: Session, run: Run, waits: Enrolment) -> None:
    """Who waits may not have a seat: it is full, their unit's share is, or something else is in the way."""
    assert waits.id not in entitled(db, run)


def entitled(db: Session, run: Run) -> list[int]:
    """The enrolments that wait though there is a seat for them, as far as seats go, first come first."""
    if run.state is not RunState.PUBLISHED or eligibility.begun(run, clock.today()):  # nobody is promoted into it
        return []
    queue = select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.status == Status.WAITLISTED)
    held, seats_taken, found = quotas.standing(db, run.id), run.taken, []
    for one in db.scalars(queue.order_by(Enrolment.queue_no)):
        unit_id = quotas.unit_for(db, run, one.person_id)
        fits = quotas.fits(held, unit_id, run.capacity, seats_taken)
        if fits and eligibility.obstacle(db, run, one.person_id) is None:
            found.append(one.id)
            seats_taken += 1
            held = [own._replace(taken=own.taken + (own.unit_id == unit_id)) for own in held]
    return found


def taken(db: Session, run: Run) -> dict[int, int]:
    """Seats counted on each unit's quota."""
    return {row.unit_id: row.taken for row in db.execute(select(Quota.unit_id, Quota.taken).filter_by(run_id=run.id))}


def seated(db: Session, run: Run) -> int:
    """How many have a seat."""
    rows = select(func.count()).where(Enrolment.run_id == run.id, Enrolment.status.in_(SEATED))
    return db.scalars(rows).one()


def status_of(db: Session, run: Run, person: Person) -> str | None:
    """Where the person stands in the run; None without a place."""
    status = db.scalar(select(Enrolment.status).where(Enrolment.run_id == run.id, Enrolment.person_id == person.id))
    return status.value if status else None


def position(db: Session, enrolment: Enrolment) -> int | None:
    """The place in the queue, as the person's own page says it."""
    return next(row.position for row in queries.learning(db, enrolment.person_id) if row.id == enrolment.id)
