"""What a page costs the server: CPU milliseconds of one request, in this process, without a socket."""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from flask import Flask

from scripts.benchmarks.result import Result
from scripts.benchmarks.stage import Stage

EMPTY = "/healthz"
Request = Callable[[], str]
"""One request; returns its status line."""


class Unanswered(Exception):
    """A page that does not answer 200: what it cost would be no figure. Its text is the status."""


_BATCHES, _BATCH_SECONDS, _WARM = 7, 0.15, 3


def measure(stage: Stage) -> Iterator[Result]:
    """The empty route first: the floor of everything."""
    app = stage.app()
    yield Result("cpu empty", milliseconds(request(app, EMPTY)), "ms", None)
    for name, (path, who, aim) in stage.pages().items():
        cookie = stage.cookie(app, who)
        yield Result(f"cpu {name}", milliseconds(request(app, path, cookie)), "ms", aim)
    for name, (path, aim) in stage.calls().items():
        yield Result(f"{name}_cpu_ms", milliseconds(request(app, path, bearer=stage.token)), "ms", aim)


def milliseconds(asked: Request, *, best: bool = False) -> float:
    """CPU time of a request, after warming up: the median of some batches, or the best of them.

    Raises `Unanswered` when any answer is no page.
    """
    for _ in range(_WARM):
        answered(asked)
    batches = [_batch(asked) for _ in range(_BATCHES)]
    return (min(batches) if best else statistics.median(batches)) * 1000


def _batch(asked: Request) -> float:
    started, done = time.process_time(), 0
    while time.process_time() - started < _BATCH_SECONDS:
        answered(asked)
        done += 1
    return (time.process_time() - started) / done


def answered(asked: Request) -> None:
    """Make one request, and see that it brings a page."""
    status = asked()
    if not status.startswith("200"):
        raise Unanswered(status)


def request(app: Flask, path: str, cookie: str = "", bearer: str = "") -> Request:
    """Call the application as a server does, and read its answer to the end."""
    address, _, query = quote(path, safe="/?&=").partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_COOKIE": cookie,
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    if bearer:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"

    def call() -> str:
        answered: list[str] = []

        def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
            answered.append(status)
            return lambda _data: None

        body = app.wsgi_app({**environ, "wsgi.input": io.BytesIO()}, start)
        for _ in body:
            pass
        if hasattr(body, "close"):
            body.close()
        return answered[0]

    return call
