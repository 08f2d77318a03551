"""What roles and times away are called."""

from __future__ import annotations

from courses.people.models import LeaveKind, Role
from courses.text import text

ROLE_NAMES = {
    Role.INSTRUCTOR: text("Instructor"),
    Role.OFFICER: text("Training officer"),
    Role.HEAD: text("Head of unit"),
    Role.CLERK: text("Department clerk"),
    Role.TRAINER: text("Workplace trainer"),
    Role.ADMINISTRATOR: text("Administrator"),
}
LEAVE_NAMES = {
    LeaveKind.LEAVE: text("Leave of absence"),
    LeaveKind.PARENTAL: text("Parental leave"),
    LeaveKind.SECONDMENT: text("Secondment"),
}
