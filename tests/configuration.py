"""How the application is set up in tests; apart from their fixtures, so that worker processes start sooner."""

from __future__ import annotations

from pathlib import Path

from lms.config import Config


def config(home: Path, database_url: str) -> Config:
    """A configuration for tests."""
    return Config(
        home=home,
        database_url=database_url,
        host="127.0.0.1",
        port=8000,
        workers=1,
        secret_key="tests only",
        public_url="http://lms.example",
        trusted_proxies=0,
        secure_cookies=False,
    )
