"""What a print run is made of, and where each piece lies in the file store."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FOLDER = "print-runs"


class Part(enum.StrEnum):
    SHEETS = "sheets"
    MANIFESTS = "manifests"
    LABELS = "labels"
    COMPLETIONS = "completions"  # 수료대장
    ISSUES = "issues"  # 증명서 발급대장


@dataclass(frozen=True)
class PrintFile:
    """A file of a print run. `stored` is its name in the store; of sheets, `sheets` says how many, `number` which file.

    `first` and `last` are the numbers on its first and its last sheet; `departments` whose stacks it has, from the
    first to the last (총무과~감사과), '' where they lie by number.
    """

    part: Part
    form: str  # its ending: pdf, xlsx
    stored: str
    size: int
    number: int = 0
    sheets: int = 0
    first: str = ""
    last: str = ""
    departments: str = ""

    def to_json(self) -> dict[str, Any]:
        """A flat object, for storing."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PrintFile:
        """What was stored by `to_json`."""
        return cls(**{**data, "part": Part(data["part"])})


def folder(print_job_id: int) -> str:
    """Where the files of a print run lie."""
    return f"{FOLDER}/{print_job_id}"
