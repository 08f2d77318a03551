"""Selecting (선발): an officer says who gets a seat, who waits and who is not selected, down one ranked list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select as rows
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.enrolment import allocation, candidates, eligibility, freezing, quotas, seats, waitlist
from courses.enrolment.actions import require_running
from courses.enrolment.allocation import Allocation, Share
from courses.enrolment.approvals import Refusals
from courses.enrolment.candidates import SELECTABLE
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.order import Candidate, Ranked, ranked
from courses.enrolment.quotas import Standing
from courses.enrolment.states import UNDER_WAY, move_all, status_text
from courses.errors import Refused, WayOut, require_reason
from courses.events.actions import record
from courses.events.facts import SelectionMade
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run
from courses.settings.organisation import Organisation, organisation
from courses.text import text


class Proposal(NamedTuple):
    """The list of a run as it stands: who comes where, who would get a seat, and who still lacks an approval."""

    people: list[Ranked]
    allocation: Allocation
    unapproved: list[Candidate]
    held: list[Standing]

    def seated(self) -> list[int]:
        """Whom the list proposes, the first one first."""
        return self.allocation.seated()

    def without(self, run: Run, ids: Collection[int]) -> Proposal:
        """What it would come to if these may not have a seat."""
        if not ids:
            return self
        others = [one for one in self.people if one.candidate.id not in ids]
        found = allocation.allocate(others, self.held, run.capacity, run.taken)
        shares = {one.candidate.id: found.shares.get(one.candidate.id, Share.OUT) for one in self.people}
        return self._replace(allocation=found._replace(shares=shares))

    def under(self, run: Run, held: Sequence[Standing]) -> Proposal:
        """What it would come to under other quotas than those of the run."""
        shares = allocation.allocate(self.people, held, run.capacity, run.taken)
        return self._replace(allocation=shares, held=list(held))


def proposal(db: Session, run: Run) -> Proposal:
    """What selecting would come to now."""
    people, unapproved = candidates.applied(db, run)
    in_order = ranked(people, candidates.closed_list(db, run))
    held = quotas.standing(db, run.id)
    return Proposal(in_order, allocation.allocate(in_order, held, run.capacity, run.taken), unapproved, held)


def select(db: Session, actor_id: int | None, run_id: int, ids: Collection[int]) -> Refusals:
    """Give these a seat, in the order of the list; returns those who may not have one, each with the reason.

    Whoever waits and may have a free seat by now has it first. Raises `Refused` before applications have closed, and
    when the list is frozen.
    """
    run, chosen, refused = _held(db, run_id, ids)
    _require_open(db, run)
    waitlist.promote(db, actor_id, run)
    list_sha256, selected = candidates.closed_list(db, run), 0
    for enrolment in chosen:
        if reason := _obstacle(db, run, enrolment):
            refused.append((enrolment.id, reason))
        else:
            seats.place(db, actor_id, run, enrolment, reason="selected")
            selected += 1
    _record(db, actor_id, run, list_sha256, selected=selected)
    return refused


def wait(db: Session, actor_id: int | None, run_id: int, ids: Collection[int]) -> Refusals:
    """Let these wait, numbered in the order of the list; as `select` in the rest. Nobody waits for a seat that they may
    have: such are returned too.
    """
    run, chosen, refused = _held(db, run_id, ids)
    _require_open(db, run)
    list_sha256, waiting, held = candidates.closed_list(db, run), [], quotas.locked(db, run.id)
    units = quotas.units_for(db, run, [one.person_id for one in chosen])
    for enrolment in chosen:
        reason = _decided(run, enrolment, SELECTABLE)
        share = allocation.share_of(held, units.get(enrolment.person_id), run.capacity, run.taken)
        if reason is None and share is Share.SEAT and eligibility.obstacle(db, run, enrolment.person_id) is None:
            message = text("A seat is free for %(name)s: select or decline", name=enrolment.person.name)
            reason = Refused(message, code="seat_free", way_out=_list(run))
        if reason:
            refused.append((enrolment.id, reason))
        else:
            waiting.append(enrolment)
    if waiting:
        numbers = seats.next_numbers(db, run, len(waiting))
        move_all(db, actor_id, waiting, Status.WAITLISTED, numbers=numbers, reason="by the order of the list")
    _record(db, actor_id, run, list_sha256, waitlisted=len(waiting))
    return refused


def decline(db: Session, actor_id: int | None, run_id: int, ids: Collection[int], reason: str) -> Refusals:
    """These are not selected, for a reason that they read, also those who wait or lack an approval, and at any time.

    Returns those who are decided on otherwise, each with the reason.
    """
    way_out = WayOut("selection", text("See the list"), run_id)
    reason = require_reason(reason, text("Give a reason: whoever is not selected reads it"), way_out=way_out)
    run, chosen, refused = _held(db, run_id, ids)
    require_running(run)
    list_sha256, declined = candidates.closed_list(db, run), []
    for enrolment in chosen:
        if no := _decided(run, enrolment, (*UNDER_WAY, Status.WAITLISTED)):
            refused.append((enrolment.id, no))
        else:
            declined.append(enrolment)
    move_all(db, actor_id, declined, Status.NOT_SELECTED, reason=reason)
    _record(db, actor_id, run, list_sha256, not_selected=len(declined))
    return refused


def selecting_ends(run: Run, rules: Organisation) -> datetime:
    """From when on nobody is selected any more: when the list freezes; where applications close later than that, when
    the run starts, since nobody could select before.
    """
    freezes = freezing.freezes_at(run, rules)
    return clock.start_of(run.starts_on) if run.apply_until and freezes <= run.apply_until else freezes


def closed_to(run: Run, rules: Organisation) -> Refused | None:
    """Why nobody can be selected in the run now, or None."""
    if run.mode is not Mode.SELECTION:
        message = text("Nobody is selected for this run: its seats are given otherwise")
        return Refused(message, code="not_selection", way_out=_look_at(run))
    if run.apply_until and clock.now() < run.apply_until:
        message = text("People may still apply until %(when)s: select afterwards", when=run.apply_until)
        return Refused(message, code="too_early", way_out=_look_at(run))
    ends = selecting_ends(run, rules)
    if clock.now() >= ends:
        message = text("The list has been frozen since %(when)s. People can be replaced, with a reason", when=ends)
        return Refused(message, code="frozen", way_out=WayOut("participants", text("See who takes part"), run.id))
    return None


def _held(db: Session, run_id: int, ids: Collection[int]) -> tuple[Run, list[Enrolment], Refusals]:
    """Persons first, then the run. Those of the run as they are now, in the order of the list; others are refused."""
    of_run = rows(Enrolment.id, Enrolment.person_id).where(Enrolment.id.in_(ids), Enrolment.run_id == run_id)
    people: dict[int, int] = {row[0]: row[1] for row in db.execute(of_run)}
    locks.lock_people(db, set(people.values()))
    run = locks.lock_run(db, run_id)
    whole = rows(Enrolment).options(joinedload(Enrolment.person)).where(Enrolment.id.in_(people))
    found = db.scalars(whole.order_by(Enrolment.id), execution_options={"populate_existing": True}).all()
    listed = ranked(candidates.applied(db, run).candidates, candidates.closed_list(db, run))
    places = {one.candidate.id: one.place for one in listed}
    strangers: Refusals = [(id_, _unknown(run)) for id_ in dict.fromkeys(ids) if id_ not in people]
    return run, sorted(found, key=lambda one: (places.get(one.id, len(places) + 1), one.id)), strangers


def _require_open(db: Session, run: Run) -> None:
    require_running(run)
    if refused := closed_to(run, organisation(db)):
        raise refused


def _obstacle(db: Session, run: Run, enrolment: Enrolment) -> Refused | None:
    """Why somebody may not have a seat now: decided on, no seat left for them, or not eligible any more."""
    if decided := _decided(run, enrolment, SELECTABLE):
        return decided
    unit_id = quotas.unit_for(db, run, enrolment.person_id)
    share = allocation.share_of(quotas.locked(db, run.id), unit_id, run.capacity, run.taken)
    if share is not Share.SEAT:
        return Refused(allocation.SHARES[share], code=share.value, way_out=_list(run))
    return eligibility.obstacle(db, run, enrolment.person_id)


def _decided(run: Run, enrolment: Enrolment, open_to: Collection[Status]) -> Refused | None:
    if enrolment.status in open_to:
        return None
    name, now = enrolment.person.name, status_text(enrolment.status)
    if enrolment.status in UNDER_WAY:
        message = text("%(name)s lacks an approval: the application is “%(now)s”", name=name, now=now)
        return Refused(message, code="unapproved", way_out=_list(run))
    message = text("Decided already: the application of %(name)s is now “%(now)s”", name=name, now=now)
    return Refused(message, code="decided", way_out=_list(run))


def _unknown(run: Run) -> Refused:
    return Refused(text("This application belongs to another run"), code="not_listed", way_out=_list(run))


def _record(db: Session, actor_id: int | None, run: Run, list_sha256: str, **counts: int) -> None:
    if any(counts.values()):
        record(db, actor_id, SelectionMade(run.id, list_sha256, **counts))


def _list(run: Run) -> WayOut:
    return WayOut("selection", text("See the list"), run.id)


def _look_at(run: Run) -> WayOut:
    return WayOut("run", text("Look at the run"), run.id)
