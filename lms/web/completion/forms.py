from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from courses.text import text
from lms.web.fields import at_most, lazy, words_only


class ReasonForm(FlaskForm):
    """Why a weighty step is taken."""

    reason = TextAreaField(
        lazy(text("Reason")),
        [DataRequired(lazy(text("Say why: the reason is kept"))), at_most(400)],
        filters=[words_only],
    )
