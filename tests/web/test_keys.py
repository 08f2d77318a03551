"""Ids in addresses."""

from __future__ import annotations

import pytest

from courses.people.models import Person
from tests.client import Browser


@pytest.mark.parametrize("key", [2**63 - 1, 2**63, 10**40, "x", "-1"])
def test_an_id_that_nothing_can_have_is_not_found(client: Browser, dan: Person, key: object) -> None:
    client.sign_in(dan).get(f"/runs/{key}/certificates", 404)
