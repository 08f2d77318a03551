"""Resident registration numbers are kept nowhere: a reason with one is refused."""

from __future__ import annotations

import pytest

from courses.errors import Refused, require_reason
from courses.text import has_resident_number, text


@pytest.mark.parametrize(
    "said", ["900101-1234567", "본인 확인 9001011234567 함", "０１１２３１-４２３４５６７", "991231 - 2000000"]
)
def test_one_is_seen_however_it_is_written(said: str) -> None:
    assert has_resident_number(said)
    with pytest.raises(Refused) as refused:
        require_reason(said, text("Give a reason"))
    assert refused.value.code == "resident_number"


@pytest.mark.parametrize(
    "said",
    ["", "총무과-1234", "200000001", "행정지원과-2026.11.3(2)", "19900101-1234567", "901301-1234567", "900101-9234567"],
)
def test_other_numbers_are_none(said: str) -> None:
    assert not has_resident_number(said)
