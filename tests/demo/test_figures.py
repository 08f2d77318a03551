"""The imported year: the figures of 2003 to the digit."""

from __future__ import annotations

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Area, Course, Kind
from courses.enrolment.models import Enrolment, Outcome
from courses.scheduling.models import Run
from courses.settings.organisation import asset, organisation


def test_the_figures_of_2003_are_exact(city_db: Session) -> None:
    completed = (
        select(Course.kind, func.count())
        .join(Run, Run.course_id == Course.id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .where(Run.year == 2003, Enrolment.outcome == Outcome.COMPLETED)
        .group_by(Course.kind)
    )
    counts = dict(city_db.execute(completed).all())
    assert counts == {Kind.CLASSROOM: 4_500, Kind.CYBER: 3_620, Kind.WORKPLACE: 1_890}
    assert sum(counts.values()) == 10_010
    persons = select(func.count(distinct(Enrolment.person_id))).where(Enrolment.outcome == Outcome.COMPLETED)
    assert city_db.scalar(persons) == 6_731


def test_what_was_offered_in_2003(city_db: Session) -> None:
    offered = (
        select(Course.kind, func.count(distinct(Course.id)))
        .join(Run, Run.course_id == Course.id)
        .where(Run.year == 2003)
        .group_by(Course.kind)
    )
    assert dict(city_db.execute(offered).all()) == {
        Kind.CLASSROOM: 30,
        Kind.CYBER: 23,
        Kind.WORKPLACE: 27,
    }
    assert city_db.scalar(select(func.count()).select_from(Area)) == 3


def test_the_city_signs_with_its_seal(city_db: Session) -> None:
    city = organisation(city_db)
    assert (city.name, city.issuer, city.body_place) == ("한빛시", "한빛시장", "우리 시에서")
    assert (asset(city_db, city.seal) or b"").startswith(b"\x89PNG")
