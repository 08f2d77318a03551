"""What things are called on these pages."""

from __future__ import annotations

from courses.catalogue.actions import Incomplete
from courses.catalogue.queries import Offer
from courses.enrolment.allotment import WouldUnseat
from courses.enrolment.rescheduling import WouldClash
from courses.errors import Refused
from courses.scheduling.actions import NotReady
from courses.scheduling.clashes import Clash, Taken
from courses.scheduling.holidays import DayOff, OnDaysOff
from courses.scheduling.models import Mode
from courses.scheduling.queries import Stage
from courses.scheduling.series import Unit
from courses.text import text
from lms.i18n import _, language, ngettext, words
from lms.web.formats import day, moment

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

UNITS = {Unit.WEEK: text("weeks"), Unit.MONTH: text("months")}
OFFERS = {
    Offer.OFFERED: (text("Offered"), "ok"),
    Offer.DRAFT: (text("Draft"), "warn"),
    Offer.RETIRED: (text("No longer offered"), ""),
}
"""Whether runs of a course are planned, and the tone it is shown in."""

MODES = {
    Mode.SELECTION: text("By selection"),
    Mode.FIRST_COME: text("First come, first served"),
    Mode.DRAW: text("By draw"),
    Mode.ASSIGNED: text("By assignment"),
    Mode.OPEN: text("Open to all"),
}
"""How places are given out."""
LIMITED = {mode: label for mode, label in MODES.items() if mode is not Mode.OPEN}
"""Those to choose from: without a limit, first come is open to all."""
LEVELS_OF_UNITS = {1: text("Bureaux"), 2: text("Divisions"), 3: text("Teams")}
"""The levels of the tree of units, as `Run.quota_depth` counts them."""

_NAMED = 20
"""How many people a refusal names."""


def reasons(error: Refused) -> list[str]:
    """Everything a refusal has to say, a line each."""
    if isinstance(error, Taken):
        return [clash_words(clash) for clash in error.clashes]
    if isinstance(error, WouldClash):
        return [words(one) for one in error.people[:_NAMED]] + _others(len(error.people) - _NAMED)
    if isinstance(error, WouldUnseat):
        lost = [_("%(name)s would lose the seat", name=name) for name in error.people]
        return lost[:_NAMED] + _others(len(lost) - _NAMED)
    if isinstance(error, OnDaysOff):
        return [_day_off(number, off) for number, off in error.days]
    if isinstance(error, NotReady | Incomplete):
        return [words(one) for one in error.missing]
    return [words(error.message)]


def _day_off(number: int, off: DayOff) -> str:
    said = _("Session %(n)s would be on a day off: %(name)s, %(day)s", n=number, name=off_name(off), day=day(off.day))
    return f"{said}. " + _("Choose another day, or tick below that it takes place anyway.")


def off_name(off: DayOff) -> str:
    """What a day off is called in the reader's language."""
    return off.name if language() == "ko" else off.name_en


def _others(count: int) -> list[str]:
    return [ngettext("%(n)s more person", "%(n)s more people", count)] if count > 0 else []


def clash_words(clash: Clash) -> str:
    """What a session meets, in a sentence."""
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
