"""Files of lessons, for those alone who may see the lesson."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from courses.catalogue.models import Course
from courses.content import media, progress
from courses.content.models import Lesson, StoredFile
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.permissions import Permission, may, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import me, permit
from lms.files import answer
from lms.web.answers import found
from lms.web.content.blueprint import pages


@pages.get("/lessons/<int:lesson_id>/file")
@permit(Permission.LEARN)
def lesson_file(lesson_id: int) -> Response:
    """A lesson's file. Documents are saved, never shown by the browser."""
    lesson = _lesson(lesson_id)
    file = _stored(lesson.file_sha256)
    filename, inline = lesson.filename, not file.media_type.startswith("application/")
    return _answer(file, filename, inline)


@pages.get("/lessons/<int:lesson_id>/captions.vtt")
@permit(Permission.LEARN)
def lesson_captions(lesson_id: int) -> Response:
    """The captions of a sound or film."""
    return _answer(_stored(_lesson(lesson_id).captions_sha256), "", True)


@pages.get("/pictures/<string:digest>")
@permit(Permission.LEARN)
def picture(digest: str) -> Response:
    """A picture that stands in the words of a lesson one may see; officers, who are writing it, may see all."""
    file = _stored(digest)
    if file.media_type not in media.PICTURES:
        abort(404)
    if not may(me(), Permission.PLAN):
        shown = Lesson.body.contains(f"picture:{digest}", autoescape=True)
        found(select(Lesson.id).where(visible(me(), Lesson), shown).limit(1))
    return _answer(file, "", True)


def _lesson(lesson_id: int) -> Lesson:
    """The lesson, if it is open to the person: to those who teach or write it always."""
    lesson = found(select(Lesson).where(Lesson.id == lesson_id, visible(me(), Lesson)))
    taught = select(Course.id).where(Course.id == lesson.course_id, visible(me(), Course, Permission.TEACH))
    if doors.looking().scalar(taught) is None:
        _require_open(lesson)
    return lesson


def _require_open(lesson: Lesson) -> None:
    """Raises `Refused` where no run that the person takes has come to the lesson."""
    statement = select(Enrolment).join(Run).options(contains_eager(Enrolment.run).joinedload(Run.course))
    own = (visible(me(), Enrolment), Enrolment.status == Status.ENROLLED, Run.course_id == lesson.course_id)
    shut: list[Refused] = []
    for enrolment in doors.looking().scalars(statement.where(*own)):
        try:
            progress.look(progress.way(doors.looking(), enrolment, enrolment.run), enrolment.run, lesson.id)
        except Refused as refused:
            shut.append(refused)
        else:
            return
    raise shut[-1]


def _stored(sha256: str | None) -> StoredFile:
    return found(select(StoredFile).where(StoredFile.sha256 == (sha256 or "")))


def _answer(file: StoredFile, filename: str, inline: bool) -> Response:
    """The transaction ends before the bytes go out: a film takes its time."""
    sha256, media_type = file.sha256, file.media_type
    doors.release()
    try:
        return answer(sha256, media_type, filename=filename, inline=inline)
    except FileNotFoundError:
        abort(404)
