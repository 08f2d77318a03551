"""How certificates are printed: what an officer chooses once, and what a print run keeps of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from courses.certificates.printing.models import PrintSetup


class Order(enum.StrEnum):
    DEPARTMENT = "department"  # the official order of departments, then grade, then name
    NUMBER = "number"


@dataclass(frozen=True)
class Options:
    """How a print run looks. Offsets and margins are tenths of a millimetre; `offset_y` goes upwards.

    Without `background` the sheets are for stock that has frame, ornaments and seal printed already. `duplex`: an empty
    page after each sheet, for printers that always turn the paper. `bleed`: 3 mm around each sheet, with crop marks.
    Labels: `label_columns` by `label_rows` on A4, inside of `label_top` and `label_left`.
    """

    order: Order = Order.DEPARTMENT
    background: bool = True
    offset_x: int = 0
    offset_y: int = 0
    duplex: bool = False
    bleed: bool = False
    label_columns: int = 2
    label_rows: int = 8
    label_top: int = 130
    label_left: int = 50

    def to_json(self) -> dict[str, Any]:
        """A flat object, for storing."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Options:
        """What was stored by `to_json`, also by an earlier version that had fewer options."""
        known = {field.name for field in fields(cls)}
        stored = {name: value for name, value in data.items() if name in known}
        return cls(**{**stored, "order": Order(stored.get("order", Order.DEPARTMENT))})


def setup(db: Session, person_id: int) -> Options:
    """How this officer has certificates printed; the usual way where nothing was set."""
    kept = db.get(PrintSetup, person_id)
    return Options.from_json(kept.options if kept else {})


def keep_setup(db: Session, person_id: int, options: Options) -> None:
    """Print so from the next print run on."""
    db.merge(PrintSetup(person_id=person_id, options=options.to_json()))
