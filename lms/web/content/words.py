"""What kinds of lessons and questions are called."""

from __future__ import annotations

from courses.content.models import LessonKind, QuestionKind
from courses.text import text

LESSON_KINDS = {
    LessonKind.TEXT: text("Words"),
    LessonKind.IMAGE: text("Picture"),
    LessonKind.AUDIO: text("Audio"),
    LessonKind.VIDEO: text("Video"),
    LessonKind.DOCUMENT: text("Document"),
    LessonKind.QUIZ: text("Quiz"),
}
QUESTION_KINDS = {
    QuestionKind.SINGLE: text("One answer"),
    QuestionKind.MULTIPLE: text("Several answers"),
    QuestionKind.TRUE_FALSE: text("True or false"),
    QuestionKind.SHORT: text("Short answer"),
    QuestionKind.ORDER: text("Put in order"),
}
