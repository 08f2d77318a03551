"""`lms demo load`: into an empty database, once, with a sign-in for every role."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from courses.people.actor import load_actor
from courses.people.models import Person, Role
from lms.auth.passwords import matches
from lms.cli import main
from lms.db import Database
from tests.conftest import SERVER, WORKER, fresh_postgres_database

ROLES = ["employee", "instructor", "officer", "head", "clerk", "administrator"]


@pytest.mark.race
def test_every_role_can_sign_in_and_a_second_load_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    if SERVER is None:
        _load_twice(tmp_path, f"sqlite:///{tmp_path}/lms.db", monkeypatch)
        return
    with fresh_postgres_database(f"lms_load_{WORKER}") as url:
        _load_twice(tmp_path, url, monkeypatch)


def _load_twice(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    first = _load()
    assert first.exit_code == 0, first.output
    _check_sign_ins(first.output, url)
    kept = home / "demo-sign-ins.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    before = kept.read_text(encoding="utf-8")
    second = _load()
    assert second.exit_code == 1
    assert "빈 데이터베이스" in second.output
    assert kept.read_text(encoding="utf-8") == before


def _load() -> Result:
    return CliRunner().invoke(main, ["demo", "load"])


def _check_sign_ins(printed: str, url: str) -> None:
    lines = [line.split() for line in printed.splitlines() if line.split()[:1] and line.split()[0] in ROLES]
    assert [line[0] for line in lines] == ROLES
    assert len({line[3] for line in lines}) == len(ROLES), "passwords differ"
    database = Database(url)
    with database.look() as db:
        for role, _, number, password, *_rest in lines:
            person = db.scalars(select(Person).where(Person.employee_no == number)).one()
            actor = load_actor(db, person.id)
            assert matches(person.password_hash, password)
            assert actor
            assert actor.roles == (set() if role == "employee" else {Role(role)})
    database.engine.dispose()
