"""What the states of filings and the cells of the matrix are called."""

from __future__ import annotations

from courses.text import Text, text
from courses.workplace.filings import Standing
from courses.workplace.matrix import Cell

STANDINGS: dict[Standing, tuple[Text, str]] = {
    Standing.AHEAD: (text("Ahead"), "info"),
    Standing.FILED: (text("Waits for confirmation"), "info"),
    Standing.RETURNED: (text("Returned for correction"), "warn"),
    Standing.CONFIRMED: (text("Confirmed"), "ok"),
    Standing.WITHDRAWN: (text("Filing withdrawn"), ""),
}
CELLS: dict[Cell, tuple[Text, str]] = {
    Cell.HAS: (text("has it"), "●"),
    Cell.BEGUN: (text("begun"), "◐"),
    Cell.NONE: (text("lacks it"), "–"),
}
"""Each with its sign."""
