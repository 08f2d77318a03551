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
from typing import Any

from courses.content.models import Question, QuestionKind
from courses.text import search_key

TRUE_FALSE = ["O", "X"]


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
