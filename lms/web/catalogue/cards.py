"""A run as its card shows it: every word ready and escaped, so that a long list has nothing left to decide."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup, escape

from courses import clock
from courses.catalogue.models import Kind, Level
from courses.catalogue.words import KINDS
from courses.enrolment import actions, eligibility
from courses.enrolment.actions import BY_APPLICATION
from courses.enrolment.listing import Listed, Service, service
from courses.enrolment.models import Outcome, Status
from courses.enrolment.queries import Overlap
from courses.enrolment.states import SEATED, UNDER_WAY
from courses.people.actor import Actor
from courses.scheduling.models import Mode, RunState
from courses.text import Text, text
from lms import db as doors
from lms.i18n import _, ngettext, words
from lms.web.completion.words import OUTCOMES
from lms.web.enrolment.learning import STATES
from lms.web.formats import day, hours, moment, month_badge, number, weekday_name
from lms.web.scheduling.words import MODES

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
    buttons: list[Button]


class Cards:
    """Makes the cards of one page for one person. `part` names what an answer to a button replaces: row or page;
    `shareless`: runs with seats for others alone (`listing.shareless`).
    """

    def __init__(self, actor: Actor, part: str = "row", shareless: Collection[int] = ()) -> None:
        self.actor, self.part, self.shareless = actor, part, shareless
        self.now, self.today = clock.now(), clock.today()
        self.badges: dict[date, tuple[Markup, Markup]] = {}
        self.kinds = {kind: escape(words(label)) for kind, label in KINDS.items()}
        self.modes = {mode: escape(words(MODES[mode])) for mode in (Mode.SELECTION, Mode.DRAW)}
        self.specialist, self.enrol = escape(_("Specialist")), escape(_("Enrol"))
        self.left = _("<b>%(left)s</b> of %(capacity)s left")
        self.applied = _("<b>%(applied)s</b> applied for %(capacity)s seats")

    def card(self, run: Listed, clash: Overlap | None) -> Card:
        """The card of a run; `clash` is where the person sits at the same time."""
        closed, (month, weekday) = self._closed(run), self._badge(run.starts_on)
        state, buttons = self._standing(run, closed, clash)
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
            buttons=buttons,
        )

    def _badge(self, day: date) -> tuple[Markup, Markup]:
        """Month and weekday over and under the day: several runs begin on the same one."""
        if day not in self.badges:
            self.badges[day] = escape(month_badge(day)), escape(weekday_name(day))
        return self.badges[day]

    def _standing(self, run: Listed, closed: str, clash: Overlap | None) -> tuple[State | None, list[Button]]:
        """Where the person stands and what to do about it: never a no without a way out."""
        if run.status in SEATED or run.status is Status.WAITLISTED or (run.status in UNDER_WAY and not run.outcome):
            return _placed(run), self._own_buttons(run)
        if run.status is Status.NOT_SELECTED and closed:
            return State(escape(_("Not selected"))), self._details(run)
        if closed:
            return State(escape(closed)), self._details(run)
        state, way_out = self._obstacle(run, clash)
        if state:
            return state, [way_out] if way_out else []
        url = f"/runs/{run.id}/enrolments?part={self.part}"
        free = run.capacity is None or (run.taken < run.capacity and run.id not in self.shareless)
        if run.mode in BY_APPLICATION or free:
            return None, [Button(self.enrol, url, "primary")]
        return None, [Button(escape(_("Join the queue")), url, "")]

    def _obstacle(self, run: Listed, clash: Overlap | None) -> tuple[State | None, Button | None]:
        """Why the person cannot apply, as far as a list tells it, and the way out."""
        if run.mode is Mode.ASSIGNED:
            return State(escape(_("By assignment"))), self._way_in(run)
        if run.completed:
            again = _link(_("Take it again"), f"/runs/{run.id}")
            return State(escape(_("Already completed"))), again
        if clash:
            return State(escape(_("Times overlap"))), _link(_("See the other run"), f"/runs/{clash.id}")
        if run.required:
            first = _link(_("See that course"), f"/runs?{urlencode({'q': run.required})}")
            return State(escape(_("First: %(title)s", title=run.required))), first
        if not self.actor.is_staff:
            return State(escape(_("Ask a training officer"))), self._way_in(run)
        if (run.for_grades or run.for_services or run.for_units) and not self.service.fits(run):
            return State(escape(_("For others"))), self._way_in(run)
        return None, None

    @cached_property
    def service(self) -> Service:
        """Where the person serves; read only where a course is not for everybody."""
        return service(doors.looking(), self.actor.id)

    def _way_in(self, run: Listed) -> Button | None:
        return next(iter(self._details(run)), None)

    def _own_buttons(self, run: Listed) -> list[Button]:
        """What one can do about one's own place, the likelier first."""
        buttons = []
        if run.outcome or run.state is not RunState.PUBLISHED:
            return [_link(_("My learning"), "/my-learning")]
        own = f"/enrolments/{run.enrolment_id}"
        if run.status is Status.OFFERED and run.offered_until and self.now < run.offered_until:
            buttons.append(Button(escape(_("Accept")), f"{own}/acceptance?part={self.part}", "primary"))
        if run.status is Status.RETURNED and self.part == "row":
            buttons.append(_link(_("Correct it"), f"/runs/{run.id}"))
        if actions.may_withdraw(run, run.status):
            label = _("Decline") if buttons and run.status is Status.OFFERED else _("Withdraw")
            buttons.append(Button(escape(label), f"{own}/withdrawal?part={self.part}"))
        return buttons or [_link(_("My learning"), "/my-learning")]

    def _details(self, run: Listed) -> list[Button]:
        return [_link(_("Details"), f"/runs/{run.id}")] if self.part == "row" else []

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
        if run.mode in self.modes:
            tags.append((self.modes[run.mode], "", ""))
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
        if run.mode in BY_APPLICATION and not run.taken:
            return Markup(self.applied % {"applied": number(run.applied), "capacity": number(run.capacity)})  # noqa: S704  # numbers only
        left, capacity = run.capacity - run.taken, number(run.capacity)
        if left > 0:
            return Markup(self.left % {"left": number(left), "capacity": capacity})  # noqa: S704  # numbers only
        waiting = number(run.waiting)
        full = _("%(capacity)s seats · <b>%(waiting)s</b> waiting", capacity=capacity, waiting=waiting)
        return Markup(full)  # noqa: S704  # numbers only


