"""What the kinds of letters are called, and letters in the language of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from courses.letters import hwpx
from courses.letters import text as form
from courses.letters.actions import Table, Words
from courses.letters.drafts import Draft, Enclosure, Entry
from courses.letters.lists import Office
from courses.letters.models import Letter, LetterKind
from courses.letters.text import Item
from courses.settings.organisation import Organisation
from courses.text import Text, text
from lms.i18n import _, speaking, words

KINDS = {
    LetterKind.RECRUITMENT: text("Recruitment of trainees"),
    LetterKind.NOMINATION: text("List of nominees"),
    LetterKind.SELECTION: text("Trainees selected"),
    LetterKind.NON_SELECTION: text("Those not selected"),
    LetterKind.RESULTS: text("Results of the run"),
    LetterKind.REPORT: text("Report on training results"),
    LetterKind.HALF_YEAR: text("Results of the half-year"),
}


class Spoken(NamedTuple):
    """A draft in words; `choices`: the units to one of which alone it may go."""

    title: str
    body: str
    words: Words
    choices: list[Office]


def spoken(draft: Draft, named: Organisation) -> Spoken:
    """A draft in the organisation's language, whatever the reader's is."""
    language = named.language
    with speaking(language):
        korean = language == "ko"
        tables = [_table(one) for one in draft.enclosures]
        body = form.body([_item(one) for one in draft.entries], [_copies(one) for one in tables], language)
        receivers = [form.head_of(one.name, language) for one in draft.receivers]
        said = Words(language, named.name if korean else named.name_en, named.issuer, receivers, tables)
        return Spoken(words(draft.title), body, said, draft.choices)


def _item(entry: Entry) -> Item:
    return Item(words(entry.words), tuple(_item(one) for one in entry.below))


def _copies(table: Table) -> str:
    return _("%(name)s, 1 copy.", name=table.name)


def _table(enclosure: Enclosure) -> Table:
    rows = [[_cell(cell) for cell in row] for row in enclosure.rows]
    return Table(words(enclosure.name), [words(one) for one in enclosure.headings], rows, enclosure.form)


def _cell(cell: Text | str | int) -> str | int:
    return words(cell) if isinstance(cell, Text) else cell


def head_of(letter: Letter, said: Words) -> Sequence[str]:
    """The lines over a letter's body."""
    return form.head(said.receivers, letter.title, said.language)


def as_hwpx(letter: Letter) -> bytes:
    """The letter in official form, for the document system."""
    said = Words.of(letter)
    foot = form.foot(said.receivers, letter.number, letter.sent_on, said.language)
    return hwpx.letter(said.organisation, head_of(letter, said), letter.body, said.issuer, foot)


def whole(letter: Letter) -> str:
    """All of a letter as plain text."""
    said = Words.of(letter)
    foot = form.foot(said.receivers, letter.number, letter.sent_on, said.language)
    return "\n".join([*head_of(letter, said), "", letter.body, "", said.issuer, *foot]) + "\n"
