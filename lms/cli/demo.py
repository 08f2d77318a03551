from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import func, select

from courses.errors import Refused
from courses.people.models import Person
from courses.text import text
from lms import migrate
from lms.config import Config
from lms.db import Database, opened
from lms.i18n import _

if TYPE_CHECKING:
    from lms.demo.size import Size


@click.group("demo")
def command() -> None:
    """The demo organisation: a fictional city with its staff, courses and runs around today."""


@command.command("load")
@click.option("--people", type=click.IntRange(1, 1_000_000), help="So many staff (12000 are in its files).")
@click.option("--years", type=click.IntRange(0, 50), help="So many past years of runs, with their results.")
@click.option("--seed", type=int, default=2003, show_default=True, help="Decides what is left to chance.")
def load_command(people: int | None, years: int | None, seed: int) -> None:
    """Load it into a new, empty database, and print a sign-in for each role.

    Without options it is the city of 2003 with its figures; with --people or --years one of any size and history. That
    one comes year by year: when it was interrupted, the same command goes on with it.
    """
    from lms.demo.size import Size  # heavy: only a new database needs it

    size = Size(people or 12_000, years or 0, seed) if people or years is not None else None
    config = Config.from_environment()
    with opened(config.database_url) as database:
        migrate.upgrade(database.engine)
        if not (is_empty(database) or is_interrupted(database)):
            raise Refused(text("There are people in this database; the demo goes into an empty one"))
        load_into(config, database, size)
    click.echo(sign_ins(config).read_text(encoding="utf-8"))


def is_empty(database: Database) -> bool:
    """Whether nobody is in it."""
    with database.look() as db:
        return not db.scalar(select(func.count()).select_from(Person))


def is_interrupted(database: Database) -> bool:
    """Whether a load of the demo ended before it was finished."""
    from lms.demo.growing import begun  # heavy: only a new database needs it

    with database.look() as db:
        return begun(db) is not None


def load_into(config: Config, database: Database, size: Size | None = None) -> None:
    """Load the demo, and keep its sign-ins in a file that only the owner reads."""
    from lms.demo.load import load  # heavy: only a new database needs it

    click.echo(_("Loading the demo organisation …"))
    lines = load(database, config.public_url, size, lambda year: click.echo(_("%(year)s is there", year=year)))
    path = sign_ins(config)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def sign_ins(config: Config) -> Path:
    """Where the demo's sign-ins are kept."""
    return config.home / "demo-sign-ins.txt"
