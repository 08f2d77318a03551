"""How the places of a run are given out: the usual way, and until when another one may be chosen."""

from __future__ import annotations

from courses import clock
from courses.catalogue.models import Kind
from courses.errors import Refused, WayOut
from courses.scheduling.models import Mode, Run, RunState
from courses.text import text

COUNTED = (Mode.SELECTION, Mode.DRAW)
"""Modes in which places are given out among many: without a limit there is nothing to select or draw."""

_AT_ONCE = {Mode.FIRST_COME, Mode.OPEN}


def usual_mode(kind: Kind, capacity: int | None) -> Mode:
    """How places of such a course are given out unless somebody says otherwise (`capacity` None: no limit)."""
    if kind in (Kind.CLASSROOM, Kind.BLENDED):
        return Mode.SELECTION
    return Mode.OPEN if capacity is None else Mode.FIRST_COME


def settled(kind: Kind, capacity: int | None, wanted: Mode | None) -> Mode:
    """The mode of a run for which one is wanted (None: the usual one): first come without a limit is open."""
    mode = wanted or usual_mode(kind, capacity)
    if mode in _AT_ONCE:
        return Mode.OPEN if capacity is None else Mode.FIRST_COME
    return mode


def is_announced(run: Run) -> bool:
    """Whether people have been told how places are given out: applications have opened."""
    return run.state is not RunState.DRAFT and (run.apply_from is None or run.apply_from <= clock.now())


def require_unannounced(run: Run, mode: Mode) -> None:
    """Refuse another mode for a run in which people may have applied under the one there is.

    With or without a limit on the seats they are given out at once: that may always change.
    """
    if mode is not run.mode and is_announced(run) and not {mode, run.mode} <= _AT_ONCE:
        raise fixed(run)


def fixed(run: Run) -> Refused:
    """What is said when another way of giving out places comes too late."""
    message = text("How places are given out is fixed once applications have opened")
    return Refused(message, code="mode_fixed", way_out=WayOut("run", text("Look at the run"), run.id))
