"""What if, over more places than one waits for: a job makes the workbook, for whoever asked."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from courses.completion.actions import close
from courses.people.models import Person
from courses.scheduling.models import Run
from lms.jobs.worker import work_off
from lms.web.completion import what_if
from tests import factories
from tests.client import Browser
from tests.completion.scenes import a_past_run, mark


@pytest.fixture(autouse=True)
def _one_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two places are more than one waits for."""
    monkeypatch.setattr(what_if, "MOST", 1)


@pytest.fixture
def run(db: Session, ana: Person, eve: Person, dan: Person) -> Run:
    """Closed; Ana was late, and has completed with less than 90 %."""
    run = a_past_run(db)
    mark(db, factories.an_enrolment(db, run, ana), dan, "late", 60)
    mark(db, factories.an_enrolment(db, run, eve), dan)
    close(db, dan.id, run)
    db.commit()
    return run


def test_more_places_than_one_waits_for_are_tried_in_the_background(
    client: Browser, ana: Person, eve: Person, dan: Person, run: Run
) -> None:
    asked = f"year={run.year}&attendance=90"
    page = client.sign_in(dan, "en").get(f"/operations/what-if?{asked}").text
    assert "Try them in the background" in page
    assert ana.name not in page
    client.get(f"/operations/what-if.csv?{asked}", 404)
    job = client.post(f"/operations/what-if?{asked}").location
    client.get(f"{job}/what-if.xlsx", 404)  # not yet
    work_off(client.app.extensions["database"], client.app.extensions["config"])
    assert "1 would end otherwise" in client.get(job).text
    book = load_workbook(io.BytesIO(client.get(f"{job}/what-if.xlsx").data))
    cells = {cell for row in book.active.iter_rows(values_only=True) for cell in row}
    assert ana.name in cells
    assert eve.name not in cells


def test_what_a_job_found_is_its_askers_alone(client: Browser, db: Session, ana: Person, dan: Person, run: Run) -> None:
    job = client.sign_in(dan).post(f"/operations/what-if?year={run.year}&attendance=90").location
    work_off(client.app.extensions["database"], client.app.extensions["config"])
    client.get(f"{job}/what-if.xlsx")
    client.sign_in(factories.a_person(db, "다른담당", roles=["officer"])).get(f"{job}/what-if.xlsx", 404)
    client.sign_in(ana).get(f"{job}/what-if.xlsx", 403)


def test_a_job_needs_a_number_to_try(client: Browser, dan: Person, run: Run) -> None:
    client.sign_in(dan).post(f"/operations/what-if?year={run.year}", 422)
    client.post(f"/operations/what-if?year={run.year}&attendance=101", 422)
