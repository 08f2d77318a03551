"""A department that trains its own: its clerk, its staff, its subjects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.people.models import OrgUnit, Person
from courses.workplace.filing import Wanted
from courses.workplace.models import Filing
from lms import filing as ledger
from tests import factories


@dataclass
class Department:
    """총무과 with a clerk, a trainer without any role, and three more."""

    unit: OrgUnit
    clerk: Person
    trainer: Person
    staff: list[Person]
    course: Course
    yesterday: date = field(default_factory=lambda: clock.today() - timedelta(days=1))

    def wanted(self, *people: Person, day: date | None = None, minutes: int = 100) -> Wanted:
        """Two hours by the trainer at two o'clock, yesterday."""
        ids = tuple(one.id for one in people or self.staff)
        return Wanted(self.at(day or self.yesterday), minutes, self.trainer.id, ids)

    def at(self, day: date) -> datetime:
        """Two o'clock."""
        return clock.at(day, time(14))

    def form(self, **changes: str) -> dict[str, str]:
        """What a clerk sends."""
        return {
            "course": str(self.course.id),
            "day": self.yesterday.isoformat(),
            "begins": "14:00",
            "trainer": str(self.trainer.employee_no),
            "people": "\n".join(str(one.employee_no) for one in self.staff),
            **changes,
        }


def a_department(db: Session) -> Department:
    """The usual one."""
    unit = factories.a_unit(db, "총무과")
    return Department(
        unit,
        factories.a_person(db, "서무담", unit=unit, roles=["clerk"]),
        factories.a_person(db, "강사인", unit=unit),
        [factories.a_person(db, name, unit=unit) for name in ("가나다", "라마바", "사아자")],
        factories.a_course(db, "문서 작성", kind="workplace", hours=2),
    )


def filed(db: Session, here: Department, *absent: Person) -> Filing:
    """Yesterday's training as the clerk filed it."""
    away = [one.id for one in absent]
    filing = ledger.file(db, here.clerk.id, here.unit, here.course, here.wanted(), away)
    db.commit()
    return filing
