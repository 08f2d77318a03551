"""Fill an empty database with the demo organisation, through the same doors and rules as everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import reckoned
from courses.enrolment.candidates import keep_secret
from courses.reporting import summing
from courses.settings.organisation import change_organisation, organisation, store_asset
from lms.config import Config
from lms.db import Database
from lms.demo import hours, lessons
from lms.demo.growing import begun, bring_in, finish, grow, interrupted
from lms.demo.people import Cast, Passwords, cast, sign_in_lines
from lms.demo.size import File, Size
from lms.demo.story import tell
from lms.files import Files

FOLDER = Path(__file__).parent
_FILES = (
    ("organisation", "data/organisation.csv", None),
    ("staff", "data/staff.csv", None),
    ("rooms", "data/rooms.csv", None),
    ("instructors", "data/instructors.csv", None),
    ("catalogue", "data/catalogue.csv", None),
    ("runs", "data/runs-2003.csv", None),
    ("evidence", "data/evidence-2003.csv", 2003),
)
_TODAY = ("catalogue", "catalogue-today.csv", None)  # what nobody taught in 2003
_SETTLED_IN = timedelta(days=180)
"""How long before today the organisation began to work with this: before the first of the demo's runs."""
SEED = 2003


def _nothing(_year: int) -> None:
    """Nobody wants to know."""


def load(
    database: Database, public_url: str | None = None, size: Size | None = None, said: Callable[[int], None] = _nothing
) -> list[str]:
    """Load everything into an empty, migrated database.

    The demo's own files come in one transaction. A `size` brings its own people and past, in transactions before that
    one: interrupted between two, it goes on when it is started again; `said` is called for each past year there is.

    Relative to today; the same on every load but for the passwords, the certificates' codes and the lots of draws.
    Returns a line for each sign-in: role, employee number, password, name, unit. `public_url` goes into the
    certificates' QR codes.
    """
    public_url = public_url or Config.from_environment().public_url
    passwords = Passwords()  # slow: before the transaction
    if size:
        for year in grow(database, size, clock.now() - _SETTLED_IN):
            said(year)
    with database.begin(reacts=False) as db:
        if not size and (other := begun(db)):
            raise interrupted(other)
        people = settle_in(db, passwords, () if size else None)
        files = Files(Config.from_environment())
        lessons.write(db, people.officer.id, files)
        hours.keep_evidence(files)
        tell(db, people, SEED, f"{public_url}/verify")
        lessons.learn(db, people.employee.id, SEED)
        finish(db)
        lines = sign_in_lines(db, people, passwords)
    _sum_up(database)
    return lines


def _sum_up(database: Database) -> None:
    """What a job does when a year is closed: here none follows from what happened."""
    with database.look() as db:
        years = summing.stale(db)
    for year in years:
        with database.begin(reacts=False) as db:
            summing.keep(db, year, summing.made(db, year))
    reckoned.renew(database.look, partial(database.begin, reacts=False))


def settle_in(db: Session, passwords: Passwords, files: Iterable[File] | None = None) -> Cast:
    """The organisation, its files and who signs in, as of half a year ago."""
    with clock.frozen(clock.now() - _SETTLED_IN):
        _organise(db)
        for file in (_file(*one) for one in _FILES) if files is None else files:
            bring_in(db, file)
        bring_in(db, _file(*_TODAY))
        return cast(db, passwords)


def _organise(db: Session) -> None:
    city = replace(
        organisation(db),
        name="한빛시",
        name_en="Hanbit City",
        site_name="한빛시 IT 교육",
        site_name_en="Hanbit IT training",
        issuer="한빛시장",
        body_place="우리 시에서",
        seal=store_asset(db, (FOLDER / "seal.png").read_bytes(), "image/png"),
    )
    change_organisation(db, None, city)
    keep_secret(db, None, f"demo {SEED}")


def _file(kind: str, path: str, year: int | None) -> File:
    return File(kind, Path(path).name, (FOLDER / path).read_bytes(), year)
