"""Sending mail: by SMTP, or into a folder where no server is set. What has the same key is the same mail."""

from __future__ import annotations

import os
import smtplib
import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from courses.notices.ics import method_of
from courses.text import clean
from lms.config import Config

_TIMEOUT = 30.0
_PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
_FOR_GOOD = 500
"""SMTP answers from here on are final; those below may become better."""


class Undeliverable(Exception):
    """This mail will never get through: the address is wrong, or the server refused it for good."""


class NotNow(Exception):
    """The server does not take this mail at the moment: try it again later."""


class Unreachable(Exception):
    """The server cannot be reached, or takes no mail of ours: try everything again later."""


@dataclass(frozen=True)
class Mail:
    """One mail. `key` names it for ever: its Message-ID, and its file, are made from it."""

    key: str
    to: tuple[str, str]
    sender: tuple[str, str]
    subject: str
    body: str
    written_at: datetime
    calendars: list[str] = field(default_factory=list)


class Outbox(ABC):
    """Where mail goes. `together`: how many may be posted before it is written down that they were."""

    together = 1

    @abstractmethod
    def post(self, mail: Mail) -> None:
        """Send it. Raises `Undeliverable`, `NotNow` or `Unreachable`."""


class Folder(Outbox):
    """A file for each mail, under its key: one that is written twice is still one."""

    together = 50

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = path

    def post(self, mail: Mail) -> None:
        final = self._path / f"{mail.key}.eml"
        unfinished = self._path / f".{mail.key}.{os.getpid()}"
        with unfinished.open("wb") as file:
            file.write(message(mail).as_bytes())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(final)


class Server(Outbox):
    """A connection to an SMTP server."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    def post(self, mail: Mail) -> None:
        made = message(mail)
        try:
            self._connection.send_message(made, mail.sender[1], [mail.to[1]])
        except smtplib.SMTPRecipientsRefused as error:
            raise _failure(*error.recipients[mail.to[1]]) from error
        except smtplib.SMTPDataError as error:
            raise _failure(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(str(error)) from error


def _failure(code: int, words: bytes | str) -> Exception:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return (Undeliverable if code >= _FOR_GOOD else NotNow)(f"{code} {said}")


@contextmanager
def outbox(config: Config) -> Iterator[Outbox]:
    """The way mail goes here. Raises `Unreachable` when the server is not there."""
    if not config.smtp_url:
        yield Folder(config.home / "mail")
        return
    try:
        connection = _connect(config.smtp_url)
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(str(error)) from error
    try:
        yield Server(connection)
    finally:
        _leave(connection)


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or _PORTS.get(parts.scheme, 25)
    if parts.scheme == "smtps":
        secure = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=secure)
    else:
        connection = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    if parts.scheme == "starttls":
        connection.starttls(context=ssl.create_default_context())
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    return connection


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()


def message(mail: Mail) -> EmailMessage:
    """The mail as MIME. Whatever could break a header is taken out of names and subject.

    Raises `Undeliverable` for an address that is none.
    """
    made = EmailMessage(policy=SMTP)
    made.set_raw("From", _address("From", *mail.sender))
    made.set_raw("To", _address("To", *mail.to))
    made.set_raw("Subject", _encoded("Subject", mail.subject))
    made["Date"] = format_datetime(mail.written_at)
    made["Message-ID"] = f"<{mail.key}@{mail.sender[1].rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.body, cte="base64")
    if len(mail.calendars) == 1:
        _add_invitation(made, mail.calendars[0])
    for number, ics in enumerate(mail.calendars, 1):
        params = {"method": method_of(ics)}
        made.add_attachment(ics, subtype="calendar", cte="base64", filename=f"invite-{number}.ics", params=params)
    return made


def _add_invitation(made: EmailMessage, ics: str) -> None:
    """Beside the text: calendars that read mail (Outlook, Gmail) show it as an invitation."""
    made.add_alternative(ics, subtype="calendar", cte="base64", params={"method": method_of(ics)})


def _encoded(header: str, words: str) -> str:
    """`Header` folds words itself: the folding of `EmailMessage` loses blanks between encoded words."""
    return Header(clean(words), "utf-8", header_name=header).encode()


def _address(header: str, name: str, mail: str) -> str:
    try:
        if not mail.isascii():
            raise ValueError(mail)
        spec = Address(addr_spec=mail).addr_spec
    except (AttributeError, ValueError, IndexError, HeaderParseError) as error:  # the first one for 'a@['
        raise Undeliverable(f"not a mail address: {clean(mail)[:100]!r}") from error
    return f"{_encoded(header, name)}\n <{spec}>"
