"""A backup is taken while people work, comes back elsewhere, and proves that it is whole."""

from __future__ import annotations

import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from courses import clock
from courses.certificates.models import Certificate
from courses.enrolment.actions import enrol
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.reporting.departments import departments
from courses.reporting.explorer import explore
from courses.reporting.question import Across, Dimension, Measure, Question
from courses.reporting.training import training
from courses.scheduling.models import Run
from courses.settings.models import Asset, Setting
from courses.settings.organisation import store_asset
from courses.signing import folder
from lms import backup, migrate, transfer
from lms.cli import main
from lms.db import Database
from lms.files import Files
from lms.jobs.queue import later
from tests import conftest, factories
from tests.certificates.scenes import SEAL, printed
from tests.world import a_world

NOW = clock.now()
YEAR = clock.local(NOW).year


@pytest.fixture
def files(tmp_path: Path, database: Database) -> Files:
    return Files(conftest.config(tmp_path, database.url))


@pytest.fixture
def peopled(database: Database) -> Database:
    """One of everything, a picture of bytes among it."""
    with database.begin(reacts=False) as db:
        a_world(db)
        store_asset(db, SEAL, "image/png")
    return database


@contextmanager
def empty(folder: Path) -> Iterator[tuple[Database, Files]]:
    """Another organisation's place: a database without tables, and a file store."""
    folder.mkdir()
    config = conftest.config(folder, f"sqlite:///{folder}/other.db")
    other = Database(config.database_url)
    yield other, Files(config)
    other.engine.dispose()


def everything(database: Database) -> dict[str, transfer.Sum]:
    with transfer.moment(database) as connection:
        return transfer.sums(connection)


def test_a_backup_comes_back_elsewhere_with_every_row_and_file(peopled: Database, files: Files, tmp_path: Path) -> None:
    lesson = files.keep(BytesIO("차시".encode() * 100_000))
    before, keys, its_keys = everything(peopled), tmp_path / "keys", tmp_path / "other" / "keys"
    folder.make(keys, "한빛시장", "한빛시", "p256", NOW)
    manifest = backup.take(peopled, files, tmp_path / "b.zip", keys)
    assert manifest.tables == before
    with empty(tmp_path / "other") as (other, its_files):
        backup.bring_back(other, its_files, tmp_path / "b.zip", its_keys)
        assert folder.load(its_keys).key_id == folder.load(keys).key_id
        assert everything(other) == before
        assert its_files.read(lesson.sha256) == files.read(lesson.sha256)
        with other.look() as db, peopled.look() as here:
            one = select(Certificate).order_by(Certificate.id).limit(1)
            assert printed(db, [db.scalars(one).one()]) == printed(here, [here.scalars(one).one()])
    with peopled.look() as db:
        assert db.scalar(select(func.count()).where(Event.kind == "backed_up")) == 1


