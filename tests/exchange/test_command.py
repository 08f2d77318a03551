"""`lms import KIND FILE`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people.models import Person
from courses.scheduling.models import Room
from lms.cli import import_, main
from tests.exchange.files import HONG, KIM, file, organised, staff, take_in

GOOD = ("R1", "대강의실", "120", "0")
BAD = ("R2", "소회의실", "many", "0")
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, db: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on this test's database, with a file of these bytes."""
    monkeypatch.setattr(import_, "opened", lambda _url: nullcontext(app.extensions["database"]))
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(kind: str, data: bytes, *options: str) -> Result:
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(data)
        result = CliRunner().invoke(main, ["import", kind, str(path), *options])
        db.expire_all()
        return result

    return run


def test_a_file_is_imported_and_the_counts_are_said(run: Run, db: Session) -> None:
    result = run("rooms", file("rooms", [GOOD]))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Rooms: added 1 · changed 0 · left alone 0 · bad rows 0",
        "The file is imported.",
    ]
    assert db.scalars(select(Room.code)).all() == ["R1"]


def test_a_dry_run_writes_nothing(run: Run, db: Session) -> None:
    result = run("rooms", file("rooms", [GOOD]), "--dry-run")
    assert (result.exit_code, db.scalars(select(Room.code)).all()) == (0, [])
    assert "added 1" in result.stdout
    assert "Dry run: nothing was written." in result.stdout


def test_bad_rows_are_named_and_end_with_status_1(run: Run, db: Session) -> None:
    result = run("rooms", file("rooms", [GOOD, BAD]))
    assert result.exit_code == 1
    assert "Row 3: 좌석 many: This is not a whole number. Write digits only, for example 30." in result.stderr
    assert "Nothing was imported. Bad rows: 1." in result.stderr
    assert db.scalars(select(Room.code)).all() == []


def test_the_good_rows_alone(run: Run, db: Session) -> None:
    result = run("rooms", file("rooms", [GOOD, BAD]), "--only-good")
    assert (result.exit_code, db.scalars(select(Room.code)).all()) == (1, ["R1"])
    assert "The file is imported." in result.stdout


def test_changes_and_people_gone_are_listed(run: Run, db: Session) -> None:
    organised(db)
    take_in(db, "staff", staff(HONG, KIM))
    result = run("staff", staff(HONG | {"직급": "6급"}), "--effective", "2026-05-01", "--retire")
    assert "  200000001 홍길동: 직급: 7급 → 6급" in result.stdout
    assert "  − 200000002 김미나" in result.stdout
    assert db.scalar(select(Person.left_on).where(Person.employee_no == KIM["사번"])) is not None


def test_long_lists_are_cut(run: Run) -> None:
    many = [(f"R{n}", f"교육장 {n}", "many", "30") for n in range(1, 131)]
    assert "  … and 30 more" in run("rooms", file("rooms", many)).stderr


def test_it_speaks_korean_unless_english_is_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert "교육장: 추가 1 · 변경 0 · 그대로 0 · 오류 행 0" in run("rooms", file("rooms", [GOOD])).stdout


def test_what_is_no_table_is_refused(run: Run) -> None:
    result = run("rooms", b"%PDF-1.7")
    assert result.exit_code == 1
    assert "rooms.csv is a PDF." in result.stderr
    assert run("evidence", file("evidence", [("1", "C1", "1", "", "", "", "")])).exit_code == 1
    assert run("cats", b"").exit_code == 2
