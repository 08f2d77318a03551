"""What pyHanko does asynchronously, done at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")


def at_once(doing: Coroutine[Any, Any, T]) -> T:
    """Its result. In a thread of its own: the caller's may have a loop that runs already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(copy_context().run, asyncio.run, doing).result()
