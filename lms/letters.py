"""What people are told, as they read it: the address it leads to, and its mail in their own language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import in_parts
from courses.notices import appointments, ics, wordings
from courses.notices.actions import Letter
from courses.notices.appointments import Appointment
from courses.notices.models import Channel, Notice, NoticeKind
from courses.notices.occasions import Note
from courses.notices.texts import fitted, text_kinds
from courses.notices.wordings import Wordings
from courses.notices.words import GROUP_OF, STEPS, Facts, headline, lines
from courses.people.models import Person
from courses.people.preferences import preferences
from courses.settings.organisation import Organisation, organisation
from lms.config import Config
from lms.i18n import _, language, readable, speaking, words

_AT_ONCE = 400
_PATHS = {
    NoticeKind.CLOSED: "/enrolments/{enrolment}/completion",
    NoticeKind.REOPENED: "/enrolments/{enrolment}/completion",
    NoticeKind.SECOND_PERSON: "/confirmations/{id}",
    NoticeKind.SECOND_PERSON_ANSWERED: "/confirmations/{id}",
    NoticeKind.CERTIFICATE: "/certificates#c{id}",
    NoticeKind.APPROVAL: "/our-department",
    NoticeKind.UNDER_MINIMUM: "/operations/runs/{run_id}",
    NoticeKind.STAFF_ON_LEAVE: "/runs/{run_id}/enrolments",
    NoticeKind.COACH: "/skills",
    NoticeKind.TRAINEE: "/skills",
    NoticeKind.SKILL_SIGNED: "/skills",
    NoticeKind.OUTSIDE: "/outside-learning",
    NoticeKind.OUTSIDE_RETURNED: "/my-hours",
    NoticeKind.OUTSIDE_RECOGNISED: "/my-hours",
    NoticeKind.FILED: "/workplace/filings/{run_id}",
    NoticeKind.FILING_RETURNED: "/workplace/filings/{run_id}",
    NoticeKind.FILING_CONFIRMED: "/workplace/filings/{run_id}",
    NoticeKind.SCORES: "/enrolments/{enrolment}/scores",
    NoticeKind.SCORES_BACK: "/enrolments/{enrolment}/scores",
    NoticeKind.APPEAL: "/runs/{run_id}/scores#appeals",
    NoticeKind.APPEAL_ANSWERED: "/enrolments/{enrolment}/scores",
    NoticeKind.ABSENCE: "/operations/absences",
    NoticeKind.DOOR: "/operations/door",
    NoticeKind.DOOR_ANSWERED: "/sessions/{session}/door",
    NoticeKind.IDENTITY: "/operations/door",
    NoticeKind.ABSENCE_DECIDED: "/enrolments/{enrolment}/absences",
    NoticeKind.BOARD: "/board/{id}",
    NoticeKind.QUESTION: "/board/{id}",
    NoticeKind.QUESTION_ANSWERED: "/board/{id}",
    NoticeKind.HALF_YEAR: "/half-year-results?half={title}",
    NoticeKind.DAMAGED: "/help/backup",
    NoticeKind.SURVEY: "/runs/{run_id}/survey",
}
"""Where the other notices than those of runs themselves lead to, with the notice's facts filled in."""


def path_of(notice: Notice | Note) -> str:
    """The page that a notice leads to."""
    if path := _PATHS.get(notice.kind):
        return path.format_map({**notice.facts, "run_id": notice.run_id})
    if notice.kind is NoticeKind.OVERDUE:
        return f"/runs?{urlencode({'q': notice.facts['title']})}"
    return f"/runs/{notice.facts.get('instead') or notice.run_id}"


def frame(config: Config, named: Organisation) -> ics.Frame:
    """What a calendar says of itself, in the language spoken."""
    korean = language() == "ko"
    return ics.Frame(
        name=named.site_name if korean else named.site_name_en,
        language=language(),
        organiser=(named.name if korean else named.name_en, config.mail_from),
        describe=lambda one: _describe(one, config),
    )


def _describe(one: Appointment, config: Config) -> tuple[str, str, str]:
    title = _("%(title)s (you teach)", title=one.title) if one.teaching else one.title
    address = f"{config.public_url}/runs/{one.run_id}"
    said = [_("Run %(n)s", n=one.number)]
    if one.teachers and not one.teaching:
        said.append(_("Instructors: %(names)s", names=one.teachers))
    return title, "\n".join([*said, address]), address


def compose(db: Session, config: Config, notes: Sequence[Note]) -> list[tuple[Note, list[Letter]]]:
    """Each note with its mail and its text message.

    No mail where the person takes part no more, has no address, or wants none of it; no text message where none is
    sent of this kind, to whom has no employee number, and of what the person just did alone.
    """
    return [one for some in in_parts(notes, _AT_ONCE) for one in _compose(db, config, some)]


