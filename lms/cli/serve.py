from __future__ import annotations

import os
import signal
import socket
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import func, select

from courses.people.models import Person
from lms import migrate
from lms.app import create_app
from lms.config import Config
from lms.db import Database

_READY_SECONDS = 60


@click.command("serve")
@click.option("--demo/--no-demo", default=True, help="Load the demo organisation into a new, empty database.")
def command(demo: bool) -> None:
    """Migrate, load the demo into an empty database, and serve."""
    config = Config.from_environment()
    _claim_port(config)
    database = Database(config.database_url)
    migrate.upgrade(database.engine)
    if demo:
        _load_demo(config, database)
    database.engine.dispose()
    threading.Thread(target=_announce, args=(config,), daemon=True).start()
    _granian(config)


def application() -> Flask:
    """The WSGI application of one worker."""
    return create_app(Config.from_environment())


def _claim_port(config: Config) -> None:
    """Fail at once, and say so, when somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {config.host}:{config.port} ({error.strerror}); set PORT to a free one"
            ) from error


def _load_demo(config: Config, database: Database) -> None:
    from lms.demo.load import load  # heavy: only a new database needs it

    with database.look() as db:
        empty = not db.scalar(select(func.count()).select_from(Person))
    sign_ins = config.home / "demo-sign-ins.txt"
    if empty:
        click.echo("loading the demo organisation …")
        lines = load(database)
        _keep_secret(sign_ins, lines)
    if sign_ins.exists():
        click.echo(sign_ins.read_text(encoding="utf-8"))


def _keep_secret(path: Path, lines: list[str]) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _announce(config: Config) -> None:
    address = f"http://{config.host}:{config.port}"
    for _ in range(_READY_SECONDS * 10):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310  # our own address
                click.echo(f"ready {address}")
                return
        except OSError:
            time.sleep(0.1)
    click.echo("the server does not get ready; see the messages above", err=True)
    os.kill(os.getpid(), signal.SIGTERM)


def _granian(config: Config) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    options: dict[str, Any] = {"log_level": "warning", "respawn_failed_workers": True, "backpressure": 256}
    Granian(
        "lms.cli.serve:application",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=4,
        factory=True,
        **options,
    ).serve()
