"""When a commit counts: on the disk before it is answered, but not while others wait for their turn to write."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lms.db import Database, Journal, keep_statements

pytestmark = pytest.mark.race


def test_a_commit_is_on_the_disk_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path}/own.db")
    written: list[bool] = []

    def another_may_write(_file: int) -> None:
        with database.writing() as db:  # would wait for ever, were the turn still taken
            written.append(db.execute(text("SELECT count(*) FROM own")).scalar_one() == 1)
            database.close(db)

    with database.begin() as db:
        db.execute(text("CREATE TABLE own (id INTEGER)"))
        db.execute(text("INSERT INTO own VALUES (1)"))
        monkeypatch.setattr(os, "fdatasync", another_may_write)
    assert written == [True]
    database.engine.dispose()


def test_what_is_rolled_back_needs_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path}/own.db")
    monkeypatch.setattr(os, "fdatasync", lambda _file: pytest.fail("written"))
    with pytest.raises(OperationalError), database.begin() as db:
        db.execute(text("INSERT INTO none VALUES (1)"))
    database.engine.dispose()


def test_one_writing_serves_all_who_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.db-wal").touch()
    journal, begun, go_on, writings = Journal(f"{tmp_path}/own.db"), threading.Event(), threading.Event(), []

    def write(_file: int) -> None:
        writings.append(1)
        begun.set()
        assert go_on.wait(60)

    monkeypatch.setattr(os, "fdatasync", write)
    threads = [threading.Thread(target=journal.settle) for _ in range(6)]
    threads[0].start()
    assert begun.wait(60)
    for thread in threads[1:]:
        thread.start()
    while journal.waiting < len(threads):
        threading.Event().wait(0.001)
    go_on.set()
    for thread in threads:
        thread.join()
    assert len(writings) == 2


def test_without_a_journal_there_is_nothing_to_write(tmp_path: Path) -> None:
    Journal(f"{tmp_path}/none.db").settle()


def test_what_only_read_keeps_its_statements() -> None:
    ended: list[str] = []
    dialect = SimpleNamespace(do_rollback=lambda connection: ended.append("rollback"))
    keep_statements(dialect)
    for read_only in (True, False):
        dialect.do_rollback(SimpleNamespace(read_only=read_only, commit=lambda: ended.append("commit")))
    assert ended == ["commit", "rollback"]
