"""What is told of verdicts as tables to take along."""

from __future__ import annotations

from courses.completion.flips import Flips
from courses.exchange.writing import Sheet
from lms.i18n import _, words
from lms.web.completion.words import OUTCOMES


def flips_sheet(flips: Flips) -> Sheet:
    """Who would end otherwise, by department in official order."""
    rows = [
        (
            one.member.unit,
            one.member.name,
            one.member.employee_no,
            one.title,
            one.number,
            words(OUTCOMES[one.before][0]),
            words(OUTCOMES[one.after][0]),
            " / ".join(words(check.message) for check in one.reasons),
        )
        for one in flips.people
    ]
    headings = (_("Unit"), _("Name"), _("Employee number"), _("Course"), _("Run"), _("Now"), _("Then"), _("Reasons"))
    return Sheet(_("What if"), headings, rows)
