"""Fields of what is sent: shape only, and nothing a database could choke on. Messages are translated when told."""

from __future__ import annotations

import base64
import enum
import re
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from courses.text import text

LARGEST = 10**18 - 1
"""The largest id there can be: 18 digits, as in addresses."""
WHOLE = str(text("Enter a whole number that is possible here"))
WORDS = str(text("Enter text that is neither too long nor has control characters"))
BASE64 = str(text("Enter the file's content as base64"))
CHOICE = str(text("Not one of the values that are possible here"))
DAY = str(text("Enter a day as YYYY-MM-DD"))
MOMENT = str(text("There is no such moment"))
LIST = str(text("Enter a list that is not too long"))

MESSAGES = (
    text("Missing data for required field."),
    text("Field may not be null."),
    text("Unknown field."),
    text("Invalid input type."),
)
"""What the library itself says, here so that it is translated."""

_PLAIN = r"[^\x00-\x1f]*"
_FOURS = "[A-Za-z0-9+/]"
_BASE64 = f"(?:{_FOURS}{{4}})*(?:{_FOURS}{{4}}|{_FOURS}{{3}}=|{_FOURS}{{2}}==)"
_LINES = r"[^\x00-\x09\x0b-\x1f]*"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Whole(fields.Integer):
    """A whole number between `least` and `most`; in JSON neither text nor true or false; 5.0 is 5."""

    default_error_messages = {"invalid": WHOLE, "too_large": WHOLE}

    def __init__(self, least: int = 1, most: int = LARGEST, **options: Any) -> None:
        super().__init__(validate=validate.Range(least, most, error=WHOLE), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        in_json = isinstance(data, dict)
        number = (isinstance(value, int) and not isinstance(value, bool)) or (
            isinstance(value, float) and value.is_integer()
        )
        written = isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value, re.ASCII) and not in_json
        if not number and not written:
            raise ValidationError(WHOLE)
        found: int = super()._deserialize(value, attr, data, **kwargs)
        return found


class Words(fields.String):
    """Text of at most `most` characters without control characters; NUL and lone surrogates are nothing for a database.

    `pattern` must match all of it.
    """

    default_error_messages = {"invalid": WORDS, "invalid_utf8": WORDS}

    def __init__(self, most: int, pattern: str | None = None, **options: Any) -> None:
        checks: list[Any] = [validate.Length(max=most, error=WORDS)]
        if pattern is not None:
            checks.append(validate.Regexp(rf"^(?:{pattern})\Z", error=WORDS))
        options["metadata"] = {**options.get("metadata", {}), "pattern": rf"^(?:{pattern or _PLAIN})$"}
        super().__init__(validate=checks, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        if any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in found):
            raise ValidationError(WORDS)
        return found


class Base64(fields.String):
    """The content of a file as base64 of at most `most` characters; loads as bytes."""

    default_error_messages = {"invalid": BASE64, "invalid_utf8": BASE64}

    def __init__(self, most: int, **options: Any) -> None:
        self._most = most
        form = {"pattern": f"^{_BASE64}$", "maxLength": most}
        options["metadata"] = {**options.get("metadata", {}), **form}
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        if len(found) > self._most or not re.fullmatch(_BASE64, found):
            raise ValidationError(BASE64)
        return base64.b64decode(found)


class Lines(fields.String):
    """Text of several lines, of at most `most` characters; of the control characters only line breaks."""

    default_error_messages = {"invalid": WORDS, "invalid_utf8": WORDS}

    def __init__(self, most: int, **options: Any) -> None:
        options["metadata"] = {**options.get("metadata", {}), "pattern": rf"^(?:{_LINES})$"}
        super().__init__(validate=validate.Length(max=most, error=WORDS), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        if any((ord(char) < 32 and char != "\n") or 0xD800 <= ord(char) <= 0xDFFF for char in found):
            raise ValidationError(WORDS)
        return found


class Choice(fields.Enum[Any]):
    """One of an enum's values."""

    default_error_messages = {"unknown": CHOICE}

    def __init__(self, kind: type[enum.Enum], **options: Any) -> None:
        super().__init__(kind, by_value=True, **options)


class Day(fields.Date):
    """A day as YYYY-MM-DD."""

    default_error_messages = {"invalid": DAY}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not (isinstance(value, str) and _DAY.fullmatch(value)):
            raise ValidationError(DAY)
        found: date = super()._deserialize(value, attr, data, **kwargs)
        return found


class Moment(fields.AwareDateTime):
    """A moment as RFC 3339 has it, with its zone."""

    default_error_messages = {"invalid": MOMENT}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            at = datetime.fromisoformat(value.upper()) if isinstance(value, str) and _MOMENT.fullmatch(value) else None
        except ValueError:
            at = None
        if at is None:
            raise ValidationError(MOMENT)
        return at


class Several(fields.List[Any]):
    """At most `most` of something."""

    default_error_messages = {"invalid": LIST}

    def __init__(self, of: fields.Field[Any], most: int = 1000, **options: Any) -> None:
        super().__init__(of, validate=validate.Length(max=most, error=LIST), **options)
