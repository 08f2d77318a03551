"""A selection run of a division, and who keeps it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from tests import factories
from tests.approval.scenes import a_selection
from tests.nomination.scenes import a_clerk


@pytest.fixture
def run(db: Session) -> Run:
    return a_selection(db)


@pytest.fixture
def unit(db: Session) -> OrgUnit:
    return factories.a_unit(db, "총무과")


@pytest.fixture
def clerk(db: Session, unit: OrgUnit) -> Person:
    return a_clerk(db, unit)
