"""Draws (추첨): a secret fixed before anybody applies, places drawn after applications have closed, all published."""

from __future__ import annotations

import secrets

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager, undefer

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, Moment
from courses.enrolment import allocation, candidates, eligibility, lots, quotas, seats, waitlist
from courses.enrolment.allocation import Share
from courses.enrolment.lots import OUT, SEAT, WAITING, Entrant, Held, Lot
from courses.enrolment.models import Draw, Enrolment, Status
from courses.enrolment.states import move_all
from courses.errors import Refused, WayOut
from courses.events.actions import kind_of, record
from courses.events.facts import DrawAnnounced, DrawHeld, Moved
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run, RunState
from courses.text import text


def announce(db: Session, actor_id: int | None, run: Run) -> None:
    """Fix the secret of a published run whose places are drawn, and announce its hash; once, and for no other run.

    What decides between equals in a selection is fixed by then, too.
    """
    if run.mode is Mode.SELECTION and run.state is RunState.PUBLISHED:
        candidates.keep_secret(db, run.published_at)
    if run.mode is not Mode.DRAW or run.state is not RunState.PUBLISHED or of_run(db, run.id) is not None:
        return
    secret = secrets.token_hex(32)
    commitment = lots.hashed(secret)
    db.add(Draw(run_id=run.id, secret=secret, commitment=commitment, announced_at=clock.now()))
    db.flush()
    record(db, actor_id, DrawAnnounced(run.id, commitment))


def of_run(db: Session, run_id: int) -> Draw | None:
    """What was announced of a run's draw and, once it is held, what came of it; None: nothing is drawn."""
    return db.scalar(_OF_RUN, {"run_id": run_id})


def document(db: Session, run_id: int) -> str | None:
    """The published draw (`lots.document`), None until it is held."""
    return db.scalar(_DOCUMENT, {"run_id": run_id})


def is_held(db: Session, run: Run) -> bool:
    """Whether the places of the run were drawn already."""
    return run.mode is Mode.DRAW and db.scalar(_HELD, {"run_id": run.id}) is not None


def hold(db: Session, actor_id: int | None, run_id: int) -> Draw:
    """Draw the order of all who had applied when applications closed, and give the places in that order.

    Who has withdrawn since still draws a lot, so that nobody changes the list, and nothing comes of it. The others wait
    in the order of their lots. Who applied after the close (it was moved) draws none, and comes after all of them.
    Raises `Refused` before applications close, and a second time.
    """
    applying = set(db.scalars(_APPLYING, {"run_id": run_id}))
    locks.lock_people(db, applying)
    run = locks.lock_run(db, run_id)
    draw = db.scalar(_OF_RUN.options(undefer(Draw.document)), {"run_id": run_id}, execution_options=_AFRESH)
    if refused := closed_to(run, draw):
        raise refused
    assert draw is not None
    locks.lock_people(db, set(db.scalars(_APPLYING, {"run_id": run_id})) - applying, nowait=True)  # meanwhile
    people = _closed_list(db, run)
    entrants = [Entrant(one.id, lots.masked(one.person.employee_no)) for one in people]
    draw.list_sha256, draw.drawn_at = lots.list_hash(entrants), clock.now()
    draw.seed = lots.seed_of(draw.secret, draw.list_sha256)
    by_id = {one.id: one for one in people}
    drawn = [by_id[entry] for entry in lots.drawn(entrants, draw.seed)]
    record(db, actor_id, DrawHeld(run_id, len(entrants), draw.list_sha256, draw.seed))
    waitlist.promote(db, actor_id, run)  # whom an officer put in, and who could not have a seat then
    free = (run.capacity or 0) - run.taken
    results = _give(db, actor_id, run, drawn)
    draw.document = lots.document(
        Held(run_id, _title(db, run), free, draw.announced_at, draw.secret, draw.drawn_at, entrants, results)
    )
    db.flush()
    _let_late_ones_wait(db, actor_id, run)
    return draw


