"""A run of the demo whose places are not had for the asking: approved, ranked and selected, or drawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain, groupby, islice
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment import allotment, approvals, draws, nominations, selection
from courses.enrolment.actions import enrol
from courses.enrolment.models import Enrolment, Status
from courses.people.models import OrgUnit, Posting
from courses.scheduling.models import Mode
from courses.scheduling.plan import RunPlan
from lms.demo.plot import Fate, Opening
from lms.demo.runs import Told
from lms.demo.stage import Stage, Timeline

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_COLLEAGUES = 3
"""So many of the employee's own department apply as well, lately, left for the head and the clerk who sign in."""
_HELD = ((2, 6), (1, 5), (2, None))
_FORGOTTEN = 7
"""One in so many applications is not answered yet."""
_FULL = "정원 초과"


class Decided(Told):
    """The same with the steps of heads, departments and the officer."""

    def __init__(self, stage: Stage, opening: Opening, rng: Random) -> None:
        super().__init__(stage, opening, rng)
        colleagues = [] if opening.decided else rng.sample(stage.department, _COLLEAGUES)
        self.colleagues = {*colleagues, stage.people.employee.id}
        if opening.mode is Mode.SELECTION:
            before = opening.seated + opening.waiting - len(colleagues) - 1
            self.applicants = chain(list(islice(self.applicants, max(0, before))), colleagues, self.applicants)

    def _decisions(self, timeline: Timeline, plan: RunPlan, last: datetime) -> None:
        if self.opening.held:
            timeline.at(last - _DAY, self._hold_seats)
        if self.opening.mode is Mode.DRAW:
            if self.opening.decided:
                timeline.at(last + _HOUR, self._draw)
            return
        timeline.at(last + _HOUR, self._approve)
        if self.opening.fate is not Fate.OPEN:
            timeline.at(last + 2 * _HOUR, self._rank)
        if self.opening.decided:
            timeline.at(last + _DAY, self._select)

    def _hold_seats(self, db: Session) -> None:
        bureaux = select(OrgUnit.id).where(OrgUnit.depth == 1).order_by(OrgUnit.position).limit(len(_HELD))
        quotas = dict(zip(db.scalars(bureaux), _HELD, strict=True))
        allotment.set_quotas(db, self.officer, self._run(db), quotas)

    def _approve(self, db: Session) -> None:
        """Every head those of the own people, but a few; what waits for the head who signs in is left while it can."""
        here = self._here(db, Status.APPLIED)
        left = self.colleagues if self.opening.fate is Fate.OPEN else set()
        answered = [one.id for number, one in enumerate(here, 1) if number % _FORGOTTEN or self.opening.decided]
        answered = [one.id for one in here if one.id in set(answered) and one.person_id not in left]
        turns = sorted((min(turn.people), turn.id) for turn in approvals.turns(db, answered))
        for head_id, mine in groupby(turns, key=lambda turn: turn[0]):
            approvals.approve(db, head_id, [enrolment_id for _, enrolment_id in mine])

    def _rank(self, db: Session) -> None:
        """Every department its own; that of the clerk who signs in has not come to it."""
        left = self.colleagues if not self.opening.decided else set()
        approved = [one for one in self._here(db, Status.APPROVED) if one.person_id not in left]
        for unit_id, mine in groupby(sorted(_by_unit(db, approved)), key=lambda pair: pair[0]):
            nominations.rank(db, self.officer, self.run_id, unit_id, [enrolment_id for _, enrolment_id in mine])

    def _select(self, db: Session) -> None:
        """As many as there are to be, the employee among them; the others hear that the run is full."""
        employees = [one.id for one in self._here(db, Status.NOMINATED) if one.person_id == self.employee]
        selection.select(db, self.officer, self.run_id, employees)
        while (wanted := self.opening.seated - len(self._seated(db))) > 0:
            proposed = selection.proposal(db, self._run(db)).seated()
            selection.select(db, self.officer, self.run_id, proposed[:wanted])
        others = [one.id for one in self._here(db, Status.NOMINATED)]
        selection.decline(db, self.officer, self.run_id, others, _FULL)

    def _draw(self, db: Session) -> None:
        draws.hold(db, self.officer, self.run_id)

    def _here(self, db: Session, status: Status) -> list[Enrolment]:
        found = select(Enrolment).where(Enrolment.run_id == self.run_id, Enrolment.status == status)
        return list(db.scalars(found.order_by(Enrolment.id)))


class Assigned(Told):
    """The officer puts everybody in, as the departments have asked."""

    def _comes(self, db: Session, person_id: int) -> None:
        enrol(db, self.officer, self.run_id, person_id)


def _by_unit(db: Session, enrolments: Iterable[Enrolment]) -> Iterable[tuple[int, int]]:
    """(unit that ranks, enrolment): the division of who serves in a team, else the own unit."""
    of = {one.person_id: one.id for one in enrolments}
    served = select(Posting.person_id, OrgUnit).join(OrgUnit, OrgUnit.id == Posting.unit_id)
    for person_id, unit in db.execute(served.where(Posting.person_id.in_(of), Posting.until_on.is_(None))):
        division = unit.parent_id if unit.depth > nominations.DIVISION else None
        yield division or unit.id, of[person_id]
