from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.people.actions import add_staff, grant_role, take_role
from courses.people.models import Person, Role
from courses.text import text
from lms.app import create_app
from lms.auth.passwords import link_token
from lms.config import Config
from lms.db import opened

ROLES = click.Choice([role.value for role in Role])


@click.group("people")
def command() -> None:
    """Persons, their roles, and links to set a password."""


@command.command()
@click.argument("key")
@click.argument("name")
def add(key: str, name: str) -> None:
    """Add a person with an employee number (KEY) and a NAME, such as the first administrator."""
    with _writing() as db:
        add_staff(db, None, key, name)


@command.command()
@click.argument("key")
@click.argument("role", type=ROLES)
def grant(key: str, role: str) -> None:
    """Give the person with an employee number or mail (KEY) a ROLE."""
    with _writing() as db:
        grant_role(db, None, _person(db, key), Role(role))


@command.command()
@click.argument("key")
@click.argument("role", type=ROLES)
def take(key: str, role: str) -> None:
    """Take a ROLE back from the person with an employee number or mail (KEY)."""
    with _writing() as db:
        take_role(db, None, _person(db, key), Role(role))


@command.command()
@click.argument("key")
def password_link(key: str) -> None:
    """Print a link with which the person with an employee number or mail (KEY) can set a password."""
    config = Config.from_environment()
    with opened(config.database_url) as database, create_app(config, database).app_context(), database.look() as db:
        person = _person(db, key)
        click.echo(f"{config.public_url}/password/{link_token(person.id, person.session_key)}")


@contextmanager
def _writing() -> Iterator[Session]:
    """One transaction on the configured database."""
    with opened(Config.from_environment().database_url) as database, database.begin() as db:
        yield db


def _person(db: Session, key: str) -> Person:
    people = db.scalars(
        select(Person).where(or_(Person.employee_no == key, Person.external_key == key, Person.mail == key))
    ).all()
    if len(people) != 1:
        message = text("%(count)s people have the employee number or e-mail %(key)s", count=len(people), key=key)
        raise Refused(message)
    return people[0]
