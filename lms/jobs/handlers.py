"""Who does which job: `@handler("name")` in a module of `lms/jobs/tasks/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Set
from functools import cache
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., None])

HANDLERS: dict[str, Callable[..., None]] = {}
_TOGETHER: set[str] = set()


def handler(name: str, *, together: bool = False) -> Callable[[F], F]:
    """Have this function do the jobs called `name`: `def f(work: Work, **args) -> None`, with the job's arguments.

    It may be called again for the same job, when a worker died in the middle or when it raised. What it changes in the
    database in a transaction of `work.begin(last=True)` happens exactly once; whatever it does before must bear being
    done twice. `Refused` fails the job at once, any other exception after its last attempt.

    `together`: its jobs have nothing but `facts`, and many of them may be done as one, with all their facts in order.
    What fails so is done again one by one.
    """

    def take(function: F) -> F:
        assert name not in HANDLERS, name
        HANDLERS[name] = function
        if together:
            _TOGETHER.add(name)
        return function

    return take


@cache
def known() -> dict[str, Callable[..., None]]:
    """Every handler there is, by name; imports the modules that have them."""
    from lms.jobs import tasks

    for module in pkgutil.iter_modules(tasks.__path__):
        importlib.import_module(f"lms.jobs.tasks.{module.name}")
    return HANDLERS


def together() -> Set[str]:
    """The names of those jobs of which many may be done as one."""
    known()
    return _TOGETHER
