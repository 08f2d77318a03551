"""What kinds and levels of courses are called."""

from __future__ import annotations

from courses.catalogue.models import Kind, Level
from courses.text import text

KINDS = {
    Kind.CLASSROOM: text("Classroom"),
    Kind.CYBER: text("Cyber"),
    Kind.WORKPLACE: text("Workplace"),
    Kind.BLENDED: text("Blended"),
}
LEVELS = {Level.GENERAL: text("General"), Level.SPECIALIST: text("Specialist")}
