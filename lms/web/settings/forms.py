from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, ValidationError

from courses.errors import Refused
from courses.settings.organisation import check_number_pattern, check_picture
from courses.text import text
from lms.i18n import LANGUAGES, words
from lms.web.fields import a_line, lazy

_NEEDED = text("Fill this in")
_HOURS = lazy(text("Enter whole hours from 0 to 2,000"))


class OrganisationForm(FlaskForm):
    """The names follow `Organisation`; the two pictures are files here and hashes there."""

    name = a_line(lazy(text("Name, Korean")), 100, needed=_NEEDED)
    name_en = a_line(lazy(text("Name, English")), 100, needed=_NEEDED)
    site_name = a_line(lazy(text("Name of this site, Korean")), 100, needed=_NEEDED)
    site_name_en = a_line(lazy(text("Name of this site, English")), 100, needed=_NEEDED)
    language = SelectField(
        lazy(text("Language for whoever asks for none")),
        choices=[SelectChoice(value=code, label=name) for code, name in LANGUAGES.items()],
    )
    issuer = a_line(lazy(text("Who issues certificates")), 100, needed=_NEEDED)
    body_place = a_line(lazy(text("The organisation in the certificate's sentence")), 100, needed=_NEEDED)
    number_pattern = a_line(lazy(text("Pattern of certificate numbers")), 100, needed=_NEEDED)
    issue_on_closing = BooleanField(lazy(text("Issue the certificates when a run is closed")))
    target_hours = IntegerField(
        lazy(text("Recognised hours everybody should reach in a year")),
        [InputRequired(_HOURS), NumberRange(0, 2000, _HOURS)],
        invalid_value_message=_HOURS,
    )
    logo_file = FileField(lazy(text("Logo (PNG)")))
    seal_file = FileField(lazy(text("Seal (PNG)")))

    def validate_number_pattern(self, field: Any) -> None:
        _ask(check_number_pattern, field.data)

    def validate_logo_file(self, field: Any) -> None:
        if field.data:
            _ask(check_picture, picture(field))

    validate_seal_file = validate_logo_file


def picture(field: Any) -> bytes:
    """The bytes of an uploaded picture; they can be read again."""
    field.data.stream.seek(0)
    return bytes(field.data.stream.read())


def _ask(check: Any, value: Any) -> None:
    try:
        check(value)
    except Refused as error:
        raise ValidationError(words(error.message)) from error