def closed_to(run: Run, draw: Draw | None) -> Refused | None:
    """Why the draw cannot be held now, or None."""
    way_out = WayOut("run", text("Look at the run"), run.id)
    if run.mode is not Mode.DRAW or draw is None:
        return Refused(text("No places of this run are drawn"), code="not_drawn", way_out=way_out)
    if draw.drawn_at is not None:
        message = text("The draw was held on %(when)s, and is held only once", when=draw.drawn_at)
        return Refused(message, code="drawn", way_out=WayOut("draw", text("See the draw"), run.id))
    if run.state is not RunState.PUBLISHED:
        return Refused(text("This run is closed: its list stays as it is"), code="closed", way_out=way_out)
    if eligibility.begun(run, clock.today()):
        return Refused(text("This run has already begun"), code="begun", way_out=way_out)
    if run.apply_until and clock.now() < run.apply_until:
        message = text("People may still apply until %(when)s: hold the draw afterwards", when=run.apply_until)
        return Refused(message, code="too_early", way_out=way_out)
    return None


def _title(db: Session, run: Run) -> str:
    return db.get_one(Course, run.course_id).title


def _closed_list(db: Session, run: Run) -> list[Enrolment]:
    """Whose application stood when applications closed, as it is written down, by id; persons are loaded."""
    until = run.apply_until or clock.now()
    stood = {row.person_id: row.data["after"] for row in db.execute(_MOVES, {"run_id": run.id, "until": until})}
    applied = {person_id for person_id, status in stood.items() if status == Status.APPLIED}
    everybody = db.scalars(_ALL, {"run_id": run.id}, execution_options=_AFRESH)
    return [one for one in everybody if one.person_id in applied]


def _give(db: Session, actor_id: int | None, run: Run, drawn: list[Enrolment]) -> list[Lot]:
    """Seats down the lots as far as they go; who gets none waits in the same order."""
    results, waiting = [], []
    held = quotas.locked(db, run.id)
    units = quotas.units_for(db, run, [one.person_id for one in drawn]) if held else {}
    for number, one in enumerate(drawn, 1):
        one.lot = number
        if one.status is not Status.APPLIED:
            results.append(Lot(one.id, OUT, one.status.value))
            continue
        share = allocation.share_of(held, units.get(one.person_id), run.capacity, run.taken)
        why = "" if share is Share.FULL else share.value
        if share is Share.SEAT:
            refused = eligibility.obstacle(db, run, one.person_id)
            why = refused.code if refused else ""
            if not refused:
                seats.place(db, actor_id, run, one, reason="drawn")
                held = quotas.locked(db, run.id) if held else held
                results.append(Lot(one.id, SEAT))
                continue
        waiting.append(one)
        results.append(Lot(one.id, WAITING, why))
    if waiting:
        numbers = seats.next_numbers(db, run, len(waiting))
        move_all(db, actor_id, waiting, Status.WAITLISTED, numbers=numbers, reason="drawn")
    return results


def _let_late_ones_wait(db: Session, actor_id: int | None, run: Run) -> None:
    late = db.scalars(_LATE, {"run_id": run.id}).all()
    if late:
        move_all(db, actor_id, late, Status.WAITLISTED, numbers=seats.next_numbers(db, run, len(late)))
        waitlist.promote(db, actor_id, run)


_AFRESH = {"populate_existing": True}
_run_id = bindparam("run_id", type_=KEY)
_OF_RUN = select(Draw).where(Draw.run_id == _run_id)
_DOCUMENT = select(Draw.document).where(Draw.run_id == _run_id)
_APPLYING = select(Enrolment.person_id).where(Enrolment.run_id == _run_id, Enrolment.status == Status.APPLIED)
_HELD = select(Draw.drawn_at).where(Draw.run_id == _run_id, Draw.drawn_at.is_not(None))
_LATE = (
    select(Enrolment)
    .where(Enrolment.run_id == _run_id, Enrolment.status == Status.APPLIED)
    .order_by(Enrolment.applied_at, Enrolment.id)
)
_MOVES = (
    select(Event.person_id, Event.data)
    .where(Event.run_id == _run_id, Event.kind == kind_of(Moved), Event.at < bindparam("until", type_=Moment))
    .order_by(Event.id)
)
_ALL = (
    select(Enrolment)
    .join(Enrolment.person)
    .options(contains_eager(Enrolment.person).load_only(Person.employee_no))
    .where(Enrolment.run_id == _run_id)
    .order_by(Enrolment.id)
)
