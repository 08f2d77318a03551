"""The office's hours: when classes and deadlines lie unless somebody says otherwise."""

from __future__ import annotations

from datetime import time

OPENS, CLOSES = time(9), time(18)
LUNCH, LUNCH_ENDS = time(12), time(13)
