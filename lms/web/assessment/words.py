"""What parts of a score and states of appeals are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from courses.assessment.models import AppealState, ComponentKind
from courses.assessment.parts import DEFAULT_NAME, Part
from courses.text import text
from lms.i18n import _

KINDS = {
    ComponentKind.EXAM: text("Exam"),
    ComponentKind.PRACTICE: text("Practice"),
    ComponentKind.ASSIGNMENT: text("Assignment"),
    ComponentKind.PRESENTATION: text("Presentation"),
    ComponentKind.CONDUCT: text("Conduct"),
}
STATES = {
    AppealState.OPEN: (text("Waits for an answer"), "info"),
    AppealState.KEPT: (text("Points kept"), ""),
    AppealState.CHANGED: (text("Points changed"), "ok"),
}
"""State of an appeal → its name and tone."""


def part_name(name: str) -> str:
    """As it is shown: the one that a run gets by itself bears no Korean name in English."""
    return _("Assessment") if name == DEFAULT_NAME else name


def shown(parts: Sequence[Part]) -> list[Part]:
    """The parts with the names that are shown."""
    return [replace(part, name=part_name(part.name)) for part in parts]


def stored(parts: Sequence[Part]) -> list[Part]:
    """The parts as they were typed, with the names that are stored."""
    return [replace(part, name=DEFAULT_NAME) if part.name == _("Assessment") else part for part in parts]
