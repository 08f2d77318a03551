"""Telling of weighty steps, and of runs that are open again."""

from __future__ import annotations

from courses.notices import confirming
from lms.jobs.tasks.notices import teller

tell_second_persons = teller("tell_second_persons", confirming.of_asked)
tell_confirmed = teller("tell_confirmed", confirming.of_confirmed)
tell_declined = teller("tell_declined", confirming.of_declined)
tell_reopenings = teller("tell_reopenings", confirming.of_reopenings)
