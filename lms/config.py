"""Settings from the environment, typed. Everything about the organisation itself is data: `courses.settings`."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from courses.errors import Refused
from courses.signing.timestamps import vouching
from courses.text import text


@dataclass(frozen=True)
class Config:
    """What a process must know before it can ask the database.

    - `LMS_HOME` directory for data (default `.lms`)
    - `DATABASE_URL` SQLAlchemy URL (default: SQLite in LMS_HOME); behind PgBouncer before 1.22 with `?prepared=no`
    - `HOST`, `PORT` where to listen; `WORKERS` web processes
    - `SECRET_KEY` signs sessions (default: made once, kept in LMS_HOME)
    - `PUBLIC_URL` address printed on certificates (default: http://HOST:PORT)
    - `TRUSTED_PROXIES` number of reverse proxies in front (default 0) whose X-Forwarded-* headers are believed
    - `SECURE_COOKIES` 1 where people come by https
    - `SMTP_URL` the mail server: `smtp://user:password@host:port`, or `starttls://`, `smtps://` (default: mail is
      written as .eml files into the folder `mail` of LMS_HOME)
    - `MAIL_FROM` the address that mail comes from (default: lms@ the host of PUBLIC_URL)
    - `FILES_URL` where files of lessons lie, such as `s3://bucket/folder` (default: a folder in LMS_HOME); keys, region
      and endpoint of an S3 service: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL
    - `LMS_SIGNING_KEY` what signs certificates: a folder of keys, or a key in hardware as a `pkcs11:` URI (RFC 7512)
      with its PIN in a file, `pin-source=file:/…` (default: the folder `keys` of LMS_HOME). Only the worker needs it
    - `TIMESTAMP_URL` a time stamp authority (RFC 3161) that is asked once for each job that signs (default: none)
    - `TIMESTAMP_CA` a file of certificates (PEM) that may vouch for its stamps: any others are refused (default: none,
      and every stamp that fits is kept)
    - `PLAYBACK_PERCENT` the fastest pace at which watching lessons counts (default 100; 150: one and a half times)
    - `READING_SECONDS` how long a text, picture or document must be open before it is marked as read (default 10)
    """

    home: Path
    database_url: str
    host: str
    port: int
    workers: int
    secret_key: str
    public_url: str
    trusted_proxies: int
    secure_cookies: bool
    files_url: str = ""
    signing_key: str = ""
    timestamp_url: str = ""
    timestamp_ca: str = ""
    smtp_url: str = ""
    mail_from: str = "lms@localhost"
    playback_percent: int = 100
    reading_seconds: int = 10

    @classmethod
    def from_environment(cls) -> Config:
        """Read the environment; makes LMS_HOME and the secret where they are missing."""
        env = os.environ
        home = Path(env.get("LMS_HOME", ".lms")).absolute()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        host, port = env.get("HOST", "127.0.0.1"), _number("PORT", env.get("PORT", "8000"))
        public_url = env.get("PUBLIC_URL", f"http://{host}:{port}").rstrip("/")
        return cls(
            home=home,
            database_url=psycopg_url(env.get("DATABASE_URL", f"sqlite:///{home / 'lms.db'}")),
            host=host,
            port=port,
            workers=_number("WORKERS", env.get("WORKERS", "2")),
            secret_key=env.get("SECRET_KEY") or _kept_secret(home / "secret-key"),
            public_url=public_url,
            trusted_proxies=_number("TRUSTED_PROXIES", env.get("TRUSTED_PROXIES", "0")),
            secure_cookies=env.get("SECURE_COOKIES", "1" if public_url.startswith("https:") else "0") == "1",
            files_url=env.get("FILES_URL", ""),
            signing_key=env.get("LMS_SIGNING_KEY", ""),
            timestamp_url=env.get("TIMESTAMP_URL", ""),
            timestamp_ca=env.get("TIMESTAMP_CA", ""),
            smtp_url=env.get("SMTP_URL", ""),
            mail_from=env.get("MAIL_FROM") or f"lms@{urlsplit(public_url).hostname or 'localhost'}",
            playback_percent=_number("PLAYBACK_PERCENT", env.get("PLAYBACK_PERCENT", "100"), least=1),
            reading_seconds=_number("READING_SECONDS", env.get("READING_SECONDS", "10")),
        )


def config() -> Config:
    """The settings that this request's application was made with."""
    known: Config = current_app.extensions["config"]
    return known


def key_folder(config: Config) -> Path:
    """Where signing keys lie that are files: the credentials' too, where a PKCS#11 token signs documents."""
    elsewhere = config.signing_key and not config.signing_key.startswith("pkcs11:")
    return Path(config.signing_key) if elsewhere else config.home / "keys"


def stamp_authorities(path: str) -> list[bytes]:
    """The certificates that may vouch for time stamps, from the file that `TIMESTAMP_CA` names; "" for none.

    `Refused`, with its name, for a file that cannot be read or holds no certificates.
    """
    try:
        return [vouching(Path(path).read_bytes())] if path else []
    except OSError as error:
        raise Refused(text("TIMESTAMP_CA: %(file)s cannot be read", file=path), code="no_timestamp_ca") from error
    except (ValueError, TypeError) as error:
        message = text("TIMESTAMP_CA: %(file)s holds no certificates (PEM or DER)", file=path)
        raise Refused(message, code="no_timestamp_ca") from error


def _number(name: str, value: str, *, least: int = 0) -> int:
    if not (value.isascii() and value.isdigit() and least <= int(value) <= 65535):
        raise Refused(text("%(name)s must be a number, and not “%(value)s”", name=name, value=value))
    return int(value)


def psycopg_url(url: str) -> str:
    """The usual spellings of a PostgreSQL address, for the one driver we use."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _kept_secret(path: Path) -> str:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()
