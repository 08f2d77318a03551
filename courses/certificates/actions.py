"""Issuing certificates: numbers from the locked series, facts frozen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.candidates import Candidate, candidates, candidates_of
from courses.certificates.facts import Facts, digest_of, new_code
from courses.certificates.models import Certificate, NumberSeries, Way
from courses.db import in_parts
from courses.enrolment.models import Enrolment
from courses.errors import Refused, WayOut
from courses.events.actions import record_all
from courses.events.facts import CertificateIssued
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import organisation
from courses.text import text

SERIES = "main"
_AT_ONCE = 500


def issue(
    db: Session, actor_id: int, run: Run, verify_url: str, *, roman: Collection[int] = (),
    only: Collection[int] | None = None, way: Way = Way.RUN,
) -> list[Certificate]:  # fmt: skip
    """Certificates for everybody who completed the closed run and has none, in official order, then by name.

    Whoever's certificate cannot be set is left out (`candidates` says why) and takes no number; `roman` are the
    enrolments whose certificate carries the name in Latin letters instead, `only` those that are meant at all.
    `verify_url` goes before the code in the address of the QR code. Raises `Refused` while the run is open.
    """
    return _issue(db, actor_id, [_closed(db, run.id)], verify_url, way, roman=roman, only=only)


def issue_on_closing(db: Session, actor_id: int, run: Run, verify_url: str) -> list[Certificate]:
    """The same right after a run was closed, where the organisation wants it so; by whichever door that was done."""
    wanted = organisation(db).issue_on_closing
    return issue(db, actor_id, run, verify_url, way=Way.CLOSING) if wanted else []


def issue_chosen(
    db: Session, actor_id: int, enrolment_ids: Collection[int], verify_url: str, *, roman: Collection[int] = ()
) -> list[Certificate]:
    """The same for these enrolments of any closed runs: numbers in a row, by the runs' last days, then as in `issue`.

    Who has a certificate meanwhile is passed over.
    """
    of_runs: set[int] = set()
    for some in in_parts(list(enrolment_ids), _AT_ONCE):
        of_runs.update(db.scalars(select(Enrolment.run_id).where(Enrolment.id.in_(some))))
    runs = [_closed(db, run_id) for run_id in sorted(of_runs)]
    runs.sort(key=lambda run: (run.ends_on, run.id))
    return _issue(db, actor_id, runs, verify_url, Way.SELECTION, roman=roman, only=set(enrolment_ids))


def issue_own(
    db: Session, person_id: int, enrolment_id: int, verify_url: str, *, in_latin: bool = False
) -> Certificate:
    """The certificate of a course that a person completed, made out by themselves; where the organisation lets them.

    Raises `Refused` where it does not, where there is nothing to make out, and for what cannot be set.
    """
    if not organisation(db).issue_on_demand:
        raise Refused(text("The training office issues the certificates. Ask there for yours."), code="not_on_demand")
    enrolment = db.get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.person_id != person_id:
        raise _nothing()
    run, roman = _closed(db, enrolment.run_id), {enrolment_id} if in_latin else ()
    for one in candidates(db, run, verify_url, roman=roman, only={enrolment_id}):
        for problem in one.problems:
            raise Refused(problem.message, code="cannot_be_set")
    issued = _issue(db, person_id, [run], verify_url, Way.REQUEST, roman=roman, only={enrolment_id})
    if not issued:
        raise _nothing()
    return issued[0]


def _nothing() -> Refused:
    way_out = WayOut("my_learning", text("See what you learned"))
    return Refused(text("There is no certificate to issue here."), code="nothing", way_out=way_out)


def _closed(db: Session, run_id: int) -> Run:
    """The run, locked, with its results final."""
    run = lock_run(db, run_id)
    if run.state != RunState.CLOSED:
        way_out = WayOut("closing", text("See what closing would come to"), run.id)
        raise Refused(text("Certificates can be issued once the run is closed."), code="open", way_out=way_out)
    return run


def _issue(
    db: Session, actor_id: int, runs: Sequence[Run], verify_url: str, way: Way, *, roman: Collection[int],
    only: Collection[int] | None,
) -> list[Certificate]:  # fmt: skip
    """Numbers are taken once it is known how many can be set: none is ever left out of the row."""
    ready = [one for one in candidates_of(db, runs, verify_url, roman=roman, only=only) if not one.problems]
    if not ready:
        return []
    year, first = take_numbers(db, len(ready))
    pattern = organisation(db).number_pattern
    issued = [_certificate(actor_id, one, way, year, number, pattern) for number, one in enumerate(ready, first)]
    db.add_all(issued)
    db.flush()
    facts = [CertificateIssued(c.id, c.run_id, c.person_id, c.facts["number"]) for c in issued]
    record_all(db, actor_id, facts)
    return issued


def take_numbers(db: Session, count: int) -> tuple[int, int]:
    """This year and the first of `count` numbers in a row. Its counter stays locked until the transaction ends."""
    year = clock.today().year
    take = (
        update(NumberSeries)
        .where(NumberSeries.name == SERIES, NumberSeries.year == year)
        .values(last=NumberSeries.last + count)
        .returning(NumberSeries.last)
    )
    last = db.scalar(take)
    if last is None:
        _begin_series(db, year)
        last = db.scalars(take).one()
    return year, last - count + 1


def _begin_series(db: Session, year: int) -> None:
    try:
        with db.begin_nested():
            db.add(NumberSeries(name=SERIES, year=year, last=0))
    except IntegrityError:  # somebody else issued the year's first certificate at the same moment
        pass


def _certificate(actor_id: int, one: Candidate, way: Way, year: int, number: int, pattern: str) -> Certificate:
    facts = replace(one.facts, number=pattern.format(year=year, sequence=number))
    return freeze(
        facts,
        actor_id,
        series=SERIES,
        year=year,
        number=number,
        revision=1,
        enrolment_id=one.enrolment_id,
        run_id=one.run_id,
        person_id=one.person_id,
        way=way,
    )


def freeze(facts: Facts, actor_id: int, **identity: Any) -> Certificate:
    """A certificate that says these facts for ever, under a code of its own; `identity` are its number and owner."""
    facts = replace(facts, code=new_code())
    return Certificate(
        code=facts.code,
        facts=facts.to_json(),
        facts_sha256=digest(facts),
        issued_at=clock.now(),
        issued_by=actor_id,
        **identity,
    )


def digest(facts: Facts) -> str:
    """SHA-256 of the facts as they are stored."""
    return digest_of(facts.to_json())
