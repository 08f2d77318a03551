"""What a page gives through the real server: requests a second and how long people wait, on this machine's loopback.

Client and server share the machine, so the same client asks the empty route too: that is the floor.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from scripts.benchmarks.cpu import EMPTY
from scripts.benchmarks.result import Result
from scripts.benchmarks.stage import LIST_MS, Stage

AIM_OF_LISTS = 500.0
_WORKERS, _CLIENTS, _READY_SECONDS = 2, 8, 60
_SECONDS, _WARM_SECONDS = 2.5, 0.5
_PERCENTILES = (50, 95, 99)


def measure(stage: Stage) -> Iterator[Result]:
    """Every page, and the floor it stands on."""
    app = stage.app()
    with server(stage) as port:
        floor = _ask(port, EMPTY, "")
        yield Result("rate empty", len(floor) / _SECONDS, "/s", None)
        for percent in _PERCENTILES:
            yield Result(f"p{percent} empty", _percentile(floor, percent), "ms", None)
        for name, (path, who, aim) in stage.pages().items():
            waits = _ask(port, path, stage.cookie(app, who))
            if not waits:
                print(f"not measured: {path} does not answer 200", file=sys.stderr)
                continue
            yield Result(f"rate {name}", len(waits) / _SECONDS, "/s", AIM_OF_LISTS if aim == LIST_MS else None)
            for percent in _PERCENTILES:
                yield Result(f"p{percent} {name}", _percentile(waits, percent), "ms", _percentile(floor, percent))


@contextmanager
def server(stage: Stage) -> Iterator[int]:
    """One of this stage; nobody reads what it says."""
    with process({"LMS_HOME": str(stage.home), "WORKERS": str(_WORKERS)}, subprocess.DEVNULL) as port:
        yield port


@contextmanager
def process(environment: Mapping[str, str], log: int | IO[str]) -> Iterator[int]:
    """`lms serve` as in production, on a free port; stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "lms", "serve", "--no-demo"]
    env = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port), **environment}
    node = subprocess.Popen(command, env=env, stdout=log, stderr=None if log == subprocess.DEVNULL else log)
    try:
        _wait_until_ready(port, node)
        yield port
    finally:
        node.terminate()
        node.wait(30)


def _wait_until_ready(port: int, node: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and node.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not get ready")


def _ask(port: int, path: str, cookie: str) -> list[float]:
    """Several clients ask, one request after the other, for some seconds; how long each answer took, in ms.

    What the workers do only once (compiling a template) is done before.
    """
    _fetch(port, path, cookie, _WARM_SECONDS)
    return _fetch(port, path, cookie, _SECONDS)


def _fetch(port: int, path: str, cookie: str, seconds: float) -> list[float]:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *([f"Cookie: {cookie}"] if cookie else []), "", ""]
    request = "\r\n".join(lines).encode()
    waits: list[list[float]] = [[] for _ in range(_CLIENTS)]
    until = time.perf_counter() + seconds
    clients = [threading.Thread(target=_client, args=(port, request, until, mine)) for mine in waits]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sorted(wait for mine in waits for wait in mine)


def _client(port: int, request: bytes, until: float, waits: list[float]) -> None:
    """Ends early at the first answer that is no 200."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link, link.makefile("rb") as answers:
        while (started := time.perf_counter()) < until:
            link.sendall(request)
            if b" 200 " not in answers.readline():
                return
            length = 0
            while (line := answers.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            answers.read(length)
            waits.append((time.perf_counter() - started) * 1000)


def _percentile(waits: list[float], percent: int) -> float:
    return waits[min(len(waits) - 1, len(waits) * percent // 100)]
