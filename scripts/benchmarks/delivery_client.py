"""People with keep-alive connections of their own, who think between two requests: some save, others browse."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Someone:
    """What one person asks, in order, with a pause of about `pause` seconds between; over and over if `repeats`.

    `answers`: status and milliseconds of each request.
    """

    requests: Sequence[bytes]
    pause: float
    repeats: bool = False
    answers: list[tuple[int, float]] = field(default_factory=list)


def all_at_once(ports: Sequence[int], saving: Sequence[Someone], browsing: Sequence[Someone]) -> float:
    """Let them all go at the same moment, until those who save have saved everything; seconds it took."""
    return asyncio.run(_all(ports, saving, browsing))


async def _all(ports: Sequence[int], saving: Sequence[Someone], browsing: Sequence[Someone]) -> float:
    port = itertools.cycle(ports)
    others = [asyncio.create_task(_one(next(port), someone)) for someone in browsing]
    await asyncio.sleep(2 * max((someone.pause for someone in browsing), default=0))  # until all are under way
    for someone in browsing:
        someone.answers.clear()
    started = time.perf_counter()
    await asyncio.gather(*(_one(next(port), someone) for someone in saving))
    took = time.perf_counter() - started
    for other in others:
        other.cancel()
    results = await asyncio.gather(*others, return_exceptions=True)
    for result in results:
        if not isinstance(result, asyncio.CancelledError) and result is not None:
            raise result
    return took


async def _one(port: int, someone: Someone) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    chance = random.Random(id(someone))  # a spread, no secret
    try:
        if someone.repeats:
            await asyncio.sleep(chance.uniform(0, 2 * someone.pause))  # those who save begin in the same moment
        while True:
            for request in someone.requests:
                started = time.perf_counter()
                writer.write(request)
                status = await _status(reader)
                someone.answers.append((status, (time.perf_counter() - started) * 1000))
                await asyncio.sleep(chance.uniform(0, 2 * someone.pause))
            if not someone.repeats:
                return
    finally:
        writer.close()


async def _status(reader: asyncio.StreamReader) -> int:
    """Read an answer to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if length:
        await reader.readexactly(int(length[1]))
    return int(head[9:12])
