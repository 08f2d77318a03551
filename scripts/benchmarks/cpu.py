"""What a page costs the server: CPU milliseconds of one request, in this process, without a socket."""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask

from scripts.benchmarks.result import Result
from scripts.benchmarks.stage import Stage

EMPTY = "/healthz"
_BATCHES, _BATCH_SECONDS, _WARM = 7, 0.15, 3


def measure(stage: Stage) -> Iterator[Result]:
    """The empty route first: the floor of everything."""
    app = stage.app()
    yield Result("cpu empty", _cpu(app, EMPTY, ""), "ms", None)
    for name, (path, who, aim) in stage.pages().items():
        cookie = stage.cookie(app, who)
        status = _request(app, path, cookie)()
        if status.startswith("200"):
            yield Result(f"cpu {name}", _cpu(app, path, cookie), "ms", aim)
        else:
            print(f"not measured: {path} answers {status}", file=sys.stderr)
    for name, (path, aim) in stage.calls().items():
        yield Result(f"{name}_cpu_ms", _cpu(app, path, bearer=stage.token), "ms", aim)


def _cpu(app: Flask, path: str, cookie: str = "", bearer: str = "") -> float:
    """Milliseconds; the median of some batches, after warming up."""
    request = _request(app, path, cookie, bearer)
    for _ in range(_WARM):
        request()
    return statistics.median(_batch(request) for _ in range(_BATCHES)) * 1000


def _batch(request: Callable[[], str]) -> float:
    started, done = time.process_time(), 0
    while time.process_time() - started < _BATCH_SECONDS:
        request()
        done += 1
    return (time.process_time() - started) / done


def _request(app: Flask, path: str, cookie: str, bearer: str = "") -> Callable[[], str]:
    """Call the application as a server does, and read its answer to the end."""
    address, _, query = path.partition("?")
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
