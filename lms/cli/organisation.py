from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import click

from courses.errors import Refused
from courses.settings.organisation import (
    Organisation,
    change_organisation,
    check_number_pattern,
    check_picture,
    organisation,
    store_asset,
)
from courses.text import text
from lms.config import Config
from lms.db import opened

NAMES = [field.name for field in fields(Organisation) if field.type == "str" and field.name not in ("seal", "logo")]


@click.command("organisation")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--seal", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A PNG of the seal.")
@click.option("--issue-on-closing/--issue-by-hand", default=None, help="Whether closing a run issues its certificates.")
@click.option("--target-hours", type=click.IntRange(0, 2000), help="Recognised hours a year for everybody; 0: none.")
def command(
    settings: tuple[str, ...], seal: Path | None, issue_on_closing: bool | None, target_hours: int | None
) -> None:
    """Show the organisation's settings, or change them: lms organisation name=한빛시 issuer=한빛시장.

    What was issued before stays as it was.
    """
    wanted: dict[str, object] = dict(_parse(setting) for setting in settings)
    if issue_on_closing is not None:
        wanted["issue_on_closing"] = issue_on_closing
    if target_hours is not None:
        wanted["target_hours"] = target_hours
    with opened(Config.from_environment().database_url) as database, database.begin() as db:
        if seal:
            wanted["seal"] = store_asset(db, _png(seal), "image/png")
        new = replace(organisation(db), **wanted)  # type: ignore[arg-type]  # names are checked in _parse
        change_organisation(db, None, new)
        for name in [*NAMES, "seal", "issue_on_closing", "target_hours"]:
            click.echo(f"{name}={getattr(new, name)}")


def _parse(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals or name not in NAMES:
        names = ", ".join(NAMES)
        raise Refused(
            text("“%(setting)s” is not NAME=VALUE with one of the names %(names)s", setting=setting, names=names)
        )
    if name == "number_pattern":
        check_number_pattern(value)
    return name, value


def _png(path: Path) -> bytes:
    data = path.read_bytes()
    check_picture(data)
    return data
