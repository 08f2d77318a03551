"""What a question of each kind is made of, how it is put, and when an answer is right. Pure.

| kind | `choices` | `answer` | what a person answers |
|---|---|---|---|
| single | as shown | [index] | [index] |
| multiple | as shown | [index, …] rising | [index, …] in any order |
| true_false | ["O", "X"] | [0] true, [1] false | [0] or [1] |
| short | [] | accepted words | [words] |
| order | in the right order | [0, 1, …] | [index, …] in sequence |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from courses.content.models import Question, QuestionKind
from courses.errors import Refused
from courses.text import clean, search_key, text

TRUE_FALSE = ["O", "X"]
MOST_CHOICES = 10
LONGEST = 4_000
"""Characters of what is asked, and of an explanation."""


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """What a question is to be; `choices` and `answer` as the table above has them."""

    kind: QuestionKind
    words: str
    choices: Sequence[str] = ()
    answer: Sequence[Any] = ()
    explanation: str = ""


def settled(plan: QuestionPlan) -> QuestionPlan:
    """The plan as it is stored. Raises `Refused` (its code is the field) when nobody could answer it, or anybody."""
    if not plan.words.strip():
        raise Refused(text("Write what is asked."), code="words")
    if plan.kind is QuestionKind.TRUE_FALSE:
        plan = replace(plan, choices=TRUE_FALSE)
    elif plan.kind is QuestionKind.SHORT:
        return _short(plan)
    else:
        _require_choices(plan)
    if plan.kind is QuestionKind.ORDER:
        return replace(plan, answer=list(range(len(plan.choices))))
    right = sorted(set(plan.answer))
    if not right or not all(isinstance(index, int) and 0 <= index < len(plan.choices) for index in right):
        raise Refused(text("Say which answer is right."), code="answer")
    if plan.kind is not QuestionKind.MULTIPLE and len(right) > 1:
        raise Refused(
            text("Only one answer can be right. For several, make it a question with several answers."), code="answer"
        )
    return replace(plan, answer=right)


def _require_choices(plan: QuestionPlan) -> None:
    if not 2 <= len(plan.choices) <= MOST_CHOICES:
        raise Refused(text("Write from 2 to %(most)s choices.", most=MOST_CHOICES), code="choices")
    if len({same_words(choice) for choice in plan.choices}) < len(plan.choices):
        raise Refused(text("Two choices say the same. Change one of them."), code="choices")


def _short(plan: QuestionPlan) -> QuestionPlan:
    accepted = list(dict.fromkeys(words for one in plan.answer if (words := clean(str(one)))))
    if not accepted:
        raise Refused(text("Write at least one accepted answer."), code="answer")
    return replace(plan, choices=[], answer=accepted)


def frozen(question: Question) -> dict[str, Any]:
    """The question as an attempt keeps it, with the key of now: later changes do not reach what was answered."""
    return {
        "id": question.id,
        "kind": question.kind.value,
        "words": question.words,
        "choices": question.choices,
        "answer": question.answer,
        "explanation": question.explanation,
    }


def is_right(kind: QuestionKind | str, answer: Sequence[Any], given: Sequence[Any] | None) -> bool:
    """Whether what was given is the answer. Nothing given, or something of another shape, is wrong."""
    if not given:
        return False
    if kind == QuestionKind.SHORT:
        return len(given) == 1 and same_words(given[0]) in {same_words(words) for words in answer}
    if kind == QuestionKind.ORDER:
        return list(given) == list(answer)
    return sorted(map(str, given)) == sorted(map(str, answer))


def same_words(words: object) -> str:
    """What two short answers are compared by: NFC, lower case, without blanks."""
    return search_key(str(words)).replace(" ", "")
