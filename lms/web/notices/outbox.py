"""What leaves the house: mail and text messages, what waits, what did not get through, and files to hand over."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from courses import clock
from courses.db import in_parts
from courses.exchange.writing import Cell, Sheet
from courses.notices import outbox, texts
from courses.notices.models import Channel, Message, MessageState, NoticeKind
from courses.notices.outbox import Wanted
from courses.permissions import Permission, visible
from lms import db as doors
from lms.auth.guard import acting, me, permit
from lms.i18n import _, ngettext, words
from lms.jobs.queue import later
from lms.web.answers import Answer, here, key, say, see_other
from lms.web.files import table
from lms.web.notices.blueprint import pages
from lms.web.notices.words import CHANNELS, KINDS, STATES, state_of

E = TypeVar("E", bound=StrEnum)
_A_MAILING = 100


@pages.get("/operations/outbox")
@permit(Permission.PLAN)
def sent() -> str:
    """A page of messages, the latest first, under what waits of each channel."""
    db, before, wanted = doors.session(), request.args.get("before", type=key), _wanted()
    found, more = outbox.messages(db, wanted, before)
    return render_template(
        "notices/outbox.html",
        messages=found,
        wanted=wanted,
        counts=outbox.counts(db),
        counted=outbox.COUNTED,
        batches=texts.batches(db),
        channels=CHANNELS,
        kinds=KINDS,
        states=MessageState,
        names=STATES,
        state_of=state_of,
        first=here(before=None) if before else None,
        older=here(before=found[-1].id) if more else None,
    )


@pages.get("/operations/outbox/<int:message_id>")
@permit(Permission.PLAN)
def message(message_id: int) -> str:
    """One message as it goes out."""
    found = doors.session().execute(outbox.message(message_id).where(visible(me(), Message, Permission.PLAN))).first()
    if found is None:
        abort(404)
    return render_template(
        "notices/message.html",
        message=found,
        kinds=KINDS,
        channels=CHANNELS,
        state=state_of(found.channel, found.state),
        size=texts.size(found.body),
        long=texts.is_long(found.body),
    )


@pages.post("/operations/outbox/sending")
@permit(Permission.PLAN)
def all_again() -> Answer:
    """Another try for all mail that could not be delivered."""
    db, actor = acting()
    ids = outbox.send_failed_again(db, actor.id)
    for some in in_parts(ids, _A_MAILING):
        later(db, "mail", ids=list(some))
    doors.commit()
    say(ngettext("%(n)s mail is sent once more", "%(n)s mails are sent once more", len(ids)))
    return see_other(url_for("notices.sent"))


@pages.post("/operations/outbox/texts")
@permit(Permission.PLAN)
def hand_over() -> Answer:
    """Put the text messages that wait into a file, to be fetched from the page."""
    db, actor = acting()
    batch = texts.hand_over(db, actor.id)
    doors.commit()
    say(_("File %(number)s is ready to be fetched. Give it to the text-message system once.", number=batch))
    return see_other(url_for("notices.sent", _anchor=f"batch-{batch}"))


@pages.get("/operations/outbox/texts/<int:batch>.xlsx")
@permit(Permission.PLAN)
def texts_file(batch: int) -> Response:
    """A file of text messages, the same whenever it is fetched."""
    found = texts.lines(doors.session(), batch)
    if not found:
        abort(404)
    headings = [_("Employee number"), _("Name"), _("Text"), _("Short or long"), _("Notice"), _("Written")]
    sheet = Sheet(_("Text messages"), headings, _rows(found))
    return table("xlsx", [sheet], _("text messages %(n)s", n=batch), plain=f"texts-{batch}")


def _rows(lines: Iterable[texts.Line]) -> Iterable[list[Cell]]:
    for one in lines:
        length = "LMS" if texts.is_long(one.words) else "SMS"
        yield [one.number, one.name, one.words, length, words(KINDS[one.kind]), clock.local(one.created_at)]


def _wanted() -> Wanted:
    return Wanted(_one_of(Channel, "channel"), _one_of(MessageState, "state"), _one_of(NoticeKind, "kind"))


def _one_of(kind: type[E], name: str) -> E | None:
    """The query's value, None for none and for what is none."""
    value = request.args.get(name, "")
    return kind(value) if value in {one.value for one in kind} else None
