"""The order of grades."""

from __future__ import annotations

import re


def rank(grade: str) -> tuple[int, str]:
    """Sorts 1급 before 9급, and those without a number after them."""
    number = re.search("[0-9]{1,9}", grade)
    return int(number[0]) if number else 1000, grade
