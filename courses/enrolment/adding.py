"""Many people put into a run at once: who could be, and doing it. Each stands alone: who is refused holds up nobody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment import eligibility
from courses.enrolment.actions import enrol
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED
from courses.errors import Refused
from courses.scheduling import locks
from courses.scheduling.models import Run

MOST = 200
"""People that are added while somebody waits; more are added in the background."""


@dataclass
class Added:
    """What became of everybody: the status that people have now, by person; and who was refused, with the reason."""

    statuses: dict[int, Status] = field(default_factory=dict)
    refused: list[tuple[int, Refused]] = field(default_factory=list)


def check(db: Session, run: Run, person_ids: Sequence[int], route: Route, motive: str = "") -> dict[int, Refused]:
    """Who could not be added as things stand, with the reason. Two statements a person."""
    found = {id_: eligibility.refusal(db, run, id_, route, motive=motive) for id_ in person_ids}
    return {id_: refused for id_, refused in found.items() if refused}


def add(
    db: Session,
    actor_id: int,
    run_id: int,
    person_ids: Collection[int],
    route: Route,
    *,
    motive: str = "",
    reason: str = "",
) -> Added:
    """Put these people into the run, as `actions.enrol` does for one, in the order given; in one transaction."""
    added = Added()
    locks.lock_people(db, person_ids)  # all of them before the run, which the first one locks
    for person_id in dict.fromkeys(person_ids):
        try:
            with db.begin_nested():
                enrolment = enrol(db, actor_id, run_id, person_id, motive=motive, reason=reason, route=route)
        except Refused as refused:
            added.refused.append((person_id, refused))
        else:
            added.statuses[person_id] = enrolment.status
    return added


def still_out(db: Session, run_id: int, person_ids: Collection[int]) -> list[int]:
    """Those of these people who have no place in the run."""
    here = select(Enrolment.person_id).where(Enrolment.run_id == run_id, Enrolment.status.not_in(ENDED))
    inside = set(db.scalars(here))
    return [id_ for id_ in person_ids if id_ not in inside]
