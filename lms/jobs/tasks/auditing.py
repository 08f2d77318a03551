"""The nightly look at whether all that must hold of enrolments does."""

from __future__ import annotations

from courses.enrolment import audit
from courses.enrolment.findings import Finding
from courses.text import text
from lms.jobs.handlers import handler
from lms.jobs.work import Work

AUDITING = "audit_enrolments"


@handler(AUDITING)
def audit_enrolments(work: Work) -> None:
    """Make every check, and keep what was found in place of what the last audit found."""
    found: list[Finding] = []
    number, steps = 0, len(audit.CHECKS)
    with work.database.look() as db:
        audit.one_moment(db)
        looked_at = audit.size(db)
        for done, check in enumerate(audit.CHECKS):
            work.progress(done, steps)
            for finding in check(db, None):
                number += 1
                if len(found) < audit.KEPT:
                    found.append(finding)
    with work.begin(last=True) as db:
        audit.keep(db, found, number, looked_at)
        work.progress(steps, steps, text("%(n)s findings", n=number) if number else text("Everything holds"))
