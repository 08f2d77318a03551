from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional, ValidationError

from courses.exchange.formats import kinds
from courses.exchange.queries import selecting
from courses.text import text
from lms import db as doors
from lms.i18n import _
from lms.web.fields import a_day, lazy, offer, one_of

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

    run = one_of(lazy(text("Run with selection")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = kinds[self.kind.data].asks == "run" if self.kind.data in kinds else False
        known = [(row.id, _named(row)) for row in selecting(doors.looking())] if wanted else []
        offer(self.run, known, _("Choose the run"))

    def validate_kind(self, field: Any) -> None:
        if field.data not in kinds:
            raise ValidationError(lazy(text("Choose what the file holds")))

    def validate(self, extra_validators: Any = None) -> bool:
        """A file of results says of which year it is, one of nominations of which run."""
        valid = super().validate(extra_validators)
        if self.kind.data in kinds and kinds[self.kind.data].asks == "run" and self.run.data is None:
            self.run.errors = [lazy(text("Say for which run the nominations are"))]
            return False
        if self.kind.data in kinds and kinds[self.kind.data].asks == "year" and not self.year.data:
            if not self.year.errors:
                self.year.errors = [lazy(text("Say of which year the results are"))]
            return False
        return bool(valid)


def _named(run: Any) -> str:
    return f"{run.title} {run.year}-{run.number} ({run.starts_on.isoformat()})"


class ApplicationForm(FlaskForm):
    seen = HiddenField()
    only_good = BooleanField(lazy(text("Import the good rows and leave out the bad ones")))
    retire = BooleanField(lazy(text("Deactivate the people who are not in the file")))
