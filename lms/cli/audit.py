from __future__ import annotations

import json

import click

from courses.enrolment import audit
from courses.enrolment.findings import Finding
from lms.config import Config
from lms.db import opened
from lms.i18n import words


@click.group("audit")
def command() -> None:
    """See whether all that must hold does."""


@command.command()
@click.option("--run", "run_id", type=click.IntRange(1), help="Only this run.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def enrolments(run_id: int | None, as_json: bool) -> None:
    """Seats, queues, quotas, offers and histories of enrolments. Ends with status 1 where something does not hold."""
    number = 0
    with opened(Config.from_environment().database_url) as database, database.look() as db:
        audit.one_moment(db)
        for finding in audit.findings(db, run_id):
            number += 1
            click.echo(_json(finding) if as_json else _line(finding))
    if number:
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo("All that must hold of enrolments holds.")


def _line(one: Finding) -> str:
    enrolment = f", enrolment {one.enrolment_id}" if one.enrolment_id else ""
    return f"run {one.run_id}{enrolment}: {words(one.message)}. {words(one.remedy)}. [{one.code}]"


def _json(one: Finding) -> str:
    told = one._asdict() | {"message": words(one.message), "remedy": words(one.remedy)}
    return json.dumps(told, ensure_ascii=False)
