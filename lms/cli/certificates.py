from __future__ import annotations

from pathlib import Path
from typing import get_args

import click
from cryptography import x509

from courses.settings.published import REASONS, Published, SigningKey, published
from courses.signing.authority import Algorithm, key_id
from lms import keys
from lms.config import Config, key_folder
from lms.db import opened
from lms.i18n import _, words
from lms.verifier.command import verify

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ALGORITHM = click.option(
    "--algorithm", type=click.Choice(get_args(Algorithm)), default="p256", show_default=True, help="Kind of key."
)


@click.group("certificates")
def command() -> None:
    """The keys that sign certificates, and what a signed file is worth."""


command.add_command(verify)


@command.command("init-keys")
@_ALGORITHM
@click.option("--anew", is_flag=True, help="Also where keys are published, which lie elsewhere or were lost.")
def init_keys(algorithm: Algorithm, anew: bool) -> None:
    """Make an authority of one's own and a first key, in LMS_HOME/keys. `lms serve` does that by itself."""
    config = Config.from_environment()
    with opened(config.database_url) as database, database.begin() as db:
        key = keys.make(config, db, algorithm, anew=anew)
        folder = key_folder(config)
    click.echo(_("Keys are in %(folder)s. Keep a copy of it under lock and key: backups are without", folder=folder))
    click.echo(_line(key))


@command.command("rotate-keys")
@_ALGORITHM
def rotate_keys(algorithm: Algorithm) -> None:
    """Let a new key sign from now on, and destroy the one before. What was signed stays good."""
    config = Config.from_environment()
    with opened(config.database_url) as database, database.begin() as db:
        key = keys.rotate(config, db, algorithm)
    click.echo(_line(key))


@command.command("show-keys")
@click.option("--authority", is_flag=True, help="The authorities' certificates (PEM) instead: what verifiers need.")
@click.option("--revoked", is_flag=True, help="The revocation lists (PEM) instead.")
def show_keys(authority: bool, revoked: bool) -> None:
    """Show the keys: id, kind, days on which it signs, name, and which one signs now."""
    with opened(Config.from_environment().database_url) as database, database.look() as db:
        known = published(db)
    if authority:
        click.echo("".join(known.authorities), nl=False)
    elif revoked:
        click.echo(known.crls_pem, nl=False)
    else:
        _show(known)


@command.command("revoke-key")
@click.argument("key_id")
@click.option("--reason", type=click.Choice(list(REASONS)), required=True, help="Why; see below.")
def revoke_key(key_id: str, reason: str) -> None:
    """Put the key KEY_ID, which signs no longer, on the authority's revocation list.

    With key_compromise (others may have had it) nothing is believed that it ever signed, but what a time stamp proves
    to be older; with superseded and cessation_of_operation what it signed before stays good.
    """
    config = Config.from_environment()
    with opened(config.database_url) as database, database.begin() as db:
        keys.revoke(config, db, key_id, reason)
    click.echo(_("The key %(key)s is revoked: %(why)s", key=key_id, why=words(REASONS[reason])))


@command.command("trust")
@click.argument("file", type=_FILE)
def trust(file: Path) -> None:
    """Believe what the authority whose certificate (PEM) is in FILE vouches for, such as that of a hardware key."""
    with opened(Config.from_environment().database_url) as database, database.begin() as db:
        keys.trust(db, file.read_bytes())


def _show(known: Published) -> None:
    for one in known.authorities:
        told = key_id(x509.load_pem_x509_certificate(one.encode()))
        click.echo(_("Authority: %(key)s", key=told))
    for key in known.keys:
        click.echo(_line(key))
    if not known.keys:
        click.echo(_("There are no keys yet. Make them: lms certificates init-keys"))


def _line(key: SigningKey) -> str:
    state = _("signs now") if key.current else words(REASONS[key.revoked]) if key.revoked else ""
    return f"{key.key_id}  {key.algorithm:8}{key.first_day} – {key.last_day}  {key.name}  {state}".rstrip()
