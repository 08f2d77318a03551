from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from courses.letters.actions import BODY, NUMBER, TITLE
from courses.text import text
from lms.web.fields import A_DAY, a_day, a_line, at_most, lazy

_NEEDED = text("This is needed")


class LetterForm(FlaskForm):
    """A letter, read over before it is written."""

    title = a_line(lazy(text("Subject line")), TITLE, needed=_NEEDED)
    body = TextAreaField(lazy(text("Text")), [InputRequired(lazy(_NEEDED)), at_most(BODY)])


class NumberForm(FlaskForm):
    """What the document system gave a letter."""

    number: StringField = a_line(lazy(text("Document number")), NUMBER, needed=_NEEDED)
    sent_on = a_day(lazy(text("Sent on")), InputRequired(A_DAY))
