"""Enrolling and withdrawing. Undo is the opposite action. How many seats there are: `allotment.py`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from courses import clock
from courses.enrolment import draws, eligibility, freezing, seats, waitlist
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED, move_to
from courses.errors import Refused, WayOut, without_number
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run, RunState
from courses.text import text


def enrol(
    db: Session,
    actor_id: int | None,
    run_id: int,
    person_id: int,
    *,
    motive: str = "",
    reason: str = "",
    route: Route | None = None,
) -> Enrolment:
    """A place by the run's mode (see the status), or `Refused`.

    Who applies themselves, or is applied for by their clerk (`Route.CLERK`), has an application in a selection or a
    draw; elsewhere, after the draw, and by an officer everywhere, it is a seat, or a number in the queue. Without a
    `route` the person's own act is theirs, and another's an officer's. Nobody passes the rules for themselves: an
    officer is then no more than a clerk. `motive` is the applicant's, `reason` the officer's: needed in a selection
    whose list is frozen. A withdrawn enrolment is taken up again, by the rules of the day. It comes with its `run`.
    """
    motive, reason = without_number(motive, text("Motive")), without_number(reason, text("Reason"))
    own = actor_id == person_id
    route = route or (Route.OWN if own else Route.OFFICER)
    route = Route.CLERK if own and route is Route.OFFICER else route
    locks.lock_people(db, [person_id])
    run = locks.read_run(db, run_id)
    person = eligibility.require(db, run, person_id, route, motive=motive)
    enrolment = _row(db, run_id, person_id, motive, person.status)
    if route is Route.OFFICER:
        freezing.require_reason(db, run, reason)
        waitlist.admit(db, actor_id, run, enrolment, reason=reason.strip())
    elif takes_applications(db, run):
        run = locks.share_run(db, run_id)
        require_running(run)
        eligibility.require_window(db, run)  # again: whoever held the run may have drawn or selected meanwhile
        move_to(db, actor_id, enrolment, Status.APPLIED)
    else:
        waitlist.admit(db, actor_id, run, enrolment)
    if person.seated:  # again: until the run was held, its days could still be moved
        eligibility.require_free_time(db, run, person_id)
    set_committed_value(enrolment, "run", run)
    return enrolment


BY_APPLICATION = (Mode.SELECTION, Mode.DRAW)
"""Modes in which one applies first, and somebody or a draw decides later."""


def takes_applications(db: Session, run: Run) -> bool:
    """Whether one applies for a place now: no longer once places are drawn, also where more people may come then."""
    return run.mode in BY_APPLICATION and not draws.is_held(db, run)


def withdraw(db: Session, actor_id: int | None, enrolment_id: int, *, reason: str = "") -> Enrolment:
    """Give up the seat, the application or the place in the queue; who waits for the seat gets it in the same
    transaction.

    Oneself until the run's deadline (what is no certain seat yet: always), without a reason; afterwards, and for
    others, an officer with one. Follow it with `waitlist.reconsider` for the person, in a transaction of its own.
    """
    reason = without_number(reason.strip(), text("Reason"))
    run, enrolment = hold(db, enrolment_id)
    if actor_id == enrolment.person_id:
        _require_in_time(run, enrolment)
    elif not reason:
        raise Refused(
            text("Give a reason: it is kept with the withdrawal"), code="reason_needed", way_out=_look_at(run)
        )
    seats.vacate(db, actor_id, run, enrolment, Status.WITHDRAWN, reason=reason)
    waitlist.promote(db, actor_id, run)
    return enrolment


def hold(db: Session, enrolment_id: int) -> tuple[Run, Enrolment]:
    """Lock the person, then the run, which has to be published; both and the enrolment as they are now."""
    person_id, run_id = db.execute(
        select(Enrolment.person_id, Enrolment.run_id).where(Enrolment.id == enrolment_id)
    ).one()
    locks.lock_people(db, [person_id])
    run = locks.lock_run(db, run_id)
    require_running(run)
    return run, db.get_one(Enrolment, enrolment_id, populate_existing=True)


def _row(db: Session, run_id: int, person_id: int, motive: str, status: Status | None) -> Enrolment:
    """The enrolment of the held person in the run. A new application forgets what became of the last one."""
    if status is None:
        return Enrolment(run_id=run_id, person_id=person_id, motive=motive.strip())
    own = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.person_id == person_id)
    enrolment = db.scalars(own, execution_options={"populate_existing": True}).one()
    if enrolment.status in ENDED:
        enrolment.motive, enrolment.approved_at, enrolment.lot = motive.strip(), None, None
        enrolment.rank = enrolment.ranked_unit_id = None
    return enrolment


class Deadline(Protocol):
    """What of a run says until when one may withdraw: a `Run`, or a row of a list."""

    @property
    def cancel_until(self) -> datetime | None: ...
    @property
    def starts_on(self) -> date: ...


def may_withdraw(run: Deadline, status: Status | None) -> bool:
    """Whether a person may still withdraw without an officer (what is no certain seat: always)."""
    return status is not Status.ENROLLED or clock.now() < (run.cancel_until or clock.start_of(run.starts_on))


def _require_in_time(run: Run, enrolment: Enrolment) -> None:
    if may_withdraw(run, enrolment.status):
        return
    raise Refused(
        text(
            "The deadline to withdraw was %(when)s. A training officer can still withdraw you, with a reason",
            when=run.cancel_until or clock.start_of(run.starts_on),
        ),
        code="deadline_passed",
        way_out=_look_at(run),
    )


def require_running(run: Run) -> None:
    """Refuse to change who is in a run that is not published."""
    if run.state is not RunState.PUBLISHED:
        raise Refused(text("This run is closed: its list stays as it is"), code="closed", way_out=_look_at(run))


def _look_at(run: Run) -> WayOut:
    return WayOut("run", text("Look at the run"), run.id)
