"""Whom pasted text means: employee numbers, names, names with units, rows of a spreadsheet.

First the text is taken apart (`wishes`, pure); then everybody who may be meant is read in one statement (`find`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import in_parts
from courses.errors import Refused
from courses.people.models import OrgUnit, Person, Posting
from courses.text import Text, clean, text

MOST_LINES = 5_000
"""Lines that one may paste at once."""
MOST_LETTERS = 200_000
_LONGEST = 100
_AT_ONCE = 5_000
_GUESSED, _GUESSES = 10, 3
"""For so many unknown words, at most so many people who may have been meant."""

_LINES = re.compile(r"[\r\n;；]+")
_COMMAS = re.compile(r"[,，、]+")
_HEADINGS = {
    "사번",
    "성명",
    "이름",
    "부서",
    "소속",
    "직급",
    "순번",
    "연번",
    "번호",
    "no",
    "no.",
    "name",
    "number",
    "unit",
}
_NUMBER = re.compile(r"[A-Za-z]{0,3}[0-9]{4,}")
_ROW = re.compile(r"([0-9]{1,4})\.?")
_HEADINGS_ABOVE = 20


class Candidate(NamedTuple):
    """Somebody of the staff, where they serve today ('' and None: nowhere). `near`: within reach of who asks."""

    id: int
    name: str
    employee_no: str | None
    unit: str
    grade: str
    unit_id: int | None
    near: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was pasted. `apart`: a comma stood before it, so it may begin another person."""

    said: str
    apart: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What one mention says and whom it means: one of `people`, several to choose from, or nobody and a `problem`.

    With a problem the `people` are those who may have been meant; nobody of them is taken by itself.
    """

    number: int
    said: str
    people: tuple[Candidate, ...] = ()
    problem: Text | None = None

    @property
    def person(self) -> Candidate | None:
        """The one who is meant, if it is certain."""
        return self.people[0] if len(self.people) == 1 and not self.problem else None

    @property
    def namesakes(self) -> bool:
        """Whether somebody has to choose."""
        return len(self.people) > 1 and not self.problem


def wishes(pasted: str) -> Iterator[tuple[int, list[Word]]]:
    """The lines that say something, with their numbers, as words. Full-width digits and commas are as good as others.

    Raises `Refused` for more than anybody pastes.
    """
    if len(pasted) > MOST_LETTERS or pasted.count("\n") >= MOST_LINES:
        raise Refused(text("At most %(n)s lines at once. Send the list as a file, or in parts", n=MOST_LINES))
    readable = pasted.encode("utf-8", "ignore").decode()  # no halves of letters
    for number, line in enumerate(readable.splitlines(), 1):
        for part in _LINES.split(unicodedata.normalize("NFKC", line)):
            if words := list(_words(part)):
                yield number, words


def _words(line: str) -> Iterator[Word]:
    for cell in line.split("\t"):
        for place, piece in enumerate(_COMMAS.split(cell)):
            for position, word in enumerate(clean(piece).split(" ")):
                word = word.strip("()[]·•-\"'")
                if word and word.casefold() not in _HEADINGS:
                    yield Word(word[:_LONGEST], apart=place > 0 and position == 0)


def find(db: Session, pasted: str, near: ColumnElement[bool] | None = None, *, once: bool = True) -> list[Line]:
    """Every mention with whom it means, in the order of the text; `near`: SQL, the postings within reach (None: all).

    People out of reach are not found, and it is said so. Who stands there twice is taken once, unless `once` is false.
    """
    lines = list(wishes(pasted))
    known = _Known(_candidates(db, {word.said for _, words in lines for word in words}, near))
    found = [line for number, words in lines for line in _mentions(number, words, known)]
    settled = [_settled(line) for line in found]
    return _guessed(db, _without_doubles(settled) if once else settled, near)


class _Known:
    def __init__(self, people: Iterable[Candidate]) -> None:
        self.by_number: dict[str, Candidate] = {}
        self.by_name: dict[str, list[Candidate]] = {}
        for one in people:
            if one.employee_no:
                self.by_number[one.employee_no] = one
            self.by_name.setdefault(one.name, []).append(one)


@dataclass(slots=True)
class _Mention:
    """What one person is called by in a line: a number, a name, and more (a unit, a grade)."""

    number: str | None = None
    name: str | None = None
    people: list[Candidate] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


def _mentions(line: int, words: Sequence[Word], known: _Known) -> Iterator[Line]:
    mentions: list[_Mention] = []
    for place, word in enumerate(words):
        if place == 0 and len(words) > 1 and word.said not in known.by_number and _numbers_row(word.said, line):
            continue
        last = mentions[-1] if mentions else None
        if last is None or not _adds(last, word, known):
            mentions.append(last := _begun(word.said, known))
        last.words.append(word.said)
    for one in mentions:
        yield _line(line, one, known)


def _numbers_row(said: str, line: int) -> bool:
    row = _ROW.fullmatch(said)
    return row is not None and abs(int(row[1]) - line) <= _HEADINGS_ABOVE


def _begun(said: str, known: _Known) -> _Mention:
    if said in known.by_number:
        return _Mention(number=said, people=[known.by_number[said]])
    if _NUMBER.fullmatch(said):
        return _Mention(number=said)
    return _Mention(name=said, people=known.by_name.get(said, []))


def _adds(last: _Mention, word: Word, known: _Known) -> bool:
    """Whether a word says more about the person named before it; else it begins another one."""
    said = word.said
    if said in known.by_number or _NUMBER.fullmatch(said):
        fits = last.number is None and (not word.apart or said in {one.employee_no for one in last.people})
        if fits:
            last.number = said
        return fits
    if said in known.by_name:
        fits = last.name is None and (not word.apart or said in {one.name for one in last.people})
        if fits:
            last.name = said
        return fits
    narrowed = [one for one in last.people if said in one.unit or said == one.grade]
    if narrowed:
        last.people = narrowed
    elif not word.apart:
        last.strays.append(said)
    return bool(narrowed) or not word.apart


def _line(number: int, one: _Mention, known: _Known) -> Line:
    said = " ".join(one.words)
    if one.number is None:
        return Line(number, said, tuple(one.people), _elsewhere(one))
    holder = known.by_number.get(one.number)
    if holder is None:
        return Line(number, said, tuple(one.people), text("Nobody has the number %(number)s", number=one.number))
    if one.name and one.name != holder.name and (one.name in known.by_name or len(one.words) == 2):
        stands = text("The number is that of %(holder)s, not of %(name)s", holder=holder.name, name=one.name)
        if not holder.near:  # whose it is, is not for everybody who has a number
            stands = text("The number is not that of %(name)s", name=one.name)
        return Line(number, said, (holder, *known.by_name.get(one.name, ())), stands)
    return Line(number, said, (holder,))


def _elsewhere(one: _Mention) -> Text | None:
    """A name with a unit in which nobody of this name serves: better asked than guessed."""
    if len(one.people) != 1 or not one.strays:
        return None
    return text("%(name)s serves elsewhere: choose, or correct the line", name=one.people[0].name)


def _settled(line: Line) -> Line:
    """Only people within reach are offered."""
    near = tuple(one for one in line.people if one.near)
    if near:
        return replace(line, people=near)
    if line.people:
        return Line(line.number, line.said, (), OUT_OF_REACH)
    return replace(line, problem=line.problem or text("Nobody of this name"))


OUT_OF_REACH = text("Not one of your own: the clerk of their department or a training officer adds them")


def _without_doubles(lines: Sequence[Line]) -> list[Line]:
    first: dict[int, int] = {}
    kept = []
    for line in lines:
        person = line.person
        if person and person.id in first:
            line = Line(line.number, line.said, (), text("Stands already in line %(line)s", line=first[person.id]))
        elif person:
            first[person.id] = line.number
        kept.append(line)
    return kept


def _candidates(db: Session, words: set[str], near: ColumnElement[bool] | None) -> list[Candidate]:
    found: dict[int, Candidate] = {}
    for some in in_parts(sorted(words), _AT_ONCE):
        found |= {one.id: one for one in people(db, [or_(Person.name.in_(some), Person.employee_no.in_(some))], near)}
    return list(found.values())


def people(
    db: Session, conditions: Iterable[ColumnElement[bool]], near: ColumnElement[bool] | None, most: int | None = None
) -> list[Candidate]:
    """Those who take part today and fit, in official order."""
    today = clock.today()
    reach = literal(True) if near is None else and_(near, Posting.id.is_not(None))
    statement = (
        select(Person.id, Person.name, Person.employee_no, OrgUnit.path, Posting.grade, Posting.unit_id, reach)
        .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(today)))
        .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
        .where(Person.active_on(today), *conditions)
        .order_by(OrgUnit.position, Person.name, Person.id, Posting.from_on)
        .limit(most)
    )
    return [
        Candidate(row[0], row[1], row[2], row[3] or "", row[4] or "", row[5], bool(row[6]))
        for row in db.execute(statement)
    ]


def chosen(db: Session, ids: Iterable[int], near: ColumnElement[bool] | None = None) -> list[Candidate]:
    """These people as far as they take part and are within reach, in official order."""
    found: dict[int, Candidate] = {}
    for some in in_parts(sorted(set(ids)), _AT_ONCE):
        found |= {one.id: one for one in people(db, [Person.id.in_(some)], near) if one.near}
    return list(found.values())


def _guessed(db: Session, lines: Sequence[Line], near: ColumnElement[bool] | None) -> list[Line]:
    """The first unknown words with those who differ from them by one letter."""
    unknown = [line for line in lines if line.problem and not line.people and line.problem is not OUT_OF_REACH]
    words = {line.said: _one_letter_off(line.said) for line in unknown[:_GUESSED] if 2 < len(line.said) <= 12}
    patterns = [_like(pattern) for some in words.values() for pattern in some]
    if not patterns:
        return list(lines)
    others = [one for one in people(db, [or_(*patterns)], near, 20 * _GUESSED) if one.near]
    return [_with_guesses(line, others, words.get(line.said)) for line in lines]


def _with_guesses(line: Line, people: Sequence[Candidate], off: Sequence[str] | None) -> Line:
    if not off or line.people or not line.problem or line.problem is OUT_OF_REACH:
        return line
    fits = _matcher(line.said)
    return replace(
        line, people=tuple([one for one in people if fits(one.name) or fits(one.employee_no or "")][:_GUESSES])
    )


def _one_letter_off(said: str) -> list[str]:
    safe = [letter for letter in said if letter not in "%_\\"]
    if len(safe) != len(said):
        return []
    return [said[:place] + "_" + said[place + 1 :] for place in range(len(said))]


def _like(pattern: str) -> ColumnElement[bool]:
    return (Person.employee_no if any(char.isdigit() for char in pattern) else Person.name).like(pattern)


def _matcher(said: str) -> Callable[[str], bool]:
    return lambda other: len(other) == len(said) and sum(a != b for a, b in zip(said, other, strict=True)) == 1
