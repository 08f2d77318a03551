from __future__ import annotations

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.people.models import Person
from courses.people.queries import by_key
from courses.text import text
from lms.api import tokens
from lms.api.models import ApiToken
from lms.config import Config
from lms.db import opened


@click.group("token")
def command() -> None:
    """Tokens with which programs use the API as a person."""


@command.command()
@click.option("--person", "key", required=True, help="Employee number, or e-mail of somebody without one.")
@click.option("--name", required=True, help="What will use it.")
@click.option("--days", type=int, default=tokens.DAYS, show_default=True, help="How long it is good for.")
def create(key: str, name: str, days: int) -> None:
    """Make a token and print it: it is shown only now."""
    with opened(Config.from_environment().database_url) as database, database.begin() as db:
        _, secret = tokens.make(db, None, _person(db, key).id, name, days)
    click.echo(secret)


@command.command("list")
@click.option("--person", "key", help="Only those of one person.")
def list_(key: str | None) -> None:
    """Show the tokens that are not revoked: beginning, employee number, last use, last day, name."""
    with opened(Config.from_environment().database_url) as database, database.look() as db:
        person_id = _person(db, key).id if key else None
        for token in tokens.of_person(db, person_id):
            number = db.scalar(
                select(func.coalesce(Person.employee_no, Person.external_key)).where(Person.id == token.person_id)
            )
            used = token.last_used_on or "–"
            click.echo(f"{token.prefix}  {number}  {used}  {token.expires_on}  {token.name}")


@command.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Revoke the token that begins with PREFIX (its first 12 characters, as `list` shows them)."""
    with opened(Config.from_environment().database_url) as database, database.begin() as db:
        token = db.scalar(select(ApiToken).where(ApiToken.prefix == prefix[: tokens.SHOWN]))
        if token is None:
            raise Refused(text("There is no token that begins with %(prefix)s", prefix=prefix))
        tokens.revoke(db, None, token)


def _person(db: Session, key: str) -> Person:
    person = by_key(db, key)
    if person is None:
        raise Refused(text("Nobody has the employee number or e-mail %(key)s", key=key))
    return person
