"""Who is told that a kept file is not what was signed: the administrators, once a day and file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.models import Certificate, IssuedDocument
from courses.notices.models import NoticeKind
from courses.notices.occasions import Happened, Note
from courses.people.models import Person, Role, RoleGrant


def of_damage(db: Session, facts: Sequence[Happened]) -> list[Note]:
    """Facts: `what` it is (`store.Damaged`), its `id`, and `at`."""
    held = select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id).distinct().order_by(Person.id)
    to = db.scalars(held.where(RoleGrant.role == Role.ADMINISTRATOR, Person.active_on(clock.today()))).all()
    return [_note(db, fact, person_id) for fact in facts for person_id in to]


def _note(db: Session, fact: Happened, person_id: int) -> Note:
    day = clock.local(datetime.fromisoformat(fact["at"])).date()
    said = {"title": _number(db, fact["what"], fact["id"]), "id": fact["id"]}
    return Note(f"damaged:{fact['what']}:{fact['id']}:{person_id}:{day}", NoticeKind.DAMAGED, person_id, None, said)


def _number(db: Session, what: str, key: int) -> str:
    if what == "document":
        return str(db.get_one(IssuedDocument, key).content["number"])
    return str(db.get_one(Certificate, key).facts["number"])