@pytest.mark.race
def test_a_backup_under_load_is_one_moment(peopled: Database, files: Files, tmp_path: Path) -> None:
    """Every seat that is counted as taken has its enrolment, whatever is written meanwhile."""
    with peopled.begin(reacts=False) as db:
        run = factories.a_run(db, seats=100_000)
        run_id = run.id
    stop, written = threading.Event(), []

    def enrol_without_end() -> None:
        while not stop.is_set():
            with peopled.begin(reacts=False) as db:
                person = factories.a_person(db)
            with peopled.begin(reacts=False) as db:
                enrol(db, person.id, run_id, person.id)
            written.append(person.id)

    workers = [threading.Thread(target=enrol_without_end) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        backup.take(peopled, files, tmp_path / "b.zip")
        at_least = len(written)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert at_least > 5
    with empty(tmp_path / "other") as (other, its_files):
        backup.bring_back(other, its_files, tmp_path / "b.zip")
        with other.look() as db:
            taken = db.scalar(select(Run.taken).where(Run.id == run_id))
            rows = db.scalar(
                select(func.count()).where(Enrolment.run_id == run_id, Enrolment.status == Status.ENROLLED)
            )
    assert taken == rows


@pytest.mark.parametrize("place", ["manifest.json", "tables/person.jsonl"])
def test_a_backup_in_which_anything_changed_is_refused_and_nothing_is_kept(
    peopled: Database, files: Files, tmp_path: Path, place: str
) -> None:
    backup.take(peopled, files, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as whole, zipfile.ZipFile(tmp_path / "odd.zip", "w") as odd:
        for name in whole.namelist():
            content = whole.read(name)
            odd.writestr(
                name,
                content.replace(b'"count": 7', b'"count": 8').replace("김아나".encode(), "김이나".encode())
                if name == place
                else content,
            )
    with empty(tmp_path / "other") as (other, its_files):
        with pytest.raises(Refused):
            backup.bring_back(other, its_files, tmp_path / "odd.zip")
        migrate.upgrade(other.engine)
        with other.look() as db:
            assert not db.scalar(select(func.count()).select_from(Enrolment))


def test_half_a_file_and_no_zip_at_all_are_refused(peopled: Database, files: Files, tmp_path: Path) -> None:
    backup.take(peopled, files, tmp_path / "b.zip")
    (tmp_path / "half.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:-500])
    (tmp_path / "text.zip").write_text("사번,성명")
    with empty(tmp_path / "other") as (other, its_files):
        for name in ("half.zip", "text.zip"):
            with pytest.raises(Refused):
                backup.bring_back(other, its_files, tmp_path / name)


MANIFEST = {"format": 1, "schema": "", "taken_at": "", "tables": {}, "files": {}}


@pytest.mark.parametrize("manifest", [[], {**MANIFEST, "tables": []}, {**MANIFEST, "files": {"x": 1}}, {"format": 1}])
def test_what_says_nothing_of_itself_is_refused(
    database: Database, files: Files, tmp_path: Path, manifest: object
) -> None:
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as odd:
        odd.writestr("manifest.json", json.dumps(manifest))
    with empty(tmp_path / "other") as (other, its_files), pytest.raises(Refused):
        backup.bring_back(other, its_files, tmp_path / "odd.zip")


@pytest.mark.parametrize(("offset", "value"), [(8, 1), (10, 99)], ids=["encrypted", "packed in a way nobody knows"])
def test_a_zip_that_cannot_be_read_is_refused(
    database: Database, files: Files, tmp_path: Path, offset: int, value: int
) -> None:
    backup.take(database, files, tmp_path / "b.zip")
    raw = bytearray((tmp_path / "b.zip").read_bytes())
    for entry in re.finditer(b"PK\x01\x02", bytes(raw)):
        raw[entry.start() + offset] = value
    (tmp_path / "odd.zip").write_bytes(raw)
    with empty(tmp_path / "other") as (other, its_files), pytest.raises(Refused):
        backup.bring_back(other, its_files, tmp_path / "odd.zip")


@pytest.mark.parametrize("name", ["../../evil", "..", "", "contents/../../../evil"])
def test_a_file_that_would_lie_elsewhere_is_refused(
    database: Database, files: Files, tmp_path: Path, name: str
) -> None:
    def slip_in(part: str, content: bytes) -> bytes:
        if part == "manifest.json":
            found = json.loads(content)
            found["files"][name] = asdict(transfer.summed([b"evil"], by_bytes=True))
            return json.dumps(found).encode()
        return content

    backup.take(database, files, tmp_path / "b.zip")
    rewritten(tmp_path / "b.zip", tmp_path / "odd.zip", slip_in, {f"files/{name}": b"evil"})
    with empty(tmp_path / "other") as (other, its_files), pytest.raises(Refused):
        backup.bring_back(other, its_files, tmp_path / "odd.zip")
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("line", [b'{"name":null,"value":1}\n', b"[1]\n", b'{"day":"x","name":"x"}\n', b"{\n"])
def test_rows_that_are_none_are_refused(database: Database, files: Files, tmp_path: Path, line: bytes) -> None:
    def slip_in(part: str, content: bytes) -> bytes:
        if part == "manifest.json":
            found = json.loads(content)
            found["tables"]["setting"] = asdict(transfer.summed([line]))
            return json.dumps(found).encode()
        return line if part == "tables/setting.jsonl" else content

    backup.take(database, files, tmp_path / "b.zip")
    rewritten(tmp_path / "b.zip", tmp_path / "odd.zip", slip_in)
    with empty(tmp_path / "other") as (other, its_files), pytest.raises(Refused):
        backup.bring_back(other, its_files, tmp_path / "odd.zip")


def rewritten(
    source: Path, target: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None
) -> None:
    """The same zip with other contents, and more of them."""
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as odd:
        for name in whole.namelist():
            odd.writestr(name, change(name, whole.read(name)))
        for name, content in (more or {}).items():
            odd.writestr(name, content)


def test_what_is_odd_comes_back_as_it_was(database: Database, files: Files, tmp_path: Path) -> None:
    """Half a character, nothing, and no JSON that other languages know: SQLite and PostgreSQL keep them."""
    with database.begin() as db:
        later(db, "odd", words="\ud800 \u2028", nothing=None, empty={})
        db.add_all([Setting(name="null", value=None), Setting(name="empty", value="")])
        db.add(Asset(sha256="0" * 64, media_type="image/png", data=b""))
    before = everything(database)
    backup.take(database, files, tmp_path / "b.zip")
    with empty(tmp_path / "other") as (other, its_files):
        backup.bring_back(other, its_files, tmp_path / "b.zip")
        assert everything(other) == before


def test_a_file_that_is_cleaned_up_meanwhile_is_left_out(
    database: Database, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("print-runs/1/1-1.pdf", "print-runs/2/1-1.pdf"):
        files.write(name, b"pdf")
    listed = files.names()
    files.remove(listed[0])
    monkeypatch.setattr(files, "names", lambda: listed)
    assert list(backup.take(database, files, tmp_path / "b.zip").files) == listed[1:]


def test_a_backup_of_a_later_version_is_refused(peopled: Database, files: Files, tmp_path: Path) -> None:
    backup.take(peopled, files, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as whole, zipfile.ZipFile(tmp_path / "later.zip", "w") as later:
        for name in whole.namelist():
            content = whole.read(name)
            later.writestr(
                name, content.replace(b'"schema": "2', b'"schema": "3') if name == "manifest.json" else content
            )
    with empty(tmp_path / "other") as (other, its_files), pytest.raises(Refused, match="later version"):
        backup.bring_back(other, its_files, tmp_path / "later.zip")


def test_nothing_is_brought_back_over_people(peopled: Database, files: Files, tmp_path: Path) -> None:
    backup.take(peopled, files, tmp_path / "b.zip")
    before = everything(peopled)
    with pytest.raises(Refused):
        backup.bring_back(peopled, files, tmp_path / "b.zip")
    assert everything(peopled) == before


def test_a_database_that_moves_gives_the_same_reports(peopled: Database, tmp_path: Path) -> None:
    """From the tested database to SQLite, and from there to a fresh one of the tested kind."""
    with empty(tmp_path / "other") as (other, _files):
        backup.carry(peopled, other)
        assert everything(other) == everything(peopled)
        expected = reports(peopled)
        assert reports(other) == expected
        with fresh(tmp_path) as third:
            backup.carry(other, third)
            assert everything(third) == everything(peopled)
            assert reports(third) == expected
            with third.begin() as db:
                factories.a_person(db, "새사람")  # ids go on where they were
        with pytest.raises(Refused):
            backup.carry(peopled, other)


def reports(database: Database) -> list[object]:
    """The fixed ones of a year, and every one that can be asked for, with all that it can count."""
    with database.look() as db:
        fixed = [replace(report(db, YEAR), as_of=NOW) for report in (training, departments)]
        asked = [
            replace(explore(db, Question(by, across, measures=tuple(Measure))), at=NOW)
            for by in Dimension
            for across in (None, Across.KIND)
        ]
    assert not any(answer.is_empty for answer in asked)
    return [*fixed, *asked]


@contextmanager
def fresh(folder: Path) -> Iterator[Database]:
    """An empty database of the kind that is tested."""
    if conftest.SERVER is None:
        third = Database(f"sqlite:///{folder}/third.db")
        yield third
        third.engine.dispose()
        return
    with conftest.fresh_postgres_database(f"lms_moved_{conftest.WORKER}") as url:
        third = Database(url)
        yield third
        third.engine.dispose()


def test_the_commands(peopled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_HOME", str(tmp_path / "here"))
    monkeypatch.setenv("DATABASE_URL", peopled.engine.url.render_as_string(hide_password=False))
    done = CliRunner().invoke(main, ["backup"])
    assert done.exit_code == 0, done.output
    [taken] = (tmp_path / "here" / "backups").glob("*.zip")
    assert taken.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("LMS_HOME", str(tmp_path / "there"))
    monkeypatch.delenv("DATABASE_URL")
    done = CliRunner().invoke(main, ["restore", str(taken)])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(main, ["restore", str(taken)])
    assert done.exit_code == 1
    copied = CliRunner().invoke(
        main, ["db", "copy", f"sqlite:///{tmp_path}/there/lms.db", f"sqlite:///{tmp_path}/copied.db"]
    )
    assert copied.exit_code == 0, copied.output
