from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any

import click

from courses.errors import Refused
from courses.text import text
from lms import migrate
from lms.config import Config
from lms.db import Database, opened
from lms.jobs.child import watch_parent
from lms.jobs.worker import Worker

_BESIDE = 10
"""How far it stands back behind the web server beside which it works: people wait for pages, nobody for a mail."""


@click.command("work")
@click.option("--parent", type=int, hidden=True, help="End when the process of this id has ended.")
def command(parent: int | None) -> None:
    """Do background work (mail, large imports, print files) until told to stop. Any number, on any host."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    config = Config.from_environment()
    stop = threading.Event()
    _stop_on_signals(stop, interactive=parent is None)
    if parent is not None:
        watch_parent(parent, stop)
        os.nice(_BESIDE)
    with opened(config.database_url) as database:
        _check_schema(database)
        Worker(database, config, stop=stop).run()


def _stop_on_signals(stop: threading.Event, *, interactive: bool) -> None:
    def end(_signal: int, _frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end if interactive else signal.SIG_IGN)  # of a child the parent hears, and ends it


def _check_schema(database: Database) -> None:
    with database.look() as db:
        if not migrate.is_current(db):
            raise Refused(text("The database is of another version. Run “lms migrate” first."))
