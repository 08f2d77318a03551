"""Results of past runs: key 사번, 과정코드, 차수 (of the year given). Judged at once, and their runs closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.certificates.models import Certificate, CertificateState
from courses.completion.facts import Facts
from courses.completion.models import ImportedResult
from courses.completion.rules import Finding, Verdict, verdict
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.exchange.columns import Column, code, hundredths, integer
from courses.exchange.plan import Difference, Entry, Options, Plan, differences, singles
from courses.exchange.reading import Row
from courses.exchange.settlement import Judged, Settlement, policy_of
from courses.people.models import Person
from courses.scheduling.models import Run, RunState
from courses.scheduling.pinned import SCORED
from courses.text import text

COLUMNS = (
    Column("employee_no", "사번", ("employee number",), convert=code),
    Column("course_code", "과정코드", ("course code", "course"), convert=code),
    Column("number", "차수", ("run number", "run", "run_number"), convert=integer(1, 10_000)),
    Column("attended", "출석시간(분)", ("attended minutes",), required=False, convert=integer(0, 1_000_000)),
    Column("scheduled", "총시간(분)", ("scheduled minutes",), required=False, convert=integer(1, 1_000_000)),
    Column("progress", "진도율(%)", ("progress (%)",), required=False, convert=hundredths()),
    Column("score", "평정점", ("score",), required=False, convert=hundredths()),
)
MEASURED = ("attended", "scheduled", "progress", "score")
_COLUMN_OF_RULE = {"attendance": "attended", "progress": "progress", "score": "score"}


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Results are added or changed and judged by the policy that held on each run's last day."""
    if options.year is None:
        raise Refused(text("The numbers of runs start anew every year. Say of which year these results are."))
    result = Plan()
    past = _Past(db, options.year)
    good = singles(result, rows, "employee_no", "course_code", "number")
    found = [judged for row in good if (judged := _judged(result, past, row))]
    for judged in found:
        result.note(judged.entry, is_new=judged.enrolment is None)
    settlement = Settlement([judged for judged in found if judged.enrolment is None or judged.entry.differences])
    _note_capacity(result, settlement)
    result.write = lambda db, actor_id, retire: settlement.write(db, actor_id)
    return result


class _Past:
    """The year's runs, the persons, and what is stored of both."""

    def __init__(self, db: Session, year: int) -> None:
        self.year = year
        self.codes = set(db.scalars(select(Course.code)))
        self.runs = {(run.code, run.number): run for run in db.execute(runs_of(year))}
        people = db.execute(select(Person.employee_no, Person.id).where(Person.employee_no.is_not(None)))
        self.people = {person.employee_no: person.id for person in people}
        ids = [run.id for run in self.runs.values()]
        self.enrolments = {(row.run_id, row.person_id): row for row in db.execute(_enrolments(ids))}


def runs_of(year: int) -> Any:
    """SQL: the runs of a year, with what a result is judged by."""
    return (
        select(
            Run.id,
            Run.number,
            Run.ends_on,
            Run.starts_on,
            Run.state,
            Run.imported,
            Run.capacity,
            Run.taken,
            Course.code,
            Course.title,
            Course.kind,
            SCORED.label("scored"),
            Course.policy,
        )
        .join(Course, Course.id == Run.course_id)
        .where(Run.year == year)
    )


def _enrolments(runs: Sequence[int]) -> Any:
    certified = select(Certificate.enrolment_id).where(Certificate.state == CertificateState.VALID)
    measured = [getattr(ImportedResult, name) for name in MEASURED]
    return (
        select(
            Enrolment.id,
            Enrolment.run_id,
            Enrolment.person_id,
            Enrolment.status,
            Enrolment.outcome,
            Enrolment.id.in_(certified).label("certified"),
            *measured,
        )
        .outerjoin(ImportedResult, ImportedResult.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id.in_(runs))
    )


