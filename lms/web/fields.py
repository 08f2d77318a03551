"""What WTForms needs to speak the reader's language, and the fields that forms are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import DateField, DateTimeLocalField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import Select

from courses import clock
from courses.errors import REASON
from courses.text import Text, clean, text
from lms.i18n import words


class Lazy:
    """A label or message that is translated when it is shown, not when the form class is made."""

    def __init__(self, message: Text) -> None:
        self._message = message

    def __str__(self) -> str:
        return words(self._message)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __mod__(self, params: Any) -> str:
        return str(self) % params if params else str(self)


def lazy(message: Text) -> Any:
    """Typed Any, because WTForms asks for a str and takes anything that becomes one."""
    return Lazy(message)


def choices(names: dict[Any, Text]) -> list[SelectChoice]:
    """The options of a select: {value: its name}."""
    return [SelectChoice(value=getattr(value, "value", value), label=lazy(name)) for value, name in names.items()]


A_DAY = lazy(text("Enter a day, such as 2026-12-07"))
A_CLOCK = lazy(text("Enter a time, such as 09:00"))
_A_MOMENT = lazy(text("Enter a day and a time"))
A_NUMBER = lazy(text("Enter a whole number"))
_TOO_LONG = lazy(text("Use at most %(max)d letters"))
_ONE_OF_THE_LIST = lazy(text("Choose one from the list"))
_WHY = text("Reason")
YEARS = range(1990, 2200)
"""What counts as our time."""


def words_only(value: str | None) -> str | None:
    """A filter: one clean line."""
    return clean(value) if value else value


def at_most(characters: int) -> Length:
    """A validator: no more characters than the database keeps."""
    return Length(max=characters, message=_TOO_LONG)


def a_line(label: Any, most: int = 200, *, needed: Text | None = None, **options: Any) -> StringField:
    """One clean line of words; `needed` is said where there is none."""
    required = [DataRequired(lazy(needed))] if needed else []
    return StringField(label, [*required, at_most(most)], filters=[words_only], **options)


def a_reason(missing: Text, label: Text = _WHY, **options: Any) -> TextAreaField:
    """Why somebody does something; `missing` is said where there is nothing."""
    return TextAreaField(lazy(label), [DataRequired(lazy(missing)), at_most(REASON)], filters=[words_only], **options)


class ReasonForm(FlaskForm):
    """Why a step is taken that is not taken lightly."""

    reason = a_reason(text("Say why: the reason is kept"))


def _of_our_time(_form: Any, field: Any) -> None:
    """No year 0026, which date fields accept while somebody types."""
    if field.data and field.data.year not in YEARS:
        raise ValidationError(A_DAY)


def _id(value: Any) -> int | None:
    """The id in a select's value; None for the empty one, and for what is none (which is then not in the list)."""
    digits = str(value or "")
    if not digits:
        return None
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else -1


def a_day(label: Any, *more: Any, **options: Any) -> DateField:
    """A day of our time."""
    return DateField(label, [*more, _of_our_time], invalid_value_message=A_DAY, **options)


def a_clock(label: Any, *more: Any, **options: Any) -> TimeField:
    """A time of day."""
    return TimeField(label, more, format=["%H:%M", "%H:%M:%S"], invalid_value_message=A_CLOCK, **options)


def a_moment(label: Any, **options: Any) -> DateTimeLocalField:
    """A day and a time on the office's clock, or nothing."""
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    return DateTimeLocalField(
        label, [Optional(), _of_our_time], format=formats, tz=clock.ZONE, invalid_value_message=_A_MOMENT, **options
    )


def a_number(label: Any, low: int, high: int, *more: Any, **options: Any) -> IntegerField:
    """A whole number from `low` to `high`."""
    within = NumberRange(low, high, lazy(text("Enter a number from %(min)s to %(max)s")))
    return IntegerField(label, [*more, within], invalid_value_message=A_NUMBER, **options)


class _Options(Select):
    """Options written at once: WTForms takes each for an element with any attributes, which costs ten times as much."""

    @classmethod
    def render_option(cls, choice: Any, **_attributes: Any) -> Markup:
        """`<option value="…">…</option>`."""
        value, label = escape(choice.value), escape(choice.label or choice.value)
        selected = " selected" if choice.selected else ""
        return Markup(f'<option{selected} value="{value}">{label}</option>')  # noqa: S704  # escaped, both of them


class ListField(SelectField):
    """A select of plain options, of which there may be many."""

    widget = _Options()


def one_of(label: Any) -> ListField:
    """One of some things by id, or none; `offer` says which."""
    return ListField(label, [Optional()], coerce=_id, choices=[], invalid_choice_message=_ONE_OF_THE_LIST)


def offer(field: Any, things: Iterable[tuple[int, str]], nothing: str) -> None:
    """Set what a field made by `one_of` has to choose from; `nothing` is what stands for none."""
    field.choices = [SelectChoice("", nothing), *(SelectChoice(str(id_), name) for id_, name in things)]
