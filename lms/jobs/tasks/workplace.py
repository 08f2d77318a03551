"""Telling people of workplace training."""

from __future__ import annotations

from courses.notices import workplace
from lms.jobs.tasks.notices import teller

tell_filings = teller("tell_filings", workplace.of_filings)
tell_filing_returns = teller("tell_filing_returns", workplace.of_returns)
tell_coaches = teller("tell_coaches", workplace.of_coaches)
tell_skills = teller("tell_skills", workplace.of_signatures)
