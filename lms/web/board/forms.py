"""What is written on a board, and sent to it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired

from courses.board.posting import LONGEST, TITLE
from courses.errors import REASON
from courses.text import text
from lms.web.board.sending import LIMIT
from lms.web.fields import a_line, at_most, lazy

_SOMETHING = lazy(text("Write something first"))


class AnswerForm(FlaskForm):
    """An answer, which has no title."""

    body = TextAreaField(
        lazy(text("What you write")),
        [DataRequired(_SOMETHING), at_most(LONGEST)],
        description=lazy(text("Markdown: **bold**, lists with -, links, tables")),
    )


class PostForm(AnswerForm):
    """A notice or a question."""

    title = a_line(lazy(text("Subject line")), TITLE, needed=text("Write a title, so that others find it"))


class HidingForm(FlaskForm):
    """Why a post is taken out of sight."""

    reason = a_line(lazy(text("Reason")), REASON, needed=text("Say why it is hidden: the author reads the reason"))


class MaterialForm(FlaskForm):
    """A file to take away."""

    file = FileField(
        lazy(text("File")),
        description=lazy(text("PDF, HWPX, HWP, office documents or pictures, up to %(limit)s MB", limit=LIMIT)),
    )
    title = a_line(lazy(text("Subject line")), TITLE, description=lazy(text("Left empty: the name of the file")))
    everywhere = BooleanField(lazy(text("For all runs of this course, later ones too")))
