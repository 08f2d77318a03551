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
from lms.web.fields import A_NUMBER, a_line, a_number, choices, lazy
from lms.web.scheduling.words import LEVELS_OF_UNITS

_NEEDED = text("Fill this in")
_HOURS = lazy(text("Enter whole hours from 0 to 2,000"))


def _days(label: Any, least: int = 0) -> IntegerField:
    return a_number(label, least, 365, InputRequired(A_NUMBER))


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
    issue_on_demand = BooleanField(lazy(text("Whoever completed a course may issue the certificate themselves")))
    target_hours = IntegerField(
        lazy(text("Recognised hours everybody should reach in a year")),
        [InputRequired(_HOURS), NumberRange(0, 2000, _HOURS)],
        invalid_value_message=_HOURS,
    )
    ranking_depth = SelectField(
        lazy(text("Units that rank their applicants")), coerce=int, choices=choices(LEVELS_OF_UNITS)
    )
    escalate_after = _days(lazy(text("Working days until the next head above may approve as well")), 1)
    freeze_days = _days(lazy(text("Days before the start on which the nominee list freezes")))
    release_days = _days(lazy(text("Days before the start on which unused seats of quotas are given free")))
    minimum_days = _days(lazy(text("Days before the start on which you are asked about a run with too few people")))
    yearly_limit = _days(lazy(text("Runs that a person may take in a year")))
    expired_offers_wait = BooleanField(lazy(text("Who lets an offer pass waits again, at the end of the queue")))
    appeal_days = _days(lazy(text("Days in which a published score can be appealed")))
    survey_days = _days(lazy(text("Days in which the survey of a run can be answered")), 1)
    survey_gates_download = BooleanField(lazy(text("Certificates are downloaded after the survey is answered")))
    second_person = BooleanField(lazy(text("A second person confirms weighty steps")))
    logo_file = FileField(lazy(text("Logo (PNG)")))
    seal_file = FileField(lazy(text("Seal (PNG)")))

    def validate_number_pattern(self, field: Any) -> None:
        _ask(check_number_pattern, field.data)

    def validate_logo_file(self, field: Any) -> None:
        if field.data:
            check_uploaded(field)

    validate_seal_file = validate_logo_file


def check_uploaded(field: Any) -> None:
    """ValidationError for an upload that is no picture to print."""
    _ask(check_picture, picture(field))


def picture(field: Any) -> bytes:
    """The bytes of an uploaded picture; they can be read again."""
    field.data.stream.seek(0)
    return bytes(field.data.stream.read())


def _ask(check: Any, value: Any) -> None:
    try:
        check(value)
    except Refused as error:
        raise ValidationError(words(error.message)) from error
