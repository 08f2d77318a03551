from __future__ import annotations

from pathlib import Path

import click

from courses import clock
from courses.errors import Refused
from courses.text import text
from lms import backup
from lms.config import Config, key_folder
from lms.db import opened
from lms.files import Files


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option("--with-keys", is_flag=True, help="With the signing keys. Guard the file like them: it can sign.")
def command(target: Path | None, with_keys: bool) -> None:
    """Write everything to a file (default: LMS_HOME/backups/DATE.zip) while people work."""
    config = Config.from_environment()
    target = target or _default(config)
    folder = key_folder(config)
    if with_keys and not folder.exists():
        raise Refused(text("There are no keys in %(folder)s", folder=folder))
    with opened(config.database_url) as database:
        manifest = backup.take(database, Files(config), target, folder if with_keys else None)
    click.echo(backup.summary(target, manifest))


def _default(config: Config) -> Path:
    folder = config.home / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder / f"{clock.local(clock.now()):%Y-%m-%d-%H%M%S}.zip"
