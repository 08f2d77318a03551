"""The command line: `lms WORD …`, one module a word, each with its click command `command`."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import click

from courses.errors import Refused
from lms.i18n import words


class Door(click.Group):
    """What a rule refuses is one line in the terminal's language, and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except Refused as error:
            raise click.ClickException(words(error.message)) from error


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Staff IT training: courses, enrolment, attendance, certificates."""


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    main.add_command(importlib.import_module(f"lms.cli.{_module}").command)
