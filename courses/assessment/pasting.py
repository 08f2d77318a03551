"""Scores pasted from a spreadsheet: a column in roster order, or lines of number, name and score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courses.assessment.points import parse_points
from courses.assessment.queries import ScoreRow
from courses.text import Text, clean, text


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line: what it says, whom it means, the points (hundredths), and what is wrong with it."""

    number: int
    said: str
    row: ScoreRow | None
    points: int | None
    problem: Text | None = None


def read(pasted: str, rows: Sequence[ScoreRow]) -> list[Line]:
    """Match pasted lines with the roster. The last cell of a line is the score, the others say whose.

    Lines of one cell follow the roster's order, and an empty one skips a person. A heading above is left out, and so
    are lines that name somebody without a score.
    """
    lines = [_cells(line) for line in pasted.rstrip().splitlines()]
    if lines and _is_heading(lines[0]):
        lines = lines[1:]
    in_order = all(len(cells) <= 1 for cells in lines)
    found = [
        _in_order(number, cells, rows) if in_order else _named(number, cells, rows)
        for number, cells in enumerate(lines, 1)
        if any(cells)
    ]
    return _without_doubles([line for line in found if line.problem or line.points is not None])


def _cells(line: str) -> list[str]:
    """By tabs, as spreadsheets copy; else by commas, else by spaces."""
    mark = next((mark for mark in "\t," if mark in line), None)
    return [clean(part) for part in line.split(mark)]


def _is_heading(cells: list[str]) -> bool:
    return bool(cells) and not any(char.isdigit() for char in "".join(cells)) and bool(cells[-1])


def _in_order(number: int, cells: list[str], rows: Sequence[ScoreRow]) -> Line:
    said = cells[0]
    if number > len(rows):
        return Line(number, said, None, None, text("There are more lines than people"))
    return _scored(number, said, rows[number - 1], said)


def _named(number: int, cells: list[str], rows: Sequence[ScoreRow]) -> Line:
    *keys, points = cells
    said = " · ".join(cell for cell in cells if cell)
    matches = _matches({key.replace(" ", "") for key in [*keys, "".join(keys)] if key}, rows)
    if len(matches) == 1:
        return _scored(number, said, matches[0], points)
    problem = text("Several people fit: add the employee number") if matches else text("Nobody on the roster fits")
    return Line(number, said, None, None, problem)


def _matches(keys: set[str], rows: Sequence[ScoreRow]) -> list[ScoreRow]:
    """By employee number, else by name (the number in the roster tells namesakes apart), else by number alone."""
    named = [row for row in rows if row.name.replace(" ", "") in keys]
    if by_employee_no := [row for row in rows if row.employee_no in keys]:
        return [row for row in by_employee_no if row in named] if named else by_employee_no
    if len(named) > 1:
        return [row for row in named if str(row.number) in keys] or named
    return named or [row for row in rows if keys == {str(row.number)}]


def _scored(number: int, said: str, row: ScoreRow, points: str) -> Line:
    try:
        return Line(number, said, row, parse_points(points))
    except ValueError:
        return Line(number, said, row, None, text("A score is a number from 0 to 100, with at most two decimals"))


def _without_doubles(lines: list[Line]) -> list[Line]:
    taken: set[int] = set()
    kept = []
    for line in lines:
        double = line.row is not None and line.row.enrolment_id in taken
        problem = text("This person already stands further up") if double else line.problem
        kept.append(Line(line.number, line.said, line.row, None if double else line.points, problem))
        if line.row and not problem:
            taken.add(line.row.enrolment_id)
    return kept
