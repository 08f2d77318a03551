from __future__ import annotations

import json
from pathlib import Path

import click

from courses.enrolment import lots
from lms.i18n import words


@click.group("draw")
def command() -> None:
    """Draws of places, which anybody can run again."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Run the draw in FILE again (it needs no database), and name each line that is wrong."""
    content = file.read_bytes()
    faults = lots.verify(content)
    for fault in faults:
        click.echo(f"{file.name}:{fault.line}: {words(fault.message)}", err=True)
    if faults:
        raise click.exceptions.Exit(1)
    drawn = next(row for row in json.loads(content) if row["what"] == "drawn")
    click.echo(f"The draw is true: held on {drawn['at']} by the seed {drawn['seed']}")
