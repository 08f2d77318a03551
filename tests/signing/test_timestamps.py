"""Time stamps are believed only when they are about what was asked, and as the authority signed them."""

from __future__ import annotations

import pytest
from asn1crypto import core, tsp

from courses.errors import Refused
from courses.signing import timestamps
from tests.signing.scenes import NOW
from tests.signing.stamping import Answers, clockmaker, served

pytestmark = pytest.mark.once

ROOT = bytes(range(32))
CLOCK = clockmaker()


def test_a_stamp_says_when_and_by_whom() -> None:
    with served(CLOCK.answer) as url:
        token = timestamps.stamp(ROOT, url)
    stamp = timestamps.read(token, ROOT, CLOCK.trusted)
    assert (stamp.at, stamp.authority, stamp.trusted) == (NOW, "Clock", True)
    assert not timestamps.read(token, ROOT).trusted
    assert not timestamps.read(token, ROOT, clockmaker().trusted).trusted


def test_a_stranger_s_stamp_is_refused_where_authorities_are_named() -> None:
    with served(CLOCK.answer) as url:
        assert timestamps.stamp(ROOT, url, CLOCK.trusted)
        with pytest.raises(Refused, match="stranger"):
            timestamps.stamp(ROOT, url, clockmaker().trusted)


def test_a_stamp_of_something_else_is_none() -> None:
    with served(CLOCK.answer) as url:
        token = timestamps.stamp(ROOT, url)
    for odd, about in (
        (token, ROOT[::-1]),
        (token[:-1] + b"x", ROOT),
        (b"", ROOT),
        (token[:200], ROOT),
        (b"0" * 99, ROOT),
    ):
        with pytest.raises(ValueError):
            timestamps.read(odd, about)


OTHER = tsp.MessageImprint({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)})
NO = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["not today"]})
REJECTED = core.SequenceOf([NO], spec=tsp.PKIStatusInfo).dump()


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (lambda _query: REJECTED, "not today"),
        (lambda query: CLOCK.answer(query, nonce=1), "nonce"),
        (lambda query: CLOCK.answer(query, message_imprint=OTHER), "something else"),
        (lambda _query: b"<html>", "Insufficient data"),
        (lambda query: CLOCK.answer(query) + bytes(70_000), "too long"),
        (lambda query: CLOCK.answer(query)[:-1] + b"x", "something else"),
    ],
)
def test_an_authority_that_answers_otherwise_is_refused_with_the_reason(answers: Answers, why: str) -> None:
    with served(answers) as url, pytest.raises(Refused) as refused:
        timestamps.stamp(ROOT, url)
    assert why in str(refused.value)
    assert refused.value.code == "no_time_stamp"


def test_so_is_one_that_is_not_there() -> None:
    with served(CLOCK.answer) as url:
        pass
    for address in (url, "file:///etc/passwd", "ftp://x", "nonsense"):
        with pytest.raises(Refused, match="gives no time stamp"):
            timestamps.stamp(ROOT, address)
