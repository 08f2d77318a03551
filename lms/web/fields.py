"""What WTForms needs to speak the reader's language."""

from __future__ import annotations

from typing import Any

from courses.text import Text
from lms.i18n import words


class Lazy:
    """A label or message that is translated when it is shown, not when the form class is made."""

    def __init__(self, message: Text) -> None:
        self._message = message

    def __str__(self) -> str:
        return words(self._message)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))

    def __mod__(self, params: Any) -> str:
        return str(self) % params if params else str(self)


def lazy(message: Text) -> Any:
    """Typed Any, because WTForms asks for a str and takes anything that becomes one."""
    return Lazy(message)
