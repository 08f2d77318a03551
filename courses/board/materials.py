"""Files to take away: put up by who teaches, for one run or for every run of the course."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses import clock
from courses.board.models import Material
from courses.board.posting import require_open
from courses.errors import Refused, without_number
from courses.events.actions import record
from courses.events.facts import Changed
from courses.files.actions import SentFile
from courses.scheduling.models import Run
from courses.text import clean, text

TITLE = 200


def add(db: Session, actor_id: int, run: Run, sent: SentFile, title: str = "", *, everywhere: bool = False) -> Material:
    """Put a file up in a run; `everywhere`: in all runs of its course, later ones too. The title is usually its name.

    Raises `Refused` once the run is closed.
    """
    require_open(db, run.id)
    made = Material(
        run_id=None if everywhere else run.id,
        course_id=run.course_id if everywhere else None,
        title=without_number(clean(title) or clean(sent.name), text("Subject line"))[:TITLE],
        sha256=sent.sha256,
        filename=sent.name,
        added_by=actor_id,
        added_at=clock.now(),
    )
    db.add(made)
    db.flush()
    record(db, actor_id, Changed("material", made.id, {}, _plain(made), run_id=run.id))
    return made


def remove(db: Session, actor_id: int, run: Run, material: Material) -> None:
    """Take it off the boards it stands on. Raises `Refused` when it is gone, and once the run is closed."""
    require_open(db, run.id)
    if material.removed_at:
        raise Refused(text("This file is removed already"), code="removed")
    material.removed_at = clock.now()
    db.flush()
    record(db, actor_id, Changed("material", material.id, _plain(material), {}, run_id=run.id))


def _plain(material: Material) -> dict[str, str]:
    return {"title": material.title, "filename": material.filename}
