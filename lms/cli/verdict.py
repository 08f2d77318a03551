from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.completion import bundle
from courses.completion.replay import Replayed, replay
from courses.completion.rules import Check
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import Run
from lms.config import Config
from lms.db import opened
from lms.i18n import words


@click.group("verdict")
def command() -> None:
    """Verdicts of the past, and the bundles that prove them."""


@command.command("replay")
@click.argument("enrolment_id", type=click.IntRange(1))
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]), help="On the office's clock. Default: now.")
@click.option("--bundle", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write the bundle here.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def replay_(enrolment_id: int, at: datetime | None, target: Path | None, as_json: bool) -> None:
    """The verdict of an enrolment as it stood at a moment."""
    with opened(Config.from_environment().database_url) as database, database.look() as db:
        enrolment = _enrolment(db, enrolment_id)
        run = enrolment.run
        moment = clock.at(at.date(), at.time()) if at else clock.now()
        found = replay(db, enrolment, run, run.course, moment)
        if target:
            subject = {"enrolment": enrolment.id, "run": run.id, "course": run.course.title, "number": run.number}
            target.write_bytes(bundle.bundled(found, subject))
    click.echo(json.dumps(_plain(found), ensure_ascii=False) if as_json else _told(found))


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Compute the verdict of a bundle again, without any database. Ends with status 1 where it does not hold."""
    found = bundle.verify(file.read_bytes())
    click.echo(f"{found.subject}: {found.settled or found.ruling.outcome} as of {found.at}")
    for check in found.ruling.reasons:
        click.echo(_line(check))
    click.echo("The verdict follows from its rules and facts, and nothing was changed.")


def _enrolment(db: Session, enrolment_id: int) -> Enrolment:
    one = select(Enrolment).options(joinedload(Enrolment.run).joinedload(Run.course))
    enrolment = db.scalar(one.where(Enrolment.id == enrolment_id, Enrolment.status == Status.ENROLLED))
    if enrolment is None:
        raise click.ClickException(f"Nobody has a place under enrolment {enrolment_id}.")
    return enrolment


def _plain(found: Replayed) -> dict[str, object]:
    return {"at": found.at.isoformat(), "settled": found.stored, **found.ruling.to_json()}


def _told(found: Replayed) -> str:
    lines = [f"{found.stored or found.ruling.outcome} by {found.policy.pin}", *map(_line, found.ruling.reasons)]
    return "\n".join(lines)


def _line(check: Check) -> str:
    return f"  {check.rule}: {words(check.message)}"
