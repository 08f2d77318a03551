from __future__ import annotations

from pathlib import Path

import click

from lms import backup
from lms.config import Config, key_folder
from lms.db import opened
from lms.files import Files


@click.command("restore")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(source: Path) -> None:
    """Bring a backup back into an empty database, and prove that all of it arrived."""
    config = Config.from_environment()
    with opened(config.database_url) as database:
        manifest = backup.bring_back(database, Files(config), source, key_folder(config))
    click.echo(backup.summary(source, manifest))
