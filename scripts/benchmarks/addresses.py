"""Which pages are measured: every list and every report, who looks at it, and what it may cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from courses import clock
from scripts.benchmarks.cpu import EMPTY
from scripts.benchmarks.grown import Grown
from scripts.benchmarks.reports import reports
from scripts.benchmarks.stage import LIST_MS

OPERATIONS_MS, REPORT_MS = 10.0, 200.0


@dataclass(frozen=True)
class Page:
    """`path` as `who` asks for it (none: by token); `limit` in CPU milliseconds."""

    name: str
    path: str
    who: str
    limit: float | None

    @property
    def is_call(self) -> bool:
        """Whether it is a program that asks."""
        return self.path.startswith("/api/")


def pages(stage: Grown) -> list[Page]:
    """The empty route first: the floor of everything."""
    calls = [
        Page(f"api_{word}_list", f"/api/v1/{word}", "", LIST_MS) for word in ("runs", "courses", "enrolments", "units")
    ]
    asked = (
        Page(f"report_{name}", path, who, REPORT_MS)
        for name, path, who in reports(stage.year, clock.today(), stage.ids)
    )
    return [Page("empty", EMPTY, "", None), *_lists(stage), *calls, *asked]


def _lists(stage: Grown) -> Iterator[Page]:
    """What people work with every day."""
    for who, addresses in _LISTS.items():
        for name, address in addresses.items():
            path = address.format(**stage.ids, year=stage.year, today=clock.today())
            yield Page(f"{name}_list", path, who, OPERATIONS_MS if name == "operations" else LIST_MS)


_LISTS = {
    "employee": {
        "catalogue": "/runs",
        "catalogue_searched": "/runs?q=보안",
        "home": "/",
        "my_learning": "/my-learning",
        "my_timetable": "/my-timetable",
        "my_timetable_month": "/my-timetable?view=month",
        "my_certificates": "/certificates",
        "notices": "/notices",
        "my_tokens": "/my-settings/tokens",
        "run": "/runs/{queued_run}",
        "run_of_selection": "/runs/{selected_run}",
        "draw": "/runs/{drawn_run}/draw",
    },
    "head": {"our_department": "/our-department"},
    "clerk": {
        "our_department_of_clerk": "/our-department",
        "nominations": "/nominations",
        "nominations_of_run": "/runs/{selected_run}/nominations",
    },
    "teacher": {
        "teaching": "/teaching?list=1",
        "attendance_grid": "/sessions/{session}/attendance",
        "timetable_own": "/timetable",
    },
    "officer": {
        "operations": "/operations",
        "work_unmarked": "/operations/work/unmarked",
        "runs": "/operations/runs",
        "runs_of_a_year": "/operations/runs?year={year}",
        "courses": "/operations/courses",
        "areas": "/operations/areas",
        "closed_days": "/operations/closed-days",
        "participants": "/runs/{run}/enrolments",
        "participants_of_old_run": "/runs/{old_run}/enrolments",
        "participants_of_large_run": "/runs/{large_run}/enrolments",
        "roster": "/runs/{run}/roster",
        "closing": "/runs/{old_run}/closing",
        "scores": "/runs/{run}/scores",
        "certificates_of_run": "/runs/{certified_run}/certificates",
        "certificates_register": "/certificates/register",
        "certificates_searched": "/certificates/register?q=김",
        "imports": "/imports",
        "timetable_rooms": "/timetable?by=room",
        "timetable_instructors": "/timetable?by=instructor",
        "timetable_courses": "/timetable?by=course",
        "timetable_month": "/timetable?by=room&view=month",
        "lessons": "/operations/courses/{cyber_course}/lessons",
        "banks": "/operations/courses/{cyber_course}/banks",
        "progress_of_run": "/runs/{cyber_run}/progress",
        "notices_of_run": "/runs/{run}/notices",
        "selection": "/runs/{selected_run}/selection",
        "assignments": "/operations/assignments",
        "assignment": "/operations/assignments/{assignment}",
        "adding": "/runs/{selected_run}/enrolments/adding",
        "letters_of_run": "/runs/{selected_run}/letters",
        "outbox": "/operations/outbox",
        "outbox_message": "/operations/outbox/{message}",
        "enrolment_history": "/enrolments/{changed_enrolment}",
        "queue_replayed": "/runs/{queued_run}/queue",
    },
    "administrator": {
        "people": "/people",
        "people_searched": "/people?q=김",
        "person": "/people/{person}",
        "units": "/units",
        "rooms": "/rooms",
        "unit_and_deputies": "/units/{unit}",
        "jobs": "/settings/jobs",
        "audit": "/settings/audit",
        "audit_of_run": "/settings/audit?run={eventful_run}",
        "sign_ins": "/settings/sign-ins",
        "enrolment_audit": "/settings/enrolments",
        "health": "/settings",
    },
}
