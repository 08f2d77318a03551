from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, render_template, request, url_for

from courses.people.actor import Actor
from courses.permissions import Permission, may
from courses.text import Text
from lms.auth.guard import me, permit
from lms.i18n import language
from lms.web.help import search, text
from lms.web.help.topics import ROLES, Topic, topic, topics

pages = Blueprint("help", __name__, url_prefix="/help")

_LONGEST = 100


@dataclass(frozen=True)
class Group:
    """The topics of a role under its heading; `own` when the reader can do what they tell."""

    role: str
    title: Text
    topics: list[Topic]
    own: bool


@pages.get("")
@permit(Permission.LEARN)
def index() -> str:
    """All topics, one's own role's first; with `q` those in which its words occur."""
    query = request.args.get("q", "")[:_LONGEST].strip()
    hits = search.find(topics(language()), query)
    hits.sort(key=lambda hit: not _can(me(), hit.topic))
    return render_template("help/index.html", query=query, hits=hits, groups=_groups(me()), roles=ROLES)


@pages.get("/<string:topic>", endpoint="show")
@permit(Permission.LEARN)
def show_topic(topic: str) -> str:
    """One topic, beside the others of its role."""
    found = _found(topic)
    beside = [one for one in topics(language()) if one.roles[0] == found.roles[0]]
    body = text.html(found.body, language(), _topic_url, _picture_url)
    return render_template("help/show.html", topic=found, body=body, beside=beside, role=ROLES[found.roles[0]][1])


def _found(name: str) -> Topic:
    return topic(language(), name) or abort(404)


def _groups(actor: Actor) -> list[Group]:
    groups = [
        Group(role, title, [one for one in topics(language()) if one.roles[0] == role], may(actor, permission))
        for role, (permission, title) in ROLES.items()
    ]
    return sorted(groups, key=lambda group: (not group.own, group.role not in actor.roles))


def _can(actor: Actor, one: Topic) -> bool:
    return any(may(actor, permission) for permission in one.permissions)


def _topic_url(name: str) -> str:
    return url_for("help.show", topic=name)


def _picture_url(name: str) -> str:
    return str(current_app.jinja_env.globals["asset"](f"help/{name}"))  # type: ignore[operator]  # set by static_files
