"""A run as its card shows it: every word ready, so that the template of a long list has nothing left to decide."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from courses import clock
from courses.catalogue.models import Kind, Level
from courses.enrolment import actions, eligibility
from courses.enrolment.listing import Listed
from courses.enrolment.models import Status
from courses.enrolment.queries import Meeting
from courses.enrolment.states import SEATED
from courses.people.actor import Actor
from courses.scheduling.models import RunState
from courses.text import text
from lms.i18n import _, ngettext, words
from lms.web.formats import day, hours, month, number, weekday

KINDS = {
    Kind.CLASSROOM: text("Classroom"),
    Kind.CYBER: text("Cyber"),
    Kind.WORKPLACE: text("Workplace"),
}
LEVELS = {Level.GENERAL: text("General"), Level.SPECIALIST: text("Specialist")}

_DEADLINE_DAYS = 3
_FEW_SEATS = 5


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done: a form to post (`posts`) or a link."""

    text: str
    url: str
    kind: str = "ghost"
    posts: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """`tags` of (text, tone, icon), `state` of (text, icon, tone), `meter` the classes of the bar or ''."""

    id: int
    title: str
    month: str
    day: int
    weekday: str
    tags: list[tuple[str, str, str]]
    when: str
    place: str
    teachers: str
    seats: str
    meter: str
    state: tuple[str, str, str] | None
    button: Button | None


def card(run: Listed, actor: Actor, clash: Meeting | None, part: str = "row") -> Card:
    """The card of a run. `part` names the piece of page that an answer to its button replaces: row or page."""
    state, button = standing(run, actor, clash, part)
    return Card(
        id=run.id,
        title=run.title,
        month=month(run.starts_on),
        day=run.starts_on.day,
        weekday=weekday(run.starts_on),
        tags=_tags(run),
        when=_when(run),
        place=run.place,
        teachers=run.teachers,
        seats=_seats(run),
        meter=_meter(run),
        state=state,
        button=button,
    )


def standing(
    run: Listed, actor: Actor, clash: Meeting | None, part: str
) -> tuple[tuple[str, str, str] | None, Button | None]:
    """How the run stands for the person, and what to do about it: never a no without a way out."""
    if run.status in SEATED or run.status is Status.WAITLISTED:
        return _placed(run), _withdrawal(run, part)
    if reason := _closed(run):
        return (reason, "", "dim"), _look(run, part)
    if run.completed:
        return (_("Already completed"), "", "dim"), Button(_("My learning"), "/my-learning", posts=False)
    if clash:
        return (_("Times overlap"), "", "dim"), Button(_("See the other run"), f"/runs/{clash.id}", posts=False)
    if not actor.is_staff:
        return (_("Ask a training officer"), "", "dim"), _look(run, part)
    free = run.capacity is None or run.taken < run.capacity
    label = _("Enrol") if free else _("Join the queue")
    return None, Button(label, f"/runs/{run.id}/enrolments?part={part}", "primary" if free else "")


def _placed(run: Listed) -> tuple[str, str, str]:
    if run.status is Status.WAITLISTED:
        return _("Number %(n)s in the queue", n=run.position), "clock", "info"
    return _("Enrolled"), "circle-check", ""


def _withdrawal(run: Listed, part: str) -> Button | None:
    if run.outcome is None and run.state is RunState.PUBLISHED and actions.may_withdraw(run, run.status):
        return Button(_("Withdraw"), f"/enrolments/{run.enrolment_id}/withdrawal?part={part}")
    return Button(_("My learning"), "/my-learning", posts=False)


def _closed(run: Listed) -> str | None:
    now = clock.now()
    if run.state is not RunState.PUBLISHED:
        return words(_STATES[run.state])
    if run.apply_from and now < run.apply_from:
        return _("Opens %(day)s", day=day(clock.local(run.apply_from).date()))
    if (run.apply_until and now >= run.apply_until) or eligibility.begun(run):
        return _("Applications closed")
    return None


_STATES = {
    RunState.DRAFT: text("Not published yet"),
    RunState.CLOSED: text("Run closed"),
    RunState.CANCELLED: text("Run cancelled"),
}


def _look(run: Listed, part: str) -> Button | None:
    return Button(_("Details"), f"/runs/{run.id}", posts=False) if part == "row" else None


def _tags(run: Listed) -> list[tuple[str, str, str]]:
    tags = [
        (words(KINDS[run.kind]), "info" if run.kind is Kind.CYBER else "", "monitor" if run.kind is Kind.CYBER else "")
    ]
    if run.level is Level.SPECIALIST:
        tags.append((words(LEVELS[run.level]), "", ""))
    left = (clock.local(run.apply_until).date() - clock.today()).days if run.apply_until else None
    if left is not None and left <= _DEADLINE_DAYS and run.status not in SEATED and not _closed(run):
        tags.append(
            (ngettext("Closes in %(n)s day", "Closes in %(n)s days", left) if left else _("Closes today"), "warn", "")
        )
    return tags


def _when(run: Listed) -> str:
    clocks = f"{run.from_clock}–{run.until_clock}" if run.from_clock else ""
    if not run.days:
        return hours(run.minutes) + " · " + _("any time")
    days = ngettext("%(n)s day", "%(n)s days", run.days)
    return f"{hours(run.minutes)} · {days} {clocks}".rstrip()


def _seats(run: Listed) -> str:
    """Words with the number that matters in bold."""
    if run.capacity is None:
        return _("No limit")
    left, capacity = run.capacity - run.taken, number(run.capacity)
    if left > 0:
        return Markup(_("<b>%(left)s</b> of %(capacity)s left", left=number(left), capacity=capacity))  # noqa: S704  # numbers
    waiting = number(run.waiting)
    return Markup(_("%(capacity)s seats · <b>%(waiting)s</b> waiting", capacity=capacity, waiting=waiting))  # noqa: S704  # numbers


def _meter(run: Listed) -> str:
    if not run.capacity:
        return ""
    left = run.capacity - run.taken
    tone = "full" if left <= 0 else "tight" if left <= _FEW_SEATS else ""
    return f"meter {tone} w{round(20 * run.taken / run.capacity) * 5}"
