from __future__ import annotations

import click

from lms import migrate
from lms.config import Config
from lms.db import opened


@click.command("migrate")
def command() -> None:
    """Bring the database's schema to this version."""
    with opened(Config.from_environment().database_url) as database:
        migrate.upgrade(database.engine)
