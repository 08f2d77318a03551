"""The real server, in processes of its own on a database of its own, and many people who press at the same moment."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

SECRET = "races only"  # of a server that lives for one test
_CSRF = "0" * 40
_READY_SECONDS = _ENDED_SECONDS = 60
_TRIES = 40


@dataclass(frozen=True)
class Server:
    """Where the server under test listens, its process and its database."""

    port: int
    pid: int
    url: str

    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(child) for child in children if b"serve" in Path(f"/proc/{child}/cmdline").read_bytes()]

    def busiest(self) -> int:
        """The worker with most connections."""
        return max(self.workers(), key=lambda worker: len(list(Path(f"/proc/{worker}/fd").iterdir())))

    def post(self, path: str, person_id: int, **form: str) -> int:
        """POST as a person, like a browser: again, when the server says that it is too busy. Gives the status."""
        return self.poster(path, person_id, **form)()

    def poster(self, path: str, person_id: int, **form: str) -> Callable[[], int]:
        """The same, all made ready: what it gives sends."""
        headers = signed_in(person_id)
        body = "&".join(f"{name}={value}" for name, value in form.items())

        def send() -> int:
            for _ in range(_TRIES):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
                connection.close()
                if status != http.client.SERVICE_UNAVAILABLE:
                    break
                time.sleep(random.uniform(0.01, 0.2))
            return status

        return send


def signed_in(person_id: int) -> dict[str, str]:
    """The headers of a signed-in person's form (the session key of all racers is empty)."""
    app = Flask("racer")
    app.secret_key = SECRET
    signer: Any = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie = signer.dumps({"_user_id": f"{person_id}:", "_fresh": True, "csrf_token": _CSRF, "language": "en"})
    token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(_CSRF)
    return {
        "Cookie": f"lms={cookie}",
        "X-CSRFToken": str(token),
        "Content-Type": "application/x-www-form-urlencoded",
    }


def at_once(senders: Sequence[Callable[[], int]]) -> list[int]:
    """Everybody waits at the line, then all go; their statuses in order."""
    line = threading.Barrier(len(senders))

    def go(send: Callable[[], int]) -> int:
        line.wait(60)
        return send()

    with ThreadPoolExecutor(len(senders)) as pool:
        return list(pool.map(go, senders))


@contextmanager
def serving(url: str, home: Path, workers: int, port: int = 0, *, jobs: bool = False) -> Iterator[Server]:
    """`lms serve` with so many workers on the database, until the block ends; on a free port, if none is named.

    Without `jobs` no worker is beside it: it takes a second to start, and races wait for none.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "LMS_HOME": str(home),
        "DATABASE_URL": url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WORKERS": str(workers),
        "SECRET_KEY": SECRET,
    }
    output = home / "server.log"
    with output.open("w") as log:
        command = [sys.executable, "-m", "lms", "serve", "--no-demo", "--work" if jobs else "--no-work"]
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_ready(process, output)
        yield Server(port, process.pid, url)
    finally:
        _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], output: Path) -> None:
    for _ in range(_READY_SECONDS * 10):
        said = output.read_text()
        if "ready http" in said:
            return
        assert process.poll() is None, f"the server ended:\n{said}"
        time.sleep(0.1)
    raise AssertionError(f"the server does not get ready:\n{output.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """The server, which ends its workers: they are a process group of their own."""
    process.terminate()
    try:
        process.wait(_ENDED_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
        raise AssertionError("the server does not end when it is told to") from None
