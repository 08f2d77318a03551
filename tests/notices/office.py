"""An office at work: people act, a worker does what follows, mail lies in a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from courses.notices.models import Message, Notice
from courses.people.models import Person
from courses.scheduling import entries
from courses.scheduling.models import Run
from lms.config import Config
from lms.db import Database
from lms.jobs.worker import work_off
from tests import factories


@dataclass
class Office:
    """`db` is a session of its own, for making and looking."""

    database: Database
    config: Config
    db: Session

    def run(self, *, teacher: Person | None = None, **fields: Any) -> Run:
        """A published run with its calendar entries."""
        room = factories.a_room(self.db)
        run = factories.a_run(self.db, room=room, instructors=[teacher] if teacher else [], **fields)
        entries.refresh(self.db, run)
        self.db.commit()
        return run

    def act(self, action: Callable[[Session], Any]) -> Any:
        """What somebody does, in a transaction of its own, with what follows from it put among the jobs."""
        self.db.commit()
        with self.database.begin() as db:
            return action(db)

    def work(self) -> int:
        """Do all jobs that are due."""
        self.db.commit()
        return work_off(self.database, self.config)

    def after(self, action: Callable[[Session], Any]) -> Any:
        """`act`, then `work`."""
        result = self.act(action)
        self.work()
        return result

    def notices(self, person: Person) -> list[Notice]:
        """The person's inbox, the first one first."""
        return self._all(select(Notice).where(Notice.person_id == person.id).order_by(Notice.id))

    def messages(self) -> list[Message]:
        return self._all(select(Message).order_by(Message.id))

    def _all(self, statement: Select[Any]) -> list[Any]:
        """As they are now; nobody is kept waiting afterwards."""
        found = list(self.db.scalars(statement, execution_options={"populate_existing": True}))
        self.db.commit()
        return found

    def files(self) -> list[Path]:
        """Everything in the mail folder, also what should not be there."""
        return sorted((self.config.home / "mail").iterdir()) if (self.config.home / "mail").exists() else []

    def mails(self, person: Person) -> list[EmailMessage]:
        """What was sent to the person, in order."""
        keys = select(Message.key).join(Notice).where(Notice.person_id == person.id).order_by(Message.id)
        return [opened(self.config.home / "mail" / f"{key}.eml") for key in self._all(keys)]


def opened(path: Path) -> EmailMessage:
    """A mail as a mail program reads it."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words(mail: EmailMessage) -> str:
    """The text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def calendars(mail: EmailMessage) -> list[str]:
    """The calendars attached to a mail."""
    return [part.get_content() for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
