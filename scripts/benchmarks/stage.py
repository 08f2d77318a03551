"""What is measured on: the demo year's seven files, and some forty runs around today, in a folder of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.exchange.actions import apply
from courses.exchange.preview import look, parse
from courses.people.models import Person
from courses.scheduling.models import ClassSession
from lms import migrate, paths
from lms.api import tokens
from lms.app import create_app
from lms.config import Config
from lms.db import Database
from scripts.benchmarks.result import seconds
from tests import factories

FILES = {
    "organisation": "organisation.csv",
    "staff": "staff.csv",
    "rooms": "rooms.csv",
    "instructors": "instructors.csv",
    "catalogue": "catalogue.csv",
    "runs": "runs-2003.csv",
    "evidence": "evidence-2003.csv",
}
RUNS, SEATS = 40, 30
LIST_MS = 3.0
"""What a list page may cost."""


@dataclass
class Stage:
    """The database and who acts on it. `took`: seconds for each file; `session_id`: a class of 30 people.

    `token`: the employee's, for the API.
    """

    home: Path
    config: Config
    database: Database
    took: dict[str, float] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    session_id: int = 0
    token: str = ""

    @classmethod
    def built(cls, home: Path) -> Stage:
        """Migrated, filled, ready."""
        stage = cls.opened(home)
        for kind, name in FILES.items():
            stage.took[kind] = seconds(partial(stage.take_in, kind, name))
        stage.present()
        return stage

    @classmethod
    def opened(cls, home: Path) -> Stage:
        """Migrated; with what is in it."""
        os.environ.update(LMS_HOME=str(home))
        for name in ("DATABASE_URL", "HOST", "PUBLIC_URL", "SECRET_KEY", "TRUSTED_PROXIES", "SECURE_COOKIES"):
            os.environ.pop(name, None)
        config = Config.from_environment()
        stage = cls(home, config, Database(config.database_url))
        migrate.upgrade(stage.database.engine)
        return stage

    def take_in(self, kind: str, name: str) -> None:
        """Import one file the way the command line does."""
        source = parse(kind, (paths.DEMO / "data" / name).read_bytes(), name, year=2003)
        with self.database.begin() as db:
            apply(db, None, look(db, source))

    def present(self) -> None:
        """Open runs with sessions and people; the officer, an instructor, and an employee who learns in some."""
        with Session(self.database.engine, expire_on_commit=False) as db:
            staff = list(db.scalars(select(Person).order_by(Person.id).limit(RUNS * SEATS)))
            officer = factories.a_person(db, "교육담당", roles=["officer"])
            teacher = factories.a_person(db, "강사", roles=["instructor"])
            room = factories.a_room(db)
            runs = [
                factories.a_run(
                    db, factories.a_course(db, f"정보화 과정 {n}"), starts_in=n, instructors=[teacher], room=room
                )
                for n in range(RUNS)
            ]
            for n, run in enumerate(runs[: RUNS // 4]):
                for person in [staff[0], *staff[n * SEATS + 1 : (n + 1) * SEATS]]:
                    factories.an_enrolment(db, run, person)
            self.session_id = db.scalars(select(ClassSession.id).where(ClassSession.run_id == runs[0].id)).one()
            self.people = {"employee": staff[0], "teacher": teacher, "officer": officer}
            _, self.token = tokens.make(db, None, staff[0].id, "bench")
            db.commit()

    def app(self) -> Flask:
        """The application, in this process."""
        return create_app(self.config)

    def cookie(self, app: Flask, who: str) -> str:
        """The header of a signed-in person, as a browser has it after its first page."""
        signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # the cookie kind
        person = self.people[who]
        values = {
            "_user_id": f"{person.id}:{person.session_key}",
            "_fresh": True,
            "language": "ko",
            "csrf_token": "0" * 40,
        }
        return f"lms={signer.dumps(values)}"

    def pages(self) -> dict[str, tuple[str, str, float]]:
        """What is fetched: name → path, who asks, CPU milliseconds aimed at."""
        return {
            "catalogue": ("/runs", "employee", LIST_MS),
            "my-learning": ("/my-learning", "employee", LIST_MS),
            "teaching": ("/teaching?list=1", "teacher", LIST_MS),
            "attendance-grid": (f"/sessions/{self.session_id}/attendance", "teacher", LIST_MS),
            "operations": ("/operations?week=2003-10-13", "officer", 10),
            "report-training": ("/reports/training?year=2003", "officer", 200),
            "report-departments": ("/reports/departments?year=2003", "officer", 200),
            "report-tree": ("/reports?by=department&year=2003", "officer", 200),
            "report-tree-kinds": ("/reports?by=department&across=kind&year=2003", "officer", 200),
            "report-rows": ("/reports/rows?by=kind&year=2003", "officer", 200),
        }

    def calls(self) -> dict[str, tuple[str, float]]:
        """What programs ask the API for: name → path, CPU milliseconds aimed at."""
        return {"api_runs_list": ("/api/v1/runs", LIST_MS)}
