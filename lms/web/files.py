"""Files as answers: tables as CSV or workbook, PDFs, what lies in the store; and how a sent file is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import RawIOBase
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile, ZipInfo

from flask import Response, abort
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from courses.exchange.writing import Sheet, csv_bytes, xlsx_bytes
from courses.files.models import StoredFile
from courses.text import clean
from lms import db as doors
from lms.files import answer
from lms.web.answers import found

_MEDIA_TYPES = {
    "csv": "text/csv",
    "hwpx": "application/hwp+zip",
    "json": "application/json",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def filename(sent: FileStorage) -> str:
    """The name of a sent file, without the folders that some browsers send, and without what nobody sees."""
    return clean(str(sent.filename or "").replace("\\", "/").rpartition("/")[2])


def file(content: bytes | Iterator[bytes], name: str, *, plain: str = "", inline: bool = False) -> Response:
    """An answer to be saved under `name`, in any script; its ending (csv, pdf, xlsx) says what it is.

    `plain` is the name for clients that know ASCII only (RFC 6266); `inline`: shown by the browser where it can.
    """
    media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
    headers = {"Content-Disposition": _disposition(name, plain, inline)}
    return Response(content, mimetype=media_type, headers=headers)


def from_store(sha256: str | None, name: str = "") -> Response:
    """A file of the store: shown by the browser where it is a picture, sound or film, saved under `name` otherwise.

    404 where there is none. The transaction ends before the bytes go out: a film takes its time.
    """
    one = found(select(StoredFile).where(StoredFile.sha256 == (sha256 or "")))
    digest, media_type = one.sha256, one.media_type
    doors.release()
    try:
        return answer(digest, media_type, filename=name, inline=not media_type.startswith("application/"))
    except FileNotFoundError:
        abort(404)


def _disposition(name: str, plain: str, inline: bool) -> str:
    how = "inline" if inline else "attachment"
    old = f'; filename="{plain}"' if plain else ""
    return f"{how}{old}; filename*=UTF-8''{quote(name, safe='')}"


def zipped(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """An archive of named files, a piece at a time. They go in as they are: PDFs and workbooks are packed already."""
    out = _Unread()
    with ZipFile(out, "w") as archive:
        for name, pieces in files:
            with archive.open(ZipInfo(name), "w") as entry:
                for piece in pieces:
                    entry.write(piece)
                    yield out.taken()
    yield out.taken()


class _Unread(RawIOBase):
    """What is written, until it is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(self._pieces[-1])

    def taken(self) -> bytes:
        """All since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def table(ending: str, sheets: Sequence[Sheet], name: str, *, plain: str = "") -> Response:
    """The first sheet as csv, or all of them as xlsx; any other ending is a 404. Names come without it."""
    if ending not in ("csv", "xlsx"):
        abort(404)
    content = csv_bytes(sheets[0].headings, sheets[0].rows) if ending == "csv" else xlsx_bytes(sheets)
    return file(content, f"{name}.{ending}", plain=f"{plain}.{ending}" if plain else "")
