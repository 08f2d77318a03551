"""Points as people write them ('85', '85.5') and as they are stored: hundredths of a point, 0 to 10,000."""

from __future__ import annotations

import re
import unicodedata

from courses.text import clean

_POINTS = re.compile(r"(100)(?:\.0{1,2})?|(\d{1,2})(?:\.(\d{1,2}))?", re.ASCII)


def parse_points(value: str) -> int | None:
    """Hundredths of a point; None for an empty text. ValueError unless 0 to 100 with at most two decimals."""
    text = clean(unicodedata.normalize("NFKC", value)).removesuffix("점")
    if not text:
        return None
    found = _POINTS.fullmatch(text)
    if not found:
        raise ValueError(f"{value!r} is no score from 0 to 100 with at most two decimals")
    hundred, whole, decimals = found.groups()
    return 10_000 if hundred else int(whole) * 100 + int((decimals or "").ljust(2, "0"))
