"""What WTForms needs to speak the reader's language."""

from __future__ import annotations

from typing import Any

from markupsafe import escape
from wtforms.fields.choices import SelectChoice

from courses.text import Text
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
