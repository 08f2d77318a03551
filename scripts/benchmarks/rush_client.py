"""Thousands of people at a few keep-alive connections: a client that costs little, since it shares the cores."""

from __future__ import annotations

import errno
import heapq
import re
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

BUSY, LOST = 503, 0
_PAUSE_SECONDS, _TRIES, _SILENT_SECONDS = 0.25, 240, 120
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Press:
    """One person's request, and what became of it.

    `status` of the last answer (`LOST`: the connection broke first), `tries` how often it was sent, `sent` and
    `answered` in seconds of the monotonic clock: first sent, last answered.
    """

    request: bytes
    status: int = LOST
    body: bytes = b""
    tries: int = 0
    lost: int = 0
    sent: float = 0.0
    answered: float = 0.0

    @property
    def wait(self) -> float:
        """Milliseconds until the answer."""
        return (self.answered - self.sent) * 1000


@dataclass(slots=True)
class _Link:
    port: int
    socket: socket.socket
    press: Press | None = None
    received: bytearray = field(default_factory=bytearray)
    wanted: int = -1
    """Bytes of the whole answer, -1 while its head is not there."""


def press_all(
    ports: Sequence[int],
    presses: Sequence[Press],
    connections: int,
    *,
    meanwhile: Callable[[int], None] = lambda _answered: None,
) -> float:
    """Send all, as fast as they are answered, over so many connections to the servers in turn; seconds it took.

    Who is told that the server is busy (503), or whose connection breaks, presses again a moment later, as people do.
    `meanwhile` is called after every answer with the number of those that have one.
    """
    crowd = _Crowd(presses, [ports[n % len(ports)] for n in range(min(connections, len(presses)))])
    started = time.perf_counter()
    try:
        heard = started
        while crowd.answered < len(presses):
            if crowd.step():
                heard = time.perf_counter()
                meanwhile(crowd.answered)
            elif time.perf_counter() > heard + _SILENT_SECONDS:
                raise TimeoutError(f"nobody was answered for {_SILENT_SECONDS} s: {crowd.answered} of {len(presses)}")
    finally:
        crowd.leave()
    return time.perf_counter() - started


class _Crowd:
    def __init__(self, presses: Sequence[Press], ports: Sequence[int]) -> None:
        """A connection to each of `ports`, which repeat."""
        self.waiting = deque(presses)
        self.resting: list[tuple[float, int, Press]] = []
        self.answered = 0
        self.epoll = select.epoll()
        self.links: dict[int, _Link] = {}
        self.idle: deque[_Link] = deque()
        self.absent = [(0.0, port) for port in ports]

    def leave(self) -> None:
        for link in self.links.values():
            link.socket.close()
        self.epoll.close()

    def step(self) -> bool:
        """Send what can be sent, take what has come; whether an answer was complete."""
        before, now = self.answered, time.perf_counter()
        self._reconnect(now)
        while self.resting and self.resting[0][0] <= now:
            self.waiting.append(heapq.heappop(self.resting)[2])
        while self.idle and self.waiting:
            self._send(self.idle.popleft(), self.waiting.popleft())
        for number, _event in self.epoll.poll(0.05):
            if number in self.links:
                self._receive(self.links[number])
        return self.answered > before

    def _reconnect(self, now: float) -> None:
        due = [entry for entry in self.absent if entry[0] <= now]
        self.absent = [entry for entry in self.absent if entry[0] > now]
        for _when, port in due:
            try:
                linked = socket.create_connection(("127.0.0.1", port), timeout=10)
            except OSError:
                self.absent.append((now + _PAUSE_SECONDS, port))
                continue
            linked.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            linked.setblocking(False)
            link = self.links[linked.fileno()] = _Link(port, linked)
            self.epoll.register(linked.fileno(), select.EPOLLIN)
            self.idle.append(link)

    def _send(self, link: _Link, press: Press) -> None:
        press.tries += 1
        press.sent = press.sent or time.perf_counter()
        link.press = press
        try:
            link.socket.sendall(press.request)  # far below what the socket buffers
        except OSError:
            self._drop(link)

    def _receive(self, link: _Link) -> None:
        try:
            some = link.socket.recv(262_144)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno not in {errno.ECONNRESET, errno.EPIPE}:
                raise
            some = b""
        if not some:
            self._drop(link)
            return
        link.received += some
        if link.wanted < 0 and (end := link.received.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(link.received, 0, end)
            link.wanted = end + 4 + (int(length[1]) if length else 0)
        if 0 <= link.wanted <= len(link.received):
            self._take(link)

    def _take(self, link: _Link) -> None:
        press, answer = link.press, bytes(link.received)
        link.press, link.wanted = None, -1
        link.received.clear()
        self.idle.append(link)
        if press is None:
            return
        press.status = int(answer[9:12])
        if press.status == BUSY and press.tries < _TRIES:
            self._rest(press)
            return
        press.body, press.answered = answer, time.perf_counter()
        self.answered += 1

    def _drop(self, link: _Link) -> None:
        """The connection is gone; its person presses again."""
        del self.links[link.socket.fileno()]
        if link in self.idle:
            self.idle.remove(link)
        self.epoll.unregister(link.socket.fileno())
        link.socket.close()
        self.absent.append((time.perf_counter() + _PAUSE_SECONDS, link.port))
        if link.press is not None:
            link.press.lost += 1
            self._rest(link.press)

    def _rest(self, press: Press) -> None:
        if press.tries >= _TRIES:
            raise TimeoutError(f"no answer after {_TRIES} tries: {press.request[:60]!r}")
        heapq.heappush(self.resting, (time.perf_counter() + _PAUSE_SECONDS, id(press), press))


def percentiles(presses: Sequence[Press]) -> Iterator[tuple[int, float]]:
    """50, 95 and 99 with the milliseconds within which so many percent were answered."""
    waits = sorted(press.wait for press in presses)
    for percent in (50, 95, 99):
        yield percent, waits[min(len(waits) - 1, len(waits) * percent // 100)]
