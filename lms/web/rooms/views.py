from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from sqlalchemy import select

from courses import clock
from courses.permissions import Permission
from courses.scheduling import rooms
from courses.scheduling.models import Room
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.i18n import _, words
from lms.web.answers import INVALID, Answer, again, found, say, see_other
from lms.web.rooms.forms import RetiringForm, RoomForm

pages = Blueprint("rooms", __name__)

_FIELDS = ("code", "name", "seats", "computers")


@pages.get("/rooms")
@permit(Permission.KEEP_ROOMS)
def index() -> str:
    """Every room, and when it is used next."""
    return render_template("rooms/index.html", rows=rooms.used(doors.session()), today=clock.today())


@pages.get("/rooms/new")
@permit(Permission.KEEP_ROOMS)
def new() -> str:
    """An empty form."""
    return _page(RoomForm(formdata=None), None)


@pages.post("/rooms/new")
@permit(Permission.KEEP_ROOMS)
def add() -> Answer:
    """Add it."""
    form = RoomForm()
    if not form.validate():
        return _page(form, None), INVALID
    db, actor = acting()
    with again(lambda refused: _page(form, None, words(refused.message))):
        rooms.add_room(db, actor.id, _values(form))
    doors.commit()
    say(_("‘%(title)s’ is added", title=form.name.data))
    return see_other(url_for("rooms.index"))


@pages.get("/rooms/<int:room_id>")
@permit(Permission.KEEP_ROOMS)
def show(room_id: int) -> str:
    """One room, to be changed or retired."""
    room = _room(room_id)
    return _page(RoomForm(formdata=None, obj=room), room)


@pages.post("/rooms/<int:room_id>")
@permit(Permission.KEEP_ROOMS)
def save(room_id: int) -> Answer:
    """Keep what was changed."""
    form = RoomForm()
    if not form.validate():
        return _page(form, _room(room_id)), INVALID
    db, actor = acting()
    with again(lambda refused: _page(form, _room(room_id), words(refused.message))):
        rooms.edit_room(db, actor.id, _room(room_id), _values(form))
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("rooms.index"))


@pages.post("/rooms/<int:room_id>/retirement")
@permit(Permission.KEEP_ROOMS)
def retire(room_id: int) -> Answer:
    """Nothing is planned in it any more."""
    form = RetiringForm()
    if not form.validate():
        return _page(None, _room(room_id), retiring=form), INVALID
    db, actor = acting()
    with again(lambda refused: _page(None, _room(room_id), words(refused.message), retiring=form)):
        rooms.retire_room(db, actor.id, _room(room_id), form.day.data)
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("rooms.index"))


@pages.post("/rooms/<int:room_id>/use")
@permit(Permission.KEEP_ROOMS)
def use_again(room_id: int) -> Answer:
    """It is used again."""
    db, actor = acting()
    rooms.use_again(db, actor.id, _room(room_id))
    doors.commit()
    say(_("The changes are saved"))
    return see_other(url_for("rooms.index"))


def _room(room_id: int) -> Room:
    return found(select(Room).where(Room.id == room_id))


def _values(form: RoomForm) -> dict[str, Any]:
    return {name: form[name].data for name in _FIELDS}


def _page(form: RoomForm | None, room: Room | None, refused: str = "", *, retiring: RetiringForm | None = None) -> str:
    return render_template(
        "rooms/show.html",
        form=form or RoomForm(formdata=None, obj=room),
        retiring=retiring or RetiringForm(formdata=None),
        room=room,
        refused=refused,
    )
