from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from courses.notices.actions import BODY, SUBJECT
from courses.notices.words import GROUPS
from courses.text import text
from lms.web.fields import at_most, choices, lazy

_NEEDED = lazy(text("This is needed"))


class MailForm(FlaskForm):
    mail = SelectMultipleField(
        lazy(text("Send me mail about")),
        choices=choices(GROUPS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class WriteForm(FlaskForm):
    """A message to everybody in a run."""

    subject = StringField(lazy(text("Subject line")), [InputRequired(_NEEDED), at_most(SUBJECT)])
    body = TextAreaField(lazy(text("Text")), [InputRequired(_NEEDED), at_most(BODY)])


class WordingForm(FlaskForm):
    """The organisation's own words for a notice. What is wrong with them, `wordings.check` says."""

    subject = StringField(lazy(text("Subject line")))
    body = TextAreaField(lazy(text("Text")))