def _judged(result: Plan, past: _Past, row: Row) -> Judged | None:
    person_id = past.people.get(str(row.values["employee_no"]))
    run = past.runs.get((row.values["course_code"], row.values["number"]))
    if person_id is None:
        result.reject(
            row,
            "employee_no",
            text("There is no employee with this number."),
            text("Correct the number, or import the staff file first."),
        )
        return None
    if run is None or not _takes_evidence(result, row, run):
        _without_run(result, past, row, run)
        return None
    enrolment = past.enrolments.get((run.id, person_id))
    measured: Any = {name: row.values.get(name) for name in MEASURED}
    if not (_plausible(result, row, measured) and _took_part(result, row, enrolment)):
        return None
    facts = Facts.imported(run.kind.value, scored=run.scored, **measured)
    ruling = verdict(policy_of(run), facts)
    if not _decided(result, row, ruling, enrolment):
        return None
    return Judged(_entry(row, run, enrolment, measured), run, person_id, enrolment, measured, facts, ruling)


def _without_run(result: Plan, past: _Past, row: Row, run: Any) -> None:
    if run is not None:
        return
    if row.values["course_code"] not in past.codes:
        result.reject(
            row,
            "course_code",
            text("There is no course with this code."),
            text("Correct the code, or import the catalogue first."),
        )
        return
    result.reject(
        row,
        "number",
        text("The course has no run with this number in %(year)s.", year=past.year),
        text("Correct the number or the year, or import the runs first."),
    )


def _takes_evidence(result: Plan, row: Row, run: Any) -> bool:
    if run.imported and run.state != RunState.CANCELLED:
        return True
    result.reject(
        row,
        "number",
        text("This run was planned here and keeps its own attendance and scores."),
        text("Enter the results on the pages of the run, and close it there."),
    )
    return False


def _plausible(result: Plan, row: Row, measured: Mapping[str, int | None]) -> bool:
    attended, scheduled = measured["attended"], measured["scheduled"]
    if attended is not None and scheduled is not None and attended > scheduled:
        result.reject(
            row,
            "attended",
            text("More minutes are attended than scheduled (%(scheduled)s).", scheduled=scheduled),
            text("Correct one of the two numbers."),
        )
        return False
    return True


def _took_part(result: Plan, row: Row, enrolment: Any) -> bool:
    if enrolment is None or enrolment.status == Status.ENROLLED:
        return True
    result.reject(
        row,
        "employee_no",
        text("This person is on the list of the run, but not enrolled."),
        text("Enrol the person first, or delete the row."),
    )
    return False


def _decided(result: Plan, row: Row, ruling: Verdict, enrolment: Any) -> bool:
    if ruling.outcome is Finding.UNDECIDED:
        check = ruling.missing[0]
        column = _COLUMN_OF_RULE.get(check.rule, "score")
        result.reject(row, column, check.message, text("Fill in the cell; the verdict depends on it."))
        return False
    if enrolment and enrolment.certified and ruling.outcome is not Finding.COMPLETED:
        result.reject(
            row,
            "employee_no",
            text("A certificate was issued, and by this row the course would not be completed."),
            text("Revoke the certificate first, or correct the row."),
        )
        return False
    return True


def _entry(row: Row, run: Any, enrolment: Any, measured: Mapping[str, int | None]) -> Entry:
    changes: tuple[Difference, ...] = ()
    if enrolment:
        changes = differences(enrolment._mapping, measured)
    shown = f"{row.values['employee_no']} {run.code} {run.number}"
    return Entry(row.number, shown, run.title, changes)


def _note_capacity(result: Plan, settlement: Settlement) -> None:
    lifted = [run for run, taken in settlement.taken() if run.capacity is not None and taken > run.capacity]
    for run in lifted[:20]:
        result.notes.append(
            text(
                "%(course)s, run %(number)s: more people took part than its capacity of %(capacity)s, which is raised.",
                course=run.title,
                number=run.number,
                capacity=run.capacity,
            )
        )
    if len(lifted) > 20:
        result.notes.append(text("The same holds for %(count)s more runs.", count=len(lifted) - 20))
