"""What follows from a button about one's own place: the run's card as it is now, or the page where the button was."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for

from courses.enrolment import listing
from lms import db as doors
from lms.auth.guard import me
from lms.web.answers import Answer, back_to, is_fragment, say, see_other
from lms.web.catalogue.pieces import PAGE, ROW, Said, piece

_MINE = "mine"


def answer(run_id: int, said: Said, undo: str | None) -> Answer:
    """The card for htmx; else back to where the button was, which says it on the next page."""
    asked = part()
    if is_fragment() and asked in {ROW, PAGE}:
        return piece(me(), run_id, asked, said, undo)
    words = said if isinstance(said, str) else said(listing.run(doors.looking(), me().id, run_id))
    say(words, undo=undo)
    return see_other(_back(run_id, asked))


def part() -> str:
    """Which piece of which page the button stood in."""
    asked = request.args.get("part", PAGE)
    return asked if asked in {ROW, PAGE, _MINE} else PAGE


def _back(run_id: int, asked: str) -> str:
    """The page of the button: the list with its filters, my learning, or the run."""
    if asked == _MINE:
        return url_for("enrolment.mine")
    if asked == ROW:
        came = urlsplit(request.referrer or "")
        listed = f"{came.path}?{came.query}" if came.path == url_for("catalogue.index") else None
        return back_to(listed, url_for("catalogue.index")).rstrip("?") + f"#run-{run_id}"
    return url_for("catalogue.show", run_id=run_id)
