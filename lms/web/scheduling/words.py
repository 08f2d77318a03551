"""What things are called on these pages."""

from __future__ import annotations

from courses.enrolment.rescheduling import WouldClash
from courses.errors import Refused
from courses.scheduling.actions import NotReady
from courses.scheduling.clashes import Clash, Taken
from courses.scheduling.queries import Stage
from courses.text import text
from lms.i18n import _, ngettext, words
from lms.web.formats import moment

STAGES = {
    Stage.DRAFT: (text("Draft"), "warn"),
    Stage.OPEN: (text("Taking applications"), "ok"),
    Stage.AHEAD: (text("Not begun yet"), "info"),
    Stage.RUNNING: (text("Running"), "info"),
    Stage.ENDED: (text("To close"), "warn"),
    Stage.CLOSED: (text("Run closed"), ""),
    Stage.CANCELLED: (text("Run cancelled"), ""),
}
"""What each stage is called, and the tone it is shown in."""

_NAMED = 20
"""How many people a refusal names."""


def reasons(error: Refused) -> list[str]:
    """Everything a refusal has to say, a line each."""
    if isinstance(error, Taken):
        return [_clash(clash) for clash in error.clashes]
    if isinstance(error, WouldClash):
        return [words(one) for one in error.people[:_NAMED]] + _others(len(error.people) - _NAMED)
    if isinstance(error, NotReady):
        return [words(one) for one in error.missing]
    return [words(error.message)]


def _others(count: int) -> list[str]:
    return [ngettext("%(n)s more person", "%(n)s more people", count)] if count > 0 else []


def _clash(clash: Clash) -> str:
    taken = clash.booking
    return _(
        "Session %(n)s: %(name)s is taken by ‘%(title)s’, run %(run)s, session %(other)s, %(when)s.",
        n=clash.session,
        name=taken.name,
        title=taken.title,
        run=taken.run_number,
        other=taken.session_number,
        when=moment(taken.starts_at),
    )
