"""Where else to go from a run's page: what its officers and instructors do with it."""

from __future__ import annotations

from flask import url_for

from courses.catalogue.models import LEARNT_ONLINE, Kind
from courses.people.actor import Actor
from courses.permissions import Permission, may
from courses.scheduling.models import Mode, Run, RunState
from courses.text import text
from lms.i18n import _, words

_PROGRESS, _SELECTION, _DRAW = "content.run_progress", "selection.show", "draw.show"
_SKILLS = "workplace.of_run"
_OF_MODE = {_SELECTION: Mode.SELECTION, _DRAW: Mode.DRAW}
_PLACES = (
    (text("Selection"), _SELECTION, "list-checks", Permission.PLAN),
    (text("Draw"), _DRAW, "list-checks", Permission.LEARN),
    (text("Participants"), "enrolment.participants", "users", Permission.PLAN),
    (text("Roster to print"), "scheduling.roster", "printer", Permission.TEACH),
    (text("Edit the plan"), "scheduling.show", "pencil", Permission.PLAN),
    (text("Progress"), _PROGRESS, "chart-column", Permission.TEACH),
    (text("Skills"), _SKILLS, "list-checks", Permission.TEACH),
    (text("Scores"), "assessment.show", "list-checks", Permission.TEACH),
    (text("Survey"), "surveys.of_run", "chart-column", Permission.TEACH),
    (text("Letters"), "letters.index", "file-text", Permission.PLAN),
    (text("Close the run"), "completion.show", "clipboard-check", Permission.CLOSE),
    (text("Certificates"), "certificates.of_run", "award", Permission.CERTIFY),
)


def board_of(actor: Actor, run: Run, *, inside: bool) -> list[tuple[str, str, str]]:
    """The way to the board, for who is in the run, teaches it or looks after it."""
    if not inside and not may(actor, Permission.PLAN):
        return []
    return [(_("Board"), url_for("board.show", run_id=run.id), "mail")]


def places_for(actor: Actor, run: Run, teaches: bool) -> list[tuple[str, str, str]]:
    """(text, address, icon) of the pages this person may open: an instructor's only for runs they teach."""
    return [
        (words(label), url_for(endpoint, run_id=run.id), icon)
        for label, endpoint, icon, permission in _PLACES
        if may(actor, permission)
        and (teaches or permission is Permission.LEARN or may(actor, Permission.PLAN))
        and (endpoint != _PROGRESS or run.course.kind in LEARNT_ONLINE)
        and (endpoint != _SKILLS or run.course.kind is Kind.WORKPLACE)
        and _OF_MODE.get(endpoint, run.mode) is run.mode
        and (endpoint != _DRAW or run.state is not RunState.DRAFT)  # nothing is announced yet
    ]
