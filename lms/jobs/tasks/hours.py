"""Telling people of learning elsewhere."""

from __future__ import annotations

from courses.notices import outside
from lms.jobs.tasks.notices import teller

tell_outside = teller("tell_outside", outside.of_moves)
