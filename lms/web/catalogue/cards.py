"""A run as its card shows it: every word ready and escaped, so that a long list has nothing left to decide."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from markupsafe import Markup, escape

from courses import clock
from courses.catalogue.models import Kind, Level
from courses.enrolment import actions, eligibility
from courses.enrolment.listing import Listed
from courses.enrolment.models import Outcome, Status
from courses.enrolment.queries import Overlap
from courses.enrolment.states import SEATED
from courses.people.actor import Actor
from courses.scheduling.models import RunState
from courses.text import text
from lms.i18n import _, ngettext, words
from lms.web.catalogue.words import KINDS
from lms.web.completion.words import OUTCOMES
from lms.web.formats import day, hours, month_badge, number, weekday_name

_STATES = {
    RunState.DRAFT: text("Not published yet"),
    RunState.CLOSED: text("Run closed"),
    RunState.CANCELLED: text("Run cancelled"),
}
_DEADLINE_DAYS = 3
_FEW_SEATS = 5


class Button(NamedTuple):
    """What can be done: a form to post (`posts`) or a link. The address is one of ours."""

    text: Markup
    url: str
    kind: str = "ghost"
    posts: bool = True


class State(NamedTuple):
    """How the run stands for the person."""

    text: Markup
    icon: str = ""
    tone: str = "dim"


class Card(NamedTuple):
    """What the template writes as it is: words are `Markup`, so that none gets there unescaped.

    `tags` of (words, tone, icon); `meter` the classes of the bar or ''.
    """

    id: int
    title: Markup
    month: Markup
    day: int
    weekday: Markup
    tags: list[tuple[Markup, str, str]]
    when: Markup
    place: Markup
    teachers: Markup
    seats: Markup
    meter: str
    state: State | None
    button: Button | None


class Cards:
    """Makes the cards of one page for one person. `part` names what an answer to a button replaces: row or page."""

    def __init__(self, actor: Actor, part: str = "row") -> None:
        self.actor, self.part = actor, part
        self.now, self.today = clock.now(), clock.today()
        self.badges: dict[date, tuple[Markup, Markup]] = {}
        self.kinds = {kind: escape(words(label)) for kind, label in KINDS.items()}
        self.specialist, self.enrol = escape(_("Specialist")), escape(_("Enrol"))
        self.left = _("<b>%(left)s</b> of %(capacity)s left")

    def card(self, run: Listed, clash: Overlap | None) -> Card:
        """The card of a run; `clash` is where the person sits at the same time."""
        closed, (month, weekday) = self._closed(run), self._badge(run.starts_on)
        state, button = self._standing(run, closed, clash)
        return Card(
            id=run.id,
            title=escape(run.title),
            month=month,
            day=run.starts_on.day,
            weekday=weekday,
            tags=self._tags(run, closed),
            when=escape(_when(run)),
            place=escape(run.place),
            teachers=escape(run.teachers),
            seats=self._seats(run),
            meter=_meter(run),
            state=state,
            button=button,
        )

    def _badge(self, day: date) -> tuple[Markup, Markup]:
        """Month and weekday over and under the day: several runs begin on the same one."""
        if day not in self.badges:
            self.badges[day] = escape(month_badge(day)), escape(weekday_name(day))
        return self.badges[day]

    def _standing(self, run: Listed, closed: str, clash: Overlap | None) -> tuple[State | None, Button | None]:
        """Where the person stands and what to do about it: never a no without a way out."""
        if run.status in SEATED or run.status is Status.WAITLISTED:
            return _placed(run), self._withdrawal(run)
        if closed:
            return State(escape(closed)), self._details(run)
        if run.completed:
            return State(escape(_("Already completed"))), _link(_("My learning"), "/my-learning")
        if clash:
            return State(escape(_("Times overlap"))), _link(_("See the other run"), f"/runs/{clash.id}")
        if not self.actor.is_staff:
            return State(escape(_("Ask a training officer"))), self._details(run)
        url = f"/runs/{run.id}/enrolments?part={self.part}"
        if run.capacity is None or run.taken < run.capacity:
            return None, Button(self.enrol, url, "primary")
        return None, Button(escape(_("Join the queue")), url, "")

    def _withdrawal(self, run: Listed) -> Button:
        open_ = run.outcome is None and run.state is RunState.PUBLISHED
        if open_ and actions.may_withdraw(run, run.status):
            return Button(escape(_("Withdraw")), f"/enrolments/{run.enrolment_id}/withdrawal?part={self.part}")
        return _link(_("My learning"), "/my-learning")

    def _details(self, run: Listed) -> Button | None:
        return _link(_("Details"), f"/runs/{run.id}") if self.part == "row" else None

    def _closed(self, run: Listed) -> str:
        """Why no applications are taken, or ''."""
        if run.state is not RunState.PUBLISHED:
            return words(_STATES[run.state])
        if run.apply_from and self.now < run.apply_from:
            return _("Opens %(day)s", day=day(clock.local(run.apply_from).date()))
        if (run.apply_until and self.now >= run.apply_until) or eligibility.begun(run, self.today):
            return _("Applications closed")
        return ""

    def _tags(self, run: Listed, closed: str) -> list[tuple[Markup, str, str]]:
        cyber = run.kind is Kind.CYBER
        tags = [(self.kinds[run.kind], "info" if cyber else "", "monitor" if cyber else "")]
        if run.level is Level.SPECIALIST:
            tags.append((self.specialist, "", ""))
        left = (clock.local(run.apply_until).date() - self.today).days if run.apply_until else None
        if left is not None and left <= _DEADLINE_DAYS and run.status not in SEATED and not closed:
            closes = ngettext("Closes in %(n)s day", "Closes in %(n)s days", left) if left else _("Closes today")
            tags.append((escape(closes), "warn", ""))
        return tags

    def _seats(self, run: Listed) -> Markup:
        """Words with the number that matters in bold."""
        if run.capacity is None:
            return escape(_("No limit"))
        left, capacity = run.capacity - run.taken, number(run.capacity)
        if left > 0:
            return Markup(self.left % {"left": number(left), "capacity": capacity})  # noqa: S704  # numbers only
        waiting = number(run.waiting)
        full = _("%(capacity)s seats · <b>%(waiting)s</b> waiting", capacity=capacity, waiting=waiting)
        return Markup(full)  # noqa: S704  # numbers only


def _placed(run: Listed) -> State:
    if run.status is Status.WAITLISTED:
        return State(escape(_("Number %(n)s in the queue", n=run.position)), "clock", "info")
    if run.outcome:
        label, tone = OUTCOMES[run.outcome]
        return State(escape(words(label)), "circle-check" if run.outcome is Outcome.COMPLETED else "", tone)
    return State(escape(_("Enrolled")), "circle-check", "")


def _link(label: str, url: str) -> Button:
    return Button(escape(label), url, posts=False)


def _when(run: Listed) -> str:
    if run.kind is Kind.CYBER:
        return hours(run.minutes) + " · " + _("any time")
    if not run.days:
        return hours(run.minutes)
    days = ngettext("%(n)s day", "%(n)s days", run.days)
    clocks = f" {run.from_clock}–{run.until_clock}" if run.from_clock else ""
    cyber = f" + {words(KINDS[Kind.CYBER])}" if run.kind is Kind.BLENDED else ""
    return f"{hours(run.minutes)} · {days}{clocks}{cyber}"


def _meter(run: Listed) -> str:
    if not run.capacity:
        return ""
    left = run.capacity - run.taken
    tone = "full" if left <= 0 else "tight" if left <= _FEW_SEATS else ""
    return f"meter {tone} w{round(20 * run.taken / run.capacity) * 5}"
