"""Runs with nominees to select from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.order import Candidate
from courses.people.models import OrgUnit
from courses.scheduling.models import Mode, Run
from tests import factories

APPROVED_AT = datetime(2026, 11, 2, 1, 0, tzinfo=clock.now().tzinfo)


def a_candidate(id_: int = 1, **fields: Any) -> Candidate:
    """With nothing that would put it before another."""
    plain: dict[str, Any] = {
        "person_id": id_,
        "name": f"직원{id_}",
        "employee_no": None,
        "unit": "",
        "grade": "",
        "status": Status.NOMINATED,
        "motive": "",
        "rank": 1,
        "approved_at": APPROVED_AT,
    }
    return Candidate(id=id_, **{**plain, **fields})


def a_closed_selection(db: Session, *, starts_in: int = 30, closed: bool = True, **fields: Any) -> Run:
    """Applications closed five days ago (or close tomorrow), and nothing is frozen yet."""
    run = factories.a_run(db, starts_in=starts_in, mode=Mode.SELECTION, **fields)
    run.apply_until = clock.now() + timedelta(days=-5 if closed else 1)
    db.commit()
    return run


def nominees(db: Session, run: Run, unit: OrgUnit, ranks: Sequence[int | None]) -> list[Enrolment]:
    """People of a unit with these ranks; None: approved only. Approved a minute apart, after all who are there."""
    found = []
    before = db.scalar(select(func.count()).where(Enrolment.run_id == run.id)) or 0
    for number, rank in enumerate(ranks, before + 1):
        person = factories.a_person(db, f"{unit.name}{number:02}", unit=unit)
        one = factories.an_enrolment(db, run, person, status="approved" if rank is None else "nominated")
        one.rank, one.ranked_unit_id = rank, unit.id if rank else None
        one.approved_at = APPROVED_AT + timedelta(minutes=number)
        found.append(one)
    db.commit()
    return found
