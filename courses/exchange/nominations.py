"""A run's applicants as a table: a file goes out to a department, is put in order there, and comes back.

A row is somebody of the staff, by 사번, or by 성명 with 부서. 추천순위 is the place in the order of the unit that
ranks. Who has no application yet gets one; a rank is the department's consent: who has one is approved and nominated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, approvals, eligibility, naming, nominations
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.naming import Candidate, Line
from courses.enrolment.nominations import ON_THE_WAY, RANKABLE
from courses.enrolment.states import ENDED
from courses.events.actions import record_change
from courses.exchange.columns import Column, code, integer, words
from courses.exchange.plan import Difference, Entry, Options, Plan, singles
from courses.exchange.reading import Row
from courses.exchange.writing import Cell
from courses.people.models import OrgUnit, Person, Posting
from courses.people.units import above
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run
from courses.settings.organisation import organisation
from courses.text import text

COLUMNS = (
    Column("number", "사번", ("employee number", "employee_no"), required=False, convert=code, blank=True),
    Column("name", "성명", ("name",), required=False, blank=True),
    Column("unit", "부서", ("unit", "department"), required=False, convert=words(600), blank=True),
    Column("rank", "추천순위", ("rank",), required=False, convert=integer(1, 9999), blank=True),
    Column("motive", "신청사유", ("motive", "reason"), required=False, convert=words(400), blank=True),
)


def rows_of(db: Session, run_id: int, near: ColumnElement[bool] | None = None) -> list[list[Cell]]:
    """A run's applicants who are not decided on yet, as rows of such a file, by unit and rank.

    `near`: SQL, the postings of those who are shown (None: all).
    """
    statement = (
        select(Person.employee_no, Person.name, OrgUnit.path, Enrolment.rank, Enrolment.motive)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(clock.today())))
        .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
        .where(Enrolment.run_id == run_id, Enrolment.status.in_((*RANKABLE, *ON_THE_WAY)))
        .order_by(OrgUnit.position, Enrolment.rank.is_(None), Enrolment.rank, Person.name, Person.id)
    )
    found = db.execute(statement if near is None else statement.where(near))
    return [list(row) for row in found]


def said(row: Row) -> str:
    """A row as somebody would paste it: number, name, unit."""
    return "\t".join(str(row.values.get(field) or "") for field in ("number", "name", "unit"))


@dataclass(frozen=True, slots=True)
class _Wish:
    """A good row: whom it means, and what it wants of them. `now`: what they have in the run, if anything."""

    row: Row
    person: Candidate
    rank: int | None
    motive: str
    now: Any


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Applications that are made, motives and ranks that change. Who is not in the file stays as they are."""
    result, run = Plan(), _run(db, options)
    if run is None or run.mode is not Mode.SELECTION:
        for row in rows:
            result.reject(row, "", text("Nobody is nominated for this run."), text("Choose a run with selection."))
        return result
    wishes = list(_wishes(db, result, run, rows))
    for wish in wishes:
        result.note(_entry(wish), is_new=wish.now is None or wish.now.status in ENDED)
    result.write = lambda db, actor_id, retire: _write(db, actor_id, run.id, wishes)
    return result


def _run(db: Session, options: Options) -> Run | None:
    return db.get(Run, options.run_id) if options.run_id else None


def _wishes(db: Session, result: Plan, run: Run, rows: Sequence[Row]) -> Iterable[_Wish]:
    there = {one.person_id: one for one in db.execute(_THERE.where(Enrolment.run_id == run.id))}
    for row in singles(result, _with_people(db, result, rows), "person"):
        person = row.values["person"]
        assert isinstance(person, Candidate)
        rank, motive = row.values.get("rank"), str(row.values.get("motive") or "")
        wish = _Wish(row, person, rank if isinstance(rank, int) else None, motive, there.get(person.id))
        if _may(db, result, run, wish):
            yield wish


_THERE = select(Enrolment.person_id, Enrolment.status, Enrolment.rank, Enrolment.motive)


def _with_people(db: Session, result: Plan, rows: Sequence[Row]) -> Iterable[Row]:
    """The rows with whom they mean; the others are rejected."""
    found: dict[int, list[Line]] = {}
    for line in naming.find(db, "\n".join(said(row) for row in rows), once=False):
        found.setdefault(line.number, []).append(line)
    for place, row in enumerate(rows, 1):
        lines = [line for line in found.get(place, ()) if line.person or line.people or line.problem]
        if len(lines) == 1 and lines[0].person:
            yield Row(row.number, {**row.values, "person": lines[0].person})
        elif lines and lines[0].namesakes:
            numbers = ", ".join(f"{one.unit} {one.employee_no}" for one in lines[0].people)
            remedy = text("Write the number of the one who is meant: %(numbers)s.", numbers=numbers)
            result.reject(row, "name", text("Several people have this name."), remedy)
        else:
            reason = (lines[0].problem if lines else None) or text("The row names nobody.")
            result.reject(row, "number", reason, text("Write the employee number, or the name and the unit."))


