"""Telling administrators of files that are not what was signed."""

from __future__ import annotations

from courses.notices import damage
from lms.jobs.tasks.notices import teller

TELLING = "tell_damage"

tell_damage = teller(TELLING, damage.of_damage)
