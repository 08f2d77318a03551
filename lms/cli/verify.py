from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from lms.config import Config
from lms.db import opened
from lms.i18n import _
from lms.verifier import data as files

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("verify")
def command() -> None:
    """The verification page by itself, outside the office network."""


@command.command("export")
@click.argument("file", type=_FILE)
def export(file: Path) -> None:
    """Write what the page needs into FILE: hashes of codes, names in part, states. No keys, no whole names."""
    with opened(Config.from_environment().database_url) as database, database.look() as db:
        count = files.export(db, file)
    click.echo(_("%(count)s certificates in %(file)s", count=f"{count:,}", file=file))


@command.command("serve")
@click.option("--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="The file.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option(
    "--proxies", type=click.IntRange(0), default=0, help="Reverse proxies in front, whose headers are believed."
)
def serve(data: Path, host: str, port: int, proxies: int) -> None:
    """Serve the page on a file that was exported. A newer file in its place is used at once."""
    from lms.verifier.app import DATA, PROXIES

    files.Data(data)  # says at once what is wrong with it
    os.environ.update({DATA: str(data.absolute()), PROXIES: str(proxies)})
    click.echo(f"http://{host}:{port}/verify")
    _granian(host, port)


def _granian(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    options: dict[str, Any] = {"log_level": "warning", "respawn_failed_workers": True}
    Granian(
        "lms.verifier.app:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        factory=True,
        **options,
    ).serve()