def _compose(db: Session, config: Config, notes: Sequence[Note]) -> list[tuple[Note, list[Letter]]]:
    ids, taking_part = {note.person_id for note in notes}, Person.active_on(clock.today())
    people = {one.id: one for one in db.scalars(select(Person).where(Person.id.in_(ids), taking_part))}
    chosen, entries, named = preferences(db, ids), _appointments(db, notes), organisation(db)
    own, texted = wordings.own(db), text_kinds(db)
    found: list[tuple[Note, list[Letter]]] = []
    for note in notes:
        person, wishes = people.get(note.person_id), chosen[note.person_id]
        letters: list[Letter] = []
        if person:
            with speaking(wishes.language):
                said = say(note.kind, note.facts, own, person.name, named)
                if _mail_of(person) and GROUP_OF[note.kind] not in wishes.no_mail and not _passing(note):
                    about = entries.get((note.run_id or 0, note.person_id), [])
                    letters.append(_mail(note, said, person, about, config, named))
                if note.kind in texted and person.employee_no and not note.quiet:
                    letters.append(_text_message(said, person, named))
        found.append((note, letters))
    return found


def _passing(note: Note) -> bool:
    return note.quiet and note.kind in STEPS


def _mail_of(person: Person) -> str:
    """Staff have a mail; others are known by theirs."""
    return person.mail or person.external_key or ""


def _appointments(db: Session, notes: Sequence[Note]) -> dict[tuple[int, int], list[Appointment]]:
    """Of those who are sent any: {(run, person): all entries of the run for the person}."""
    sent = [note for note in notes if note.uids is None or note.uids]
    wanted = sorted({(note.run_id, note.person_id) for note in sent if note.run_id})
    found = {}
    for run_id, pairs in groupby(wanted, key=lambda pair: pair[0]):
        of_run = appointments.of_run(db, run_id, [person_id for _, person_id in pairs])
        found.update({(run_id, person_id): entries for person_id, entries in of_run.items()})
    return found


def _mail(
    note: Note, said: Said, person: Person, entries: Sequence[Appointment], config: Config, named: Organisation
) -> Letter:
    """In the language spoken."""
    address = _mail_of(person)
    body = "\n".join([said.subject, "", *said.lines, *_closing(note, config, named)])
    around = frame(config, named)
    sent = [ics.invitation(one, around, (person.name, address)) for one in _to_send(note, entries)]
    return Letter(address, person.name, language(), said.subject[:400], body, tuple(sent))


def _text_message(said: Said, person: Person, named: Organisation) -> Letter:
    body = fitted(_signed(named), said.subject, said.lines)
    return Letter(person.employee_no or "", person.name, language(), "", body, channel=Channel.TEXT)


class Said(NamedTuple):
    """A notice in words: its headline, and the lines under it."""

    subject: str
    lines: list[str]


def say(kind: NoticeKind, facts: Facts, own: Wordings, name: str, named: Organisation) -> Said:
    """What somebody of this name is told, in the language spoken: in the organisation's own words where it has some."""
    usual = _usual_lines(kind, facts)
    wording = own.get((kind, language()))
    if wording is None:
        return Said(words(headline(kind, facts)), usual)
    return worded(wording.subject, wording.body, facts, usual, name, named)


def worded(subject: str, body: str, facts: Facts, usual: Sequence[str], name: str, named: Organisation) -> Said:
    """A wording with its placeholders filled."""
    known = {key: str(readable(value)) for key, value in wordings.values(facts).items()}
    known |= {"name": name, "organisation": _signed(named), "details": "\n".join(usual)}
    return Said(" ".join(wordings.filled(subject, known)), wordings.filled(body, known))


def _usual_lines(kind: NoticeKind, facts: Facts) -> list[str]:
    """An officer's own words last."""
    said = [words(line) for line in lines(kind, facts)]
    return [*said, *facts["body"].split("\n")] if facts.get("body") else said


def _signed(named: Organisation) -> str:
    return named.name if language() == "ko" else named.name_en


def _closing(note: Note, config: Config, named: Organisation) -> list[str]:
    signed = _signed(named)
    choice = _("Which mails you get: %(address)s", address=f"{config.public_url}/my-settings/notices")
    return ["", f"{config.public_url}{path_of(note)}", "", "-- ", signed, choice, ""]


def _to_send(note: Note, entries: Sequence[Appointment]) -> list[Appointment]:
    """Those that the note is about. What is no longer as it says was told by a later note."""
    ending = note.kind in (NoticeKind.WITHDRAWN, NoticeKind.CANCELLED, NoticeKind.QUEUED)
    mixed = note.kind is NoticeKind.MOVED
    about = [one for one in entries if note.uids is None or one.uid in note.uids]
    return [one for one in about if mixed or one.cancelled is ending]
