"""Files of lessons, for those alone who may see the lesson."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from courses.catalogue.models import Course
from courses.content import progress
from courses.content.models import Lesson
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.files.media_types import PICTURES
from courses.files.models import StoredFile
from courses.permissions import Permission, may, visible
from courses.scheduling.models import Run
from lms import db as doors
from lms.auth.guard import me, permit
from lms.web.answers import found
from lms.web.content.blueprint import pages
from lms.web.files import from_store


@pages.get("/lessons/<int:lesson_id>/file")
@permit(Permission.LEARN)
def lesson_file(lesson_id: int) -> Response:
    """A lesson's file. Documents are saved, never shown by the browser."""
    lesson = _lesson(lesson_id)
    return from_store(lesson.file_sha256, lesson.filename)


@pages.get("/lessons/<int:lesson_id>/captions.vtt")
@permit(Permission.LEARN)
def lesson_captions(lesson_id: int) -> Response:
    """The captions of a sound or film."""
    return from_store(_lesson(lesson_id).captions_sha256)


@pages.get("/pictures/<string:digest>")
@permit(Permission.LEARN)
def picture(digest: str) -> Response:
    """A picture that stands in the words of a lesson one may see; officers, who are writing it, may see all."""
    found(select(StoredFile.sha256).where(StoredFile.sha256 == digest, StoredFile.media_type.in_(PICTURES)))
    if not may(me(), Permission.PLAN):
        shown = Lesson.body.contains(f"picture:{digest}", autoescape=True)
        found(select(Lesson.id).where(visible(me(), Lesson), shown).limit(1))
    return from_store(digest)


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
