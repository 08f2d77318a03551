"""Deciding on several things at once: what was chosen, and why some of it stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.permissions import Permission, visible
from lms import db as doors
from lms.auth.guard import acting
from lms.i18n import words
from lms.web.answers import CONFLICT, Answer, key, say, see_other

Refusals = list[tuple[int, Refused]]
"""The ids of what stays as it was, each with the reason."""
Act = Callable[[Session, int, Collection[int]], Refusals]
"""Does something with those of these ids, as this actor, with which it can be done."""


def chosen(field: str, most: int) -> list[int]:
    """The ids that were ticked, each once, as many as can be decided on at once."""
    return list(dict.fromkeys(request.form.getlist(field, type=key)))[:most]


def decide(act: Act, ids: Collection[int]) -> Refusals:
    """Act on all of these, in one transaction."""
    db, actor = acting()
    refused = act(db, actor.id, ids)
    doors.commit()
    return refused


def decide_within_reach(act: Act, ids: Collection[int], model: Any, not_yours: Refused) -> Refusals:
    """The same by an approver: what is out of reach is refused like what the rules refuse, there or not."""
    db, actor = acting()
    near = set(db.scalars(select(model.id).where(model.id.in_(ids), visible(actor, model, Permission.APPROVE))))
    refused = act(db, actor.id, [id_ for id_ in ids if id_ in near])
    doors.commit()
    return refused + [(id_, not_yours) for id_ in ids if id_ not in near]


def answered(page: Callable[..., str], said: str, done: int, refused: Refusals, address: str) -> Answer:
    """The way back, or the page once more (409) with what stays as it was; `said` as far as `done` is not 0."""
    if refused:
        return page(said=said if done else "", refused=refused), CONFLICT
    say(said)
    return see_other(address)


def reasons(refused: Refusals | None) -> dict[int, str]:
    """Why each of them stays as it was, in words."""
    return {id_: words(why.message) for id_, why in refused or ()}


def gone(failed: Mapping[int, str], shown: Iterable[int]) -> list[str]:
    """The reasons of what is not on the page any more, each once."""
    return list(dict.fromkeys(failed[id_] for id_ in failed.keys() - set(shown)))
