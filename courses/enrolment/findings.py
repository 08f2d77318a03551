"""What an audit finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from courses.text import Text


class Finding(NamedTuple):
    """Something that must not be: in a run, perhaps of one enrolment, in words, with what to do about it."""

    code: str
    run_id: int
    enrolment_id: int | None
    message: Text
    remedy: Text

    def to_json(self) -> dict[str, Any]:
        """A form that can be stored."""
        return self._asdict() | {"message": self.message.to_json(), "remedy": self.remedy.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """What was stored by `to_json`."""
        told = {name: Text.from_json(data[name]) for name in ("message", "remedy")}
        return cls(**{**data, **told})
