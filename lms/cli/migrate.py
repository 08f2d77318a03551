from __future__ import annotations

import click

from lms import migrate
from lms.config import Config
from lms.db import Database


@click.command("migrate")
def command() -> None:
    """Bring the database's schema to this version."""
    migrate.upgrade(Database(Config.from_environment().database_url).engine)
