"""The file store, and who gets a file."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from courses.content import authoring
from courses.enrolment.models import Enrolment, Status
from courses.files.actions import stored
from courses.people.models import Person
from lms.files import Files
from tests.client import Browser
from tests.configuration import config
from tests.content.samples import PDF, png, wav
from tests.content.scenes import a_cyber_course, a_lesson, with_file

DATA = bytes(range(256)) * 4


@pytest.fixture(params=["folder", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    address = "" if request.param == "folder" else "memory:///"
    return Files(replace(config(tmp_path, "sqlite://"), files_url=address))


def test_what_is_kept_can_be_read_whole_and_in_part(files: Files) -> None:
    kept = files.keep(io.BytesIO(DATA))
    assert (kept.size, files.size(kept.sha256)) == (1024, 1024)
    assert files.read(kept.sha256) == DATA
    assert files.read(kept.sha256, 1000) == DATA[1000:]
    assert files.read(kept.sha256, 10, 12) == DATA[10:12]
    assert files.read(kept.sha256, 5, 5) == b""


def test_the_same_bytes_lie_once(files: Files) -> None:
    first, second = files.keep(io.BytesIO(DATA)), files.keep(io.BytesIO(DATA))
    assert first == second
    assert len(files.names()) == 1


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "Z" * 64])
def test_what_is_not_there_is_not_found(files: Files, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        files.read(name)


def test_a_stream_that_breaks_leaves_nothing(files: Files) -> None:
    class Lost(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the connection was lost")

    with pytest.raises(OSError, match="lost"):
        files.keep(Lost(DATA))
    assert files.names() == []


def test_names_of_ours_are_written_read_listed_and_removed(files: Files) -> None:
    files.write("mail/2.eml", b"two")
    files.write("mail/1.eml", b"one")
    files.write("mail/1.eml", b"new")
    assert files.names("mail") == ["mail/1.eml", "mail/2.eml"]
    assert files.content("mail/1.eml") == b"new"
    files.remove("mail/1.eml")
    files.remove("mail/1.eml")
    assert files.names() == ["mail/2.eml"]
    with pytest.raises(ValueError):
        files.write("../outside", b"x")


@pytest.fixture
def kept(app: Flask) -> Files:
    store: Files = app.extensions["files"]
    return store


@pytest.fixture
def picture(db: Session, kept: Files, ana: Person) -> str:
    """The address of a lesson's picture, which Ana may see."""
    lesson = a_lesson(db, a_cyber_course(db, ana).course, "image")
    with_file(db, lesson, kept, DATA, "image/png", "그림 1.png")
    return f"/lessons/{lesson.id}/file"


def test_a_file_is_sent_with_headers_that_keep_it_harmless(client: Browser, ana: Person, picture: str) -> None:
    answer = client.sign_in(ana).get(picture)
    assert answer.data == DATA
    assert answer.mimetype == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert answer.headers["Content-Disposition"] == "inline; filename*=UTF-8''%EA%B7%B8%EB%A6%BC%201.png"
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("asked", "span"),
    [("bytes=0-0", (0, 1)), ("bytes=100-199", (100, 200)), ("bytes=1000-", (1000, 1024)), ("bytes=-4", (1020, 1024))],
)
def test_a_range_is_sent_alone(client: Browser, ana: Person, picture: str, asked: str, span: tuple[int, int]) -> None:
    start, end = span
    answer = client.sign_in(ana).get(picture, 206, headers={"Range": asked})
    assert answer.data == DATA[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1024"
    assert answer.content_length == end - start


@pytest.mark.parametrize("asked", ["bytes=-9999", "bytes=0-", "bytes=0-9999"])
def test_a_range_that_is_everything_is_still_a_range(client: Browser, ana: Person, picture: str, asked: str) -> None:
    answer = client.sign_in(ana).get(picture, 206, headers={"Range": asked})
    assert answer.data == DATA
    assert answer.headers["Content-Range"] == "bytes 0-1023/1024"


NUMBER = "9" * 5000


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-9", "words=1-2", "nonsense", "bytes=9-2", f"bytes={NUMBER}-", f"bytes=0-{NUMBER}", "bytes=-"]
)
def test_what_is_no_single_range_is_answered_whole(client: Browser, ana: Person, picture: str, asked: str) -> None:
    assert client.sign_in(ana).get(picture, headers={"Range": asked}).data == DATA


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=99999999999999999999-"])
def test_a_range_behind_the_end_is_refused_with_the_size(
    client: Browser, ana: Person, picture: str, asked: str
) -> None:
    answer = client.sign_in(ana).get(picture, 416, headers={"Range": asked})
    assert answer.headers["Content-Range"] == "bytes */1024"
    assert answer.data == b""


