"""Two officers at the same moment: every choice and every version counts once, and nobody meets an error."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.certificates import designing
from courses.certificates.designing import Design
from courses.certificates.models import CertificateTemplate
from courses.certificates.templates import in_use, key_of
from courses.events.models import Event
from lms.db import Database
from tests import factories
from tests.certificates.scenes import a_template
from tests.races.together import at_once

pytestmark = pytest.mark.race

_OFFICERS = 6


def test_the_very_first_choice(database: Database) -> None:
    """Each takes the place of the one before it, as the events say."""
    keys = ["plain-1", "plain-both-1"]
    with database.begin() as db:
        officer = factories.a_person(db, roles=["officer"]).id

    def work(db: Session, n: int) -> None:
        designing.choose(db, officer, "completed", keys[n % 2])

    assert at_once(database, _OFFICERS, work) == ["done"] * _OFFICERS
    with database.look() as db:
        chosen = in_use(db, "completed").key
        events = db.scalars(select(Event).where(Event.kind == "template_chosen").order_by(Event.id)).all()
        steps = [(event.data["before"], event.data["after"]) for event in events]
    afters = [after for _, after in steps]
    assert [before for before, _ in steps] == ["", *afters[:-1]]
    assert afters[-1] == chosen


def test_the_next_version(database: Database) -> None:
    """The first one makes it, and whoever comes after changes that draft; what is in use stays as it was."""
    with database.begin() as db:
        officer = factories.a_person(db, roles=["officer"]).id
        row = a_template(db, officer)
        family, wanted, name = row.family, designing.read(row), row.name
        designing.choose(db, officer, "completed", key_of(family, 1))

    def work(db: Session, n: int) -> None:
        designing.change(db, officer, family, Design(f"국문·영문 수료증 {n}", wanted))

    assert at_once(database, _OFFICERS, work) == ["done"] * _OFFICERS
    with database.look() as db:
        here = select(CertificateTemplate.version, CertificateTemplate.name).order_by(CertificateTemplate.version)
        (first, second) = db.execute(here).all()
    assert first == (1, name)
    assert second.version == 2
