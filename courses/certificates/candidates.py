"""Who is to get a certificate, what it would say, and what stands in its way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.certificates.facts import CODE_ALPHABET, CODE_LENGTH, Facts, Kind
from courses.certificates.layout import Problem, preflight
from courses.certificates.models import Certificate
from courses.completion.gather import policy_of
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from courses.scheduling.pinned import is_scored
from courses.settings.organisation import Organisation, organisation
from courses.text import text

TEMPLATE = "plain-1"
_CODE_TO_COME = CODE_ALPHABET[0] * CODE_LENGTH
_HOUR = 60


@dataclass(frozen=True)
class Candidate:
    """Somebody who completed and has no certificate. `facts` still lack number and code; none is issued with problems.

    `roman_helps`: the name in Latin letters can be set instead.
    """

    enrolment_id: int
    run_id: int
    person_id: int
    facts: Facts
    problems: list[Problem]
    roman_helps: bool


def candidates(
    db: Session, run: Run, verify_url: str, *, roman: Collection[int] = (), only: Collection[int] | None = None
) -> list[Candidate]:
    """In official order of the units, then by name; those without a unit last. See `candidates_of`."""
    return candidates_of(db, [run], verify_url, roman=roman, only=only)


def candidates_of(
    db: Session, runs: Sequence[Run], verify_url: str, *, roman: Collection[int] = (),
    only: Collection[int] | None = None,
) -> list[Candidate]:  # fmt: skip
    """The same of several runs, one run after the other; `only`: these enrolments. Three statements."""
    without = _completed(run.id for run in runs).where(~exists().where(Certificate.enrolment_id == Enrolment.id))
    found = [row for row in db.execute(without) if only is None or row.enrolment_id in only]
    place = {run.id: number for number, run in enumerate(runs)}
    common = _commons(db, runs, verify_url)
    found.sort(key=lambda row: place[row.run_id])  # keeps the order inside a run
    return [_candidate(common[row.run_id], row, in_latin=row.enrolment_id in roman) for row in found]


def candidate_again(db: Session, run: Run, enrolment_id: int, verify_url: str, *, in_latin: bool = False) -> Candidate:
    """What a certificate of somebody who completed would say today, whether or not there is one already.

    Raises `Refused` when they have not completed any more, as a later file of results said.
    """
    row = db.execute(_completed([run.id]).where(Enrolment.id == enrolment_id)).one_or_none()
    if row is None:
        said = text("This person has not completed the course any more. Revoke the certificate instead")
        raise Refused(said, code="not_completed")
    return _candidate(_commons(db, [run], verify_url)[run.id], row, in_latin=in_latin)


def _candidate(common: Facts, row: Row[Any], *, in_latin: bool) -> Candidate:
    facts = replace(common, name=row.name, name_roman=row.name_roman, unit=row.unit or "")
    if row.unit is None and row.institution:
        facts = replace(facts, organisation=row.institution)
    latin = replace(facts, name=row.name_roman)
    facts = latin if in_latin and row.name_roman else facts
    problems = preflight(facts)
    helps = bool(problems and row.name_roman) and not preflight(latin)
    return Candidate(row.enrolment_id, row.run_id, row.person_id, facts, problems, helps)


def _commons(db: Session, runs: Sequence[Run], verify_url: str) -> dict[int, Facts]:
    """By run: what all its certificates say alike."""
    of = organisation(db)
    courses = {one.id: one for one in db.scalars(select(Course).where(Course.id.in_({run.course_id for run in runs})))}
    return {run.id: _common(of, run, courses[run.course_id], verify_url) for run in runs}


def _common(of: Organisation, run: Run, course: Course, verify_url: str) -> Facts:
    wording = policy_of(run, course).rules(course.kind.value).certificate
    return Facts(
        number=of.number_pattern.format(year=clock.today().year, sequence=0),
        kind=cast("Kind", wording.scored if is_scored(run, course) else wording.unscored),
        name="",
        name_roman="",
        organisation=of.name,
        unit="",
        grade="",
        course=course.title,
        starts_on=run.starts_on.isoformat(),
        ends_on=run.ends_on.isoformat(),
        hours=_hours(course.minutes),
        issued_on=clock.today().isoformat(),
        issuer=of.issuer,
        body_place=of.body_place,
        code=_CODE_TO_COME,
        verify_url=verify_url,
        template=TEMPLATE,
        seal=of.seal,
        reissued=False,
    )


def _hours(minutes: int) -> str:
    """As printed: 총 21시간, 총 1시간 30분."""
    hours, rest = divmod(minutes, _HOUR)
    return " ".join(["총", *([f"{hours}시간"] if hours else []), *([f"{rest}분"] if rest else [])])


def _completed(run_ids: Iterable[int]) -> Any:
    """With the unit as it was kept when the run was closed."""
    return (
        select(
            Enrolment.id.label("enrolment_id"), Enrolment.run_id, Enrolment.person_id,
            Person.name, Person.name_roman, Person.institution, OrgUnit.path.label("unit"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(OrgUnit, OrgUnit.id == Enrolment.unit_id)
        .where(
            Enrolment.run_id.in_(list(run_ids)),
            Enrolment.status == Status.ENROLLED,
            Enrolment.outcome == Outcome.COMPLETED,
        )
        .order_by(OrgUnit.position.is_(None), OrgUnit.position, Person.name, Enrolment.id)
    )  # fmt: skip
