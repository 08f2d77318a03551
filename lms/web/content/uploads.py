"""What officers send: files of lessons, pictures in their words, captions."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from courses.content import captions, media
from courses.content.authoring import LessonPlan
from courses.content.models import Lesson, LessonKind
from courses.files.actions import stored
from lms.files import store
from lms.web.files import filename


@dataclass(frozen=True)
class Upload:
    """A file that lies in the store, and whose row is still to be written (nothing: there was none)."""

    sha256: str = ""
    size: int = 0
    media_type: str = ""

    def store(self, db: Session) -> Any:
        """Write its row, in the caller's transaction."""
        return stored(db, self.sha256, self.size, self.media_type) if self.sha256 else None


def upload(kind: LessonKind, sent: Any) -> Upload:
    """Keep a sent file that a kind of lesson takes. Slow: before the transaction. Raises `Refused`, keeping nothing."""
    media_type = media.accepted(kind, sent.stream, filename(sent))
    kept = store().keep(sent.stream)
    return Upload(kept.sha256, kept.size, media_type)


def with_picture(form: Any) -> tuple[LessonPlan, Upload]:
    """What a form of a lesson wants, its new picture (if there is one) at the end of the words."""
    plan: LessonPlan = form.wanted()
    if not form.picture.data:
        return plan, Upload()
    picture = upload(LessonKind.IMAGE, form.picture.data)
    shows = form.shows.data.replace("[", "(").replace("]", ")")
    return replace(plan, body=f"{plan.body.rstrip()}\n\n![{shows}](picture:{picture.sha256})\n".lstrip()), picture


def upload_captions(form: Any) -> Upload:
    """Keep the captions of a form, those of its file if one was sent. Raises `Refused`, naming the line at fault."""
    sent = form.captions.data
    if sent:
        sent.seek(0)
    words = captions.decoded(sent.read(captions.LONGEST + 1)) if sent else form.words.data or ""
    kept = store().keep(io.BytesIO(captions.checked(words).encode()))
    return Upload(kept.sha256, kept.size, "text/vtt")


def kept_captions(lesson: Lesson) -> dict[str, str]:
    """What the form of a lesson's captions is filled with."""
    if lesson.captions_sha256 is None:
        return {"language": lesson.captions_language or "ko", "words": ""}
    return {"language": lesson.captions_language, "words": store().read(lesson.captions_sha256).decode()}
