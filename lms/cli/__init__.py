"""The command line: `lms WORD …`, one module a word, each with its click command `command`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import click

from courses.errors import Refused
from lms import i18n


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Staff IT training: courses, enrolment, attendance, certificates."""


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    commands.add_command(importlib.import_module(f"lms.cli.{_module}").command)


def main() -> None:
    """Run a command; what a rule refuses is one line and exit status 1."""
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except Refused as error:
        click.echo(i18n.words(error.message), err=True)
        sys.exit(1)
