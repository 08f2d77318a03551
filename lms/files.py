"""The file store: a folder, or an S3-compatible service. Contents lie under their hash, so the same bytes lie once.

Web pages ask `store()`; jobs and commands make `Files(config)`. Whoever may have a file is asked before, at the door.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote

import obstore
from flask import Flask, Response, current_app, request
from obstore.store import LocalStore, from_url

from lms.config import Config

_CHUNK = 256 * 1024
_RANGE_NOT_SATISFIABLE = 416
_PARTIAL = 206
_HASH = re.compile(r"[0-9a-f]{64}")
_LOCKED_UP = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
"""The policy of an uploaded file that somebody opens by itself: nothing in it runs, nothing leaves it."""


@dataclass(frozen=True)
class Kept:
    """What was kept: the hash it lies under, and its bytes."""

    sha256: str
    size: int


class Files:
    """The store that a configuration names. All methods raise `FileNotFoundError` for what is not there."""

    def __init__(self, config: Config) -> None:
        if config.files_url:
            self._store: Any = from_url(config.files_url)
        else:
            self._store = LocalStore(prefix=config.home / "files", mkdir=True)

    def keep(self, stream: IO[bytes]) -> Kept:
        """Keep the content of a file that can be read twice; never more than a piece of it is in memory."""
        kept = _measured(stream)
        path = _path(kept.sha256)
        if not self._holds(path):
            stream.seek(0)
            obstore.put(self._store, path, stream)
        return kept

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from `start` up to, not including, `end`."""
        return b"".join(self.pieces(sha256, start, end))

    def pieces(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The same, a piece at a time."""
        return self._pieces(_path(sha256), start, end)

    def size(self, sha256: str) -> int:
        """How many bytes lie under a hash."""
        return int(obstore.head(self._store, _path(sha256))["size"])

    def write(self, name: str, data: bytes | IO[bytes]) -> None:
        """Keep something under a name of ours, such as `mail/7.eml`, over what was there."""
        obstore.put(self._store, name, data)

    def content(self, name: str) -> bytes:
        """What was written under a name."""
        return b"".join(self._pieces(name, 0, None))

    def stream(self, name: str) -> Iterator[bytes]:
        """The same, a piece at a time."""
        return self._pieces(name, 0, None)

    def names(self, prefix: str | None = None) -> list[str]:
        """Every name there is, or those in a folder, sorted (contents too, as `contents/ab/ab…`)."""
        found = obstore.list(self._store, prefix=prefix)
        return sorted(str(item["path"]) for batch in found for item in batch)

    def remove(self, name: str) -> None:
        """Forget what was written under a name, if anything was."""
        with suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    def _holds(self, path: str) -> bool:
        try:
            obstore.head(self._store, path)
        except FileNotFoundError:
            return False
        return True

    def _pieces(self, path: str, start: int, end: int | None) -> Iterator[bytes]:
        if end is not None and end <= start:
            return iter(())
        if end is None:
            options: Any = {"range": {"offset": start}} if start else None
        else:
            options = {"range": (start, end)}
        found = obstore.get(self._store, path, options=options)  # at once, so that what is missing is noticed at once
        return (bytes(piece) for piece in found.stream(min_chunk_size=_CHUNK))


def _measured(stream: IO[bytes]) -> Kept:
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
    return Kept(digest.hexdigest(), size)


def _path(sha256: str) -> str:
    if not _HASH.fullmatch(sha256):
        raise FileNotFoundError(f"{sha256[:80]!r} is no hash")
    return f"contents/{sha256[:2]}/{sha256}"


def init_app(app: Flask) -> None:
    """Make the configured store this application's."""
    app.extensions["files"] = Files(app.extensions["config"])


def store() -> Files:
    """The application's file store."""
    files: Files = current_app.extensions["files"]
    return files


def answer(sha256: str, media_type: str, *, filename: str = "", inline: bool = False) -> Response:
    """A kept file as an answer, whole or the range that is asked for (RFC 9110: 206, 416, If-Range, 304 by its hash).

    It is saved under `filename`, in any script, or shown by the browser (`inline`). `FileNotFoundError`: not there.
    """
    files = store()
    size = files.size(sha256)
    response = Response(mimetype=media_type)
    response.set_etag(sha256)
    response.headers.update(
        {
            "Accept-Ranges": "bytes",
            "Content-Disposition": _disposition(filename, inline),
            "Content-Security-Policy": _LOCKED_UP,
        }
    )
    whole = not _asks_for_part(sha256)
    span = (0, size) if whole else _span(size)
    if span is None:
        response.status_code = _RANGE_NOT_SATISFIABLE
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    start, end = span
    if not whole:
        response.status_code = _PARTIAL
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    elif sha256 in request.if_none_match:
        response.status_code = 304  # it is known there
        return response
    response.content_length = end - start
    if request.method != "HEAD":
        response.response = files.pieces(sha256, start, end)
    return response


def _disposition(filename: str, inline: bool) -> str:
    how = "inline" if inline else "attachment"
    return f"{how}; filename*=UTF-8''{quote(filename, safe='')}" if filename else how


def _asks_for_part(sha256: str) -> bool:
    """Whether one range is asked for, of this very content. Also of all of it: films that can be sought in begin so."""
    asked, only_if = request.range, request.if_range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return False
    return only_if is None or (only_if.date is None and only_if.etag in (None, sha256))


def _span(size: int) -> tuple[int, int] | None:
    """From where up to where the range goes; None: it lies behind the end."""
    start, end = request.range.ranges[0] if request.range else (0, None)
    if start < 0:
        start = max(0, size + start)
    stop = size if end is None else min(end, size)
    return (start, stop) if start < stop else None
