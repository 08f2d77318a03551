"""What a run keeps of its course from its publication on: whether it is scored (its policy: `completion.gather`)."""

from __future__ import annotations

from sqlalchemy import func

from courses.catalogue.models import Course
from courses.scheduling.models import Run

SCORED = func.coalesce(Run.scored, Course.scored)
"""SQL: whether a run, joined with its course, is scored."""


def is_scored(run: Run, course: Course) -> bool:
    """Whether the run is scored: as it was published, else as the course says now."""
    return course.scored if run.scored is None else run.scored
