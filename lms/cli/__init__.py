"""The command line: `lms WORD …`, one module a word, each with its click command `command`."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import click

from courses.errors import Refused
from lms.i18n import words

_MODULES = {module.name.rstrip("_"): module.name for module in pkgutil.iter_modules(__path__)}


class Door(click.Group):
    """What a rule refuses is one line in the terminal's language, and exit status 1.

    A command is imported when it is asked for: each needs a part of the application, and starts the sooner.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All there are, by name."""
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The one of this name."""
        module = _MODULES.get(cmd_name)
        command: click.Command | None = importlib.import_module(f"{__name__}.{module}").command if module else None
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except Refused as error:
            raise click.ClickException(words(error.message)) from error


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Staff IT training: courses, enrolment, attendance, certificates."""
