"""The shape of banks and questions, as an officer sends them; the rules are in `courses/content/questions.py`."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from courses.content.models import Question, QuestionKind
from courses.content.questions import LONGEST, MOST_CHOICES, QuestionPlan
from courses.text import clean, text
from lms.web.fields import a_line, at_most, lazy

_EMPTY_CHOICES = 5
CHOSEN = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
"""Kinds whose choices stand in lines of their own, each with a mark for the right ones."""


class BankForm(FlaskForm):
    title = a_line(lazy(text("Name of the bank")), needed=text("Enter a name"))


class QuestionsFileForm(FlaskForm):
    file = FileField(
        lazy(text("Drop the file of questions here, or choose it")), [FileRequired(lazy(text("Choose a file first")))]
    )


class QuestionForm(FlaskForm):
    """A question of any kind; only the fields of its kind are shown and read."""

    words = TextAreaField(
        lazy(text("What is asked")), [DataRequired(lazy(text("Write what is asked."))), at_most(LONGEST)]
    )
    choices = FieldList(
        a_line(lazy(text("Choice")), 500),
        min_entries=_EMPTY_CHOICES,
        max_entries=MOST_CHOICES,
    )
    right = SelectMultipleField(
        lazy(text("Right")), coerce=int, choices=[SelectChoice(n, str(n + 1)) for n in range(MOST_CHOICES)]
    )
    truth = RadioField(
        lazy(text("The sentence is")),
        choices=[SelectChoice("0", lazy(text("O: true"))), SelectChoice("1", lazy(text("X: false")))],
        default="0",
    )
    accepted = TextAreaField(
        lazy(text("Accepted answers, one a line")),
        [at_most(LONGEST)],
        description=lazy(text("Blanks and capital letters make no difference")),
    )
    steps = TextAreaField(
        lazy(text("Steps in the right order, one a line")),
        [at_most(LONGEST)],
        description=lazy(text("They are shown mixed")),
    )
    explanation = TextAreaField(
        lazy(text("Explanation")), [at_most(LONGEST)], description=lazy(text("Shown after the quiz is handed in"))
    )

    def wanted(self, kind: QuestionKind) -> QuestionPlan:
        """The plan that the form describes; empty choices are left out."""
        choices: list[str] = []
        answer: list[Any] = []
        if kind in CHOSEN:
            filled = [number for number, choice in enumerate(self.choices.data) if choice]
            choices = [self.choices.data[number] for number in filled]
            answer = [place for place, number in enumerate(filled) if number in (self.right.data or [])]
        elif kind is QuestionKind.TRUE_FALSE:
            answer = [int(self.truth.data or 0)]
        elif kind is QuestionKind.SHORT:
            answer = _lines(self.accepted.data)
        else:
            choices = _lines(self.steps.data)
        words = (self.words.data or "").replace("\r\n", "\n").strip()
        return QuestionPlan(kind, words, choices, answer, (self.explanation.data or "").replace("\r\n", "\n").strip())


def shown(question: Question) -> dict[str, Any]:
    """What the form of a question is filled with: two empty choices more than it has."""
    chosen = question.kind in CHOSEN
    return {
        "words": question.words,
        "explanation": question.explanation,
        "choices": [*question.choices, *[""] * 2][:MOST_CHOICES] if chosen else [],
        "right": question.answer if chosen else [],
        "truth": str(question.answer[0]) if question.kind is QuestionKind.TRUE_FALSE else "0",
        "accepted": "\n".join(question.answer) if question.kind is QuestionKind.SHORT else "",
        "steps": "\n".join(question.choices) if question.kind is QuestionKind.ORDER else "",
    }


def _lines(value: str | None) -> list[str]:
    return [line for one in (value or "").splitlines() if (line := clean(one))]
