"""The published draw: what holds of it, and that no character of it can be another one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.enrolment import lots
from courses.enrolment.lots import OUT, SEAT, WAITING, Entrant, Held, Lot

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SECRET = "5" * 64


def held(entrants: int = 6, seats: int = 2, results: dict[int, Lot] | None = None) -> Held:
    """A draw; `results`: what else than a seat, or afterwards the queue, came of a lot, by its number."""
    people = [Entrant(7 * n, lots.masked(f"2004{n:06}")) for n in range(1, entrants + 1)]
    drawn, given, free = [], results or {}, seats
    for number, entry in enumerate(lots.drawn(people, lots.seed_of(SECRET, lots.list_hash(people))), 1):
        one = given.get(number, Lot(entry, SEAT if free else WAITING))._replace(entry=entry)
        free -= one.place == SEAT
        drawn.append(one)
    return Held(3, "엑셀 “고급”, 1차", seats, AT, SECRET, AT, people, drawn)


def written(**fields: object) -> bytes:
    return lots.document(held()._replace(**fields)).encode()  # type: ignore[arg-type]  # each test names its own field


@pytest.mark.parametrize("entrants", [0, 1, 40])
def test_a_draw_verifies(entrants: int) -> None:
    assert lots.verify(lots.document(held(entrants)).encode()) == []


def test_who_is_passed_over_says_why() -> None:
    passed = {1: Lot(0, OUT, "withdrawn"), 2: Lot(0, WAITING, "clash")}
    assert lots.verify(lots.document(held(results=passed)).encode()) == []


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_other_character_anywhere_is_found_on_its_line(data: st.DataObject) -> None:
    content = lots.document(held())
    at = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.characters(exclude_characters=content[at], exclude_categories=["Cs"]))
    changed = content[:at] + other + content[at + 1 :]
    faults = lots.verify(changed.encode())
    assert content[:at].count("\n") + 1 in {fault.line for fault in faults}
    if content[at] != "\n" and other != "\n":
        assert len({fault.line for fault in faults}) == 1


def test_every_single_bit_counts() -> None:
    content = lots.document(held(2, 1)).encode()
    for at in range(len(content)):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert lots.verify(changed), at


@pytest.mark.parametrize(
    "change", [b"", b"[]", b"[\n]\n", b"\xff\xfe", b"[\n[[[\n]\n", b"{}", b'[\n{"what": "end"}\n]\n']
)
def test_no_draw_at_all(change: bytes) -> None:
    assert lots.verify(change)


@pytest.mark.parametrize("taken", range(2, 17))
def test_a_line_left_out_is_missed(taken: int) -> None:
    lines = lots.document(held()).split("\n")
    del lines[taken - 1]
    assert lots.verify("\n".join(lines).encode())


class TestWhoWritesAllCheckValuesAnew:
    """Somebody who knows how the document is made changes what was drawn, and makes every line fit."""

    def test_another_secret(self) -> None:
        content = lots.document(held())
        announced = content.split("\n")[2]
        forged = written(secret="6" * 64).decode().split("\n")
        forged[2] = announced
        assert [fault.line for fault in lots.verify(finished(forged))] == [3]

    def test_another_order(self) -> None:
        one, two, *others = held().lots
        assert [fault.line for fault in lots.verify(written(lots=[two, one, *others]))] == [11, 12]

    def test_an_entrant_more(self) -> None:
        lines = written().decode().split("\n")
        lines.insert(9, lines[8].replace("***006", "***007"))
        assert lots.verify(finished(lines))

    def test_a_seat_for_a_later_lot(self) -> None:
        first, second, third, *others = held().lots
        moved = [first, second._replace(place=WAITING), third._replace(place=SEAT), *others]
        assert [fault.line for fault in lots.verify(written(lots=moved))] == [12]

    def test_a_seat_more_than_there_were(self) -> None:
        results = [one._replace(place=SEAT) for one in held().lots[:3]] + list(held().lots[3:])
        assert [fault.line for fault in lots.verify(written(lots=results))] == [13]

    def test_another_number_beside_a_lot(self) -> None:
        lines = written().decode().split("\n")
        row = {**(lots._read(lines[10]) or {}), "who": "***999"}
        del row["check"]
        lines[10] = lots._plain(lots._checked(**row)) + ","
        assert [fault.line for fault in lots.verify(finished(lines))] == [11]

    def test_a_result_that_nobody_knows(self) -> None:
        results = [held().lots[0]._replace(place="vip"), *held().lots[1:]]
        assert [fault.line for fault in lots.verify(written(lots=results))] == [11]


def finished(lines: list[str]) -> bytes:
    """With the last line made anew."""
    rows = [lots._read(line) for line in lines[1:-3]]
    return lots._written([*rows, lots._end(rows)]).encode()  # type: ignore[arg-type, list-item]  # all can be read


def test_the_number_is_masked() -> None:
    assert [lots.masked(one) for one in ("2004123456", "12", None)] == ["***456", "***12", "***"]
