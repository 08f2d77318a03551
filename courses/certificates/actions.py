"""Issuing certificates: numbers from the locked series, facts frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.candidates import Candidate, candidates
from courses.certificates.facts import Facts, new_code
from courses.certificates.models import Certificate, NumberSeries
from courses.certificates.queries import in_force
from courses.errors import Refused, WayOut
from courses.events.actions import record, record_all
from courses.events.facts import CertificateIssued, CertificatesPrinted
from courses.scheduling.locks import lock_run
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import organisation
from courses.text import text

SERIES = "main"


def issue(db: Session, actor_id: int, run: Run, verify_url: str, *, roman: Collection[int] = ()) -> list[Certificate]:
    """Certificates for everybody who completed the closed run and has none, in official order, then by name.

    Whoever's certificate cannot be set is left out (`candidates` says why) and takes no number; `roman` are the
    enrolments whose certificate carries the name in Latin letters instead. `verify_url` goes before the code in the
    address of the QR code. Raises `Refused` while the run is open.
    """
    run = lock_run(db, run.id)
    if run.state != RunState.CLOSED:
        way_out = WayOut("closing", text("See what closing would come to"), run.id)
        raise Refused(text("Certificates can be issued once the run is closed."), code="open", way_out=way_out)
    ready = [one for one in candidates(db, run, verify_url, roman=roman) if not one.problems]
    if not ready:
        return []
    year = clock.today().year
    first = _take_numbers(db, year, len(ready))
    pattern = organisation(db).number_pattern
    issued = [_certificate(actor_id, run, one, year, number, pattern) for number, one in enumerate(ready, first)]
    db.add_all(issued)
    db.flush()
    record_all(db, actor_id, [CertificateIssued(c.id, run.id, c.person_id, c.facts["number"]) for c in issued])
    return issued


def note_printing(db: Session, actor_id: int, run: Run) -> int:
    """Write down that the valid certificates of a run went out to be printed; how many there are."""
    count = db.scalar(select(func.count()).where(Certificate.run_id == run.id, in_force())) or 0
    if count:
        record(db, actor_id, CertificatesPrinted(run.id, count))
    return count


def _take_numbers(db: Session, year: int, count: int) -> int:
    """The first of `count` numbers in a row. The year's counter stays locked until the transaction ends."""
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
    return last - count + 1


def _begin_series(db: Session, year: int) -> None:
    try:
        with db.begin_nested():
            db.add(NumberSeries(name=SERIES, year=year, last=0))
    except IntegrityError:  # somebody else issued the year's first certificate at the same moment
        pass


def _certificate(actor_id: int, run: Run, one: Candidate, year: int, number: int, pattern: str) -> Certificate:
    facts = replace(one.facts, number=pattern.format(year=year, sequence=number))
    return freeze(
        facts,
        actor_id,
        series=SERIES,
        year=year,
        number=number,
        revision=1,
        enrolment_id=one.enrolment_id,
        run_id=run.id,
        person_id=one.person_id,
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
    """SHA-256 of the facts in their canonical form: keys in order, no blanks, UTF-8."""
    plain: dict[str, Any] = facts.to_json()
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
