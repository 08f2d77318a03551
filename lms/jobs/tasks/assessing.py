"""Telling people of scores, appeals and requests to be excused."""

from __future__ import annotations

from courses.notices import assessing
from lms.jobs.tasks.notices import teller

tell_scores = teller("tell_scores", assessing.of_publishings)
tell_scores_back = teller("tell_scores_back", assessing.of_takings_back)
tell_appeals = teller("tell_appeals", assessing.of_appeals)
tell_answers = teller("tell_answers", assessing.of_answers)
tell_absences = teller("tell_absences", assessing.of_requests)
tell_excused = teller("tell_excused", assessing.of_decisions)
