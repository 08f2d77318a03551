from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from courses.exchange.actions import apply
from courses.exchange.formats import kinds
from courses.exchange.preview import Preview, look, parse
from lms.config import Config
from lms.db import opened
from lms.i18n import _, words
from lms.web.exchange.words import changes, field_name
from lms.web.formats import number

_SHOWN = 100


@click.command("import")
@click.argument("kind", type=click.Choice(list(kinds)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen; write nothing.")
@click.option("--year", type=click.IntRange(1990, 2199), help="Year of the runs (for evidence).")
@click.option("--effective", type=click.DateTime(["%Y-%m-%d"]), help="Day from which a staff file counts [today].")
@click.option("--only-good", is_flag=True, help="Import the good rows and leave out the bad ones.")
@click.option("--retire", is_flag=True, help="Deactivate the people who are not in a staff file.")
def command(
    kind: str,
    file: Path,
    dry_run: bool,
    year: int | None,
    effective: datetime | None,
    only_good: bool,
    retire: bool,
) -> None:
    """Bring in FILE (CSV or XLSX). All or nothing, unless --only-good. Exit status 1 when a row is bad."""
    with opened(Config.from_environment().database_url) as database:
        source = parse(kind, file.read_bytes(), file.name, year, effective.date() if effective else None)
        with database.look() as db:
            preview = look(db, source)
        _show(preview)
        if dry_run:
            click.echo(_("Dry run: nothing was written."))
        elif preview.bad and not only_good:
            click.echo(_("Nothing was imported. Bad rows: %(count)s.", count=preview.bad_rows), err=True)
        else:
            with database.begin() as db:
                apply(db, None, preview, only_good=only_good, retire=retire)
            click.echo(_("The file is imported."))
    if preview.bad:
        sys.exit(1)


def _show(preview: Preview) -> None:
    plan = preview.plan
    counts = [
        (_("added"), len(plan.added)),
        (_("changed"), len(plan.changed)),
        (_("left alone"), plan.same),
        (_("bad rows"), preview.bad_rows),
    ]
    if preview.source.format.retires:
        counts.append((_("gone"), len(plan.gone)))
    title = words(preview.source.format.title)
    click.echo(f"{title}: " + " · ".join(f"{label} {number(count)}" for label, count in counts))
    for note in plan.notes:
        click.echo(words(note))
    _list(_changes(preview))
    _list([f"− {entry.key} {entry.name}" for entry in plan.gone])
    _list(_bad(preview), err=True)


def _changes(preview: Preview) -> list[str]:
    return [
        f"{entry.key} {entry.name}: "
        + "; ".join(f"{field}: {before} → {after}" for field, before, after in changes(preview, entry))
        for entry in preview.plan.changed
    ]


def _bad(preview: Preview) -> list[str]:
    lines = []
    for bad in preview.bad:
        place = " ".join(part for part in (field_name(preview, bad.field) if bad.field else "", bad.value) if part)
        where = _("Row %(row)s: %(place)s", row=bad.row, place=place)
        lines.append(f"{where}: {words(bad.reason)} {words(bad.remedy)}")
    return lines


def _list(lines: list[str], *, err: bool = False) -> None:
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}", err=err)
    if len(lines) > _SHOWN:
        click.echo("  " + _("… and %(count)s more", count=number(len(lines) - _SHOWN)), err=err)
