"""The forms of print runs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, SelectField
from wtforms.validators import InputRequired, NumberRange

from courses.certificates.printing.options import Options, Order
from courses.text import text
from lms.web.certificates.words import ORDERS
from lms.web.fields import a_line, a_number, a_reason, choices, lazy

_MILLIMETRES = lazy(text("Enter millimetres, such as -1.2"))
_WITHIN = lazy(text("Enter a number from %(min)s to %(max)s"))
_TENTHS = ("offset_x", "offset_y", "label_top", "label_left")


def _millimetres(label: Any, low: int, high: int) -> DecimalField:
    """Millimetres with a tenth."""
    needed = [InputRequired(_MILLIMETRES), NumberRange(low, high, _WITHIN)]
    return DecimalField(label, needed, places=1, invalid_value_message=_MILLIMETRES)


class ResumeForm(FlaskForm):
    number = a_line(lazy(text("From certificate number")), 100, needed=text("Type the number to begin with"))


class ReprintForm(FlaskForm):
    numbers = a_line(lazy(text("Certificate numbers")), 400, needed=text("Type the numbers to print again"))
    reason = a_reason(text("Say why: it is printed on the sheet and stays in the log"))


class PrintSetupForm(FlaskForm):
    """The fields of `Options`, lengths in millimetres."""

    order = SelectField(lazy(text("Order")), choices=choices(ORDERS))
    background = BooleanField(lazy(text("Print frame, ornaments and seal")))
    duplex = BooleanField(lazy(text("Add an empty back to each sheet")))
    bleed = BooleanField(lazy(text("With bleed and crop marks")))
    offset_x = _millimetres(lazy(text("To the right (mm)")), -20, 20)
    offset_y = _millimetres(lazy(text("Upwards (mm)")), -20, 20)
    label_columns = a_number(lazy(text("Labels side by side")), 1, 5)
    label_rows = a_number(lazy(text("Labels below each other")), 1, 16)
    label_top = _millimetres(lazy(text("Free above and below (mm)")), 0, 50)
    label_left = _millimetres(lazy(text("Free on the left and right (mm)")), 0, 40)

    @classmethod
    def of(cls, options: Options) -> PrintSetupForm:
        """Filled with what is set."""
        kept = options.to_json()
        return cls(None, **{**kept, **{name: Decimal(kept[name]) / 10 for name in _TENTHS}})

    def options(self) -> Options:
        """What was entered."""
        entered = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        tenths = {name: round(entered[name] * 10) for name in _TENTHS}
        return Options(**{**entered, **tenths, "order": Order(entered["order"])})
