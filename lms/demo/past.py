"""A past year of an organisation of any size: every district repeats the runs of 2003, with other people in them.

Its runs come by file. Their results are settled as an import of results settles them, district by district, so that
neither time nor memory grow with more than what is written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import groupby
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Kind
from courses.completion.facts import Facts
from courses.completion.policy import pack
from courses.completion.rules import Verdict, verdict
from courses.events.actions import recorded
from courses.exchange.evidence import MEASURED, runs_of
from courses.exchange.plan import Entry
from courses.exchange.preview import parse
from courses.exchange.settlement import Judged, Settlement, policy_of
from courses.people.models import Person, Posting
from lms.demo.people import GRADE
from lms.demo.plot import CLASSES, CYBER, Part
from lms.demo.size import District, File, Row, Size, file, model, plain_file

_MODEL_YEAR = 2003
_NEW_TO_THE_EMPLOYEE = {opening.course for opening in CLASSES + CYBER if opening.part is not Part.NONE}
"""Courses of the story in which the employee takes part: who does cannot have completed them in years before."""
_ENTRY = Entry(0, "", "")

Measured = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Trainee:
    """Who could take part from the year after `appointed` on; `like_the_employee`: of the demo's employee's grade."""

    id: int
    appointed: int
    like_the_employee: bool


Trainees = Mapping[int, Sequence[Trainee]]
"""By district."""


@dataclass(frozen=True, slots=True)
class Held:
    """A run of a district: the `model`'s course and number, its own number in the year, how many took part."""

    model: tuple[str, int]
    number: int
    starts_on: date
    ends_on: date
    capacity: str
    people: int

    @property
    def course(self) -> str:
        return self.model[0]


def trainees(db: Session) -> Trainees:
    """The staff by district, in the order in which they came."""
    found: dict[int, list[Trainee]] = defaultdict(list)
    staff = select(Person.id, Person.employee_no, Person.appointed_on, Posting.grade)
    staff = staff.join(Posting, Posting.person_id == Person.id).where(Person.employee_no.is_not(None))
    for person in db.execute(staff.order_by(Person.id).execution_options(yield_per=10_000)):
        district, _, own = person.employee_no.partition("-")
        appointed = person.appointed_on.year if person.appointed_on else 0
        found[int(district) if own else 0].append(Trainee(person.id, appointed, person.grade == GRADE))
    return found


class Past:
    """One `year` of an organisation."""

    def __init__(self, size: Size, year: int, people: Trainees) -> None:
        self.size, self.year = size, year
        self._people = people

    def runs(self) -> File:
        """The runs of all districts, to be imported first."""
        return file("runs", [_line(held) for one in self._held for held in one], f"runs-{self.year}.csv")

    def settle(self, db: Session) -> None:
        """The results of all of them, judged, and the runs closed."""
        runs = {(run.code, run.number): run for run in db.execute(runs_of(self.year))}
        for district, held in zip(self.size.districts, self._held, strict=True):
            Settlement(list(self._judged(district, held, runs))).write(db, None)
            recorded(db)  # nothing follows from it: the facts need not be kept until the end

    @cached_property
    def _held(self) -> list[list[Held]]:
        numbers = Counter[str]()
        return [list(self._runs_of(district, numbers)) for district in self.size.districts]

    def _runs_of(self, district: District, numbers: Counter[str]) -> Iterator[Held]:
        """The runs of a district; `numbers` goes on over the districts."""
        moved, people = _whole_weeks(self.year), len(self._trainees(district))
        share = district.people / len(model("staff"))
        for run in model("runs-2003"):
            key = run["과정코드"], int(run["차수"])
            begins, ends = (date.fromisoformat(run[name]) + moved for name in ("시작일", "종료일"))
            held = min(round(len(_results()[key]) * share), people)
            if begins.year == self.year and held:
                numbers[run["과정코드"]] += 1
                yield Held(key, numbers[run["과정코드"]], begins, ends, run["정원"], held)

    def _judged(
        self, district: District, runs: Sequence[Held], stored: Mapping[tuple[str, int], Any]
    ) -> Iterator[Judged]:
        rng = Random(f"{self.size.seed} {self.year} {district.number}")  # noqa: S311  # a seed, so that it is the same again
        people = self._trainees(district)
        others = [one for one in people if not one.like_the_employee]
        for held in runs:
            run = stored[held.course, held.number]
            fit = others if held.course in _NEW_TO_THE_EMPLOYEE else people
            who = rng.sample(fit, min(held.people, len(fit)))
            policy = policy_of(run)
            results = rng.sample(_ruled(held.model, run.kind, run.scored, policy.name, policy.version), len(who))
            for person, (measured, facts, ruling) in zip(who, results, strict=True):
                yield Judged(_ENTRY, run, person.id, None, measured, facts, ruling)

    def _trainees(self, district: District) -> list[Trainee]:
        """The district's staff who had been appointed by the beginning of the year."""
        return [one for one in self._people[district.number] if one.appointed < self.year]


def _line(held: Held) -> Row:
    return {
        "과정코드": held.course,
        "차수": str(held.number),
        "시작일": str(held.starts_on),
        "종료일": str(held.ends_on),
        "정원": held.capacity,
    }


def _whole_weeks(year: int) -> timedelta:
    """From the model's year to another, so that working days stay working days."""
    return timedelta(weeks=round((date(year, 1, 1) - date(_MODEL_YEAR, 1, 1)).days / 7))


@cache
def _results() -> dict[tuple[str, int], list[Measured]]:
    """What was measured in each run of the model."""
    source = plain_file("evidence-2003")
    rows = sorted((row.values for row in parse("evidence", source.content, source.name, 2003).table.rows), key=_run_of)
    return {key: [_measured(values) for values in group] for key, group in groupby(rows, key=_run_of)}


def _run_of(values: Mapping[str, Any]) -> tuple[str, int]:
    return values["course_code"], values["number"]


def _measured(values: Mapping[str, Any]) -> Measured:
    return {name: values.get(name) for name in MEASURED}


@cache
def _ruled(
    run: tuple[str, int], kind: Kind, scored: bool, policy: str, version: int
) -> list[tuple[Measured, Facts, Verdict]]:
    """Those results judged, once for all districts."""
    rules = pack(policy, version)
    facts = [(measured, Facts.imported(kind.value, scored=scored, **measured)) for measured in _results()[run]]
    return [(measured, known, verdict(rules, known)) for measured, known in facts]
