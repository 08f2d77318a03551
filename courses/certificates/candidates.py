"""Who is to get a certificate, what it would say, and what stands in its way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from courses.certificates.checking import preflight_all
from courses.certificates.design import Template
from courses.certificates.facts import Facts
from courses.certificates.layout import Problem, preflight
from courses.certificates.models import Certificate
from courses.certificates.of_run import Common, commons
from courses.db import KEY, current
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused
from courses.people.grades import in_english
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run, RunState
from courses.text import text


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
    """The same of several runs, one run after the other; `only`: these enrolments."""
    without = current(db, _WITHOUT, {"runs": [run.id for run in runs]})
    found = [row for row in without if only is None or row.enrolment_id in only]
    return candidates_among(db, runs, found, verify_url, roman=roman)


def completed_by(db: Session, person_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What somebody completed in closed runs, as far as there is no certificate: for `candidates_among`."""
    return current(db, _WITHOUT_BY, {"person": person_id}).all()


def candidates_among(
    db: Session, runs: Sequence[Run], found: Sequence[Row[Any]], verify_url: str, *, roman: Collection[int] = ()
) -> list[Candidate]:
    """Of enrolments that were `found` in some runs, one run after the other."""
    place = {run.id: number for number, run in enumerate(runs)}
    in_order = sorted(found, key=lambda row: place[row.run_id])  # keeps the order inside a run
    return _all(db, commons(db, runs, verify_url), in_order, roman)


def candidate_again(db: Session, run: Run, enrolment_id: int, verify_url: str, *, in_latin: bool = False) -> Candidate:
    """What a certificate of somebody who completed would say today, whether or not there is one already.

    Raises `Refused` when they have not completed any more, as a later file of results said.
    """
    row = current(db, _ONE, {"runs": [run.id], "enrolment": enrolment_id}).one_or_none()
    if row is None:
        said = text("This person has not completed the course any more. Revoke the certificate instead")
        raise Refused(said, code="not_completed")
    return _all(db, commons(db, [run], verify_url), [row], {enrolment_id} if in_latin else ())[0]


def _all(
    db: Session, commons: Mapping[int, Common], found: Sequence[Row[Any]], roman: Collection[int]
) -> list[Candidate]:
    """In the order of `found`; the sheets of a template are looked at together."""
    called = in_english(db) if any(common.template.speaks("en") for common in commons.values()) else {}
    told = [_facts(commons[row.run_id], row, called, in_latin=row.enrolment_id in roman) for row in found]
    problems: dict[int, list[Problem]] = {}
    for template in {common.template for common in commons.values()}:
        places = [place for place, row in enumerate(found) if commons[row.run_id].template == template]
        problems |= zip(places, preflight_all([told[place] for place in places], template), strict=True)
    return [
        _candidate(row, facts, problems[place], commons[row.run_id].template)
        for place, (row, facts) in enumerate(zip(found, told, strict=True))
    ]


def _candidate(row: Row[Any], facts: Facts, problems: list[Problem], template: Template) -> Candidate:
    latin = replace(facts, name=row.name_roman) if problems and row.name_roman else None
    helps = latin is not None and not preflight(latin, template)
    return Candidate(row.enrolment_id, row.run_id, row.person_id, facts, problems, helps)


def _facts(of_run: Common, row: Row[Any], called: Mapping[str, str], *, in_latin: bool) -> Facts:
    """Who has no unit comes from an institution, which stands in the place of the organisation.

    `called`: what grades are called in English.
    """
    common = of_run.facts
    is_guest = row.unit is None and row.institution
    return replace(
        common,
        name=row.name_roman if in_latin and row.name_roman else row.name,
        name_roman=row.name_roman,
        organisation=row.institution if is_guest else common.organisation,
        organisation_en="" if is_guest else common.organisation_en,
        unit=row.unit or "",
        grade=row.grade,
        grade_en=called.get(row.grade, "") if of_run.template.speaks("en") else "",
    )


_COMPLETED: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.id.label("enrolment_id"), Enrolment.run_id, Enrolment.person_id,
        Person.name, Person.name_roman, Person.institution, OrgUnit.path.label("unit"), Enrolment.grade,
    )
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(OrgUnit, OrgUnit.id == Enrolment.unit_id)
    .where(Enrolment.status == Status.ENROLLED, Enrolment.outcome == Outcome.COMPLETED)
    .order_by(OrgUnit.position.is_(None), OrgUnit.position, Person.name, Enrolment.id)
)  # fmt: skip
"""With unit and grade as of the run's last day, as they were kept when it was closed."""
_OF_RUNS = _COMPLETED.where(Enrolment.run_id.in_(bindparam("runs", type_=KEY, expanding=True)))
_ONE = _OF_RUNS.where(Enrolment.id == bindparam("enrolment", type_=KEY))
_none = ~exists().where(Certificate.enrolment_id == Enrolment.id)
_WITHOUT = _OF_RUNS.where(_none)
_WITHOUT_BY = _COMPLETED.join(Run, Run.id == Enrolment.run_id).where(
    Enrolment.person_id == bindparam("person", type_=KEY), Run.state == RunState.CLOSED, _none
)
"""Built once: that costs more than running them."""
