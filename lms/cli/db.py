from __future__ import annotations

import click

from lms import backup
from lms.config import psycopg_url
from lms.db import opened
from lms.i18n import _


@click.group("db")
def command() -> None:
    """The database itself."""


@command.command("copy")
@click.argument("source")
@click.argument("target")
def copy(source: str, target: str) -> None:
    """Copy all rows from one database URL to another, empty one: from SQLite to PostgreSQL, or back."""
    with opened(psycopg_url(source)) as here, opened(psycopg_url(target)) as there:
        sums = backup.carry(here, there)
    rows = sum(one.count for one in sums.values())
    click.echo(_("Copied %(rows)s rows of %(tables)s tables; every one of them arrived", rows=rows, tables=len(sums)))
