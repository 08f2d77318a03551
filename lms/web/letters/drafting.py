"""The page of a letter before it is written, whatever it is about."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from courses.letters import text as form_of
from courses.text import Text
from lms.web.letters.forms import LetterForm
from lms.web.letters.words import Spoken


@dataclass(frozen=True)
class About:
    """What a draft is about: its kind and subject, where one comes from and goes to, and what goes with its forms."""

    name: Text
    of: str
    back_url: str
    draft_url: str
    write_url: str
    hidden: dict[str, str]


def draft_page(about: About, unit_id: int | None, said: Spoken, form: LetterForm) -> str:
    """The draft with its enclosures, to be read over; `unit_id`: the unit it goes to alone."""
    language, receivers = said.words.language, said.words.receivers
    return render_template(
        "letters/draft.html",
        about=about,
        unit_id=unit_id,
        units=said.choices,
        said=said.words,
        receiver=form_of.head(receivers, said.title, language)[0],
        foot=form_of.foot(receivers, "", None, language),
        form=form,
    )
