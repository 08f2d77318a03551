"""Counting wrong codes by address, in the memory of the one process that serves the page."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from courses import clock

_MOST = 10_000
"""Addresses that are remembered. The earliest half goes when there are more, so that a flood stays cheap."""


@dataclass
class Tries:
    """So many wrong ones an address may try within some minutes."""

    times: int
    minutes: int
    _known: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def used_up(self, who: str) -> bool:
        """Whether there were too many."""
        since, tries = self._known.get(who, (clock.now(), 0))
        return tries >= self.times and not self._over(since)

    def count(self, who: str) -> None:
        """One more wrong one."""
        with self._lock:
            if len(self._known) >= _MOST:
                left = [(key, one) for key, one in self._known.items() if not self._over(one[0])]
                self._known = dict(left[-_MOST // 2 :])
            since, tries = self._known.get(who, (clock.now(), 0))
            if self._over(since):
                since, tries = clock.now(), 0
                self._known.pop(who, None)  # to stand last: they are in the order of their first tries
            self._known[who] = (since, tries + 1)

    def _over(self, since: datetime) -> bool:
        return since < clock.now() - timedelta(minutes=self.minutes)