def _may(db: Session, result: Plan, run: Run, wish: _Wish) -> bool:
    """Who is on the way already may have a rank; who is not must be able to apply."""
    if wish.now is not None and wish.now.status in (*RANKABLE, *ON_THE_WAY):
        return True
    refused = eligibility.refusal(db, run, wish.person.id, Route.CLERK, motive=wish.motive)
    if refused:
        result.reject(wish.row, "number", refused.message, text("Delete the row, or clear what is in the way first."))
    return refused is None


def _entry(wish: _Wish) -> Entry:
    number, name = wish.person.employee_no or "", wish.person.name
    if wish.now is None or wish.now.status in ENDED:
        return Entry(wish.row.number, number, name)
    changes = []
    if wish.rank is not None and wish.now.rank != wish.rank:
        changes.append(Difference("rank", wish.now.rank, wish.rank))
    if wish.motive and wish.now.motive != wish.motive:
        changes.append(Difference("motive", wish.now.motive, wish.motive))
    return Entry(wish.row.number, number, name, tuple(changes))


def _write(db: Session, actor_id: int | None, run_id: int, wishes: Sequence[_Wish]) -> None:
    assert actor_id is not None  # only persons import nominations
    _hold(db, run_id, wishes)
    ids = _applied(db, actor_id, run_id, wishes)
    ranked = [wish for wish in wishes if wish.rank is not None]
    waiting = [ids[wish.person.id] for wish in ranked if _is_waiting(db, ids[wish.person.id])]
    for _id, refused in approvals.approve(db, actor_id, waiting):
        raise refused
    _rank(db, actor_id, run_id, ranked, ids)


def _hold(db: Session, run_id: int, wishes: Sequence[_Wish]) -> None:
    """Everybody whom the steps to come may hold, before the run."""
    there = select(Enrolment.person_id).where(Enrolment.run_id == run_id, Enrolment.status.not_in(ENDED))
    locks.lock_people(db, {*(wish.person.id for wish in wishes), *db.scalars(there)})
    locks.lock_run(db, run_id)


def _applied(db: Session, actor_id: int, run_id: int, wishes: Sequence[_Wish]) -> dict[int, int]:
    """The enrolments of all, by person; applications are made where there are none."""
    ids = {}
    for wish in wishes:
        if wish.now is None or wish.now.status in ENDED:
            enrolment = actions.enrol(db, actor_id, run_id, wish.person.id, motive=wish.motive, route=Route.CLERK)
        else:
            own = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.person_id == wish.person.id)
            enrolment = db.scalars(own, execution_options={"populate_existing": True}).one()
            _say_why(db, actor_id, enrolment, wish.motive or enrolment.motive)
        ids[wish.person.id] = enrolment.id
    db.flush()
    return ids


def _say_why(db: Session, actor_id: int, enrolment: Enrolment, motive: str) -> None:
    before, enrolment.motive = enrolment.motive, motive
    concerns = {"run_id": enrolment.run_id, "person_id": enrolment.person_id}
    record_change(db, actor_id, "enrolment", enrolment.id, {"motive": before}, {"motive": motive}, **concerns)


def _is_waiting(db: Session, enrolment_id: int) -> bool:
    return db.get_one(Enrolment, enrolment_id).status is Status.APPLIED


def _rank(db: Session, actor_id: int, run_id: int, ranked: Sequence[_Wish], ids: dict[int, int]) -> None:
    """Each unit's order: the file's, then those who were nominated already and are not in the file."""
    depth = organisation(db).ranking_depth
    of_unit: dict[int, list[_Wish]] = {}
    for wish in ranked:
        of_unit.setdefault(_ranking_unit(db, wish.person.unit_id, depth), []).append(wish)
    for unit_id, wishes in of_unit.items():
        unit = db.get_one(OrgUnit, unit_id)
        first = [ids[wish.person.id] for wish in sorted(wishes, key=lambda wish: wish.rank or 0)]
        there = nominations.applicants(db, run_id, unit, depth)
        rest = [one.id for one in there if one.status is Status.NOMINATED and one.id not in first]
        nominations.rank(db, actor_id, run_id, unit_id, first + rest)


def _ranking_unit(db: Session, unit_id: int | None, depth: int) -> int:
    """The unit at the level that ranks, or the person's own where that is above it."""
    assert unit_id is not None  # who serves nowhere has no unit that could nominate them
    way = above(db, unit_id)  # itself first, the whole organisation last
    return way[max(0, len(way) - 1 - depth)]
