"""Sign-ins that failed: who was meant and from where, for ninety days. What was typed is not kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from courses import clock
from courses.db import Base, Key
from courses.people.models import Person
from lms import db

_KEPT = timedelta(days=90)


class SignInFailure(Base):
    """One failed sign-in. `person_id`: whom the sign-in named, None for nobody; `why` is 'wrong' or 'too_many'."""

    __tablename__ = "sign_in_failure"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(45))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    why: Mapped[str] = mapped_column(String(10))


def note_failure(login: str, address: str, why: str) -> None:
    """Write a failure down, in a short transaction of its own: call it while no other is open."""
    db.release()
    now = clock.now()
    with db.database().begin() as session:
        session.execute(delete(SignInFailure).where(SignInFailure.at < now - _KEPT))
        found = session.scalars(select(Person.id).where(Person.signs_in_as(login)).limit(2)).all()
        person_id = found[0] if len(found) == 1 else None
        session.add(SignInFailure(at=now, address=address[:45], person_id=person_id, why=why))
