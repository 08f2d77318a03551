"""What somebody may see of a run's survey."""

from __future__ import annotations

from dataclasses import replace

from courses.permissions import Permission, may
from courses.scheduling.models import Run, RunState
from courses.surveys import queries
from courses.surveys.queries import Figures
from lms.auth.guard import me
from lms.db import looking


def figures_for(run: Run) -> Figures | None:
    """An officer sees all of it; an instructor the own points, once the run is closed. None: there is nothing yet."""
    figures = queries.figures(looking(), run.id)
    if figures is None or may(me(), Permission.PLAN):
        return figures
    if run.state is not RunState.CLOSED:
        return None
    return replace(figures, instructors=tuple(one for one in figures.instructors if one.person_id == me().id))
