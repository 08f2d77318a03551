"""What each kind of letter says of a run: a draft, which somebody reads over before it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.freezing import freezes_at
from courses.enrolment.models import Outcome, Status
from courses.enrolment.quotas import standing
from courses.enrolment.words import OUTCOMES
from courses.errors import Refused, WayOut
from courses.letters import about, lists
from courses.letters import results as outcomes
from courses.letters import text as form
from courses.letters.lists import Listed, Office, numbered
from courses.letters.models import Letter, LetterKind
from courses.people.models import OrgUnit
from courses.scheduling.models import Mode, Run
from courses.settings.organisation import Organisation
from courses.surveys import queries as surveys
from courses.text import Text, text

_EMPTY_ROWS = 10


@dataclass(frozen=True)
class Entry:
    """A sentence of a letter, and those under it."""

    words: Text | str
    below: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Enclosure:
    """A table that goes with a letter. A `form` is to be filled in: its first column names what to write beside it."""

    name: Text
    headings: tuple[Text, ...]
    rows: Sequence[Sequence[Text | str | int]]
    form: bool = False


@dataclass(frozen=True)
class Draft:
    """A letter that is not yet written. `receivers`: the units it goes to; none: it is for the organisation itself.

    `choices`: the units to one of which alone it may be written.
    """

    title: Text
    entries: tuple[Entry, ...]
    enclosures: tuple[Enclosure, ...] = ()
    receivers: list[Office] = field(default_factory=list)
    choices: list[Office] = field(default_factory=list)


@dataclass(frozen=True)
class _Asked:
    """A letter that is wanted: of a run, to a unit or to all, for the organisation as it is."""

    db: Session
    run: Run
    rules: Organisation
    unit_id: int | None

    @property
    def language(self) -> str:
        return self.rules.language

    @property
    def course(self) -> Text:
        return about.title(self.run)

    def people(self, statuses: Sequence[Status], *, ranked: bool = False) -> list[Listed]:
        return lists.listed(self.db, self.run.id, statuses, self.rules.ranking_depth, ranked=ranked)

    def within(self, people: Sequence[Listed]) -> list[Listed]:
        """Those of the unit it goes to."""
        return [one for one in people if self.unit_id is None or self.unit_id in one.above]

    def receivers(self, all_of_them: list[Office]) -> list[Office]:
        """The unit it goes to, or all of them."""
        if self.unit_id is None:
            return all_of_them
        unit = self.db.get_one(OrgUnit, self.unit_id)
        return [Office(unit.id, unit.name, unit.position)]


def draft(db: Session, run: Run, kind: LetterKind, rules: Organisation, unit_id: int | None = None) -> Draft:
    """The letter as it may be written now, to a unit or to all, for the organisation as it is (`rules`).

    Raises `Refused` when there is nothing to say, and for a kind that is of no run.
    """
    if kind not in _KINDS:
        half = WayOut("half_year_results", text("Go to the half-year results"))
        raise Refused(text("Results of a half-year are no letter of a run"), code="kind", way_out=half)
    return _KINDS[kind](_Asked(db, run, rules, unit_id))


def _recruitment(asked: _Asked) -> Draft:
    run = asked.run
    if run.mode is Mode.ASSIGNED:
        raise Refused(text("Nobody applies for this run: those concerned are assigned."), code="assigned")
    said = text("We recruit trainees as follows. Please let your staff know, so that those concerned can apply.")
    entries = [Entry(said, _as_entries(about.offered(asked.db, run, asked.language)))]
    enclosures = [_application_form()]
    if run.mode is Mode.SELECTION:
        until = form.deadline(freezes_at(run, asked.rules), asked.language)
        entries.append(Entry(text("Each department puts its applicants in order by %(until)s.", until=until)))
        enclosures.append(_nomination_form())
    else:
        entries.append(Entry(text("Applications are taken by the system alone; no letter is needed.")))
    held = standing(asked.db, run.id)
    if held:
        rows = [(one.path, one.floor, text("no limit") if one.cap is None else one.cap) for one in held]
        columns = text("No."), text("Unit"), text("Seats held"), text("At most")
        enclosures.append(Enclosure(text("Seats by unit"), columns, numbered(rows)))
    title, bureaus = text("Recruitment of trainees: %(course)s", course=asked.course), lists.bureaus(asked.db)
    return Draft(title, tuple(entries), tuple(enclosures), asked.receivers(bureaus), bureaus)


def _application_form() -> Enclosure:
    asked = (
        text("Course"),
        text("Unit"),
        text("Employee number"),
        text("Grade"),
        text("Full name"),
        text("Motive"),
        text("Head of unit (approval)"),
    )
    headings = text("To be filled in"), text("Fill in here")
    return Enclosure(text("Application form"), headings, [[name, ""] for name in asked], form=True)


def _nomination_form() -> Enclosure:
    columns = text("Rank"), text("Unit"), text("Grade"), text("Full name"), text("Employee number"), text("Remarks")
    rows = [(number, "", "", "", "", "") for number in range(1, _EMPTY_ROWS + 1)]
    return Enclosure(text("Nomination form"), columns, rows, form=True)


def _nomination(asked: _Asked) -> Draft:
    everybody = asked.people(lists.NOMINATED, ranked=True)
    people = _require(asked.within(everybody), text("Nobody is nominated yet."))
    columns = text("No."), text("Unit"), text("Rank"), text("Grade"), text("Full name")
    rows = numbered([one.unit, one.rank or "", one.grade, one.name] for one in people)
    said = text("The departments have nominated the following people for %(course)s.", course=asked.course)
    lines = (*_as_entries(about.when_and_where(asked.run, asked.language)), _counted(people))
    title = text("Nominees: %(course)s", course=asked.course)
    list_ = Enclosure(text("List of nominees"), columns, rows)
    return Draft(title, _after(asked, Entry(said, lines)), (list_,), [], lists.offices(everybody))


def _selection(asked: _Asked) -> Draft:
    everybody = asked.people([Status.ENROLLED])
    people = _require(asked.within(everybody), text("Nobody is selected yet."))
    columns = text("No."), text("Unit"), text("Grade"), text("Full name")
    list_ = Enclosure(text("List of trainees"), columns, numbered([one.unit, one.grade, one.name] for one in people))
    said = text(
        "The people of the enclosed list are selected for %(course)s. Please let them take part.", course=asked.course
    )
    lines = (
        *_as_entries(about.when_and_where(asked.run, asked.language)),
        _counted(people),
        Entry(text("To be there: %(when)s", when=about.first_session(asked.db, asked.run, asked.language))),
        Entry(text("To bring: staff identity card")),
    )
    entries = [Entry(said, lines)]
    if day := about.local_day(asked.run, asked.language):
        entries.append(
            Entry(text("Who cannot come withdraws by %(day)s; later, please tell us with a reason.", day=day))
        )
    title, offices = text("Trainees selected: %(course)s", course=asked.course), lists.offices(everybody)
    return Draft(title, _after(asked, *entries), (list_,), asked.receivers(offices), offices)


def _non_selection(asked: _Asked) -> Draft:
    everybody = asked.people([Status.NOT_SELECTED])
    people = _require(asked.within(everybody), text("Nobody was declined so far."))
    why = lists.reasons(asked.db, asked.run.id, {one.enrolment_id for one in people})
    columns = text("No."), text("Unit"), text("Grade"), text("Full name"), text("Reason")
    rows = numbered([one.unit, one.grade, one.name, why.get(one.enrolment_id, "")] for one in people)
    list_ = Enclosure(text("List of those not selected"), columns, rows)
    said = text("The people of the enclosed list were not selected for %(course)s.", course=asked.course)
    later = text("They may apply again for a later run. Please let them know.")
    title, offices = text("Not selected: %(course)s", course=asked.course), lists.offices(everybody)
    return Draft(title, _after(asked, Entry(said), Entry(later)), (list_,), asked.receivers(offices), offices)


def _results(asked: _Asked) -> Draft:
    everybody = outcomes.results(asked.db, asked.run, asked.rules.ranking_depth)
    people = [one for one in everybody if asked.unit_id is None or asked.unit_id in one.above]
    if not people:
        raise Refused(text("Nobody had a place in this run."), code="nobody")
    said = text("The results of %(course)s are as follows. Please let those concerned know.", course=asked.course)
    lines = (*_as_entries(about.when_and_where(asked.run, asked.language)), *_figures(outcomes.Figures.of(people)))
    offices = sorted({one.office for one in everybody if one.office}, key=lambda office: office.position)
    title = text("Training results: %(course)s", course=asked.course)
    return Draft(title, _after(asked, Entry(said, lines)), (_outcome_list(people),), asked.receivers(offices), offices)


def _report(asked: _Asked) -> Draft:
    people = outcomes.results(asked.db, asked.run, asked.rules.ranking_depth)
    course, run = asked.run.course, asked.run
    figures, issued = outcomes.Figures.of(people), outcomes.numbers(asked.db, run.id)
    held = (
        Entry(text("Course: %(title)s, %(hours)s hours", title=course.title, hours=about.form_hours(course.minutes))),
        *_as_entries(about.when_and_where(run, asked.language)),
    )
    results = (
        *_figures(figures),
        Entry(text("Completion rate: %(rate)s %%", rate=figures.rate)),
        Entry(text("Certificates issued: %(n)s", n=len(issued))),
    )
    entries = (
        Entry(text("%(course)s took place as follows.", course=asked.course), held),
        Entry(text("Results"), results),
        _survey(asked),
    )
    columns = text("No."), text("Unit"), text("People"), text("Completed"), text("Not completed"), text("Rate (%)")
    by_unit = [
        (name or text("Other bodies"), one.people, one.completed, one.people - one.completed, f"{one.rate}")
        for name, one in outcomes.by_office(people)
    ]
    register = text("No."), text("Certificate number"), text("Full name"), text("Unit"), text("Issued on")
    enclosures = [Enclosure(text("Results by unit"), columns, numbered(by_unit)), _outcome_list(people)]
    if issued:
        enclosures.append(Enclosure(text("Register of certificates"), register, numbered(issued)))
    return Draft(text("Report on training results: %(course)s", course=asked.course), entries, tuple(enclosures))


def _survey(asked: _Asked) -> Entry:
    """What people thought of it, on five points; nothing of fewer than five answers, or while it is open."""
    found = surveys.figures(asked.db, asked.run.id)
    if found is None:
        return Entry(text("Satisfaction survey: no results"))
    rated = (
        (text("Course"), found.course),
        *((text("Instructor %(name)s", name=one.name), one.points) for one in found.instructors),
        (text("Rooms and equipment"), found.facilities),
        (text("Organisation of the course"), found.operation),
    )
    points = ((name, text("%(points)s of 5", points=f"{value / 100:.2f}")) for name, value in rated)
    counted = Entry(text("Answers: %(n)s of %(all)s", n=found.answers, all=found.places))
    return Entry(text("Satisfaction survey"), (counted, *_as_entries(points)))


def _outcome_list(people: Sequence[outcomes.Result]) -> Enclosure:
    columns = text("No."), text("Unit"), text("Grade"), text("Full name"), text("Outcome"), text("Reason")
    rows = [(one.unit, one.grade, one.name, OUTCOMES[one.outcome], one.why) for one in people]
    return Enclosure(text("List of results"), columns, numbered(rows))


def _figures(figures: outcomes.Figures) -> tuple[Entry, ...]:
    """People, and how it ended for them; outcomes that nobody has are left out."""
    named = (
        (OUTCOMES[Outcome.COMPLETED], figures.completed),
        (OUTCOMES[Outcome.NOT_COMPLETED], figures.not_completed),
        (OUTCOMES[Outcome.NOT_REGISTERED], figures.not_registered),
        (OUTCOMES[Outcome.EXPELLED], figures.expelled),
    )
    counted = ((name, text("%(n)s people", n=n)) for name, n in named if n)
    return (Entry(text("People: %(n)s", n=figures.people)), *_as_entries(counted))


def _after(asked: _Asked, *entries: Entry) -> tuple[Entry, ...]:
    """With the letter it follows from before it, where that has a number."""
    before = asked.db.scalar(
        select(Letter)
        .where(Letter.run_id == asked.run.id, Letter.kind == LetterKind.RECRUITMENT, Letter.number != "")
        .order_by(Letter.id.desc())
        .limit(1)
    )
    if before is None:
        return entries
    sent = form.short_day(before.sent_on or clock.local(before.created_at).date(), asked.language)
    return (Entry(text("Related: %(number)s (%(day)s)", number=before.number, day=sent)), *entries)


def _require(people: list[Listed], nobody: Text) -> list[Listed]:
    if not people:
        raise Refused(nobody, code="nobody")
    return people


def _as_entries(lines: Iterable[about.Line]) -> tuple[Entry, ...]:
    return tuple(Entry(text("%(name)s: %(words)s", name=name, words=words)) for name, words in lines)


def _counted(people: Sequence[Listed]) -> Entry:
    return Entry(text("People: %(n)s", n=len(people)))


_KINDS: dict[LetterKind, Callable[[_Asked], Draft]] = {
    LetterKind.RECRUITMENT: _recruitment,
    LetterKind.NOMINATION: _nomination,
    LetterKind.SELECTION: _selection,
    LetterKind.NON_SELECTION: _non_selection,
    LetterKind.RESULTS: _results,
    LetterKind.REPORT: _report,
}