def test_a_range_of_another_version_is_answered_whole(client: Browser, ana: Person, picture: str) -> None:
    etag = client.sign_in(ana).get(picture).headers["ETag"]
    first = {"Range": "bytes=0-0"}
    assert client.get(picture, 206, headers=first | {"If-Range": etag}).data == DATA[:1]
    assert client.get(picture, headers=first | {"If-Range": '"other"'}).data == DATA
    assert client.get(picture, headers=first | {"If-Range": "Mon, 23 Nov 2026 00:00:00 GMT"}).data == DATA


def test_a_known_file_is_not_sent_again(client: Browser, ana: Person, picture: str) -> None:
    etag = client.sign_in(ana).get(picture).headers["ETag"]
    assert client.get(picture, 304, headers={"If-None-Match": etag}).data == b""


def test_head_says_how_long_it_is(client: Browser, ana: Person, picture: str) -> None:
    answer = client.sign_in(ana).http.head(picture)
    assert (answer.status_code, answer.content_length, answer.data) == (200, 1024, b"")


def test_a_document_is_saved_and_never_shown(client: Browser, db: Session, kept: Files, ana: Person) -> None:
    lesson = a_lesson(db, a_cyber_course(db, ana).course, "document")
    with_file(db, lesson, kept, PDF, "application/pdf", "지침.pdf")
    answer = client.sign_in(ana).get(f"/lessons/{lesson.id}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_who_does_not_take_the_course_gets_no_file(
    client: Browser, db: Session, picture: str, eve: Person, cleo: Person, dan: Person
) -> None:
    assert b"<h1" in client.sign_in(eve).get(picture, 404).data
    client.sign_in(cleo).get(picture, 404)
    assert client.sign_in(dan).get(picture).data == DATA


def test_who_withdrew_gets_no_file_any_more(client: Browser, db: Session, kept: Files, ana: Person) -> None:
    scene = a_cyber_course(db, ana)
    lesson = with_file(db, a_lesson(db, scene.course, "audio"), kept, wav(), "audio/wav")
    client.sign_in(ana).get(f"/lessons/{lesson.id}/file")
    enrolment = db.query(Enrolment).filter_by(run_id=scene.run.id).one()
    enrolment.status = Status.WITHDRAWN
    db.commit()
    client.get(f"/lessons/{lesson.id}/file", 404)


def test_who_teaches_a_run_of_the_course_gets_its_files(
    client: Browser, db: Session, kept: Files, ana: Person, cleo: Person
) -> None:
    scene = a_cyber_course(db, ana, teachers=(cleo,))
    lesson = with_file(db, a_lesson(db, scene.course, "image"), kept, png(), "image/png")
    assert client.sign_in(cleo).get(f"/lessons/{lesson.id}/file").data == png()


def test_a_picture_in_the_words_is_for_those_who_may_read_them(
    client: Browser, db: Session, kept: Files, ana: Person, eve: Person, dan: Person
) -> None:
    shown, other = kept.keep(io.BytesIO(png())), kept.keep(io.BytesIO(png("red")))
    scene = a_cyber_course(db, ana)
    a_lesson(db, scene.course, body=f"![그림](picture:{shown.sha256})")
    for one in (shown, other):
        stored(db, one.sha256, one.size, "image/png")
    db.commit()
    assert client.sign_in(ana).get(f"/pictures/{shown.sha256}").mimetype == "image/png"
    client.get(f"/pictures/{other.sha256}", 404)
    client.sign_in(eve).get(f"/pictures/{shown.sha256}", 404)
    client.sign_in(dan).get(f"/pictures/{other.sha256}")


def test_only_pictures_are_pictures(client: Browser, db: Session, kept: Files, dan: Person) -> None:
    one = kept.keep(io.BytesIO(PDF))
    stored(db, one.sha256, one.size, "application/pdf")
    db.commit()
    client.sign_in(dan).get(f"/pictures/{one.sha256}", 404)
    client.get("/pictures/../secret-key", 404)


def test_a_file_behind_a_gate_waits_for_the_progress(
    client: Browser, db: Session, kept: Files, ana: Person, dan: Person
) -> None:
    scene = a_cyber_course(db, ana)
    first = a_lesson(db, scene.course)
    shut = with_file(db, a_lesson(db, scene.course, "image", opens_at=5000), kept, png(), "image/png")
    client.sign_in(ana).get(f"/lessons/{shut.id}/file", 409)
    authoring.retire(db, None, first)
    db.commit()
    client.get(f"/lessons/{shut.id}/file")
    client.sign_in(dan).get(f"/lessons/{shut.id}/file")


def test_a_file_waits_for_the_first_day(client: Browser, db: Session, kept: Files, ana: Person) -> None:
    scene = a_cyber_course(db, ana, starts_in=3)
    lesson = with_file(db, a_lesson(db, scene.course, "image"), kept, png(), "image/png")
    client.sign_in(ana).get(f"/lessons/{lesson.id}/file", 409)


def test_nobody_gets_a_file_without_signing_in(client: Browser, picture: str) -> None:
    assert client.http.get(picture).status_code in (303, 401, 302)
