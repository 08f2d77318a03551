"""What a closed run came to, for its letters: everybody's outcome with its reason, figures, the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from courses.certificates.models import CertificateState
from courses.certificates.queries import register
from courses.completion.queries import Judged, preview
from courses.enrolment.models import Outcome
from courses.enrolment.words import OUTCOMES
from courses.errors import Refused
from courses.letters.lists import Office, Units
from courses.scheduling.models import Run, RunState
from courses.text import Text, text


class Result(NamedTuple):
    """Somebody's outcome; unit and grade are those of the run's last day. `why`: what kept them from completing."""

    name: str
    unit: str
    grade: str
    office: Office | None
    above: frozenset[int]
    outcome: Outcome
    why: Text | str


class Figures(NamedTuple):
    """People of a run by outcome."""

    people: int
    completed: int
    not_completed: int
    not_registered: int
    expelled: int

    @classmethod
    def of(cls, results: Iterable[Result]) -> Figures:
        """Counted."""
        outcomes = [one.outcome for one in results]
        return cls(len(outcomes), *(outcomes.count(outcome) for outcome in _IN_ORDER))

    @property
    def rate(self) -> Decimal:
        """Completions in percent, one decimal, rounded down: as the reports have it."""
        return percent(self.completed, self.people)


def percent(part: int, whole: int) -> Decimal:
    """One decimal, rounded down; 0 of nothing."""
    return Decimal(part * 1000 // whole).scaleb(-1) if whole else Decimal(0)


def results(db: Session, run: Run, depth: int) -> list[Result]:
    """Everybody who had a place, in official order. Raises `Refused` while the run is not closed."""
    if run.state is not RunState.CLOSED:
        raise Refused(text("The run is not closed yet: there are no results."), code="open")
    units = Units(db, depth)
    return [_result(one, units) for one in preview(db, run).people]


def numbers(db: Session, run_id: int) -> list[Sequence[Text | str | int]]:
    """The register of a run: number, name, unit and day of issue of every certificate that is valid."""
    return [
        (one.facts.number, one.facts.name, one.facts.unit, one.facts.issued_on)
        for one in register(db, run_id)
        if one.state is CertificateState.VALID
    ]


def by_office(results: Sequence[Result]) -> list[tuple[str, Figures]]:
    """The figures of each unit of the ranking level, in official order; people of other bodies last, without a name."""
    offices = sorted({one.office for one in results}, key=lambda office: (office is None, office and office.position))
    return [
        (office.name if office else "", Figures.of([one for one in results if one.office == office]))
        for office in offices
    ]


def _result(one: Judged, units: Units) -> Result:
    member, outcome = one.member, Outcome(one.outcome)
    why: Text | str = ""
    if outcome is not Outcome.COMPLETED:
        why = one.short[0].message if one.short and not one.short[0].passed else OUTCOMES[outcome]
    above = frozenset(units.way(member.unit_id))
    return Result(member.name, member.unit, member.grade, units.office(member.unit_id), above, outcome, why)


_IN_ORDER = (Outcome.COMPLETED, Outcome.NOT_COMPLETED, Outcome.NOT_REGISTERED, Outcome.EXPELLED)
