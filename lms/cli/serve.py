from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import sys
import time
import urllib.request
from contextlib import nullcontext
from typing import Any

import click
from flask import Flask

from courses.errors import Refused
from courses.text import text
from lms import migrate
from lms.app import create_app
from lms.cli.demo import is_empty, load_into, sign_ins
from lms.config import Config
from lms.db import Database, opened
from lms.i18n import _, words
from lms.jobs.child import worker_beside

_READY_SECONDS = 60
_ENDING_SECONDS = 10
"""What a worker may take to finish its requests; then it is killed, as the system would do with the server."""
_TURN_SECONDS = 0.015
"""How long a thread keeps its turn. Long enough for a page (3 ms): threads that pass turns to and fro within it made
pages slower by a fifth. Short enough that a sign-in or an import in another thread keeps nobody waiting."""
THREADS = 12
"""Of a worker, and so its connections to the database: those of seven workers, and of what is done beside, are below
PostgreSQL's usual hundred. Presses that wait for one another are done together: with eight threads about four of them,
with twelve six."""
_GARBAGE = (20_000, 20, 50)
"""When Python looks for garbage: a page makes thousands of objects, nearly all of which go without being looked for."""


@click.command("serve")
@click.option("--demo/--no-demo", default=True, help="Load the demo organisation into a new, empty database.")
@click.option("--work/--no-work", default=True, help="Do the background work too, in a process beside.")
def command(demo: bool, work: bool) -> None:
    """Migrate, load the demo into an empty database, and serve."""
    config = Config.from_environment()
    _claim_port(config)
    # In a process that ends before the workers are forked: else they had in memory what it read of the signing keys.
    alone = multiprocessing.Process(target=prepare, args=(config, demo))
    alone.start()
    alone.join()
    if alone.exitcode:
        raise SystemExit(alone.exitcode)
    # A process, not a thread: the workers are forked meanwhile, with every lock that a thread holds just then.
    multiprocessing.Process(target=_announce, args=(config, os.getpid()), daemon=True).start()
    with worker_beside() if work else nullcontext():
        _granian(config)


def prepare(config: Config, demo: bool) -> None:
    """All that is done before the first request: the schema, the demo in an empty database, the signing keys.

    What a rule refuses is one line, and exit status 1, as of any command.
    """
    try:
        with opened(config.database_url) as database:
            migrate.upgrade(database.engine)
            if demo:
                _load_demo(config, database)
            _ensure_keys(config, database)
    except Refused as error:
        click.ClickException(words(error.message)).show()
        raise SystemExit(1) from error


def application() -> Flask:
    """The WSGI application of one worker, which ends at once when it is told to while it still begins.

    It was forked from the server, whose handlers only note the signal: the server would wait for it without end.
    """
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, signal.SIG_DFL)
    app = create_app(Config.from_environment())
    settle()
    return app


def settle() -> None:
    """Set Python up for serving: longer turns of threads, and no looking for garbage in what is here to stay."""
    sys.setswitchinterval(_TURN_SECONDS)
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def _claim_port(config: Config) -> None:
    """Fail at once, and say so, when somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            message = text(
                "Cannot listen on %(host)s:%(port)s (%(why)s). Set PORT to a free one",
                host=config.host,
                port=config.port,
                why=error.strerror or "",
            )
            raise Refused(message) from error


def _load_demo(config: Config, database: Database) -> None:
    if is_empty(database):
        load_into(config, database)
    if sign_ins(config).exists():
        click.echo(sign_ins(config).read_text(encoding="utf-8"))


def _ensure_keys(config: Config, database: Database) -> None:
    """Those that serve never see them."""
    from lms import keys  # heavy: takes a tenth of a second

    with database.begin() as db:
        keys.ensure(config, db)


def _announce(config: Config, server: int) -> None:
    address = f"http://{config.host}:{config.port}"
    for _try in range(_READY_SECONDS * 10):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310  # our own address
                click.echo(f"ready {address}")
                return
        except OSError:
            time.sleep(0.1)
    click.echo(_("The server does not get ready; see the messages above"), err=True)
    os.kill(server, signal.SIGTERM)


def _granian(config: Config) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    options: dict[str, Any] = {
        "log_level": "warning",
        "respawn_failed_workers": True,
        "backpressure": 256,
        "workers_kill_timeout": _ENDING_SECONDS,
    }
    Granian(
        "lms.cli.serve:application",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=THREADS,
        factory=True,
        **options,
    ).serve()