def _placed(run: Listed) -> State:
    if run.status is Status.WAITLISTED:
        return State(escape(_("Number %(n)s in the queue", n=run.position)), "clock", "info")
    if run.offered_until:
        return State(escape(_("Offered until %(when)s", when=moment(run.offered_until))), "clock", "warn")
    if run.status in UNDER_WAY:
        return State(escape(words(_applied(run))), "clock", "warn" if run.status is Status.RETURNED else "info")
    if run.outcome:
        label, tone = OUTCOMES[run.outcome]
        return State(escape(words(label)), "circle-check" if run.outcome is Outcome.COMPLETED else "", tone)
    return State(escape(_("Enrolled")), "circle-check", "")


def _applied(run: Listed) -> Text:
    if run.mode is Mode.DRAW:
        return text("Applied, to be drawn")
    if run.status is None or run.status is Status.APPLIED:
        return text("Applied, waits for approval")
    return STATES[run.status][0]


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
    if run.mode in BY_APPLICATION and not run.taken:
        tone = "tight" if run.applied > run.capacity else ""
        return f"meter {tone} w{min(100, round(20 * run.applied / run.capacity) * 5)}"
    left = run.capacity - run.taken
    tone = "full" if left <= 0 else "tight" if left <= _FEW_SEATS else ""
    return f"meter {tone} w{round(20 * run.taken / run.capacity) * 5}"
