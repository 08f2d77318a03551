"""A browser without windows. Every page it fetches is checked for what all pages must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from courses.people.models import Person

QUERY_CEILING = 14


class Browser:
    """Wraps Flask's test client: sign in as a person, fetch pages, post forms."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app = app
        self.db = db
        self.http: FlaskClient = app.test_client()
        self._looks = db.get_bind().dialect.name == "sqlite"  # markup is the same on every database

    def sign_in(self, person: Person, language: str = "en") -> Browser:
        """Be `person` from now on (the password's way is tested in tests/auth)."""
        with self.http.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = f"{person.id}:{person.session_key}"
            cookie["_fresh"] = True
            cookie["language"] = language
        return self

    def get(self, path: str, status: int = 200, **options: Any) -> TestResponse:
        """GET, with the expected status; pages are checked."""
        with self._counting() as queries:
            answer = self.http.get(path, **options)
        assert answer.status_code == status, f"GET {path}: {answer.status_code}\n{_words(answer)}"
        assert len(queries) <= QUERY_CEILING, f"GET {path}: {len(queries)} queries\n" + "\n".join(queries)
        if answer.mimetype == "text/html" and status != 303 and self._looks:
            check_page(answer.text, fragment="HX-Request" in options.get("headers", {}))
        self.db.expire_all()
        return answer

    def post(self, path: str, status: int = 303, **options: Any) -> TestResponse:
        """POST, with the expected status."""
        answer = self.http.post(path, **options)
        assert answer.status_code == status, f"POST {path}: {answer.status_code}\n{_words(answer)}"
        self.db.expire_all()
        return answer

    @contextmanager
    def _counting(self) -> Iterator[list[str]]:
        queries: list[str] = []

        def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET LOCAL")):
                queries.append(statement)

        engine = self.app.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", count)
        try:
            yield queries
        finally:
            event.remove(engine, "before_cursor_execute", count)


def check_page(page: str, *, fragment: bool = False) -> None:
    """One <h1>, a title, a language, labels on fields, no inline script or style."""
    found = _Page(fragment)
    found.feed(page)
    assert not found.faults, found.faults
    if not fragment:
        assert found.count("h1") == 1, f"{found.count('h1')} <h1>"
        assert found.count("title") >= 1, "no <title>"
        assert 'lang="' in page[:300], "no language"
    assert not re.search(r"%\([a-z_]+\)s", page), "an unfilled placeholder"


class _Page(HTMLParser):
    def __init__(self, fragment: bool) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: set[str] = set()
        self.faults: list[str] = []

    def count(self, tag: str) -> int:
        return self.tags.count(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if "style" in values or any(name.startswith("on") for name in values):
            self.faults.append(f"inline style or handler: {self.get_starttag_text()}")
        if tag == "script" and not values.get("src"):
            self.faults.append("inline script")
        identity = values.get("id")
        if identity:
            if identity in self.ids:
                self.faults.append(f"id twice: {identity}")
            self.ids.add(identity)


def _words(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))[:1500]
