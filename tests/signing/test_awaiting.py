"""Work of a library that is asynchronous is done at once, wherever one stands."""

import asyncio

import pytest

from courses import clock
from courses.signing.awaiting import at_once
from tests import factories

pytestmark = pytest.mark.once


async def tell() -> str:
    await asyncio.sleep(0)
    return clock.now().isoformat()


def test_also_where_a_loop_runs() -> None:
    async def outer() -> str:
        return at_once(tell())

    with clock.frozen(factories.some_day()):
        assert at_once(outer()) == at_once(tell()) == factories.some_day().isoformat()
