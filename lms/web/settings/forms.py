from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from courses.errors import Refused
from courses.settings.organisation import check_number_pattern, check_picture
from courses.text import clean, text
from lms.i18n import LANGUAGES, words
from lms.web.fields import lazy

_HOURS = lazy(text("Enter whole hours from 0 to 2,000"))


def _line(label: Any, most: int = 100, **more: Any) -> StringField:
    told = [
        DataRequired(lazy(text("Fill this in"))),
        Length(max=most, message=lazy(text("Use at most %(max)d letters"))),
    ]
    return StringField(label, told, filters=[lambda value: clean(value) if value else value], **more)


class OrganisationForm(FlaskForm):
    """The names follow `Organisation`; the two pictures are files here and hashes there."""

    name = _line(lazy(text("Name, Korean")))
    name_en = _line(lazy(text("Name, English")))
    site_name = _line(lazy(text("Name of this site, Korean")))
    site_name_en = _line(lazy(text("Name of this site, English")))
    language = SelectField(
        lazy(text("Language for whoever asks for none")),
        choices=[SelectChoice(value=code, label=name) for code, name in LANGUAGES.items()],
    )
    issuer = _line(lazy(text("Who issues certificates")))
    body_place = _line(lazy(text("The organisation in the certificate's sentence")))
    number_pattern = _line(lazy(text("Pattern of certificate numbers")))
    issue_on_closing = BooleanField(lazy(text("Issue the certificates when a run is closed")))
    target_hours = IntegerField(
        lazy(text("Recognised hours everybody should reach in a year")),
        [InputRequired(_HOURS), NumberRange(0, 2000, _HOURS)],
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
