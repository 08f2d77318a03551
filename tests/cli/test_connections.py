"""Commands leave no connection open: a container that runs many of them would use up the server's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import event
from sqlalchemy.pool import Pool

from lms.cli import main


@pytest.fixture
def open_connections() -> Iterator[set[object]]:
    found: set[object] = set()

    def opens(connection: object, _record: object) -> None:
        found.add(id(connection))

    def closes(connection: object, _record: object) -> None:
        found.discard(id(connection))

    event.listen(Pool, "connect", opens)
    event.listen(Pool, "close", closes)
    yield found
    event.remove(Pool, "connect", opens)
    event.remove(Pool, "close", closes)


def test_every_command_closes_what_it_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_connections: set[object]
) -> None:
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    rooms = tmp_path / "rooms.csv"
    rooms.write_text("교육장코드,교육장,좌석,PC\nR1,본관 1,30,30\n", encoding="utf-8")
    for line in (
        "migrate",
        "people add 1000 홍길동",
        "people grant 1000 officer",
        "people password-link 1000",
        "people take 1000 officer",
        "organisation name=한빛시",
        f"import rooms {rooms}",
        f"import rooms {rooms} --dry-run",
    ):
        result = CliRunner().invoke(main, line.split())
        assert result.exit_code == 0, f"{line}: {result.output}"
        assert not open_connections, line
