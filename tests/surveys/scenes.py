"""A run that is over, people who had a place in it, and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import Run
from courses.surveys import answering
from courses.surveys.answering import Given
from courses.surveys.models import Survey
from tests import factories

_AFTER = timedelta(days=15)


@dataclass
class Over:
    """A run that ended yesterday."""

    run: Run
    teachers: list[Person]
    places: list[Enrolment] = field(default_factory=list)

    @property
    def people(self) -> list[int]:
        """Who had a place, by their ids."""
        return [one.person_id for one in self.places]

    def says(self, points: int = 4, comment: str = "", teachers: Sequence[int] = ()) -> Given:
        """The same points everywhere; `teachers`: theirs, where they differ."""
        rated = teachers or [points] * len(self.teachers)
        named = {one.id: value for one, value in zip(self.teachers, rated, strict=True)}
        return Given(points, points, points, named, comment)


def a_run_that_is_over(
    db: Session, people: int = 6, teachers: Sequence[Person] = (), course: Course | None = None, *, ago: int = 1
) -> Over:
    """It ended so many days ago."""
    given = list(teachers) or [factories.a_person(db, "강사")]
    run = factories.a_run(db, course, starts_in=-ago, instructors=given)
    persons = [factories.a_person(db, f"수강생{n}") for n in range(people)]
    return Over(run, given, [factories.an_enrolment(db, run, one) for one in persons])


def answer_all(db: Session, here: Over, points: Sequence[int]) -> None:
    """The first ones answer, each with these points."""
    for place, value in zip(here.places, points, strict=False):
        answering.answer(db, place, here.says(value))
    db.commit()


def let_it_end(db: Session, here: Over) -> None:
    """Its time is over."""
    survey = db.get_one(Survey, here.run.id)
    survey.opened_at, survey.until = survey.opened_at - _AFTER, clock.now() - timedelta(minutes=1)
    db.commit()
