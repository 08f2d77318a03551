from __future__ import annotations

from pathlib import Path

import click

from courses import clock
from lms import backup
from lms.config import Config
from lms.db import opened
from lms.files import Files


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path), required=False)
def command(target: Path | None) -> None:
    """Write everything to a file (default: LMS_HOME/backups/DATE.zip) while people work."""
    config = Config.from_environment()
    target = target or _default(config)
    with opened(config.database_url) as database:
        manifest = backup.take(database, Files(config), target)
    click.echo(backup.summary(target, manifest))


def _default(config: Config) -> Path:
    folder = config.home / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder / f"{clock.local(clock.now()):%Y-%m-%d-%H%M%S}.zip"
