"""Telling people of what happens at the doors of classes."""

from __future__ import annotations

from courses.notices import at_door
from lms.jobs.tasks.notices import teller

tell_door = teller("tell_door", at_door.of_requests)
tell_door_answers = teller("tell_door_answers", at_door.of_answers)
tell_identity = teller("tell_identity", at_door.of_checks)
tell_settled = teller("tell_settled", at_door.of_decisions)
