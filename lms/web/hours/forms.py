from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from courses.catalogue.models import Kind
from courses.hours.models import OutsideLearning
from courses.hours.outside import LONGEST, Wanted
from courses.hours.rules import OUTSIDE, OWN, Rules
from courses.text import text
from lms.i18n import _, words
from lms.web.evidence import LIMIT
from lms.web.fields import A_DAY, a_day, a_line, lazy, words_only
from lms.web.hours.words import minutes_of, plain_hours, type_name

_A_TYPE = text("Choose what kind of learning it is from the list")
_HOURS = lazy(text("Enter hours such as 3 or 1.5"))


def _some_hours(_form: Any, field: Any) -> None:
    minutes = minutes_of(field.data or "")
    if minutes is None or not 0 < minutes <= LONGEST:
        raise ValidationError(_HOURS)


class OutsideForm(FlaskForm):
    """What somebody learned elsewhere."""

    type = SelectField(lazy(text("Kind of learning")), choices=[], invalid_choice_message=lazy(_A_TYPE))
    title = a_line(lazy(text("What was it")), 200, needed=text("Say what it was"))
    provider = a_line(lazy(text("Who offered it")), 200, needed=text("Say who offered it"))
    from_on = a_day(lazy(text("First day")), InputRequired(A_DAY))
    until_on = a_day(lazy(text("Last day")), InputRequired(A_DAY))
    hours = StringField(lazy(text("Hours")), [_some_hours], filters=[words_only])
    evidence = FileField(lazy(text("Evidence")))
    kept = HiddenField()

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [SelectChoice(value=type_, label=self._label(rules, type_)) for type_ in rules.types]
        self.type.choices = [SelectChoice(value="", label=_("Choose one")), *offered]
        self.evidence.description = _("Certificate or receipt: PDF, JPEG or PNG, up to %(limit)s MB", limit=LIMIT)

    @staticmethod
    def _label(rules: Rules, type_: str) -> str:
        name, cap = type_name(rules, type_), rules.caps.get(type_)
        return name if cap is None else _("%(name)s (at most %(n)s hours a year)", name=name, n=cap)

    def validate_type(self, field: Any) -> None:
        """One has to be chosen."""
        if not field.data:
            raise ValidationError(words(_A_TYPE))

    def validate_until_on(self, field: Any) -> None:
        """After the first day."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day lies before the first"))

    @property
    def wanted(self) -> Wanted:
        """What a valid form says."""
        assert self.from_on.data is not None
        assert self.until_on.data is not None
        minutes = minutes_of(self.hours.data or "") or 0
        return Wanted(
            self.type.data, self.title.data or "", self.provider.data or "", self.from_on.data, self.until_on.data,
            minutes,
        )  # fmt: skip

    @classmethod
    def of(cls, one: OutsideLearning, rules: Rules) -> OutsideForm:
        """Filled with what was reported."""
        return cls(
            None, rules=rules, type=one.type, title=one.title, provider=one.provider, from_on=one.from_on,
            until_on=one.until_on, hours=plain_hours(one.claimed_minutes),
        )  # fmt: skip


class CorrectionForm(FlaskForm):
    """Another number of hours of what is recognised, with a reason."""

    hours = StringField(lazy(text("Hours recognised")), filters=[words_only])
    reason = a_line(
        lazy(text("Reason, which the person reads")), 400, needed=text("Give a reason: the person reads it")
    )

    def validate_hours(self, field: Any) -> None:
        """A number of hours, or none at all."""
        if minutes_of(field.data or "") is None:
            raise ValidationError(_HOURS)

    @property
    def minutes(self) -> int:
        """Of a valid form."""
        return minutes_of(self.hours.data or "") or 0


def read_rules(sent: Any, grades: list[str]) -> tuple[Rules, dict[str, str]]:
    """The rules that the settings' form says, and what is wrong, by name of the field."""
    faults: dict[str, str] = {}

    def number(name: str) -> int | None:
        said = str(sent.get(name, "")).strip()
        if not said:
            return None
        if said.isascii() and said.isdigit() and len(said) <= 4 and int(said) <= 2000:
            return int(said)
        faults[name] = _("Enter whole hours from 0 to 2,000")
        return None

    targets = {grade: number(f"grade-{place}") for place, grade in enumerate(grades)}
    names = {key: words_only(str(sent.get(f"name-{key}", "")))[:60] for key in OWN}  # type: ignore[index]  # never None
    given = {key: name for key, name in names.items() if name}
    caps = {type_: number(f"cap-{type_}") for type_ in (*(kind.value for kind in Kind), *OUTSIDE, *given)}
    new = Rules(
        number("hours"),
        {grade: hours for grade, hours in targets.items() if hours is not None},
        {type_: hours for type_, hours in caps.items() if hours is not None},
        given,
    )
    return new, faults
