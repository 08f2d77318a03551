"""Programs that have all seen the same state, and change it at the same moment: one of them may."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from courses.scheduling.models import ClassSession
from lms.api import tokens
from lms.app import create_app
from lms.db import Database
from tests import factories
from tests.configuration import config

pytestmark = pytest.mark.race

PROGRAMS = 4


def test_of_those_who_saw_the_same_sheet_one_writes(database: Database, tmp_path: Path) -> None:
    with database.begin() as db:
        run = factories.a_run(db, factories.a_course(db, scored=True), starts_in=-1)
        enrolment = factories.an_enrolment(db, run, factories.a_person(db))
        _, secret = tokens.make(db, None, factories.a_person(db, roles=["officer"]).id, "표")
        session = db.scalars(select(ClassSession).where(ClassSession.run_id == run.id).limit(1)).one()
        paths: dict[str, Callable[[int], object]] = {
            f"/api/v1/sessions/{session.id}/attendance": lambda n: {
                "marks": [{"enrolment_id": enrolment.id, "mark": ["present", "absent"][n % 2]}]
            },
            f"/api/v1/sessions/{session.id}/attendance/{enrolment.id}": lambda n: {"mark": "late", "minutes": 9 + n},
            f"/api/v1/runs/{run.id}/scores": lambda n: {
                "scores": [{"enrolment_id": enrolment.id, "points": str(50 + n)}]
            },
        }
    app = create_app(config(tmp_path, database.url), database)
    bearer = {"Authorization": f"Bearer {secret}"}
    for path, body in paths.items():
        seen = app.test_client().get(path, headers=bearer).headers["ETag"]
        start = Barrier(PROGRAMS)
        put = partial(_put, app, path, bearer | {"If-Match": seen}, body, start)
        with ThreadPoolExecutor(PROGRAMS) as pool:
            assert sorted(pool.map(put, range(PROGRAMS))) == [200, *[412] * (PROGRAMS - 1)], path


def _put(app: Flask, path: str, headers: dict[str, str], body: Callable[[int], object], start: Barrier, n: int) -> int:
    start.wait(30)
    return app.test_client().put(path, json=body(n), headers=headers).status_code
