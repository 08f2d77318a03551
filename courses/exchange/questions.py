"""Questions of a bank as a file: one a row, with up to ten choices and the numbers of the right ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from courses.content.models import Question, QuestionKind
from courses.content.questions import LONGEST, MOST_CHOICES, QuestionPlan, settled
from courses.errors import Refused
from courses.exchange.columns import Column, Unreadable, words
from courses.exchange.reading import BadRow, Row, read
from courses.exchange.writing import Cell
from courses.text import text

KINDS = {
    "단일 선택": QuestionKind.SINGLE,
    "복수 선택": QuestionKind.MULTIPLE,
    "O·X": QuestionKind.TRUE_FALSE,
    "단답형": QuestionKind.SHORT,
    "순서 배열": QuestionKind.ORDER,
}
"""What the kinds are called in a file; their English values are read too."""
_ACCEPTED_BY = "|"
_TRUE, _FALSE = ("o", "0", "true", "참", "맞음"), ("x", "false", "거짓", "틀림")
_ANY_KIND = {key.replace(" ", "").casefold(): kind for key, kind in KINDS.items()} | {k.value: k for k in QuestionKind}


def _kind(value: str) -> QuestionKind:
    found = _ANY_KIND.get(value.replace(" ", "").casefold())
    if found is None:
        raise Unreadable(
            text("This kind of question is not known."), text("Write one of: %(kinds)s.", kinds=", ".join(KINDS))
        )
    return found


COLUMNS = (
    Column("kind", "유형", ("type",), convert=_kind),
    Column("words", "문제", ("question",), convert=words(LONGEST)),
    *(
        Column(f"choice{number}", f"보기{number}", (f"choice {number}",), required=False, convert=words(500))
        for number in range(1, MOST_CHOICES + 1)
    ),
    Column("answer", "정답", ("answer",), required=False, convert=words(LONGEST)),
    Column("explanation", "해설", ("explanation",), required=False, convert=words(LONGEST)),
)


def questions(data: bytes, filename: str) -> tuple[list[QuestionPlan], list[BadRow], dict[str, str]]:
    """The good rows, every bad one with reason and remedy, and the headings as written there.

    Raises `Refused` when the file as a whole cannot be taken.
    """
    table = read(data, filename, COLUMNS)
    good: list[QuestionPlan] = []
    bad = list(table.bad)
    for row in table.rows:
        try:
            good.append(settled(_plan(row)))
        except Unreadable as problem:
            bad.append(
                BadRow(row.number, "answer", str(row.values.get("answer") or ""), problem.reason, problem.remedy)
            )
        except Refused as refused:
            field = "choice1" if refused.code == "choices" else refused.code
            bad.append(BadRow(row.number, field, "", refused.message, text("Correct the row and send the file again.")))
    return good, sorted(bad, key=lambda one: one.row), table.headings


def rows(found: Iterable[Question], korean: bool) -> list[list[Cell]]:
    """The questions as such a file has them, in its columns' order."""
    names = {kind: name if korean else kind.value for name, kind in KINDS.items()}
    return [
        [
            names[one.kind],
            one.words,
            *(list(_shown(one)) + [""] * MOST_CHOICES)[:MOST_CHOICES],
            _answer(one),
            one.explanation,
        ]
        for one in found
    ]


def _shown(question: Question) -> Sequence[str]:
    return [] if question.kind is QuestionKind.TRUE_FALSE else question.choices


def _answer(question: Question) -> str:
    if question.kind is QuestionKind.TRUE_FALSE:
        return "X" if question.answer == [1] else "O"
    if question.kind is QuestionKind.SHORT:
        return f" {_ACCEPTED_BY} ".join(question.answer)
    return "" if question.kind is QuestionKind.ORDER else ", ".join(str(index + 1) for index in question.answer)


def _plan(row: Row) -> QuestionPlan:
    kind, said = QuestionKind(str(row.values["kind"])), str(row.values.get("answer") or "")
    cells = [row.values.get(f"choice{number}") for number in range(1, MOST_CHOICES + 1)]
    answer = _read_answer(kind, said, [place for place, cell in enumerate(cells) if cell])
    choices = [str(cell) for cell in cells if cell] if kind is not QuestionKind.SHORT else []
    return QuestionPlan(kind, str(row.values["words"]), choices, answer, str(row.values.get("explanation") or ""))


def _read_answer(kind: QuestionKind, said: str, filled: list[int]) -> list[Any]:
    if kind is QuestionKind.ORDER:
        return []
    if kind is QuestionKind.SHORT:
        return said.split(_ACCEPTED_BY)
    if kind is QuestionKind.TRUE_FALSE:
        return _truth(said)
    numbers = re.split(r"[,\s·]+", said.strip())
    wanted = [int(number) - 1 for number in numbers if re.fullmatch(r"[1-9]|10", number)]
    if len(wanted) != len(numbers) or not set(wanted) <= set(filled):
        raise Unreadable(
            text("The answer is not the number of a choice."), text("Write the number of the right choice, such as 2.")
        )
    return [filled.index(place) for place in wanted]


def _truth(said: str) -> list[int]:
    if said.casefold() in _TRUE:
        return [0]
    if said.casefold() in _FALSE:
        return [1]
    raise Unreadable(text("The answer is neither true nor false."), text("Write O or X."))
