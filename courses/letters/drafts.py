"""What each kind of letter says of a run: a draft, which somebody reads over before it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Status
from courses.enrolment.nominations import ranking_ends
from courses.enrolment.quotas import standing
from courses.errors import Refused
from courses.letters import about, lists
from courses.letters import text as form
from courses.letters.lists import Listed, Office, numbered
from courses.letters.models import Letter, LetterKind
from courses.people.models import OrgUnit
from courses.scheduling.models import Mode, Run
from courses.settings.organisation import organisation
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
    """A letter that is not yet written. `receivers`: the units it goes to; none: it is for the organisation itself."""

    title: Text
    entries: tuple[Entry, ...]
    enclosures: tuple[Enclosure, ...] = ()
    receivers: list[Office] = field(default_factory=list)


def draft(db: Session, run: Run, kind: LetterKind, unit_id: int | None = None, language: str = "ko") -> Draft:
    """The letter as it may be written now, to a unit or to all. Raises `Refused` when there is nothing to say."""
    return _KINDS[kind](db, run, unit_id, language)


def receivers(db: Session, run: Run, kind: LetterKind) -> list[Office]:
    """The units to one of which alone a letter may be written."""
    if kind is LetterKind.RECRUITMENT:
        return lists.bureaus(db)
    statuses = {LetterKind.SELECTION: [Status.ENROLLED], LetterKind.NON_SELECTION: [Status.NOT_SELECTED]}
    people = lists.listed(db, run.id, statuses.get(kind, lists.NOMINATED), ranked=kind is LetterKind.NOMINATION)
    return lists.offices(db, people)


def _recruitment(db: Session, run: Run, unit_id: int | None, language: str) -> Draft:
    if run.mode is Mode.ASSIGNED:
        raise Refused(text("Nobody applies for this run: those concerned are assigned."), code="assigned")
    lines = tuple(Entry(text("%(name)s: %(words)s", name=name, words=words)) for name, words in
                  about.offered(db, run, language))  # fmt: skip
    entries = [
        Entry(
            text("We recruit trainees as follows. Please let your staff know, so that those concerned can apply."),
            lines,
        )
    ]
    enclosures = [_application_form()]
    if run.mode is Mode.SELECTION:
        until = form.moment(ranking_ends(run, organisation(db)), language)
        entries.append(Entry(text("Each department puts its applicants in order by %(until)s.", until=until)))
        enclosures.append(_nomination_form())
    else:
        entries.append(Entry(text("Applications are taken by the system alone; no letter is needed.")))
    held = standing(db, run.id)
    if held:
        rows = [(one.path, one.floor, text("no limit") if one.cap is None else one.cap) for one in held]
        columns = text("No."), text("Unit"), text("Seats held"), text("At most")
        enclosures.append(Enclosure(text("Seats by unit"), columns, numbered(rows)))
    receivers = [_office(db, unit_id)] if unit_id else lists.bureaus(db)
    title = text("Recruitment of trainees: %(course)s", course=about.title(run))
    return Draft(title, tuple(entries), tuple(enclosures), receivers)


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
    return Enclosure(text("Nomination form"), columns, [[number, *[""] * 5] for number in range(1, _EMPTY_ROWS + 1)])


def _nomination(db: Session, run: Run, unit_id: int | None, language: str) -> Draft:
    people = _require(lists.listed(db, run.id, lists.NOMINATED, unit_id, ranked=True), text("Nobody is nominated yet."))
    columns = text("No."), text("Unit"), text("Rank"), text("Grade"), text("Full name")
    rows = numbered([one.unit, one.rank or "", one.grade, one.name] for one in people)
    list_ = Enclosure(text("List of nominees"), columns, rows)
    said = text("The departments have nominated the following people for %(course)s.", course=about.title(run))
    lines = (*_as_entries(about.when_and_where(run, language)), _counted(people))
    return _letter(db, run, text("Nominees: %(course)s", course=about.title(run)), [Entry(said, lines)], list_, [],
                   language)  # fmt: skip


def _selection(db: Session, run: Run, unit_id: int | None, language: str) -> Draft:
    people = _require(lists.listed(db, run.id, [Status.ENROLLED], unit_id), text("Nobody is selected yet."))
    columns = text("No."), text("Unit"), text("Grade"), text("Full name")
    list_ = Enclosure(text("List of trainees"), columns, numbered([one.unit, one.grade, one.name] for one in people))
    said = text(
        "The people of the enclosed list are selected for %(course)s. Please let them take part.",
        course=about.title(run),
    )
    lines = [
        *_as_entries(about.when_and_where(run, language)),
        _counted(people),
        Entry(text("To be there: %(when)s", when=about.first_session(db, run, language))),
        Entry(text("To bring: staff identity card")),
    ]
    entries = [Entry(said, tuple(lines)), *_withdrawing(run, language)]
    title = text("Trainees selected: %(course)s", course=about.title(run))
    return _letter(db, run, title, entries, list_, _receivers(db, people, unit_id), language)


def _withdrawing(run: Run, language: str) -> list[Entry]:
    day = about.local_day(run, language)
    if day is None:
        return []
    return [Entry(text("Who cannot come withdraws by %(day)s; later, please tell us with a reason.", day=day))]


def _non_selection(db: Session, run: Run, unit_id: int | None, language: str) -> Draft:
    people = _require(lists.listed(db, run.id, [Status.NOT_SELECTED], unit_id), text("Nobody was declined so far."))
    why = lists.reasons(db, run.id, {one.enrolment_id for one in people})
    columns = text("No."), text("Unit"), text("Grade"), text("Full name"), text("Reason")
    rows = numbered([one.unit, one.grade, one.name, why.get(one.enrolment_id, "")] for one in people)
    list_ = Enclosure(text("List of those not selected"), columns, rows)
    said = text("The people of the enclosed list were not selected for %(course)s.", course=about.title(run))
    entries = [
        Entry(said, (_counted(people),)),
        Entry(text("They may apply again for a later run. Please let them know.")),
    ]
    title = text("Not selected: %(course)s", course=about.title(run))
    return _letter(db, run, title, entries, list_, _receivers(db, people, unit_id), language)


def _letter(
    db: Session,
    run: Run,
    title: Text,
    entries: Sequence[Entry],
    list_: Enclosure,
    receivers: list[Office],
    language: str,
) -> Draft:
    """With the letter it follows from before it, where that has a number."""
    before = db.scalar(
        select(Letter)
        .where(Letter.run_id == run.id, Letter.kind == LetterKind.RECRUITMENT, Letter.number != "")
        .order_by(Letter.id.desc())
        .limit(1)
    )
    if before is None:
        return Draft(title, tuple(entries), (list_,), receivers)
    sent = form.short_day(before.sent_on or clock.local(before.created_at).date(), language)
    related = Entry(text("Related: %(number)s (%(day)s)", number=before.number, day=sent))
    return Draft(title, (related, *entries), (list_,), receivers)


def _require(people: list[Listed], nobody: Text) -> list[Listed]:
    if not people:
        raise Refused(nobody, code="nobody")
    return people


def _as_entries(lines: Iterable[about.Line]) -> list[Entry]:
    return [Entry(text("%(name)s: %(words)s", name=name, words=words)) for name, words in lines]


def _counted(people: Sequence[Listed]) -> Entry:
    return Entry(text("People: %(n)s", n=len(people)))


def _receivers(db: Session, people: Sequence[Listed], unit_id: int | None) -> list[Office]:
    return [_office(db, unit_id)] if unit_id else lists.offices(db, people)


def _office(db: Session, unit_id: int) -> Office:
    unit = db.get_one(OrgUnit, unit_id)
    return Office(unit.id, unit.name)


_KINDS: dict[LetterKind, Callable[[Session, Run, int | None, str], Draft]] = {
    LetterKind.RECRUITMENT: _recruitment,
    LetterKind.NOMINATION: _nomination,
    LetterKind.SELECTION: _selection,
    LetterKind.NON_SELECTION: _non_selection,
}
