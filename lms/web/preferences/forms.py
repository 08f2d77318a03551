from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from courses.text import text
from lms.i18n import LANGUAGES
from lms.web.fields import choices, lazy

_THEMES = {"": text("As my device has it"), "light": text("Light"), "dark": text("Dark")}


class PreferenceForm(FlaskForm):
    language = RadioField(
        lazy(text("Language of pages and mail")),
        choices=[SelectChoice(value=code, label=name) for code, name in LANGUAGES.items()],
    )
    theme = RadioField(lazy(text("Colours")), choices=choices(_THEMES))
