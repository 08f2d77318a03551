"""What each task of the work queue is called, and where its work is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from courses.letters import halves
from courses.reporting.queue import Count, Task
from courses.text import Text, text
from lms.i18n import _, ngettext, words

_Entry = tuple[int, str, str, str, str]
"""Number, name, detail, address, tone: what the component `queue` draws."""


@dataclass(frozen=True)
class Words:
    """How a task is shown: its name, its list's headings, the button of each line.

    `list_at`: the page where all of it is done at once, instead of the list.
    """

    name: Text
    day: Text
    people: Text
    button: Text
    endpoint: str
    parameter: str = "run_id"
    tone: str = ""
    counts_people: bool = False
    list_at: str = ""


TASKS = {
    Task.UNMARKED: Words(
        text("Attendance missing"),
        text("Session"),
        text("Not marked"),
        text("Take attendance"),
        "attendance.show",
        "session_id",
        "warn",
    ),
    Task.DOOR: Words(
        text("Waiting at the door"),
        text("Session"),
        text("Requests"),
        text("Answer what waits"),
        "checkin.door",
        "session_id",
        "warn",
        counts_people=True,
        list_at="checkin.waiting",
    ),
    Task.FILINGS: Words(
        text("Workplace training to confirm"),
        text("Took place"),
        text("Took part"),
        text("Look and confirm"),
        "workplace.show",
        tone="info",
    ),
    Task.TO_CLOSE: Words(
        text("Runs to close"), text("Ended"), text("Enrolled"), text("Judge and close"), "completion.show", tone="warn"
    ),
    Task.ABSENCES: Words(
        text("Excused absences to decide"),
        text("Starts"),
        text("Requests"),
        text("To the requests"),
        "absences.index",
        tone="warn",
        counts_people=True,
        list_at="absences.index",
    ),
    Task.APPEALS: Words(
        text("Appeals to answer"),
        text("Ended"),
        text("Appeals"),
        text("To the scores"),
        "assessment.show",
        tone="warn",
        counts_people=True,
    ),
    Task.CERTIFICATES: Words(
        text("Certificates to issue"),
        text("Ended"),
        text("Without certificate"),
        text("To the certificates"),
        "certificates.of_run",
        tone="info",
        counts_people=True,
    ),
    Task.LETTERS: Words(
        text("Results to report"), text("Ended"), text("Enrolled"), text("To the letters"), "letters.index", tone="info"
    ),
    Task.SELECTIONS: Words(
        text("Selections to make"),
        text("Starts"),
        text("Candidates"),
        text("Select"),
        "selection.show",
        tone="info",
    ),
    Task.DRAWS: Words(
        text("Draws to hold"), text("Starts"), text("Entrants"), text("To the draw"), "draw.show", tone="info"
    ),
    Task.TOO_FEW: Words(
        text("Too few people"), text("Starts"), text("Enrolled"), text("To the run"), "scheduling.show", tone="warn"
    ),
    Task.QUEUES: Words(
        text("Waiting for a seat"),
        text("Starts"),
        text("Waiting"),
        text("To the run"),
        "scheduling.show",
        tone="info",
        counts_people=True,
    ),
    Task.CONFIRMATIONS: Words(
        text("Steps to confirm"),
        text("Ended"),
        text("Enrolled"),
        text("Look at it"),
        "confirming.show",
        "confirmation_id",
        "info",
    ),
    Task.DRAFTS: Words(text("Drafts"), text("Starts"), text("Enrolled"), text("To the run"), "scheduling.show"),
}


def card(count: Count) -> _Entry:
    """A number of the first screen. Where there is one thing only, it leads right to it, else to the list."""
    task = TASKS[count.task]
    number = count.people if task.counts_people else count.things
    return number, words(task.name), _detail(count), _address(count), task.tone


def owed(db: Session) -> list[_Entry]:
    """The results of the last half-year, while nobody has written them."""
    found = halves.owed(db)
    if found is None:
        return []
    detail = _("%(half)s, by %(day)s", half=words(found.half.name), day=found.until)
    address = url_for("letters.half_year_results", half=found.half.key)
    return [(1, _("Half-year results"), detail, address, "warn" if found.is_late else "")]


def _address(count: Count) -> str:
    if list_at := TASKS[count.task].list_at:
        return url_for(list_at)
    if count.only_id is None:
        return url_for("reporting.work", task=count.task.value)
    return open_at(count.task, count.only_id)


def open_at(task: Task, identity: int) -> str:
    """The page where one thing of a task is done."""
    values: dict[str, Any] = {TASKS[task].parameter: identity}
    return url_for(TASKS[task].endpoint, **values)


def _detail(count: Count) -> str:
    if count.task == Task.LETTERS:
        n = count.things
        return ngettext("closed run, due ten days after its end", "closed runs, due ten days after their end", n)
    if count.task == Task.CONFIRMATIONS:
        return ngettext("step that a second person confirms", "steps that a second person confirms", count.things)
    return _detail_of_runs(count)


def _detail_of_runs(count: Count) -> str:
    n = count.things
    if count.task == Task.UNMARKED:
        return ngettext("session that has ended", "sessions that have ended", n)
    if count.task == Task.DOOR:
        return ngettext("in one class", "in %(n)s classes", n)
    if count.task == Task.FILINGS:
        return ngettext("run that a department filed", "runs that departments filed", n)
    if count.task == Task.TO_CLOSE:
        return ngettext("run that has ended", "runs that have ended", n)
    if count.task in (Task.ABSENCES, Task.APPEALS):
        return ngettext("in one run", "in %(n)s runs", n)
    if count.task == Task.CERTIFICATES:
        return ngettext("people of one run", "people of %(n)s runs", n)
    if count.task in (Task.SELECTIONS, Task.DRAWS):
        return ngettext("run whose applications have closed", "runs whose applications have closed", n)
    if count.task == Task.TOO_FEW:
        return ngettext("run that starts within 7 days", "runs that start within 7 days", n)
    if count.task == Task.QUEUES:
        return ngettext("people for one full run", "people for %(n)s full runs", n)
    return ngettext("run not yet published", "runs not yet published", n)
