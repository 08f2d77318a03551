from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional, ValidationError

from courses.exchange.formats import kinds
from courses.text import text
from lms.web.fields import a_day, lazy

_A_YEAR = lazy(text("Write a year from 1990 to 2199"))


class UploadForm(FlaskForm):
    kind = HiddenField()
    file = FileField(lazy(text("Drop the file here, or choose it")), [FileRequired(lazy(text("Choose a file first")))])
    year = IntegerField(
        lazy(text("Year of the runs")),
        [Optional(), NumberRange(1990, 2199, _A_YEAR)],
        invalid_value_message=_A_YEAR,
    )
    effective = a_day(lazy(text("Effective day")), Optional())

    def validate_kind(self, field: Any) -> None:
        if field.data not in kinds:
            raise ValidationError(lazy(text("Choose what the file holds")))

    def validate(self, extra_validators: Any = None) -> bool:
        """A file of results says of which year it is."""
        valid = super().validate(extra_validators)
        if self.kind.data in kinds and kinds[self.kind.data].asks == "year" and not self.year.data:
            if not self.year.errors:
                self.year.errors = [lazy(text("Say of which year the results are"))]
            return False
        return bool(valid)


class ApplicationForm(FlaskForm):
    seen = HiddenField()
    only_good = BooleanField(lazy(text("Import the good rows and leave out the bad ones")))
    retire = BooleanField(lazy(text("Deactivate the people who are not in the file")))
