"""What marks and grounds are called."""

from __future__ import annotations

from courses.attendance.marks import MarkInput
from courses.attendance.models import AttendanceMark, Ground
from courses.text import Text, text
from lms.i18n import _, words

MARKS: dict[AttendanceMark, Text] = {
    AttendanceMark.PRESENT: text("Present"),
    AttendanceMark.LATE: text("Late"),
    AttendanceMark.LEFT_EARLY: text("Left early"),
    AttendanceMark.STEPPED_OUT: text("Stepped out"),
    AttendanceMark.ABSENT: text("Absent"),
    AttendanceMark.EXCUSED: text("Excused"),
}
GROUNDS: dict[Ground, Text] = {
    Ground.OFFICIAL_LEAVE: text("Official leave"),
    Ground.LEAVE: text("Leave"),
    Ground.DUTY: text("On duty"),
}


def in_words(mark: MarkInput) -> str:
    """'Late 20 min', 'Excused (duty)', 'Not marked'."""
    if mark.mark is None:
        return _("Not marked")
    name = words(MARKS[mark.mark])
    if mark.minutes is not None:
        return _("%(mark)s %(n)s min", mark=name, n=mark.minutes)
    return f"{name} ({words(GROUNDS[mark.ground])})" if mark.ground else name
