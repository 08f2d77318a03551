"""What has to be known before a run can be closed: each thing once, with the people it is missing for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from courses.attendance.queries import SessionMarks
from courses.completion.facts import Facts
from courses.completion.rules import Check
from courses.text import Text, text

Person = tuple[str, Facts, tuple[Check, ...]]
"""Name, facts and reasons of somebody who cannot be judged yet."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing to do first. `where`: "session" (`session_id` says which), "quizzes", "scores", "import", "checklist".

    Beside these, of which people lack something, what waits in the run as a whole: "drafts" (`names` are the parts),
    "appeals" and "absences" (without names).
    """

    where: str
    message: Text
    names: tuple[str, ...]
    session_id: int | None = None


def missing_of(
    sessions: Sequence[SessionMarks], undecided: Sequence[Person], quizzes: frozenset[str] = frozenset()
) -> list[Missing]:
    """In the order of the work: marks session by session, quizzes, scores, then what only an import can bring.

    `quizzes` are the parts of the score that people answer themselves.
    """
    found = [
        Missing("session", _not_marked(session), _names(undecided, _lacks_mark(position)), session.id)
        for position, session in enumerate(sessions)
    ]
    found.append(Missing("quizzes", text("Quizzes are not handed in"), _names(undecided, _lacks_quiz(quizzes))))
    found.append(Missing("scores", text("Scores are missing"), _names(undecided, _lacks_score(quizzes))))
    found.append(Missing("checklist", text("Skills are not signed"), _names(undecided, _lacks_skill)))
    found.append(Missing("import", text("Progress or attendance is missing"), _names(undecided, _lacks_import)))
    return [entry for entry in found if entry.names]


def waiting_in(drafts: Sequence[str], appeals: int, absences: int) -> list[Missing]:
    """What waits in a run as a whole: drafts of scores, and what somebody has asked for without an answer yet."""
    found = [Missing("drafts", text("Scores are not published"), tuple(drafts))] if drafts else []
    if appeals:
        found.append(Missing("appeals", text("Appeals without an answer: %(n)s", n=appeals), ()))
    if absences:
        found.append(Missing("absences", text("Requests for excused absence without an answer: %(n)s", n=absences), ()))
    return found


def _not_marked(session: SessionMarks) -> Text:
    return text("Session %(number)s is not marked: %(starts_at)s", number=session.number, starts_at=session.starts_at)


def _names(people: Sequence[Person], lacks: Callable[[Person], bool]) -> tuple[str, ...]:
    return tuple(person[0] for person in people if lacks(person))


def _lacks_mark(position: int) -> Callable[[Person], bool]:
    return lambda person: bool(person[1].sessions) and person[1].sessions[position].mark is None


def _lacks_quiz(quizzes: frozenset[str]) -> Callable[[Person], bool]:
    return lambda person: any(part.points is None and part.name in quizzes for part in person[1].components)


def _lacks_score(quizzes: frozenset[str]) -> Callable[[Person], bool]:
    """What somebody else has to enter: a part that is no quiz, or weights that make no score."""

    def lacks(person: Person) -> bool:
        open_rules = {check.rule for check in person[2] if check.passed is None}
        by_hand = not all(part.points is not None or part.name in quizzes for part in person[1].components)
        return "weights" in open_rules or ("score" in open_rules and (by_hand or not person[1].components))

    return lacks


def _lacks_skill(person: Person) -> bool:
    return any(check.rule == "checklist" and check.passed is None for check in person[2])


def _lacks_import(person: Person) -> bool:
    open_rules = {check.rule for check in person[2] if check.passed is None}
    return "progress" in open_rules or ("attendance" in open_rules and not person[1].sessions)
