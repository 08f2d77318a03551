"""The API as a program uses it: `api("dan").get("/runs")`, every answer held against the description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from courses.people.models import Person
from lms.api import tokens
from lms.api.places import PREFIX


@dataclass
class Api:
    """A program with a token (or without). Paths are under the prefix; every status must be a described one."""

    app: Flask
    db: Session
    secret: str | None
    headers: dict[str, str] = field(default_factory=lambda: {"Accept-Language": "en"})

    @property
    def http(self) -> FlaskClient:
        return self.app.test_client(use_cookies=False)

    def ask(self, method: str, path: str, status: int = 200, **options: Any) -> TestResponse:
        headers = self.headers | options.pop("headers", {})
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        answer = self.http.open(PREFIX + path, method=method, headers=headers, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:600]}"
        if status >= 400:
            assert answer.mimetype == "application/problem+json"
            assert answer.json
            assert answer.json["status"] == status
        self.db.expire_all()
        return answer

    def get(self, path: str, status: int = 200, **options: Any) -> Any:
        return self.ask("GET", path, status, **options).json

    def put(self, path: str, body: object, status: int = 200, **options: Any) -> Any:
        return self.ask("PUT", path, status, json=body, **options).json

    def post(self, path: str, body: object = None, status: int = 201, **options: Any) -> Any:
        sent = {} if body is None else {"json": body}
        return self.ask("POST", path, status, **sent, **options).json

    def delete(self, path: str, status: int = 200, **options: Any) -> Any:
        return self.ask("DELETE", path, status, **options).json


Programs = Callable[[Person | None], Api]


@pytest.fixture
def api(app: Flask, db: Session) -> Programs:
    """`api(person)`: a program that acts as the person; `api(None)`: one without a token."""

    def program(person: Person | None) -> Api:
        return Api(app, db, a_token(db, person) if person else None)

    return program


def a_token(db: Session, person: Person, days: int = 30) -> str:
    """The secret of a new token."""
    _, secret = tokens.make(db, person.id, person.id, "tests", days)
    db.commit()
    return secret
