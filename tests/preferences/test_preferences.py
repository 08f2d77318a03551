"""What a person chooses holds at once, in mail, and on the next device."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.people.models import Person
from courses.people.preferences import preference
from tests.client import Browser


def test_the_choice_holds_at_once_and_is_kept(client: Browser, db: Session, ana: Person) -> None:
    client.sign_in(ana, "ko")
    answer = client.post("/my-settings", data={"language": "en", "theme": "dark"})
    assert "theme=dark" in answer.headers["Set-Cookie"]
    chosen = preference(db, ana.id)
    assert (chosen.language, chosen.theme) == ("en", "dark")
    page = client.get("/my-settings").text
    assert 'lang="en"' in page
    assert 'data-theme="dark"' in page
    client.post("/my-settings", data={"language": "ko", "theme": ""})
    assert "data-theme" not in client.get("/my-settings").text.partition("<body")[0]


@pytest.mark.parametrize("odd", [{"language": "fr", "theme": ""}, {"language": "ko", "theme": "pink"}, {}])
def test_what_there_is_none_of_is_not_chosen(client: Browser, db: Session, ana: Person, odd: dict[str, str]) -> None:
    before = preference(db, ana.id)
    client.sign_in(ana).post("/my-settings", 422, data=odd)
    assert preference(db, ana.id) == before


def test_one_persons_choice_is_not_anothers(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    client.sign_in(ana).post("/my-settings", data={"language": "en", "theme": "dark"})
    assert preference(db, eve.id).theme == ""
